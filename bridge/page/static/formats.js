// Numbers and names as people read them.

/**
 * Return a curve's name in words: `eyeBlinkLeft` gives `Eye blink left`.
 * @param {string} name
 */
export function inWords(name) {
  const words = name.replace(/([A-Z])/g, " $1").toLowerCase().trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Return a text that begins with a capital, unless its first word is a name such as
 * `osc=127.0.0.1:9000` or `me.toml`.
 * @param {string} text
 */
export function sentence(text) {
  return /^[a-z][a-z'-]*( |$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/**
 * Return what a drive moves: `clip:JawOpen`, an expression of a VRM, gives `JawOpen`.
 * @param {string} target
 */
export function targetInWords(target) {
  return target.replace(/^(clip|bone):/, "");
}

/**
 * Return `3 frames` or `1 frame`.
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Return milliseconds with as many digits as help: `0.42`, `8.1`, `120`.
 * @param {number} ms
 */
export function milliseconds(ms) {
  if (!isFinite(ms)) return "–";
  const digits = Math.abs(ms) < 1 ? 2 : Math.abs(ms) < 100 ? 1 : 0;
  return ms.toFixed(digits);
}

/**
 * Return a length of time: `0:07`, `12:30`, `1:02:03`.
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (parts[0] === 0) parts.shift();
  return parts
    .map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0")))
    .join(":");
}

/**
 * Return a time within a take, to a tenth: `0:07.3`.
 * @param {number} seconds
 */
export function instant(seconds) {
  const tenths = Math.round(Math.max(0, seconds || 0) * 10);
  return `${duration(Math.floor(tenths / 10))}.${tenths % 10}`;
}

/**
 * Return a time such as `2026-11-30T07:38:00.113+00:00` as the user's own calendar and
 * clock have it; empty for none.
 * @param {string} iso
 */
export function moment(iso) {
  const at = new Date(iso);
  if (isNaN(at.getTime())) return iso || "";
  return at.toLocaleString(undefined, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/**
 * Return a size: `820 bytes`, `1.4 MB`.
 * @param {number} bytes
 */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Return a share in percent: `42 %`.
 * @param {number} share 0 to 1
 */
export function percent(share) {
  return `${Math.round(100 * share)} %`;
}

/**
 * Return a weight with two digits; tiny ones are 0.
 * @param {number} value
 */
export function weight(value) {
  return Math.abs(value) < 0.005 ? "0.00" : value.toFixed(2);
}

/**
 * Return a number within limits; what is no number gives the lower limit.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function within(value, low, high) {
  return value > low ? Math.min(value, high) : low;
}

/**
 * Return the last part of a path, of Windows too.
 * @param {string} path
 */
export function fileName(path) {
  const parts = path.split(/[/\\]/);
  return parts[parts.length - 1];
}

/**
 * Return sorted values' middle one; NaN for none.
 * @param {number[]} values
 */
export function median(values) {
  if (!values.length) return NaN;
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
