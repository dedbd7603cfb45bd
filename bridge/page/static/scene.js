// The picture of the character: camera, light, orbit and framing.
import {
  Color, DirectionalLight, Group, HemisphereLight, OrbitControls, PerspectiveCamera, Scene,
  SRGBColorSpace, Vector3, WebGLRenderer,
} from "./vendor.js";

const ANGLE = 24;
const STEP = Math.PI / 24;
const SWING_MS = 1500;
const SLOW_PIXELS = 160000;

/**
 * True if this browser draws in 3D without a graphics card, which is slow.
 * @returns {boolean}
 */
function drawsInSoftware() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return false;
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const name = names ? String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)) : "";
  const lose = gl.getExtension("WEBGL_lose_context");
  if (lose) lose.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

/** Draws one character. */
export class CharacterView {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./painter.js").Painter} painter
   * @param {(posture: import("./messages.js").Posture) => void} drawn called after a
   *   posture was drawn
   */
  constructor(canvas, painter, drawn) {
    this.canvas = canvas;
    this._painter = painter;
    this._drawn = drawn;
    const slow = drawsInSoftware();
    this._renderer = new WebGLRenderer({ canvas, alpha: true, antialias: !slow, powerPreference: "high-performance" });
    this._renderer.outputColorSpace = SRGBColorSpace;
    this._renderer.setClearColor(new Color(0), 0);
    this._slow = slow;
    painter.slow = slow;
    painter.first = this;
    this._scene = new Scene();
    this._lights = lights(false);
    this._scene.add(this._lights);
    this._camera = new PerspectiveCamera(ANGLE, 1, 0.01, 100);
    this._orbit = new OrbitControls(this._camera, canvas);
    this._orbit.enableDamping = true;
    this._orbit.dampingFactor = 0.15;
    this._orbit.addEventListener("change", () => painter.want(this));
    /** @type {import("./character.js").Character | null} */
    this.character = null;
    /** @type {import("./messages.js").Posture | null} */
    this._posture = null;
    this._fresh = false;
    /** Postures drawn so far. */
    this.drawn = 0;
    /** The posture in the scene. @type {import("./messages.js").Posture | null} */
    this.shown = null;
    this._movedMs = 0;
    this._size = "";
    /** @type {"head" | "bust"} */
    this.frame = "head";
    canvas.addEventListener("keydown", (event) => this._key(event));
    new ResizeObserver(() => painter.want(this)).observe(canvas);
  }

  /**
   * Show a character in place of the one before.
   * @param {import("./character.js").Character} character
   */
  show(character) {
    if (this.character) {
      this._scene.remove(this.character.root);
      this.character.dispose();
    }
    this.character = character;
    this._posture = null;
    this.shown = null;
    this._face = character.faceBox();
    this._scene.remove(this._lights);
    this._lights = lights(character.drawn);
    this._scene.add(this._lights, character.root);
    this.reset();
  }

  /**
   * Draw this posture next, unless a newer one comes first.
   * @param {import("./messages.js").Posture} posture
   */
  pose(posture) {
    if (!this.character || posture.character !== this.character.message.number) return;
    this._posture = posture;
    this._fresh = true;
    this._painter.want(this);
  }

  /**
   * Look at the head, or at head and shoulders, from the front.
   * @param {"head" | "bust"} [frame]
   */
  reset(frame) {
    this.frame = frame || this.frame;
    const character = this.character;
    if (!character) return;
    const facing = character.message.facing < 0 ? -1 : 1;
    const { centre, high } = framed(character, this._face, this.frame);
    const far = high / 2 / Math.tan((ANGLE * Math.PI) / 360);
    this._camera.near = far / 100;
    this._camera.far = far * 20;
    this._camera.updateProjectionMatrix();
    this._camera.position.set(centre.x, centre.y + 0.03 * high, centre.z + facing * far);
    this._orbit.target.copy(centre);
    this._orbit.minDistance = far * 0.25;
    this._orbit.maxDistance = far * 6;
    this._orbit.update();
    this._lights.rotation.y = facing < 0 ? Math.PI : 0;
    this._lights.position.copy(centre);
    this._painter.want(this);
  }

  /** @param {number} nowMs */
  draw(nowMs) {
    this._fit();
    const fresh = this._fresh && this._posture;
    if (this.character) {
      if (fresh) {
        this.character.apply(fresh);
        this._movedMs = nowMs;
      }
      this.character.step(nowMs);
    }
    const turning = this._orbit.update();
    this._renderer.render(this._scene, this._camera);
    this._fresh = false;
    if (fresh) {
      this.drawn += 1;
      this.shown = fresh;
      this._drawn(fresh);
    }
    const swinging = Boolean(this.character && this.character.swings) && nowMs - this._movedMs < SWING_MS;
    return turning || swinging;
  }

