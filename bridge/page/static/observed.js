// What tests and curious people may read: `window.facewire`. Nothing there can be set.

/**
 * @param {import("./link.js").Link} link
 * @param {import("./live.js").Live} live
 * @param {import("./stage.js").Stage} stage
 */
export function expose(link, live, stage) {
  window.addEventListener("error", (event) => link.note(event.message));
  window.addEventListener("unhandledrejection", (event) => link.note(String(event.reason)));
  document.addEventListener("securitypolicyviolation", (event) =>
    link.note(`${event.violatedDirective} forbids ${event.blockedURI}`));

  /** @type {Object<string, () => any>} */
  const readings = {
    /** True once a character is on the page and a posture was drawn. */
    ready: () => Boolean(stage.character && stage.view && stage.view.drawn),
    state: () => link.state,
    frames: () => live.frames,
    postures: () => live.postures,
    pictures: () => live.pictures,
    drawn: () => (stage.view ? stage.view.drawn : 0),
    seq: () => (live.frame ? live.frame.seq : -1),
    face: () => live.face,
    frame: () => live.frame,
    posture: () => live.posture,
    /** The posture that the scene shows now. */
    shown: () => (stage.view ? stage.view.shown : null),
    status: () => live.status,
    character: () => (stage.character ? stage.character.message : null),
    errors: () => link.errors.slice(),
    /** Capture to drawn of the newest postures, milliseconds. */
    drawnMs: () => live.drawnMs.slice(),
    clockMs: () => link.clock.ms,
  };
  const functions = {
    /** Weight of each slot as the scene has it. */
    influences: () => (stage.character ? stage.character.influences() : []),
    /** Local rotation x y z w of a node as the scene has it. @param {number} node */
    turn: (node) => (stage.character ? stage.character.turn(node) : null),
  };
  const observed = {};
  for (const name of Object.keys(readings)) Object.defineProperty(observed, name, { get: readings[name], enumerable: true });
  Object.assign(observed, functions);
  Object.defineProperty(window, "facewire", { value: Object.freeze(observed) });
}
