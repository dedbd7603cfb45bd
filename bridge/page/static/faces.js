// One tab for each face.
import { byId } from "./dom.js";
import { tabs } from "./tabs.js";

/** Shows the tabs if there are several faces. */
export class Faces {
  /** @param {(place: number) => void} watch */
  constructor(watch) {
    this._list = byId("faces");
    this._watch = watch;
    this._names = "";
  }

  /**
   * @param {string[]} subjects
   * @param {number} now place of the watched face
   */
  show(subjects, now) {
    const names = subjects.join("\n");
    if (names === this._names) return;
    this._names = names;
    this._list.hidden = subjects.length < 2;
    let quiet = true;
    const choose = tabs(this._list, subjects.map((title) => ({ title })), (place) => {
      if (!quiet) this._watch(place);
    });
    choose(Math.min(now, Math.max(subjects.length - 1, 0)));
    quiet = false;
  }
}
