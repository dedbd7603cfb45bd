// Plays one take onto the character, and trims it.
import { button, el, fill, fitted, say, setText } from "./dom.js";
import { instant, within } from "./formats.js";
import { colour } from "./theme.js";

const STEP_S = 0.1;
const SEEK_MS = 80;
const AGAIN_MS = 250;

/**
 * What the daemon says while it plays; without a file it plays none.
 * @typedef {object} PlayMessage
 * @property {string} file
 * @property {number} at seconds from the start of the take
 * @property {number} length seconds
 * @property {boolean} playing
 * @property {number} from begin and end of what is played, seconds
 * @property {number} to
 * @property {boolean} video
 * @property {string} [problem] why it stopped
 */

/** The timeline with a place and two handles. */
export class Player {
  /**
   * @param {import("./link.js").Link} link
   * @param {(file: string) => {file: string, refined: boolean} | null} other finds the
   *   take before or after refining
   */
  constructor(link, other) {
    this._link = link;
    this._other = other;
    /** @type {PlayMessage} */
    this._now = { file: "", at: 0, length: 0, playing: false, from: 0, to: 0, video: false };
    this._from = 0;
    this._to = 0;
    this._held = "";
    this._seekTimer = 0;
    this._againTimer = 0;
    /** Requests for another place that are not answered yet. */
    this._seeking = 0;
    /** Requests to play that are not answered yet: the take before ends meanwhile. */
    this._asked = 0;
    this._title = el("h2");
    this._time = el("span", { class: "figure" });
    this._canvas = el("canvas", { "aria-hidden": "true" });
    this._handles = {
      at: this._handle("at", "Place in the take", "handle place"),
      from: this._handle("from", "Trim: start", "handle"),
      to: this._handle("to", "Trim: end", "handle"),
    };
    this._line = el("div", { class: "timeline" }, this._canvas, this._handles.at, this._handles.from, this._handles.to);
    this._play = button("Pause", () => this._ask("take hold", { value: this._now.playing }), { class: "main" });
    this._trim = button("Keep only this part", () => this._ask("take trim", { file: this._now.file, from: this._from, to: this._to }, true), { disabled: true, title: "Writes a new take; this one stays as it is" });
    this._compare = el("span", { class: "group", role: "group", "aria-label": "Compare before and after refining" });
    this._slow = el("select", { "aria-label": "Speed", on: { change: () => this._again() } },
      ...[["1", "Speed 1"], ["0.5", "Half speed"], ["0.25", "Quarter speed"]].map(([value, text]) => el("option", { value, text })));
    this._loop = el("input", { type: "checkbox", checked: true, on: { change: () => this._again() } });
    this.element = el("section", { class: "player", "aria-label": "Player", hidden: true },
      el("div", { class: "row" }, this._title, el("span", { class: "gap" }), this._compare, this._time),
      this._line,
      el("div", { class: "row" }, this._play, this._slow, el("label", { class: "check" }, this._loop, "Repeat"), this._trim,
        el("span", { class: "gap" }), button("Back to live", () => this._ask("take close", {}))));
    this._listen();
    new ResizeObserver(() => this._draw()).observe(this._canvas);
  }

