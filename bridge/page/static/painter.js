// Draws at most once for each picture of the display, and never while hidden.

/**
 * What is drawn. `draw` returns true if it wants to be drawn again next time.
 * @typedef {object} Drawn
 * @property {(nowMs: number) => boolean | void} draw
 */

/** Without a graphics card, numbers and pictures leave more time for the character. */
const SLOW_MS = 90;

/** Calls what has changed, on the next animation frame. */
export class Painter {
  constructor() {
    /** @type {Set<Drawn>} */
    this._due = new Set();
    this._asked = 0;
    /** True where drawing is slow. */
    this.slow = false;
    /** What is drawn as often as possible, however slow. @type {Drawn | null} */
    this.first = null;
    /** @type {Map<Drawn, number>} */
    this._drawnMs = new Map();
    document.addEventListener("visibilitychange", () => this._ask());
  }

  /**
   * Draw this soon. Newer values replace older ones that were not drawn.
   * @param {Drawn} drawn
   */
  want(drawn) {
    this._due.add(drawn);
    this._ask();
  }

  _ask() {
    if (this._asked || !this._due.size || document.hidden) return;
    this._asked = requestAnimationFrame((nowMs) => {
      this._asked = 0;
      const due = Array.from(this._due);
      this._due.clear();
      for (const drawn of due) {
        if (this._early(drawn, nowMs) || drawn.draw(nowMs)) this._due.add(drawn);
      }
      this._ask();
    });
  }

  /**
   * True if something was drawn a moment ago and must wait.
   * @param {Drawn} drawn
   * @param {number} nowMs
   */
  _early(drawn, nowMs) {
    if (!this.slow || drawn === this.first) return false;
    if (nowMs - (this._drawnMs.get(drawn) || 0) < SLOW_MS) return true;
    this._drawnMs.set(drawn, nowMs);
    return false;
  }
}
