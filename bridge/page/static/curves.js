// 52 bars: raw, sent, doubt, and what the character gets.
import { colour } from "./theme.js";
import { ARKIT, PARTS } from "./channels.js";
import { button, el, fitted, setText } from "./dom.js";
import { inWords, targetInWords, weight } from "./formats.js";

/** Height of a curve's line: what is pressed must not be smaller. */
const LINE = 24;
const TEXT = 34;
const SPOKEN_MS = 1000;

/** Draws the bars of the watched face. */
export class CurvesPanel {
  /**
   * @param {import("./live.js").Live} live
   * @param {import("./painter.js").Painter} painter
   * @param {import("./chart.js").Chart} chart gets the curves that are pressed
   */
  constructor(live, painter, chart) {
    this._live = live;
    this._chart = chart;
    /** @type {{canvas: HTMLCanvasElement, curves: number[]}[]} */
    this._parts = [];
    /** @type {HTMLButtonElement[]} by curve */
    this._names = [];
    /** @type {HTMLElement[]} by curve */
    this._gets = [];
    /** Slots that show a curve by its own morph targets. @type {number[][]} */
    this._slots = ARKIT.map(() => []);
    this._spokenMs = 0;
    this.element = el("div", { class: "curves" });
    for (const [title, names] of PARTS) this.element.append(this._part(title, names));
    this.key = key();
    this._painter = painter;
    new ResizeObserver(() => painter.want(this)).observe(this.element);
  }

  /**
   * @param {string} title
   * @param {string[]} names
   */
  _part(title, names) {
    const canvas = el("canvas", { "aria-hidden": "true" });
    const lines = el("div", { class: "lines" }, canvas);
    const curves = names.map((name) => ARKIT.indexOf(name));
    for (const curve of curves) {
      const name = button(inWords(ARKIT[curve]), () => this._press(curve), {
        title: `${ARKIT[curve]}: press to draw it over time`, "aria-pressed": "false",
      });
      const gets = el("span", { class: "gets" });
      this._names[curve] = name;
      this._gets[curve] = gets;
      lines.append(el("div", { class: "curve" }, name, gets));
    }
    this._parts.push({ canvas, curves });
    return el("section", { class: "part", "aria-label": title }, el("h2", { text: title }), lines);
  }

  /** @param {number} curve */
  _press(curve) {
    this._chart.toggle(curve);
    this.showChosen();
  }

  /** Mark the curves that the chart draws. */
  showChosen() {
    this._names.forEach((name, curve) =>
      name.setAttribute("aria-pressed", String(this._chart.has(curve)))
    );
  }

  /**
   * Tell what a character gets from each curve.
   * @param {import("./character.js").CharacterMessage} message
   */
  showCharacter(message) {
    /** @type {Map<string, number[]>} */
    const byName = new Map();
    message.slots.forEach(([, , name], slot) => byName.set(name, (byName.get(name) || []).concat(slot)));
    for (const row of message.gets || []) {
      const curve = ARKIT.indexOf(row.curve);
      if (curve < 0) continue;
      const text = row.how === "own" ? row.to.map(targetInWords).join(", ") : row.how === "others" ? "with others" : "nothing";
      const gets = this._gets[curve];
      setText(gets, text);
      gets.title = row.how === "own" ? `moves ${text}` : row.how === "others"
        ? "the character has no shape of its own for this; it shows through others"
        : "the character shows nothing of this";
      gets.className = row.how === "nothing" ? "gets nothing" : "gets";
      this._slots[curve] = row.to.reduce((/** @type {number[]} */ all, name) => all.concat(byName.get(name) || []), []);
    }
    this._painter.want(this);
  }

  /** @param {number} nowMs */
  draw(nowMs) {
    const frame = this._live.frame;
    for (const part of this._parts) this._drawPart(part.canvas, part.curves, frame);
    if (frame && nowMs - this._spokenMs > SPOKEN_MS) {
      this._spokenMs = nowMs;
      this._speak(frame);
    }
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number[]} curves
   * @param {import("./messages.js").Frame | null} frame
   */
  _drawPart(canvas, curves, frame) {
    const brush = fitted(canvas);
    if (!brush) return;
    const wide = canvas.clientWidth - TEXT;
    const posture = this._live.posture;
    brush.font = "11.5px system-ui, sans-serif";
    brush.textAlign = "right";
    brush.textBaseline = "middle";
    brush.fillStyle = colour("--well");
    curves.forEach((_, row) => brush.fillRect(0, row * LINE + 7, wide, 10));
    if (!frame) return;
    if (frame.doubtKnown) {
      brush.fillStyle = colour("--doubt");
      curves.forEach((curve, row) => {
        const value = frame.vector[curve], doubt = frame.doubt[curve];
        const from = Math.max(value - doubt, 0), to = Math.min(value + doubt, 1);
        brush.fillRect(from * wide, row * LINE + 7, (to - from) * wide, 10);
      });
    }
    brush.fillStyle = colour("--sent");
    curves.forEach((curve, row) => brush.fillRect(0, row * LINE + 9, frame.vector[curve] * wide, 6));
    if (frame.rawKnown) {
      brush.fillStyle = colour("--raw");
      curves.forEach((curve, row) => brush.fillRect(0, row * LINE + 17, frame.raw[curve] * wide, 2));
    }
    if (posture) {
      brush.fillStyle = colour("--got");
      curves.forEach((curve, row) => {
        const slots = this._slots[curve];
        if (slots.length) brush.fillRect(posture.weights[slots[0]] * wide - 1, row * LINE + 6, 2, 12);
      });
    }
    brush.fillStyle = colour(frame.tracked ? "--text" : "--soft");
    curves.forEach((curve, row) => brush.fillText(weight(frame.vector[curve]), wide + TEXT - 4, row * LINE + 12.5));
  }

  /** @param {import("./messages.js").Frame} frame */
  _speak(frame) {
    this._names.forEach((name, curve) => {
      const raw = frame.rawKnown ? `, ${weight(frame.raw[curve])} raw` : "";
      name.setAttribute("aria-label", `${inWords(ARKIT[curve])}: ${weight(frame.vector[curve])} sent${raw}`);
    });
  }
}

function key() {
  const parts = [["sent", "sent"], ["raw", "raw, before smoothing"], ["doubt", "may be off by this much"], ["got", "what the character gets"]];
  return el("p", { class: "key" }, ...parts.map(([name, text]) => el("span", {}, el("i", { class: name }), text)));
}
