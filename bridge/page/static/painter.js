// Draws at most once for each picture of the display, and never while hidden.

/**
 * What is drawn. `draw` returns true if it wants to be drawn again next time.
 * @typedef {object} Drawn
 * @property {(nowMs: number) => boolean | void} draw
 */

/** Calls what has changed, on the next animation frame. */
export class Painter {
  constructor() {
    /** @type {Set<Drawn>} */
    this._due = new Set();
    this._asked = 0;
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
        if (drawn.draw(nowMs)) this._due.add(drawn);
      }
      this._ask();
    });
  }
}
