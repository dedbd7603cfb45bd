// The part of the page with the character: loads it, frames it, takes dropped files.
import { button, byId, el, setText } from "./dom.js";
import { sentence, size } from "./formats.js";
import { loadCharacter } from "./loading.js";
import { CharacterView } from "./scene.js";
import { tryCharacter } from "./upload.js";

/** Shows the character. */
export class Stage {
  /**
   * @param {import("./link.js").Link} link
   * @param {import("./live.js").Live} live
   * @param {import("./painter.js").Painter} painter
   * @param {{frame: string}} view
   */
  constructor(link, live, painter, view) {
    this._link = link;
    this._live = live;
    this._note = byId("stage-note");
    this._acting = el("span", { class: "lamp warn", text: "A test slider moves it", hidden: true });
    byId("character-name").insertAdjacentElement("afterend", this._acting);
    this._number = 0;
    /** @type {CharacterView | null} */
    this.view = null;
    try {
      this.view = new CharacterView(/** @type {HTMLCanvasElement} */ (byId("character")), painter, (posture) => this._drawn(posture));
      this.view.frame = view.frame === "bust" ? "bust" : "head";
    } catch (error) {
      link.note(String(error));
      setText(this._note, "This browser cannot draw in 3D (WebGL 2 is off). Everything else works.");
    }
    this._tools();
    this._drops();
  }

  /** The character that is shown; null before it is loaded. */
  get character() {
    return this.view ? this.view.character : null;
  }

  /** @param {import("./messages.js").Posture} posture */
  _drawn(posture) {
    this._acting.hidden = !posture.tested;
    if (posture.played || !this._link.clock.known) return;
    this._live.drawn(performance.now() + this._link.clock.ms - posture.capturedMs);
  }

  /**
   * Load the character that the daemon describes, unless it is shown already.
   * @param {import("./character.js").CharacterMessage} message
   */
  async show(message) {
    byId("character-name").title = [message.licence, message.copyright, size(message.bytes)].filter(Boolean).join("; ");
    setText(byId("character-name"), sentence(message.name));
    if (this.character && this.character.message.number === message.number && this._number === message.number) {
      this.character.message.gets = message.gets;
      return;
    }
    this._number = message.number;
    if (!this.view) return;
    if (!this.character) setText(this._note, "Loading the character…");
    try {
      const character = await loadCharacter(message, this._link.token);
      if (this._number !== message.number) {
        character.dispose();
        return;
      }
      this.view.show(character);
      setText(this._note, "");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this._link.note(why);
      setText(this._note, `${message.name} cannot be drawn here: ${why}`);
    }
  }

  /** Forget the character's number, as another daemon counts anew. */
  forget() {
    this._number = 0;
  }

  _tools() {
    const view = this.view;
    if (!view) return;
    const frames = /** @type {["head" | "bust", string][]} */ ([["head", "Head"], ["bust", "Shoulders"]]).map(([frame, label]) =>
      button(label, () => {
        view.reset(frame);
        press();
      }, { class: "small" }));
    const press = () => frames.forEach((one, at) =>
      one.setAttribute("aria-pressed", String(view.frame === (at ? "bust" : "head"))));
    press();
    byId("stage-tools").append(
      el("span", { class: "group", role: "group", "aria-label": "How much is shown" }, ...frames),
      button("Reset view", () => view.reset(), { class: "small" })
    );
  }

  _drops() {
    const hint = byId("drop-hint");
    let inside = 0;
    /** @param {DragEvent} event */
    const brings = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).indexOf("Files") >= 0;
    window.addEventListener("dragenter", (event) => {
      if (!brings(event)) return;
      inside += 1;
      hint.hidden = false;
    });
    window.addEventListener("dragleave", () => {
      inside = Math.max(0, inside - 1);
      if (!inside) hint.hidden = true;
    });
    window.addEventListener("dragover", (event) => event.preventDefault());
    window.addEventListener("drop", (event) => {
      event.preventDefault();
      inside = 0;
      hint.hidden = true;
      if (event.dataTransfer && event.dataTransfer.files.length) {
        tryCharacter(this._link, Array.from(event.dataTransfer.files));
      }
    });
  }
}