  _fit() {
    const wide = this.canvas.clientWidth, high = this.canvas.clientHeight;
    if (!wide || !high || this._size === `${wide}x${high}`) return;
    this._size = `${wide}x${high}`;
    // Without a graphics card the time goes by pixels, and the daemon needs it more.
    const ratio = this._slow ? Math.sqrt(SLOW_PIXELS / (wide * high)) : window.devicePixelRatio || 1;
    this._renderer.setPixelRatio(Math.min(ratio, this._slow ? 1 : 2));
    this._renderer.setSize(wide, high, false);
    this._camera.aspect = wide / high;
    // Where the box is narrow, the width of the face counts instead of its height.
    this._camera.fov = wide < high ? 2 * Math.atan(Math.tan((ANGLE * Math.PI) / 360) * (high / wide)) * (180 / Math.PI) : ANGLE;
    this._camera.updateProjectionMatrix();
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const offset = this._camera.position.clone().sub(this._orbit.target);
    const up = new Vector3(0, 1, 0);
    if (event.key === "ArrowLeft") offset.applyAxisAngle(up, -STEP);
    else if (event.key === "ArrowRight") offset.applyAxisAngle(up, STEP);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const side = new Vector3().crossVectors(up, offset).normalize();
      const turned = offset.clone().applyAxisAngle(side, event.key === "ArrowUp" ? -STEP : STEP);
      if (turned.angleTo(up) > 0.15 && turned.angleTo(up) < Math.PI - 0.15) offset.copy(turned);
    } else if (event.key === "+" || event.key === "=") offset.multiplyScalar(0.9);
    else if (event.key === "-") offset.multiplyScalar(1 / 0.9);
    else if (event.key === "0" || event.key === "Home") {
      event.preventDefault();
      this.reset();
      return;
    } else return;
    event.preventDefault();
    this._camera.position.copy(this._orbit.target).add(offset);
    this._painter.want(this);
  }
}

/**
 * Lamps: place, colour, strength on ordinary materials, and on drawn ones (MToon), on which
 * every lamp adds its whole colour.
 * @type {[number, number, number, number, number, number][]}
 */
const LAMPS = [
  [1.2, 1.6, 2.6, 0xfff3e6, 2.0, 1.9],
  [-2.2, 0.4, 1.8, 0xdfe8ff, 0.7, 0.25],
  [-0.8, 1.8, -2.4, 0xffffff, 1.2, 0.25],
];
const SKY = { plain: 1.5, drawn: 0.9 };

/**
 * Return light from the sky, a lamp from the front, a weak one, and one for the rim.
 * @param {boolean} drawn true for materials that look like drawings
 */
function lights(drawn) {
  const group = new Group();
  group.add(new HemisphereLight(0xffffff, drawn ? 0xd8d4de : 0x8d8a99, drawn ? SKY.drawn : SKY.plain));
  for (const [x, y, z, colour, plain, flat] of LAMPS) {
    const lamp = new DirectionalLight(colour, drawn ? flat : plain);
    lamp.position.set(x, y, z);
    lamp.target.position.set(0, 0, 0);
    group.add(lamp, lamp.target);
  }
  return group;
}

/**
 * Return what the camera looks at, and how much of it, in metres of the scene.
 * @param {import("./character.js").Character} character
 * @param {import("./vendor.js").Box3 | undefined} face
 * @param {"head" | "bust"} frame
 */
function framed(character, face, frame) {
  const centre = new Vector3(), size = new Vector3();
  if (face && !face.isEmpty()) {
    face.getCenter(centre);
    face.getSize(size);
    const high = Math.max(size.y, size.x * 0.9);
    // Some characters are a face and nothing else.
    const most = 1.45 * character.wholeBox().getSize(size).y;
    const wanted = (frame === "head" ? 1.8 : 2.7) * high;
    const shown = Math.min(wanted, most);
    const shift = frame === "head" ? 0.03 : -0.3 * (shown / wanted);
    return { centre: centre.setY(centre.y + shift * high), high: shown };
  }
  const whole = character.wholeBox();
  whole.getCenter(centre);
  whole.getSize(size);
  const head = character.headPlace();
  if (!head && size.y < 1.8 * size.x) return { centre, high: 1.25 * Math.max(size.y, size.x) };
  // Of a person: the head is at the top, and a seventh of the whole.
  const high = size.y / 7;
  if (head) centre.copy(head);
  centre.setY(whole.max.y - (frame === "head" ? 0.6 : 0.95) * high);
  return { centre, high: (frame === "head" ? 1.8 : 2.7) * high };
}
