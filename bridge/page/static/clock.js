// How far the daemon's clock is ahead of the page's.

const KEPT = 16;

/** Compares two clocks by asking one for the time. */
export class ClockOffset {
  constructor() {
    /** @type {{trip: number, offset: number}[]} */
    this._asked = [];
    /** Daemon's milliseconds minus the page's; 0 until an answer came. */
    this.ms = 0;
    /** True once an answer came. */
    this.known = false;
  }

  /**
   * Take an answer. The shortest of the newest trips counts, as it bounds the error best.
   * @param {number} askedMs page time of the question
   * @param {number} daemonMs the daemon's time in between
   * @param {number} answeredMs page time of the answer
   */
  add(askedMs, daemonMs, answeredMs) {
    const trip = answeredMs - askedMs;
    if (!(trip >= 0) || !isFinite(daemonMs)) return;
    this._asked.push({ trip, offset: daemonMs - (askedMs + answeredMs) / 2 });
    if (this._asked.length > KEPT) this._asked.shift();
    const best = this._asked.reduce((a, b) => (b.trip < a.trip ? b : a));
    this.ms = best.offset;
    this.known = true;
  }

  /** Forget the answers, as another daemon has another clock. */
  forget() {
    this._asked = [];
    this.known = false;
    this.ms = 0;
  }
}
