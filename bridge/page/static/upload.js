// Sends a dropped character file to the daemon, which reads it before anybody draws it.
import { el, fill, byId, say } from "./dom.js";
import { percent } from "./formats.js";
import { encodePart } from "./messages.js";

const PART_BYTES = 262144;
const MOST_WAITING = 4 * PART_BYTES;
const POLL_MS = 20;
const SUFFIX = /\.(vrm|glb|gltf)$/i;

/**
 * Send files and have them used as the character. Several are one .gltf and what belongs
 * to it.
 * @param {import("./link.js").Link} link
 * @param {File[]} files
 */
export async function tryCharacter(link, files) {
  const file = files.find((one) => SUFFIX.test(one.name));
  if (!file) {
    say("this is no character; expected a file that ends in .vrm, .glb or .gltf", false);
    return;
  }
  const begun = await link.ask("upload begin", { name: file.name, size: file.size });
  if (!begun.ok) {
    say(begun.sentence, false);
    return;
  }
  try {
    await sendParts(link, begun.data.upload, file);
  } catch (error) {
    showProgress("", 0);
    say(error instanceof Error ? error.message : String(error), false);
    return;
  }
  const ended = await link.ask("upload end", { upload: begun.data.upload });
  showProgress("", 0);
  say(ended.sentence, ended.ok);
}

/**
 * @param {import("./link.js").Link} link
 * @param {number} upload
 * @param {File} file
 */
async function sendParts(link, upload, file) {
  for (let at = 0; at < file.size; at += PART_BYTES) {
    const bytes = await read(file.slice(at, at + PART_BYTES));
    while (link.waiting > MOST_WAITING) await pause();
    if (!link.send(encodePart(upload, at, new Uint8Array(bytes)))) {
      throw new Error("the connection was lost while the file was sent; drop it again");
    }
    showProgress(`Sending ${file.name}`, (at + bytes.byteLength) / file.size);
  }
}

/** @param {Blob} blob @returns {Promise<ArrayBuffer>} */
function read(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(/** @type {ArrayBuffer} */ (reader.result));
    reader.onerror = () => reject(new Error("the browser cannot read this file"));
    reader.readAsArrayBuffer(blob);
  });
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/**
 * Show how far longer work has come; an empty title hides it.
 * @param {string} title
 * @param {number} share 0 to 1
 */
export function showProgress(title, share) {
  const box = byId("progress");
  box.className = title ? "shown" : "";
  if (!title) return;
  const bar = box.querySelector("progress");
  if (bar && box.firstChild && box.firstChild.textContent === title) {
    bar.value = share;
    bar.title = percent(share);
    return;
  }
  fill(box, el("span", { text: title }), el("progress", { max: 1, value: share, "aria-label": title }));
}
