// The eight expressions.
import { EXPRESSION_NAMES } from "./channels.js";
import { el, setText } from "./dom.js";
import { inWords, percent } from "./formats.js";

/** Shows how likely each expression is, and which one is held. */
export class Moods {
  /** @param {import("./live.js").Live} live */
  constructor(live) {
    this._live = live;
    this._bars = EXPRESSION_NAMES.map(() => el("i"));
    this._shares = EXPRESSION_NAMES.map(() => el("span", { text: "–" }));
    this._names = EXPRESSION_NAMES.map((name) => el("span", { text: inWords(name) }));
    this.element = el("div", { class: "moods" }, ...this._names.map((name, at) =>
      el("div", { class: "mood" }, name, el("span", { class: "track" }, this._bars[at]), this._shares[at])
    ));
  }

  /**
   * Mark the expression that the watched face holds, which characters show.
   * @param {string} held its name; empty for none
   */
  hold(held) {
    this._names.forEach((name, at) => name.classList.toggle("held", EXPRESSION_NAMES[at] === held));
  }

  draw() {
    const frame = this._live.frame;
    if (!frame || !this.element.offsetParent) return;
    for (let at = 0; at < this._bars.length; at += 1) {
      this._bars[at].style.transform = `scaleX(${frame.expression[at].toFixed(3)})`;
      setText(this._shares[at], percent(frame.expression[at]));
    }
  }
}
