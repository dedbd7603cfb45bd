// One row of the mapping table.
import { button, el, setText } from "./dom.js";
import { inWords, targetInWords } from "./formats.js";
import { pickTargets } from "./picker.js";

const TEST_MS = 60;
const REST_MS = 1500;

/**
 * @typedef {object} Row
 * @property {string} source
 * @property {string} words what it does, for people
 * @property {string[]} to
 * @property {string[]} unknown of these, what the character does not have
 * @property {boolean} acts false if other sources do its work
 * @property {number} gain
 * @property {number} low
 * @property {number} high
 * @property {boolean} solo
 */

/**
 * What a row asks for.
 * @typedef {object} Asks
 * @property {(changed: Object<string, any>) => void} set
 * @property {(source: string, value: boolean) => void} solo
 * @property {(source: string, value: number | null) => void} test null ends it
 */

/** Shows and changes what one source moves. */
export class MappingRow {
  /**
   * @param {Row} row
   * @param {Asks} asks
   */
  constructor(row, asks) {
    const source = row.source, words = source.length === 2 ? `Vowel ${source}` : inWords(source);
    this._asks = asks;
    this._words = words;
    this._row = row;
    /** @type {string[]} */
    this._targets = [];
    this._to = button("", () => this._pick(), { class: "small targets" });
    this._gain = this._number("gain", `Gain of ${words}`, -10, 10);
    this._low = this._number("low", `Lowest value of ${words}`, -90, 90);
    this._high = this._number("high", `Highest value of ${words}`, -90, 90);
    this._invert = el("input", { type: "checkbox", "aria-label": `Invert ${words}`, on: { change: () => this._turn() } });
    this._solo = button("Solo", () => asks.solo(source, !this._row.solo), {
      class: "small", "aria-pressed": "false", "aria-label": `Solo ${words}`, title: "Move the character by this alone",
    });
    this._test = el("input", { type: "range", class: "test", min: "0", max: "1", step: "0.01", value: "0", "aria-label": `Test ${words}` });
    this._listen();
    const name = el("td", { text: words, title: `${source}: ${row.words}` });
    this.element = el("tr", {}, name, el("td", { class: "to" }, this._to),
      el("td", {}, this._gain), el("td", {}, this._low), el("td", {}, this._high),
      el("td", {}, this._invert), el("td", {}, this._solo), el("td", {}, this._test));
  }

  /**
   * @param {"gain" | "low" | "high"} name
   * @param {string} label
   * @param {number} low
   * @param {number} high
   */
  _number(name, label, low, high) {
    const field = el("input", { type: "number", min: String(low), max: String(high), step: "0.05", "aria-label": label, on: { change: () => {
      if (isFinite(field.valueAsNumber)) this._set({ [name]: field.valueAsNumber });
      else field.value = short(this._row[name]);
    } } });
    return field;
  }

  /** @param {Object<string, any>} changed */
  _set(changed) {
    this._asks.set(Object.assign({ source: this._row.source }, changed));
  }

  /** Turn the direction: what went from low to high goes from -low to -high. */
  _turn() {
    const { gain, low, high } = this._row;
    this._set({ gain: -gain, low: -high || 0, high: -low || 0 });
  }

  _pick() {
    pickTargets(this._to, `${this._words} moves`, this._targets, this._row.to, (to) => this._set({ to }));
  }

  _listen() {
    let timer = 0, rest = 0, acts = false;
    const end = () => {
      clearTimeout(timer);
      clearTimeout(rest);
      timer = rest = 0;
      this._test.value = "0";
      if (!acts) return;
      acts = false;
      this._asks.test(this._row.source, null);
    };
    this._test.addEventListener("input", () => {
      acts = true;
      clearTimeout(rest);
      rest = setTimeout(end, REST_MS);
      if (timer) return;
      timer = setTimeout(() => {
        timer = 0;
        this._asks.test(this._row.source, this._test.valueAsNumber);
      }, TEST_MS);
    });
    this._test.addEventListener("blur", end);
  }

  /**
   * @param {Row} row
   * @param {string[]} targets what the character has
   */
  show(row, targets) {
    this._row = row;
    this._targets = targets;
    const told = row.to.map(targetInWords).join(", ") || "nothing";
    setText(this._to, told);
    this._to.setAttribute("aria-label", `${this._words} moves ${told}; change`);
    for (const name of /** @type {["gain", "low", "high"]} */ (["gain", "low", "high"])) {
      const field = { gain: this._gain, low: this._low, high: this._high }[name];
      if (document.activeElement !== field || field.value === "") field.value = short(row[name]);
      field.disabled = !row.to.length;
    }
    this._invert.checked = row.gain < 0;
    this._invert.disabled = this._solo.disabled = this._test.disabled = !row.to.length;
    this._solo.setAttribute("aria-pressed", String(row.solo));
    this._to.title = row.unknown && row.unknown.length ? `The character has no ${row.unknown.join(", ")}` : row.to.length && row.acts === false ? "Others do its work" : "";
    this._to.classList.toggle("lost", Boolean(row.unknown && row.unknown.length));
    this.element.className = `${row.solo ? "soloed " : ""}${row.to.length ? "" : "undriven"}`;
  }

  /**
   * @param {string} words in lower case
   * @param {boolean} moving only rows that move something
   */
  matches(words, moving) {
    if (moving && !this._row.to.length) return false;
    const all = `${this._words} ${this._row.source} ${this._row.to.join(" ")}`;
    return all.toLowerCase().indexOf(words) >= 0;
  }
}

/** @param {number} value */
function short(value) {
  return String(Math.round(value * 1000) / 1000);
}
