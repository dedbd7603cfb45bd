// Light or dark: as the system has it, until the user chooses.
import { byId } from "./dom.js";

const KEPT = "facewire-theme";

/** @returns {boolean} */
function dark() {
  const chosen = localStorage.getItem(KEPT);
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/**
 * Follow the system and the button.
 * @param {() => void} changed called after colours changed
 */
export function followTheme(changed) {
  const button = byId("theme");
  const apply = () => {
    document.documentElement.classList.toggle("dark", dark());
    button.setAttribute("aria-label", dark() ? "Change to light colours" : "Change to dark colours");
    button.title = button.getAttribute("aria-label") || "";
    changed();
  };
  button.addEventListener("click", () => {
    localStorage.setItem(KEPT, dark() ? "light" : "dark");
    apply();
  });
  matchMedia("(prefers-color-scheme: dark)").addListener(apply);
  apply();
}

/** @type {Map<string, string>} */
const colours = new Map();

/**
 * Return a colour of style.css for canvases, such as `--sent`.
 * @param {string} name
 */
export function colour(name) {
  const dark = document.documentElement.classList.contains("dark");
  const key = `${name} ${dark}`;
  let value = colours.get(key);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    colours.set(key, value);
  }
  return value;
}
