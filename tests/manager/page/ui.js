// What a manager's page says to the chat around it: `{action, room_id, …}`, answered by the same object with `response`.
// `window.manager` is for tests.

const parameters = Object.fromEntries(new URLSearchParams(location.search));
const waiting = new Map();
let next = 0;

addEventListener('message', ({ source, data }) => {
  if (source !== parent || !data || !('response' in data)) return;
  waiting.get(data._id)?.(data);
  waiting.delete(data._id);
});

window.manager = {
  parameters,

  // The whole answer; null when none comes.
  ask(request, to = parent, wait = 15000) {
    const message = { room_id: parameters.room_id, ...request, _id: ++next };
    return new Promise(resolve => {
      waiting.set(message._id, resolve);
      setTimeout(resolve, wait, null);
      to.postMessage(message, '*');
    });
  },

  meeting: (domain, name) => ({
    action: 'set_widget',
    widget_id: `stand_in_${name}`,
    type: 'm.jitsi',
    name: 'Jitsi Conference',
    url: 'https://manager.example/widgets/jitsi?conferenceId=$conferenceId&domain=$domain&displayName=$matrix_display_name',
    data: { conferenceId: name, domain, isAudioOnly: false, conferenceUrl: `https://${domain}/${name}` },
  }),
};

document.querySelector('#add').addEventListener('submit', async event => {
  event.preventDefault();
  const domain = new FormData(event.target).get('domain');
  const answer = await manager.ask(manager.meeting(domain, `Meeting${Date.now()}`));
  const error = answer?.response?.error?.message;
  document.querySelector('#said').textContent = answer ? error ?? 'Added.' : 'The chat does not answer.';
});
