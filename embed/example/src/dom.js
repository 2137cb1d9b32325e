// Elements of the page.

/** An element with these properties and children; properties with a hyphen, and `role`, are attributes. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The one element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Runs `submit` with what a form says, once at a time; what fails is said in the form's alert. */
export function onSubmit(form, submit) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [button, alert] = [form.querySelector("button"), form.querySelector("[role=alert]")];
    button.disabled = true;
    alert.textContent = "";
    try {
      await submit(Object.fromEntries(new FormData(form)));
      form.reset();
    } catch (error) {
      alert.textContent = error.data?.error ?? error.message ?? String(error);
    } finally {
      button.disabled = false;
    }
  });
}
