// The buttons that people need while they perform.
import { button, byId, el, fill, say, setText } from "./dom.js";
import { duration, sentence } from "./formats.js";

/** The row of buttons above the panels. */
export class Actions {
  /**
   * @param {import("./link.js").Link} link
   * @param {import("./live.js").Live} live
   */
  constructor(link, live) {
    this._link = link;
    this._live = live;
    this._paused = false;
    this._neutral = button("Neutral now", () => this.order("calibrate", {}), {
      class: "main", title: "Relax your face and look into the camera for two seconds",
    });
    this.guide = button("Guided calibration…", () => undefined, {
      title: "Learn your neutral face and how far your face moves, in half a minute",
    });
    this._mirror = button("Mirror", () => this._swap(), {
      "aria-pressed": "false", title: "Swap left and right in what is sent",
    });
    this._pause = button("Pause", () => this._hold(), {
      "aria-pressed": "false", title: "Hold the pose: the camera is not followed until you continue",
    });
    this._slate = el("input", { type: "text", placeholder: "slate", maxLength: 64, "aria-label": "Slate of the next take", autocomplete: "off" });
    this._number = el("input", { type: "number", placeholder: "take", min: "1", max: "9999", "aria-label": "Number of the next take; empty counts on" });
    this._record = button("Record", () => this._recordOrStop(), { class: "record" });
    byId("actions").append(
      this._neutral, this.guide, this._mirror, this._pause, el("span", { class: "gap" }),
      el("span", { class: "slate" }, this._slate, this._number, this._record)
    );
    const hint = byId("hints");
    this._hints = hint;
    this._told = "";
    this._recording = false;
    /** Called after a take has ended. */
    this.recorded = () => {};
  }

  /**
   * Give an order for the watched face, and say the answer.
   * @param {string} verb
   * @param {Object<string, any>} args
   */
  async order(verb, args) {
    const subject = this._live.subject;
    const answer = await this._link.ask(verb, Object.assign(subject ? { subject } : {}, args));
    say(answer.sentence, answer.ok);
    return answer.ok;
  }

  async _swap() {
    // What was pressed last counts: the next report is up to half a second away.
    const value = this._mirror.getAttribute("aria-pressed") !== "true";
    if (await this.order("mirror", { value })) this._mirror.setAttribute("aria-pressed", String(value));
  }

  async _hold() {
    const value = !this._paused;
    if (await this.order("pause", { value })) this._showPause(value);
  }

  /** @param {boolean} paused */
  _showPause(paused) {
    this._paused = paused;
    this._pause.setAttribute("aria-pressed", String(paused));
    setText(this._pause, paused ? "Continue" : "Pause");
  }

  async _recordOrStop() {
    const recording = (this._live.status && this._live.status.recording) || {};
    this._record.disabled = true;
    const slate = this._slate.value.trim(), number = this._number.valueAsNumber;
    const answer = recording.recording
      ? await this._link.ask("take stop")
      : await this._link.ask("take start", Object.assign({}, slate ? { slate } : {}, number >= 1 ? { number } : {}));
    this._record.disabled = false;
    if (answer.ok && !recording.recording) this._number.value = "";
    say(answer.sentence, answer.ok);
  }

  /** @param {any} status */
  show(status) {
    const recording = status.recording || {};
    if (this._recording && !recording.recording) this.recorded();
    this._recording = Boolean(recording.recording);
    const settings = this._live.settings;
    this._record.classList.toggle("on", Boolean(recording.recording));
    setText(this._record, recording.recording ? `Stop ${duration(recording.seconds)}` : "Record");
    this._mirror.setAttribute("aria-pressed", String(Boolean(settings.mirror)));
    if (typeof settings.paused === "boolean") this._showPause(settings.paused);
    if (recording.slate && document.activeElement !== this._slate) this._slate.placeholder = recording.slate;
    const hints = (status.hints || []).concat([recording.error, recording.video_error].filter(Boolean));
    const told = hints.join("\n");
    if (told !== this._told) {
      this._told = told;
      fill(this._hints, ...hints.map((/** @type {string} */ text) => el("li", { text: sentence(text) })));
    }
  }

  /** Take the hints away, as nothing is known any more. */
  forget() {
    this._told = "";
    fill(this._hints);
  }

  /** Allow or forbid the buttons. @param {boolean} allowed */
  allow(allowed) {
    for (const one of [this._neutral, this.guide, this._mirror, this._pause, this._record]) one.disabled = !allowed;
  }
}
