// A strip chart: chosen curves over the last ten seconds.
import { ARKIT } from "./channels.js";
import { el, fitted, fill } from "./dom.js";
import { inWords } from "./formats.js";
import { KEPT_MS } from "./live.js";
import { colour } from "./theme.js";

/** Told apart by people who see few colours, on light and dark ground. */
const LINES = ["#0d8f83", "#d9662b", "#3f74d6", "#b5459a", "#a38200", "#7a6ae0"];
const KEPT = "facewire-chart";

/** Draws the chart. */
export class Chart {
  /**
   * @param {import("./live.js").Live} live
   * @param {import("./painter.js").Painter} painter
   */
  constructor(live, painter) {
    this._live = live;
    this._painter = painter;
    /** @type {number[]} */
    this._chosen = remembered();
    this._canvas = el("canvas", { role: "img", "aria-label": "Chosen curves over the last ten seconds" });
    this._key = el("div", { class: "chart-key" });
    this.element = el("div", {}, this._key, el("div", { class: "chart" }, this._canvas));
    this._show();
    new ResizeObserver(() => painter.want(this)).observe(this._canvas);
  }

  /** @param {number} curve */
  has(curve) {
    return this._chosen.indexOf(curve) >= 0;
  }

  /**
   * Draw a curve or no longer; the oldest makes room.
   * @param {number} curve
   */
  toggle(curve) {
    if (this.has(curve)) this._chosen = this._chosen.filter((one) => one !== curve);
    else this._chosen = this._chosen.concat(curve).slice(-LINES.length);
    localStorage.setItem(KEPT, this._chosen.map((one) => ARKIT[one]).join(" "));
    this._show();
    this._painter.want(this);
  }

  _show() {
    const parts = this._chosen.map((curve, at) => {
      const mark = el("i");
      mark.style.background = LINES[at];
      return el("span", {}, mark, inWords(ARKIT[curve]));
    });
    fill(this._key, ...(parts.length ? parts : ["Press the name of a curve to draw it here."]));
  }

  draw() {
    const brush = fitted(this._canvas);
    if (!brush) return;
    const wide = this._canvas.clientWidth, high = this._canvas.clientHeight;
    const top = 8, tall = high - 24;
    brush.strokeStyle = colour("--line");
    brush.fillStyle = colour("--soft");
    brush.font = "11px system-ui, sans-serif";
    brush.lineWidth = 1;
    for (const value of [0, 0.5, 1]) {
      const y = Math.round(top + tall * (1 - value)) + 0.5;
      brush.beginPath();
      brush.moveTo(0, y);
      brush.lineTo(wide, y);
      brush.stroke();
    }
    brush.textAlign = "left";
    brush.fillText("10 s ago", 6, high - 4);
    brush.textAlign = "right";
    brush.fillText("now", wide - 6, high - 4);
    brush.lineWidth = 2;
    brush.lineJoin = "round";
    this._chosen.forEach((curve, at) => {
      brush.strokeStyle = LINES[at];
      brush.beginPath();
      this._live.history.each(curve, (age, value) => brush.lineTo(wide * (1 - age / KEPT_MS), top + tall * (1 - value)));
      brush.stroke();
    });
  }
}

function remembered() {
  const kept = localStorage.getItem(KEPT);
  const names = kept === null ? ["jawOpen", "mouthSmileLeft", "eyeBlinkLeft"] : kept.split(" ");
  return names.map((name) => ARKIT.indexOf(name)).filter((at) => at >= 0).slice(0, LINES.length);
}
