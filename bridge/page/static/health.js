// Latency by stage, rates, what is sent where, and whether anybody answers.
import { el, fill, setText } from "./dom.js";
import { counted, median, milliseconds, percent } from "./formats.js";

const STAGES = /** @type {[string, string][]} */ ([
  ["wait", "Wait for its turn"],
  ["track", "Find the face"],
  ["express", "Read the expression"],
  ["solve", "Solve the curves"],
  ["shape", "Smooth and shape"],
  ["send", "Send"],
  ["capture_to_send", "Capture to send"],
]);

/** Shows how the daemon is doing. */
export class Health {
  /** @param {import("./live.js").Live} live */
  constructor(live) {
    this._live = live;
    this._tiles = el("div", { class: "tiles" });
    /** @type {Map<string, HTMLElement>} */
    this._figures = new Map();
    for (const [name, label] of [
      ["rate", "pictures solved a second"], ["camera", "pictures a second from the camera"], ["total", "ms capture to send"],
      ["drawn", "ms capture to this page"], ["dropped", "pictures dropped"], ["tracked", "of pictures show a face"],
    ]) {
      const figure = el("b", { text: "–" });
      this._figures.set(name, figure);
      this._tiles.append(el("div", { class: "tile" }, figure, el("span", { text: label })));
    }
    this._stages = el("div", { class: "stages" });
    // On a narrow screen it scrolls, and keys must reach it.
    this._sinks = el("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Where it is sent" });
    this._notes = el("ul");
    this.element = el("div", {},
      this._tiles,
      el("h2", { text: "Where the time goes" }),
      el("p", { class: "note", text: "Milliseconds of each step: the usual time, and the time that one frame in a hundred exceeds." }),
      this._stages,
      el("h2", { text: "Where it is sent" }),
      this._sinks,
      this._notes
    );
    this.element.className = "panel";
  }

  /** @param {any} status */
  show(status) {
    if (!this.element.offsetParent) return;
    const latency = status.latency_ms || {};
    const rates = status.rates || {};
    const total = latency.capture_to_send || {};
    const camera = status.camera || {};
    this._figure("rate", typeof rates.images === "number" ? rates.images.toFixed(1) : "–");
    this._figure("camera", camera.asked ? camera.fps.toFixed(1) : "");
    this._figure("total", milliseconds(number(total.p50)));
    this._figure("drawn", milliseconds(median(this._live.drawnMs.slice(-120))));
    this._figure("dropped", String(status.dropped || 0));
    this._figure("tracked", percent(status.tracked_share || 0));
    this._showStages(latency);
    this._showSinks(status.sinks || {});
    const solver = status.solver || {}, motion = status.motion || {};
    fill(this._notes,
      solver.guarded ? el("li", { class: "warn", text: `The landmarks overruled the solver ${counted(solver.guarded, "time")}.` }) : null,
      motion.guarded ? el("li", { class: "warn", text: `A plain filter replaced the motion network ${counted(motion.guarded, "time")}.` }) : null
    );
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  _figure(name, text) {
    const figure = this._figures.get(name);
    if (!figure) return;
    setText(figure, text);
    // There is no camera where a file is played.
    if (figure.parentElement) figure.parentElement.hidden = !text;
  }

  /** @param {Object<string, {p50: number, p99: number}>} latency */
  _showStages(latency) {
    const longest = Math.max(1, ...STAGES.map(([name]) => number((latency[name] || {}).p99)).filter(isFinite));
    fill(this._stages,
      el("div", { class: "stage-bar" }, el("h3", { text: "Step" }), el("span"), el("h3", { class: "figure", text: "usual" }), el("h3", { class: "figure", text: "1 in 100" })),
      ...STAGES.map(([name, label]) => {
        const { p50, p99 } = latency[name] || { p50: NaN, p99: NaN };
        return el("div", { class: name === "capture_to_send" ? "stage-bar total" : "stage-bar" },
          el("span", { text: label }),
          el("span", { class: "track" }, share("late", p99 / longest), share("usual", p50 / longest)),
          el("span", { class: "figure", text: milliseconds(number(p50)) }),
          el("span", { class: "figure", text: milliseconds(number(p99)) })
        );
      })
    );
  }

  /** @param {any} sinks by name, or a list with names */
  _showSinks(sinks) {
    const rows = Array.isArray(sinks) ? sinks : Object.keys(sinks).map((name) => Object.assign({ name }, sinks[name]));
    if (!rows.length) {
      fill(this._sinks, el("p", { class: "note", text: "Nothing is sent. `facewire run --sink` names where to." }));
      return;
    }
    fill(this._sinks, el("table", {},
      el("thead", {}, el("tr", {}, ...[["To", ""], ["A second", "figure"], ["Sent", "figure"], ["Failed", "figure"], ["Does anybody receive it?", ""]]
        .map(([text, name]) => el("th", { text, class: name, scope: "col" })))),
      el("tbody", {}, ...rows.map((row) => el("tr", {},
        el("td", { text: row.name }),
        el("td", { class: "figure", text: typeof row.rate === "number" ? row.rate.toFixed(1) : "–" }),
        el("td", { class: "figure", text: Number(row.sent || 0).toLocaleString("en") }),
        el("td", { class: row.failed ? "figure bad" : "figure", text: String(row.failed || 0) }),
        el("td", { text: answers(row), class: row.answered === true ? "good" : row.answered === false ? "warn" : "note" })
      )))
    ));
  }
}

/** @param {any} row */
function answers(row) {
  if (row.answered === true) return "Yes";
  if (row.answered === false) return "No: nothing listens there";
  return "This wire cannot tell";
}

/**
 * @param {string} name
 * @param {number} part
 */
function share(name, part) {
  const bar = el("i", { class: name });
  bar.style.transform = `scaleX(${isFinite(part) ? Math.min(part, 1).toFixed(4) : 0})`;
  return bar;
}

/** @param {any} value */
function number(value) {
  return typeof value === "number" ? value : NaN;
}
