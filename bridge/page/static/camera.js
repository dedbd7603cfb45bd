// The camera picture with the landmarks of the faces, and lamps.
import { button, byId, el, fill, fitted, setText } from "./dom.js";
import { decodePicture, isPlayed, pointOf } from "./messages.js";
import { OUTLINES } from "./topology.js";

/** @type {[string, string, number][]} outline, colour, width */
const STROKES = [
  ["face", "rgba(255,255,255,0.45)", 1.25],
  ["leftBrow", "#ffd166", 1.75],
  ["rightBrow", "#ffd166", 1.75],
  ["leftEye", "#5ee0ff", 1.75],
  ["rightEye", "#5ee0ff", 1.75],
  ["leftIris", "#ffffff", 1.25],
  ["rightIris", "#ffffff", 1.25],
  ["lips", "#ff8fa3", 1.75],
  ["mouth", "#ff8fa3", 1.25],
];

/** @type {[string, string, string, boolean][]} lamp, sentence while it is lit, while not, good when lit */
const LAMPS = [
  ["found", "Face found", "No face", true],
  ["turned", "Turned too far", "", false],
  ["dark", "Too dark", "", false],
  ["covered", "Partly covered", "", false],
];

/** Shows what the camera sees. */
export class CameraView {
  /**
   * @param {import("./live.js").Live} live
   * @param {import("./painter.js").Painter} painter
   */
  constructor(live, painter) {
    this._live = live;
    this._painter = painter;
    this._canvas = /** @type {HTMLCanvasElement} */ (byId("picture"));
    this._note = byId("picture-note");
    /** @type {ArrayBuffer | null} the newest message, not decoded yet */
    this._next = null;
    this._busy = false;
    /** True while a take is played: only its pictures are shown. */
    this.played = false;
    /** @type {import("./messages.js").Picture | null} */
    this._shown = null;
    /** @type {ImageBitmap | null} */
    this._image = null;
    this._flip = localStorage.getItem("facewire-flip") === "yes";
    this._points = localStorage.getItem("facewire-points") !== "no";
    const tools = byId("camera-tools");
    tools.append(
      this._toggle("Flip", "Show the picture as a mirror", () => (this._flip = this._keep("flip", !this._flip)), this._flip),
      this._toggle("Landmarks", "Draw what is tracked", () => (this._points = this._keep("points", !this._points)), this._points)
    );
    /** @type {Map<string, HTMLElement>} */
    this._lamps = new Map();
    for (const [name] of LAMPS) {
      const lamp = el("li", { class: "lamp", hidden: true }, el("i"), el("span"));
      this._lamps.set(name, lamp);
      byId("lamps").append(lamp);
    }
    new ResizeObserver(() => painter.want(this)).observe(this._canvas);
  }

  /**
   * @param {string} label
   * @param {string} title
   * @param {() => boolean} turn returns the new state
   * @param {boolean} on
   */
  _toggle(label, title, turn, on) {
    const made = button(label, () => {
      made.setAttribute("aria-pressed", String(turn()));
      this._painter.want(this);
    }, { class: "small", title, "aria-pressed": String(on) });
    return made;
  }

  /**
   * @param {string} name
   * @param {boolean} value
   */
  _keep(name, value) {
    localStorage.setItem(`facewire-${name}`, value ? "yes" : "no");
    return value;
  }

  /**
   * Say why there is no picture.
   * @param {string} sentence
   */
  explain(sentence) {
    this._image = null;
    this._shown = null;
    setText(this._note, sentence);
    this._painter.want(this);
  }

  /**
   * Show a picture message, unless a newer one comes before it is decoded.
   * @param {ArrayBuffer} data
   */
  take(data) {
    // The last pictures of the live faces may come after a take has begun.
    if (isPlayed(data) !== this.played) return;
    this._next = data;
    if (!this._busy && !document.hidden) this._decode();
  }

  async _decode() {
    this._busy = true;
    try {
      while (this._next) {
        const picture = decodePicture(this._next);
        this._next = null;
        const played = this.played;
        const image = await createImageBitmap(new Blob([/** @type {any} */ (picture.jpeg)], { type: "image/jpeg" }));
        if (played !== this.played) continue;
        if (this._image) this._image.close();
        this._image = image;
        this._shown = picture;
        this._live.pictures += 1;
        setText(this._note, "");
        this._painter.want(this);
      }
    } finally {
      this._busy = false;
    }
  }

  draw() {
    const brush = fitted(this._canvas);
    const image = this._image, picture = this._shown;
    if (!brush || !image || !picture) return;
    const wide = this._canvas.clientWidth, high = this._canvas.clientHeight;
    const scale = Math.min(wide / image.width, high / image.height);
    const w = image.width * scale, h = image.height * scale;
    brush.translate((wide - w) / 2, (high - h) / 2);
    if (this._flip) {
      brush.translate(w, 0);
      brush.scale(-1, 1);
    }
    brush.drawImage(image, 0, 0, w, h);
    if (!this._points) return;
    brush.lineJoin = "round";
    for (const face of picture.faces) outline(brush, face, w, h, face.place === this._live.face);
  }

  /** @param {Object<string, boolean>} lamps */
  light(lamps) {
    for (const [name, lit, unlit, good] of LAMPS) {
      const lamp = this._lamps.get(name);
      if (!lamp) continue;
      const on = Boolean(lamps[name]);
      const text = on ? lit : unlit;
      lamp.hidden = !text;
      lamp.className = on === good ? "lamp good" : "lamp warn";
      setText(/** @type {Element} */ (lamp.lastChild), text);
    }
  }

  /** Put the lamps out, as nothing is known. */
  dark() {
    for (const lamp of this._lamps.values()) lamp.hidden = true;
    fill(this._note);
  }
}

/**
 * Draw one face's landmarks and outlines.
 * @param {CanvasRenderingContext2D} brush
 * @param {import("./messages.js").Outline} face
 * @param {number} w
 * @param {number} h
 * @param {boolean} watched
 */
function outline(brush, face, w, h, watched) {
  const count = face.points.length / 2;
  brush.globalAlpha = watched ? 1 : 0.5;
  brush.fillStyle = "rgba(255,255,255,0.55)";
  for (let at = 0; at < count; at += 1) {
    const [x, y] = pointOf(face, at);
    brush.fillRect(x * w - 0.6, y * h - 0.6, 1.2, 1.2);
  }
  for (const [name, colour, width] of STROKES) {
    const line = OUTLINES[name];
    if (Math.max(...line) >= count) continue;
    brush.strokeStyle = colour;
    brush.lineWidth = width;
    brush.beginPath();
    for (const index of line) {
      const [x, y] = pointOf(face, index);
      brush.lineTo(x * w, y * h);
    }
    brush.closePath();
    brush.stroke();
  }
  brush.globalAlpha = 1;
}
