// The guided calibration: what to do, for how long, and what it has learned.
import { ARKIT } from "./channels.js";
import { button, byId, el, fill, say, setText } from "./dom.js";
import { inWords } from "./formats.js";

/**
 * What the daemon says while it runs.
 * @typedef {object} GuideMessage
 * @property {string} prompt what to do now
 * @property {string} hint what comes next, or how to do it
 * @property {number} seconds left of this move
 * @property {number} share of the whole that is done, 0 to 1
 * @property {string[]} curves the curves that the move shows; may be empty
 * @property {string} problem why it waits; empty while it runs
 * @property {boolean} done
 * @property {{curve: string, before: string, after: string, note: string}[]} [rows] when it
 *   is done: what each curve read from rest to its most, before and after
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
    this._rows = el("div", { class: "scroll guide-rows", tabIndex: 0, role: "region", "aria-label": "Before and after", hidden: true });
    this._bars = el("div", { class: "moods", "aria-hidden": "true" });
    /** Curves of the move, with their bars. @type {[number, HTMLElement][]} */
    this._asked = [];
    this._move = "";
    this._stop = button("Stop", () => this._end("guide stop"));
    this._save = button("Save as my profile", () => this._end("guide save"), { class: "main", hidden: true });
    const words = el("div", { class: "grow" }, this._prompt, this._hint);
    this._box.append(
      el("div", { class: "guide-head" }, words, this._count),
      this._share, this._problem, this._bars, this._rows,
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
    this._rows.hidden = true;
    fill(this._rows);
  }

  /**
   * Show how far the curves of the move go now.
   * @param {string[]} curves
   */
  _showCurves(curves) {
    if (curves.join() !== this._move) {
      this._move = curves.join();
      this._asked = curves.map((name) => [ARKIT.indexOf(name), el("i")]);
      fill(this._bars, ...this._asked.map(([at, bar]) =>
        el("div", { class: "mood wide" }, el("span", { text: inWords(ARKIT[at]) }), el("span", { class: "track" }, bar))));
    }
    const frame = this._live.frame;
    if (!frame) return;
    const values = frame.rawKnown ? frame.raw : frame.vector;
    for (const [at, bar] of this._asked) bar.style.transform = `scaleX(${values[at].toFixed(3)})`;
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
    const failed = Boolean(done && message.problem);
    this._save.hidden = !done || failed;
    setText(this._stop, failed ? "Close" : done ? "Discard" : "Stop");
    this._showCurves(done ? [] : message.curves || []);
    if (done) this._showRows(message.rows || []);
  }

  /** @param {{curve: string, before: string, after: string, note: string}[]} rows */
  _showRows(rows) {
    if (!this._save.hidden) this._save.focus();
    if (!rows.length) return;
    this._rows.hidden = false;
    fill(this._rows, el("table", {},
      el("thead", {}, el("tr", {}, ...["Curve", "Before", "After", ""].map((text) => text
        ? el("th", { text, scope: "col" }) : el("td")))),
      el("tbody", {}, ...rows.map((row) => el("tr", {},
        el("td", { text: inWords(row.curve), title: row.curve }),
        el("td", { text: row.before }), el("td", { text: row.after }), el("td", { class: "note", text: row.note || "" }))))));
  }
}
