// Knobs: steadiness, lead, style, idling, gains; saved when asked.
import { ARKIT } from "./channels.js";
import { button, el, fill, say, setText } from "./dom.js";
import { fileName, inWords } from "./formats.js";

const SEND_MS = 120;

const STYLES = /** @type {[string, string][]} */ ([
  ["natural", "Natural"], ["calm", "Calm: smaller and softer"], ["snappy", "Snappy: quick"],
  ["toon", "Toon: bigger than life"], ["held", "Held: 12 poses a second"],
]);

/** The knobs of the watched face. */
export class Adjust {
  /**
   * @param {import("./link.js").Link} link
   * @param {import("./live.js").Live} live
   * @param {import("./actions.js").Actions} actions
   */
  constructor(link, live, actions) {
    this._link = link;
    this._live = live;
    this._actions = actions;
    this._shownGains = "";
    this._steadiness = this._knob("steadiness", "Steadiness", "Less is quicker, more is calmer.", 0, 1, 0.01, (value) => value.toFixed(2));
    this._lead = this._knob("lead", "Look ahead", "Predicts the face by this much, to make up for delay further on.", 0, 120, 1, (value) => `${value} ms`);
    this._style = el("select", { id: "knob-style", on: { change: () => actions.order("style", { value: this._style.value }) } },
      ...STYLES.map(([value, text]) => el("option", { value, text })));
    this._idle = el("input", { type: "checkbox", on: { change: () => actions.order("idle", { value: this._idle.checked }) } });
    this._off = el("p", { class: "note", text: "The motion network is off, so steadiness, look ahead and style do nothing.", hidden: true });
    this._curve = el("select", { "aria-label": "Curve whose gain is set" }, ...ARKIT.map((name) => el("option", { value: name, text: inWords(name) })));
    this._gains = el("div", { class: "knobs" });
    this._profile = el("p", { class: "note" });
    this.element = el("div", {},
      this._off,
      el("div", { class: "knobs" },
        this._steadiness.element, this._lead.element,
        el("div", { class: "knob" }, el("label", { for: "knob-style", text: "Style" }), this._style,
          el("p", { class: "note", text: "How the motion is performed." })),
        el("div", { class: "knob" }, el("label", { class: "check" }, this._idle, "Idle when nobody is there"),
          el("p", { class: "note", text: "The character breathes and blinks instead of standing still." }))),
      el("div", { class: "row" },
        button("Save these settings", () => this._do("save settings", {}), { class: "main", title: "Write them to the settings file" }),
        button("Forget my neutral face", () => actions.order("reset", {}))),
      el("h2", { text: "Gain of a curve" }),
      el("p", { class: "note", text: "Makes one curve stronger or weaker in everything that is sent. 1 leaves it as it is." }),
      this._gains,
      el("div", { class: "row" }, this._curve, button("Add", () => this._add(this._curve.value))),
      el("h2", { text: "Your profile" }),
      this._profile,
      el("div", { class: "row" }, button("Save my profile", () => this._do("save profile", {}), {
        title: "Write your neutral face, ranges and gains to a file",
      })));
    /** @type {Map<string, ReturnType<Adjust["_knob"]>>} */
    this._byCurve = new Map();
  }

  _subject() {
    return this._live.subject ? { subject: this._live.subject } : {};
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
   * @param {string} verb
   * @param {string} label
   * @param {string} note
   * @param {number} low
   * @param {number} high
   * @param {number} step
   * @param {(value: number) => string} told
   * @param {Object<string, any>} [more] arguments of the order
   */
  _knob(verb, label, note, low, high, step, told, more) {
    const id = `knob-${verb}-${label.replace(/\W/g, "")}`;
    const output = el("output", { for: id });
    const range = el("input", { type: "range", id, min: String(low), max: String(high), step: String(step) });
    let held = false, timer = 0;
    const send = async (/** @type {boolean} */ last) => {
      const args = Object.assign({ value: range.valueAsNumber }, more, this._subject());
      const answer = await this._link.ask(verb, args);
      if (last || !answer.ok) say(answer.sentence, answer.ok);
    };
    range.addEventListener("input", () => {
      held = true;
      setText(output, told(range.valueAsNumber));
      if (!timer) {
        timer = setTimeout(() => {
          timer = 0;
          send(false);
        }, SEND_MS);
      }
    });
    range.addEventListener("change", () => {
      clearTimeout(timer);
      timer = 0;
      send(true).then(() => (held = false));
    });
    return {
      element: el("div", { class: "knob" }, el("label", { for: id, text: label }), output, range, note && el("p", { class: "note", text: note })),
      range,
      /** @param {number | null | undefined} value */
      show(value) {
        range.disabled = typeof value !== "number";
        if (held || typeof value !== "number") return;
        range.value = String(value);
        setText(output, told(value));
      },
    };
  }

  /** @param {string} curve */
  _add(curve) {
    if (!this._byCurve.has(curve)) {
      const knob = this._knob("gain", inWords(curve), "", 0, 3, 0.05, (value) => `× ${value.toFixed(2)}`, { curve });
      knob.show(1);
      this._byCurve.set(curve, knob);
      this._gains.append(knob.element);
    }
    const knob = this._byCurve.get(curve);
    if (knob) knob.range.focus();
  }

  show() {
    const settings = this._live.settings;
    const moves = typeof settings.steadiness === "number";
    this._off.hidden = moves || !this._live.status;
    this._steadiness.show(settings.steadiness);
    this._lead.show(settings.lead_ms);
    this._style.disabled = !settings.style;
    if (settings.style && document.activeElement !== this._style) this._style.value = settings.style;
    this._idle.disabled = typeof settings.idle !== "boolean";
    if (typeof settings.idle === "boolean") this._idle.checked = settings.idle;
    setText(this._profile, settings.profile
      ? `In use: ${fileName(settings.profile)}`
      : "No profile is in use. The guided calibration makes one.");
    const gains = settings.gains || {};
    for (const curve of Object.keys(gains)) {
      if (!this._byCurve.has(curve) && gains[curve] !== 1) {
        const knob = this._knob("gain", inWords(curve), "", 0, 3, 0.05, (value) => `× ${value.toFixed(2)}`, { curve });
        this._byCurve.set(curve, knob);
        this._gains.append(knob.element);
      }
    }
    for (const [curve, knob] of this._byCurve) knob.show(curve in gains ? gains[curve] : 1);
  }

  /** Forget the gains of another face. */
  clear() {
    this._byCurve.clear();
    fill(this._gains);
  }
}
