// The mapping: what moves what, changed while watching.
import { button, el, fill, say, setText } from "./dom.js";
import { fileName, sentence } from "./formats.js";
import { MappingRow } from "./mapping_row.js";
import { tryCharacter } from "./upload.js";

/**
 * What the daemon says of the mapping.
 * @typedef {object} MappingMessage
 * @property {import("./mapping_row.js").Row[]} rows
 * @property {string[]} [targets] what can be moved
 * @property {boolean} undo
 * @property {boolean} redo
 * @property {boolean} unsaved
 * @property {string} file where it is saved; empty if it cannot be
 * @property {string} emotions auto, on or off
 * @property {boolean} wires true if what is sent is fitted to this character
 */

/** Shows a row for each source. */
export class MappingPanel {
  /**
   * @param {import("./link.js").Link} link
   */
  constructor(link) {
    this._link = link;
    /** @type {Map<string, MappingRow>} */
    this._rows = new Map();
    /** @type {string[]} */
    this._targets = [];
    /** @type {MappingMessage | null} */
    this._message = null;
    this._name = el("h2", { text: "No character" });
    this._summary = el("p", { class: "note" });
    this._licence = el("p", { class: "note" });
    this._undo = button("Undo", () => this._do("mapping undo"), { disabled: true });
    this._redo = button("Redo", () => this._do("mapping redo"), { disabled: true });
    this._save = button("Save", () => this._do("mapping save"), { class: "main", disabled: true });
    this._saved = el("span", { class: "note", role: "status" });
    this._body = el("tbody");
    this._search = el("input", { type: "text", placeholder: "Search", "aria-label": "Search curves and targets", on: { input: () => this._filter() } });
    this._only = el("input", { type: "checkbox", on: { change: () => this._filter() } });
    this._emotions = el("select", { id: "emotions", on: { change: () => this._do("mapping set", { emotions: this._emotions.value }) } },
      ...[["auto", "if the curves do not show them"], ["on", "always"], ["off", "never"]].map(([value, text]) => el("option", { value, text })));
    this._use = button("Use it for sending", () => this._do("character use"), { title: "Everything that facewire sends is then fitted to this character" });
    const file = el("input", { type: "file", class: "unseen", id: "character-file", multiple: true, tabIndex: -1, "aria-label": "Character file", on: { change: () => {
      if (file.files) tryCharacter(link, Array.from(file.files));
      file.value = "";
    } } });
    this.element = el("div", {},
      el("div", { class: "row" }, this._name, el("span", { class: "gap" }),
        file, button("Try a character…", () => file.click(), { title: "A .vrm, .glb or .gltf file; you can also drop it on the page" }),
        button("Built-in head", () => this._do("character builtin")),
        this._use),
      this._summary, this._licence,
      el("div", { class: "row" }, this._undo, this._redo, this._save,
        button("Start over", () => this._do("mapping reset"), { title: "Take back all changes since the character was opened" }),
        this._saved, el("span", { class: "gap" }),
        this._search, el("label", { class: "check" }, this._only, "only what moves")),
      el("div", { class: "narrow-scroll" }, el("table", { class: "mapping" },
        el("thead", {}, el("tr", {}, ...["Curve", "Moves", "Gain", "From", "To", "Invert", "Solo", "Test this"]
          .map((text) => el("th", { text, scope: "col" })))),
        this._body)),
      el("div", { class: "row" }, el("label", { for: "emotions", text: "Play the expressions" }), this._emotions));
  }

  /**
   * @param {string} verb
   * @param {Object<string, any>} [args]
   * @param {boolean} [quiet] say it only if it was refused
   */
  async _do(verb, args, quiet) {
    const answer = await this._link.ask(verb, args);
    if (!quiet || !answer.ok) say(answer.sentence, answer.ok);
    if (!answer.ok && this._message) this.show(this._message);
    return answer;
  }

  /** @param {import("./character.js").CharacterMessage} message */
  showCharacter(message) {
    setText(this._name, sentence(message.name));
    setText(this._summary, sentence(message.summary || ""));
    setText(this._licence, [message.licence, message.copyright].filter(Boolean).join("; "));
    const names = message.slots.map(([, , name]) => name);
    this._targets = names.filter((name, at) => names.indexOf(name) === at);
    this._link.ask("mapping get").then((answer) => {
      if (answer.ok && answer.data && answer.data.rows) this.show(answer.data);
    });
  }

  /** @param {MappingMessage} message */
  show(message) {
    this._message = message;
    this._undo.disabled = !message.undo;
    this._redo.disabled = !message.redo;
    this._save.disabled = !message.unsaved || !message.file;
    setText(this._saved, message.unsaved ? (message.file ? "Not saved yet" : "Changes here are for trying: this character has no file to save beside") : message.file ? `Kept in ${fileName(message.file)}` : "");
    this._saved.title = message.file || "";
    if (document.activeElement !== this._emotions) this._emotions.value = message.emotions || "auto";
    this._use.disabled = message.wires;
    setText(this._use, message.wires ? "Used for sending" : "Use it for sending");
    const targets = message.targets || this._targets;
    const sources = message.rows.map((row) => row.source);
    for (const source of Array.from(this._rows.keys())) {
      if (sources.indexOf(source) >= 0) continue;
      const row = this._rows.get(source);
      if (row) row.element.remove();
      this._rows.delete(source);
    }
    for (const given of message.rows) {
      let row = this._rows.get(given.source);
      if (!row) {
        row = new MappingRow(given, {
          set: (changed) => this._do("mapping set", changed, true),
          solo: (source, value) => this._do("mapping solo", { source, value }, true),
          test: (source, value) => this._do("mapping test", value === null ? {} : { source, value }, true),
        });
        this._rows.set(given.source, row);
      }
      row.show(given, targets);
      this._body.append(row.element);
    }
    this._filter();
  }

  _filter() {
    const words = this._search.value.toLowerCase();
    for (const row of this._rows.values()) row.element.hidden = !row.matches(words, this._only.checked);
  }

  /** Say that there is nothing to map. */
  clear() {
    fill(this._body);
    this._rows.clear();
  }
}
