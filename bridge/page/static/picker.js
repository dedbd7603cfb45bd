// Chooses what a curve moves, from all that the character has.
import { button, el, fill } from "./dom.js";
import { targetInWords } from "./formats.js";

const MOST_SHOWN = 300;

/**
 * Open a picker below a button. It closes by Escape, by its own button, or by a press
 * elsewhere.
 * @param {HTMLElement} opener gets the focus back
 * @param {string} title
 * @param {string[]} targets what there is
 * @param {string[]} chosen what is chosen now
 * @param {(chosen: string[]) => void} done called with another choice when it closes
 */
export function pickTargets(opener, title, targets, chosen, done) {
  let now = chosen.slice();
  const all = targets.concat(chosen.filter((name) => targets.indexOf(name) < 0));
  const list = el("div", { class: "choices" });
  const search = el("input", { type: "text", placeholder: "Search", "aria-label": "Search targets", autocomplete: "off", on: { input: () => show() } });
  const box = el("div", { class: "picker", role: "dialog", "aria-label": title },
    el("h3", { text: title }), search, list,
    el("div", { class: "row" }, button("None", () => {
      now = [];
      show();
    }, { class: "small" }), el("span", { class: "gap" }), button("Done", () => close(true), { class: "small main" })));

  function show() {
    const words = search.value.toLowerCase();
    const found = all.filter((name) => name.toLowerCase().indexOf(words) >= 0);
    // What is chosen stands first.
    found.sort((a, b) => Number(now.indexOf(b) >= 0) - Number(now.indexOf(a) >= 0));
    fill(list, ...found.slice(0, MOST_SHOWN).map((name) => {
      const mark = el("input", { type: "checkbox", checked: now.indexOf(name) >= 0, on: { change: () => {
        now = mark.checked ? now.concat(name) : now.filter((one) => one !== name);
      } } });
      return el("label", { class: "check" }, mark, el("span", { text: targetInWords(name) }));
    }), found.length ? null : el("p", { class: "note", text: "The character has nothing of this name." }));
  }

  /** @param {boolean} refocus */
  function close(refocus) {
    document.removeEventListener("pointerdown", outside, true);
    box.remove();
    if (refocus) opener.focus();
    if (now.join("\n") !== chosen.join("\n")) done(now);
  }

  /** @param {Event} event */
  function outside(event) {
    if (!box.contains(/** @type {Node} */ (event.target))) close(false);
  }

  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close(true);
    }
  });
  document.addEventListener("pointerdown", outside, true);
  document.body.append(box);
  const place = opener.getBoundingClientRect();
  const left = Math.max(8, Math.min(place.left, window.innerWidth - box.offsetWidth - 8));
  const below = place.bottom + 4;
  show();
  const top = below + box.offsetHeight > window.innerHeight ? Math.max(8, window.innerHeight - box.offsetHeight - 8) : below;
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
  search.focus();
}
