// The guided calibration: what to do, for how long, and what it has learned.
import { button, byId, el, fill, say, setText } from "./dom.js";
import { inWords, weight } from "./formats.js";

/**
 * What the daemon says while it runs.
 * @typedef {object} GuideMessage
 * @property {string} prompt what to do now
 * @property {string} hint what comes next, or how to do it
 * @property {number} seconds left of this move
 * @property {number} share of the whole that is done, 0 to 1
 * @property {string} curve the curve that the move shows; may be empty
 * @property {string} problem why it waits; empty while it runs
 * @property {boolean} done
 * @property {any[]} [rows] before and after, when it is done
 */

/** Shows the calibration in place of the hints. */
export class Guide {
  /**
   * @param {import("./link.js").Link} link
   * @param {import("./live.js").Live} live
   * @param {HTMLButtonElement} opener
   */
  constructor(link, live, opener) {
    this._link = link;
    this._live = live;
    this._opener = opener;
    this._box = byId("guide");
    this._prompt = el("p", { class: "prompt", role: "status", "aria-live": "assertive" });
    this._hint = el("p", { class: "note" });
    this._problem = el("p", { class: "problem", role: "status" });
    this._count = el("p", { class: "count", "aria-hidden": "true" });
    this._share = el("progress", { max: 1, value: 0, "aria-label": "How much is done" });
    this._rows = el("div", { class: "scroll" });
    this._stop = button("Stop", () => this._end("guide stop"));
    this._save = button("Save as my profile", () => this._end("guide save"), { class: "main", hidden: true });
    const words = el("div", { class: "grow" }, this._prompt, this._hint);
    this._box.append(
      el("div", { class: "guide-head" }, words, this._count),
      this._share, this._problem, this._rows,
      el("div", { class: "row" }, this._save, this._stop)
    );
    opener.addEventListener("click", () => this._start());
  }

  async _start() {
    const subject = this._live.subject;
    const answer = await this._link.ask("guide start", subject ? { subject } : {});
    if (!answer.ok) {
      say(answer.sentence, false);
      return;
    }
    this._box.hidden = false;
    setText(this._prompt, answer.sentence);
    this._stop.focus();
  }

  /** @param {string} verb */
  async _end(verb) {
    const answer = await this._link.ask(verb);
    say(answer.sentence, answer.ok);
    if (!answer.ok && verb === "guide save") return;
    this.hide();
    this._opener.focus();
  }

  hide() {
    this._box.hidden = true;
    fill(this._rows);
  }

  /** @param {GuideMessage} message */
  show(message) {
    this._box.hidden = false;
    const done = Boolean(message.done);
    setText(this._prompt, message.prompt || "");
    setText(this._hint, message.hint || "");
    setText(this._problem, message.problem || "");
    setText(this._count, done || !(message.seconds > 0) ? "" : String(Math.ceil(message.seconds)));
    this._share.value = message.share || 0;
    this._share.hidden = done;
    this._save.hidden = !(done && message.rows && message.rows.length);
    setText(this._stop, done ? "Discard" : "Stop");
    if (done) this._showRows(message.rows || []);
  }

  /** @param {any[]} rows */
  _showRows(rows) {
    if (!rows.length || this._rows.firstChild) return;
    fill(this._rows, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { text: "Curve", scope: "col" }), el("th", { class: "figure", text: "Before", scope: "col" }), el("th", { class: "figure", text: "After", scope: "col" }))),
      el("tbody", {}, ...rows.map((row) => el("tr", {},
        el("td", { text: inWords(row.curve) }),
        el("td", { class: "figure", text: number(row.before) }),
        el("td", { class: "figure", text: number(row.after) }))))));
    this._save.focus();
  }
}

/** @param {any} value */
function number(value) {
  return typeof value === "number" ? weight(value) : String(value);
}
