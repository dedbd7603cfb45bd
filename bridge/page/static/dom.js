// Builds elements and announces sentences.
import { sentence as capital } from "./formats.js";

/**
 * Return a new element.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Object<string, any>} [given] `class`, `text`, `on` with listeners, properties
 *   that the element has, else attributes
 * @param {...(Node | string | null | false)} inside
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, given, ...inside) {
  const made = document.createElement(tag);
  const values = given || {};
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (value === undefined || value === null) continue;
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name === "on") {
      for (const event of Object.keys(value)) made.addEventListener(event, value[event]);
    } else if (name in made && name !== "list" && name !== "form") {
      /** @type {any} */ (made)[name] = value;
    } else made.setAttribute(name, String(value));
  }
  for (const part of inside) if (part) made.append(part);
  return made;
}

/**
 * Return a button.
 * @param {string} label
 * @param {() => void} press
 * @param {Object<string, any>} [given]
 */
export function button(label, press, given) {
  return el("button", Object.assign({ type: "button", text: label, on: { click: press } }, given));
}

/**
 * Put other children into an element.
 * @param {Element} parent
 * @param {...(Node | string | null | false)} inside
 */
export function fill(parent, ...inside) {
  parent.textContent = "";
  for (const part of inside) if (part) parent.append(part);
}

/**
 * Set an element's text if it differs, so that nothing is laid out again in vain.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Return the element of the page that has this id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

const SHOWN_MS = 6000;
let toastTimer = 0;

/**
 * Show a sentence, and have screen readers say it.
 * @param {string} sentence
 * @param {boolean} [ok] false if something was refused or failed
 */
export function say(sentence, ok = true) {
  const toast = byId("toast");
  toast.className = ok ? "shown" : "shown bad";
  fill(toast, ok ? capital(sentence) : `Not done: ${sentence}`);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.className = ""), ok ? SHOWN_MS : 2 * SHOWN_MS);
}

/**
 * Size a canvas' pixels to its box, and return its context in CSS pixels; null if it is
 * hidden.
 * @param {HTMLCanvasElement} canvas
 */
export function fitted(canvas) {
  const wide = canvas.clientWidth, high = canvas.clientHeight;
  if (!wide || !high) return null;
  const scale = window.devicePixelRatio || 1;
  const x = Math.round(wide * scale), y = Math.round(high * scale);
  if (canvas.width !== x || canvas.height !== y) {
    canvas.width = x;
    canvas.height = y;
  }
  const brush = canvas.getContext("2d");
  if (brush) {
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    brush.clearRect(0, 0, wide, high);
  }
  return brush;
}