  /**
   * @param {"at" | "from" | "to"} name
   * @param {string} label
   * @param {string} kind
   */
  _handle(name, label, kind) {
    const handle = button("", () => undefined, { class: kind, role: "slider", "aria-label": label, "aria-valuemin": "0" });
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      handle.focus();
      this._held = name;
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (this._held === name) this._move(name, this._secondsAt(event.clientX));
    });
    handle.addEventListener("pointerup", () => this._let(name));
    handle.addEventListener("pointercancel", () => this._let(name));
    handle.addEventListener("keydown", (event) => {
      const now = { at: this._now.at, from: this._from, to: this._to }[name];
      const step = event.shiftKey ? 10 * STEP_S : STEP_S;
      const to = { ArrowLeft: now - step, ArrowRight: now + step, Home: 0, End: this._now.length }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this._move(name, to);
      this._let(name);
    });
    return handle;
  }

  _listen() {
    this._line.addEventListener("pointerdown", (event) => {
      if (event.target === this._line || event.target === this._canvas) this._move("at", this._secondsAt(event.clientX));
    });
  }

  /** @param {number} x of the window */
  _secondsAt(x) {
    const box = this._line.getBoundingClientRect();
    return ((x - box.left) / Math.max(box.width, 1)) * this._now.length;
  }

  /**
   * @param {string} name
   * @param {number} seconds
   */
  _move(name, seconds) {
    const length = this._now.length;
    if (name === "from") this._from = within(seconds, 0, Math.max(this._to - STEP_S, 0));
    else if (name === "to") this._to = within(seconds, Math.min(this._from + STEP_S, length), length);
    else {
      this._now.at = within(seconds, 0, length);
      if (!this._seekTimer) {
        this._seekTimer = setTimeout(() => {
          this._seekTimer = 0;
          this._seek(this._now.at);
        }, SEEK_MS);
      }
    }
    this._place();
  }

  /** @param {number} at seconds */
  async _seek(at) {
    this._seeking += 1;
    await this._ask("take seek", { at });
    this._seeking -= 1;
  }

  /** @param {string} name */
  _let(name) {
    this._held = "";
    if (name !== "at") this._again();
  }

  /** Play the chosen part from its start, once the handles rest. */
  _again() {
    clearTimeout(this._againTimer);
    this._againTimer = setTimeout(() => {
      this._againTimer = 0;
      if (this._now.file) this._begin(this._now.file);
    }, AGAIN_MS);
  }

  /** @param {string} file */
  async _begin(file) {
    this._asked += 1;
    await this._ask("take play", this._part(file));
    this._asked -= 1;
  }

  /** @param {string} file */
  _part(file) {
    return { file, from: this._from, to: this._to, loop: this._loop.checked, speed: Number(this._slow.value) };
  }

  /**
   * @param {string} verb
   * @param {Object<string, any>} args
   * @param {boolean} [aloud] say the answer even if it was done
   */
  async _ask(verb, args, aloud) {
    const answer = await this._link.ask(verb, args);
    if (aloud || !answer.ok) say(answer.sentence, answer.ok);
  }

  /** @param {PlayMessage} message */
  show(message) {
    if (!message.file) {
      if (!this._asked) this.hide();
      return;
    }
    const other = message.file !== this._now.file;
    this.element.hidden = false;
    if (other || !(this._held || this._asked || this._againTimer)) {
      this._from = message.from;
      this._to = message.to;
    }
    const at = this._held === "at" || this._seekTimer || this._seeking ? this._now.at : message.at;
    this._now = Object.assign({}, message, { at });
    if (other) {
      setText(this._title, message.file);
      this._showCompare(message.file);
    }
    setText(this._play, message.playing ? "Pause" : "Play");
    this._place();
  }

  /** The take that is played; empty for none. */
  get file() {
    return this._now.file;
  }

  /** Forget the part that was chosen: another take is asked for. */
  forget() {
    clearTimeout(this._againTimer);
    this._againTimer = 0;
  }

  hide() {
    this.element.hidden = true;
    this._now = { file: "", at: 0, length: 0, playing: false, from: 0, to: 0, video: false };
  }

  /** @param {string} file */
  _showCompare(file) {
    const other = this._other(file);
    fill(this._compare);
    if (!other) return;
    const isAfter = !other.refined;
    const pair = [["Before", isAfter ? other.file : file], ["After", isAfter ? file : other.file]];
    this._compare.append(...pair.map(([label, path]) =>
      button(label, () => this._switch(path), { class: "small", "aria-pressed": String(path === file) })));
  }

  /** @param {string} file */
  async _switch(file) {
    const at = this._now.at;
    await this._begin(file);
    await this._seek(at);
  }

  _place() {
    const { at, length } = this._now;
    const values = /** @type {["at" | "from" | "to", number][]} */ ([["at", at], ["from", this._from], ["to", this._to]]);
    for (const [name, value] of values) {
      const handle = this._handles[name];
      handle.style.left = `${length ? (100 * value) / length : 0}%`;
      handle.setAttribute("aria-valuemax", length.toFixed(1));
      handle.setAttribute("aria-valuenow", value.toFixed(1));
      handle.setAttribute("aria-valuetext", `${value.toFixed(1)} seconds`);
    }
    this._trim.disabled = this._from < STEP_S / 2 && this._to > length - STEP_S / 2;
    setText(this._time, `${instant(at)} of ${instant(length)}`);
    this._draw();
  }

  _draw() {
    const brush = fitted(this._canvas);
    const length = this._now.length;
    if (!brush || !length) return;
    const wide = this._canvas.clientWidth, high = this._canvas.clientHeight;
    const from = (this._from / length) * wide, to = (this._to / length) * wide;
    brush.fillStyle = colour("--well");
    brush.fillRect(0, 0, wide, high);
    brush.fillStyle = colour("--accent-pale");
    brush.fillRect(from, 0, to - from, high);
    const step = [0.5, 1, 2, 5, 10, 30, 60, 300].find((one) => (one / length) * wide > 46) || 600;
    brush.fillStyle = colour("--soft");
    brush.font = "11px system-ui, sans-serif";
    brush.textAlign = "center";
    for (let at = step; at < length; at += step) {
      const x = (at / length) * wide;
      brush.fillRect(x, high - 8, 1, 8);
      if (x > 20 && x < wide - 20) brush.fillText(instant(at), x, high - 13);
    }
  }
}
