//! Attributes, properties, and coming and going of the elements.

use serde_json::json;

use super::site::Site;

#[tokio::test]
async fn an_element_that_is_moved_or_put_back_keeps_its_view_and_one_that_is_gone_has_none() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.becomes("!!buttons.shadowRoot.querySelector('[data-kind=video]')").await?;
    let moved = "const it = buttons, there = () => it.shadowRoot.querySelector('.meet-call-buttons'), before = there(); \
         box.append(it); await null; room.append(it); it.remove(); box.append(it); \
         room.moveBefore?.(it, null); await new Promise(done => setTimeout(done, 50)); \
         return before === there() && before.isConnected";
    let kept = visit.run(&format!("return (async () => {{ {moved} }})()")).await?;
    assert_eq!(kept, json!(true));
    visit.run("window.gone = buttons; gone.remove(); return null").await?;
    visit.becomes("!gone.shadowRoot.querySelector('button')").await?;
    visit.run("room.append(gone); return null").await?;
    visit.becomes("!!gone.shadowRoot.querySelector('[data-kind=video]')").await?;
    // Attribute and property are one.
    let reflected = "const stage = document.createElement('meet-call-stage'); \
         stage.roomId = '!bob:localhost'; const said = stage.getAttribute('room-id'); \
         stage.setAttribute('room-id', '!club:localhost'); return [said, stage.roomId, stage.layouts, stage.eventId ?? null]";
    assert_eq!(visit.run(reflected).await?, json!(["!bob:localhost", "!club:localhost", false, null]));
    // With calls of its own, with none, and with those of the page again.
    visit.run("page.setCalls(null); return null").await?;
    visit.becomes("!gone.shadowRoot.querySelector('button') && !stage.shadowRoot.querySelector('.meet-root')").await?;
    visit.run("gone.calls = page.calls; return null").await?;
    visit.becomes("!!gone.shadowRoot.querySelector('button')").await?;
    visit.run("page.setCalls(page.calls); return null").await?;
    visit.becomes("!!stage.shadowRoot.querySelector('.meet-root')").await?;
    visit.run("return page.calls.close().then(() => null)").await?;
    visit.becomes("page.deep('.meet-root').length === 0 && page.host.listeners === 0").await?;
    visit.is_well().await
}

/// An element of a document that knows no such kind is one that was made before the package was loaded. It becomes one in the page.
#[tokio::test]
async fn what_was_said_to_an_element_before_the_package_was_loaded_counts() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let made = "const early = name => document.implementation.createHTMLDocument().createElement(name); \
         const content = { type: 'jitsi', url: 'https://calls.example/jitsi.html', name: 'Meet', id: 'w', \
           creatorUserId: '@person1:localhost', data: { domain: 'meet.example.org', conferenceId: 'garden' } }; \
         const event = { type: 'im.vector.modular.widgets', state_key: 'w', sender: '@person1:localhost', event_id: '$w', \
           origin_server_ts: 1, content }; \
         window.tile = Object.assign(early('meet-call-tile'), { roomId: '!club:localhost', eventId: '$w', theme: 'dark', event }); \
         window.laid = Object.assign(early('meet-call-stage'), { roomId: '!club:localhost', layouts: true }); \
         const before = tile.getAttributeNames().length; box.append(tile, laid); \
         const written = [tile, laid].map(one => ['room-id', 'event-id', 'theme', 'layouts'].map(name => one.getAttribute(name))); \
         return [before, ...written, Object.keys(tile), tile.event === event]";
    let [room, none] = [json!("!club:localhost"), json!(null)];
    let expected = json!([0, [room, "$w", "dark", none], [room, none, none, ""], [], true]);
    assert_eq!(visit.run(made).await?, expected);
    visit.becomes("!!tile.shadowRoot.querySelector('.meet-conference-tile')").await?;
    // And afterwards each is still the attribute, both ways.
    let reflected = "tile.eventId = '$other'; tile.theme = 'light'; \
         const written = [tile.getAttribute('event-id'), tile.getAttribute('theme'), getComputedStyle(tile).colorScheme]; \
         tile.setAttribute('event-id', '$w'); tile.setAttribute('theme', 'dark'); \
         const read = [tile.eventId, tile.theme, getComputedStyle(tile).colorScheme]; \
         tile.eventId = null; tile.theme = ''; \
         return [written, read, [tile.hasAttribute('event-id'), tile.hasAttribute('theme'), tile.eventId, tile.theme]]";
    let expected = json!([["$other", "light", "light"], ["$w", "dark", "dark"], [false, false, "", ""]]);
    assert_eq!(visit.run(reflected).await?, expected);
    visit.is_well().await
}

/// Layouts count whether they are said before the stage is shown or while it is.
#[tokio::test]
async fn a_stage_takes_layouts_that_are_said_later() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    let choices = "stage.shadowRoot.querySelector('.meet-choices')";
    visit.becomes(&format!("!stage.dataset.layout && !{choices}")).await?;
    visit.run("stage.layouts = true; return null").await?;
    visit.becomes(&format!("!!stage.dataset.layout && !!{choices}")).await?;
    visit.is_the_same().await?;
    visit.run("stage.layouts = false; return null").await?;
    visit.becomes(&format!("!stage.dataset.layout && !{choices}")).await?;
    visit.is_the_same().await?;
    visit.is_well().await
}
