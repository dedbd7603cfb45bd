// The newest values of the watched face, and its last ten seconds.
import { CURVES } from "./messages.js";

export const KEPT_MS = 10000;
const MOST = 1300;

/** Curves over the last ten seconds, in a ring of constant size. */
export class History {
  constructor() {
    this._times = new Float64Array(MOST);
    this._values = new Float32Array(MOST * CURVES);
    this._next = 0;
    this.count = 0;
  }

  /**
   * @param {number} atMs
   * @param {Float32Array} vector the first 52 are kept
   */
  add(atMs, vector) {
    // A take that begins again, or another clock: what was before has no place in time.
    if (this.count && (atMs < this.newest || atMs - this.newest > KEPT_MS)) this.count = 0;
    this._times[this._next] = atMs;
    this._values.set(vector.subarray(0, CURVES), this._next * CURVES);
    this._next = (this._next + 1) % MOST;
    this.count = Math.min(this.count + 1, MOST);
  }

  /** Time of the newest values, milliseconds. */
  get newest() {
    return this._times[(this._next + MOST - 1) % MOST];
  }

  /**
   * Call a function with age in milliseconds and value of one curve, newest first.
   * @param {number} curve
   * @param {(ageMs: number, value: number) => void} visit
   */
  each(curve, visit) {
    const newest = this.newest;
    for (let back = 1; back <= this.count; back += 1) {
      const at = (this._next + MOST - back) % MOST;
      const age = newest - this._times[at];
      if (age > KEPT_MS) return;
      visit(age, this._values[at * CURVES + curve]);
    }
  }

  clear() {
    this.count = 0;
  }
}

/** What the page knows now. */
export class Live {
  constructor() {
    /** Place of the watched face, from 0. */
    this.face = 0;
    /** @type {import("./messages.js").Frame | null} */
    this.frame = null;
    /** @type {import("./messages.js").Posture | null} */
    this.posture = null;
    this.history = new History();
    /** @type {any} the newest status */
    this.status = null;
    /** @type {any} the greeting */
    this.hello = null;
    this.frames = 0;
    this.postures = 0;
    this.pictures = 0;
    /** Capture to drawn of the newest postures, milliseconds. @type {number[]} */
    this.drawnMs = [];
  }

  /** @param {import("./messages.js").Frame} frame */
  take(frame) {
    this.frames += 1;
    if (frame.face !== this.face) return false;
    this.frame = frame;
    this.history.add(frame.capturedMs, frame.vector);
    return true;
  }

  /** @param {number} ms */
  drawn(ms) {
    this.drawnMs.push(ms);
    if (this.drawnMs.length > 1000) this.drawnMs.shift();
  }

  /**
   * Watch another face.
   * @param {number} place
   */
  watch(place) {
    this.face = place;
    this.frame = null;
    this.posture = null;
    this.history.clear();
  }

  /** Name of the watched face on the wire; undefined if it is not known. */
  get subject() {
    const faces = (this.status && this.status.faces) || [];
    if (faces[this.face]) return faces[this.face].subject;
    return this.hello && this.hello.subjects ? this.hello.subjects[this.face] : undefined;
  }

  /** The watched face's settings; an empty object if they are not known. */
  get settings() {
    const all = (this.status && this.status.settings) || [];
    return all.find((/** @type {any} */ one) => one.subject === this.subject) || all[this.face] || {};
  }
}
