// Recorded takes: list, play, refine, export.
import { button, el, fill, say } from "./dom.js";
import { counted, duration, moment } from "./formats.js";
import { Player } from "./player.js";

/**
 * One take of the list.
 * @typedef {object} Take
 * @property {string} file its name
 * @property {string} [problem] why it cannot be read; then nothing below is known
 * @property {string} slate
 * @property {number} number
 * @property {string} started when it was recorded
 * @property {string[]} faces
 * @property {number} frames
 * @property {number} seconds
 * @property {boolean} whole
 * @property {boolean} video
 * @property {boolean} refined
 */

const FORMATS = /** @type {[string, string][]} */ ([
  ["csv", "CSV, for Unreal"], ["gltf", "glTF (.glb)"], ["usd", "USD"], ["bvh", "BVH"],
]);

/** Shows the takes and what is done with them. */
export class TakesPanel {
  /** @param {import("./link.js").Link} link */
  constructor(link) {
    this._link = link;
    this._list = el("div");
    this._amount = el("select", { "aria-label": "How much refining may change" },
      ...[["1", "Refine fully"], ["0.6", "Refine some"], ["0.3", "Refine a little"]].map(([value, text]) => el("option", { value, text })));
    this._player = new Player(link, (file) => this._other(file));
    /** @type {Take[]} */
    this._takes = [];
    this._playing = "";
    /** Called when another take is played, or none. @type {(file: string, video: boolean) => void} */
    this.changed = () => {};
    this.element = el("div", {},
      this._player.element,
      el("div", { class: "row" }, el("h2", { text: "Takes" }), el("span", { class: "gap" }), this._amount, button("Look again", () => this.refresh(), { class: "small" })),
      this._list);
    this._empty("Takes appear here once you record one: press Record above.");
  }

  /** @param {string} sentence */
  _empty(sentence) {
    fill(this._list, el("p", { class: "empty", text: sentence }));
  }

  /** Ask for the list. */
  async refresh() {
    const answer = await this._link.ask("takes list");
    if (!answer.ok) {
      this._empty(answer.sentence);
      return;
    }
    this.show(answer.data);
  }

  /** @param {any} message */
  show(message) {
    if (!Array.isArray(message.takes)) {
      this.refresh();
      return;
    }
    this._takes = message.takes;
    if (!this._takes.length) {
      this._empty("No takes yet. Press Record above to make the first one.");
      return;
    }
    fill(this._list, ...this._takes.map((take) => this._row(take)));
  }

  /** @param {Take} take */
  _row(take) {
    if (take.problem) {
      return el("div", { class: "take" }, el("div", { class: "title" }, el("b", { text: take.file }), el("span", { class: "note", text: take.problem })));
    }
    const name = take.file.replace(/\.mcap$/, "");
    const about = [
      duration(take.seconds), counted(take.frames, "frame"),
      take.faces.length > 1 ? counted(take.faces.length, "face") : "",
      take.video ? "with video" : "", take.refined ? "refined" : "", take.whole === false ? "incomplete" : "",
      moment(take.started),
    ].filter(Boolean).join(" · ");
    const formats = el("select", { "aria-label": `Export ${name}`, on: { change: () => {
      const format = formats.value;
      formats.value = "";
      if (format) this._do("take export", { file: take.file, format });
    } } }, el("option", { value: "", text: "Export…" }), ...FORMATS.map(([value, text]) => el("option", { value, text })));
    return el("div", { class: take.file === this._playing ? "take playing" : "take" },
      el("div", { class: "title", title: take.file }, el("b", { text: name }), el("span", { class: "note", text: about })),
      el("div", { class: "row" },
        button("Play", () => this._play(take.file), { class: "small", "aria-label": `Play ${name}` }),
        button("Refine", () => this._do("take refine", { file: take.file, amount: Number(this._amount.value) }), { class: "small", "aria-label": `Refine ${name}`, title: "Mend the whole take, looking forward and back; makes a new take" }),
        formats));
  }

  /** @param {string} file */
  async _play(file) {
    this._player.forget();
    await this._do("take play", { file, loop: true });
    this._player.element.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {string} verb
   * @param {Object<string, any>} args
   */
  async _do(verb, args) {
    const answer = await this._link.ask(verb, args);
    say(answer.sentence, answer.ok);
  }

  /**
   * Return the take that this one was refined from, or the newest refined one of it.
   * @param {string} file
   */
  _other(file) {
    const take = this._takes.find((one) => one.file === file);
    const plain = unrefined(file);
    if (take && take.refined) return this._takes.find((one) => one.file === plain) || null;
    return this._takes.find((one) => one.refined && unrefined(one.file) === plain) || null;
  }

  /** @param {import("./player.js").PlayMessage} message */
  showPlay(message) {
    this._player.show(message);
    if (message.problem) say(message.problem, false);
    const playing = this._player.file;
    if (playing === this._playing) return;
    this._playing = playing;
    this.changed(playing, message.video);
    this.show({ takes: this._takes });
  }

  hide() {
    this._player.hide();
    this._playing = "";
  }
}

/**
 * Return the name of the take that a refined one was made from.
 * @param {string} file
 */
export function unrefined(file) {
  return file.replace(/_refined(_[0-9]+)?(\.[a-z]+)$/, "$2");
}
