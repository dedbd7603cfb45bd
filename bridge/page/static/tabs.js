// Tabs: one of several panels is shown; arrow keys move between them.
import { button } from "./dom.js";

/**
 * Fill a tab list. Returns a function that chooses a tab by its place.
 * @param {HTMLElement} list with the role tablist
 * @param {{title: string, panel?: HTMLElement}[]} tabs
 * @param {(at: number) => void} chosen
 */
export function tabs(list, tabs, chosen) {
  list.textContent = "";
  const buttons = tabs.map((tab, at) => {
    const made = button(tab.title, () => choose(at), { role: "tab", id: `${list.id}-${at}` });
    if (tab.panel) {
      tab.panel.id = `${list.id}-panel-${at}`;
      tab.panel.setAttribute("role", "tabpanel");
      tab.panel.setAttribute("aria-labelledby", made.id);
      tab.panel.tabIndex = 0;
      made.setAttribute("aria-controls", tab.panel.id);
    }
    list.append(made);
    return made;
  });

  /** @param {number} at */
  function choose(at) {
    buttons.forEach((one, place) => {
      const is = place === at;
      one.setAttribute("aria-selected", String(is));
      one.tabIndex = is ? 0 : -1;
      const panel = tabs[place].panel;
      if (panel) panel.hidden = !is;
    });
    chosen(at);
  }

  list.onkeydown = (event) => {
    const now = buttons.findIndex((one) => one === document.activeElement);
    if (now < 0) return;
    const last = buttons.length - 1;
    const to = { ArrowRight: now === last ? 0 : now + 1, ArrowLeft: now === 0 ? last : now - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
    buttons[to].focus();
  };
  return choose;
}
