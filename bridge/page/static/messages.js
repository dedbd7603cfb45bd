// Binary messages of the daemon. Layouts: protocols/page.py. Little-endian; "ms" are
// milliseconds of the daemon's monotonic clock.

export const FRAME = 1;
export const PICTURE = 2;
export const POSTURE = 3;
export const CLOCK = 9;
export const PART = 10;

export const CURVES = 52;
export const CHANNELS = 85;
export const EXPRESSIONS = 8;

const VERSION = 1;
const HEAD = 24;
const FRAME_BYTES = HEAD + 4 * (CHANNELS + EXPRESSIONS + 2 * CURVES);
const ACROSS = 65535;

/**
 * One sent frame of one face.
 * @typedef {object} Frame
 * @property {number} face place of the face, from 0
 * @property {boolean} tracked false while a pose is held because no face is seen
 * @property {boolean} doubtKnown
 * @property {boolean} rawKnown
 * @property {boolean} played true if a take is played
 * @property {number} seq
 * @property {number} capturedMs
 * @property {number} sentMs
 * @property {Float32Array} vector (85,) what is sent
 * @property {Float32Array} expression (8,) probabilities
 * @property {Float32Array} doubt (52,) 0 to 1
 * @property {Float32Array} raw (52,) weights before motion
 */

/**
 * One face in a picture.
 * @typedef {object} Outline
 * @property {number} place
 * @property {boolean} turned too far for good curves
 * @property {boolean} covered partly covered
 * @property {Uint16Array} points x, y, x, y ... as shares of width and height times 65535
 */

/**
 * A camera picture with the faces found in it.
 * @typedef {object} Picture
 * @property {boolean} played
 * @property {number} seq
 * @property {number} capturedMs
 * @property {number} width
 * @property {number} height
 * @property {Outline[]} faces
 * @property {Uint8Array} jpeg
 */

/**
 * One moment of the character.
 * @typedef {object} Posture
 * @property {number} face
 * @property {boolean} played
 * @property {boolean} tested a test slider acts
 * @property {number} character its number
 * @property {number} capturedMs
 * @property {Float32Array} weights (S,) one for each slot of the character
 * @property {Float32Array} turns (T x 5) node, x, y, z, w
 * @property {Float32Array} places (P x 4) node, x, y, z
 */

/**
 * Return the kind of a message, or 0 for an empty one.
 * @param {ArrayBuffer} data
 */
export function kindOf(data) {
  return data.byteLength > 0 ? new Uint8Array(data, 0, 1)[0] : 0;
}

/**
 * @param {ArrayBuffer} data
 * @returns {Frame}
 */
export function decodeFrame(data) {
  const view = opened(data, FRAME, "frame");
  expectBytes(data, FRAME_BYTES, "frame");
  const flags = view.getUint8(3);
  let at = HEAD;
  /** @param {number} count */
  const floats = (count) => {
    const out = new Float32Array(data, at, count);
    at += 4 * count;
    return out;
  };
  return {
    face: view.getUint8(2),
    tracked: (flags & 1) !== 0,
    doubtKnown: (flags & 2) !== 0,
    rawKnown: (flags & 4) !== 0,
    played: (flags & 8) !== 0,
    seq: view.getUint32(4, true),
    capturedMs: view.getFloat64(8, true),
    sentMs: view.getFloat64(16, true),
    vector: floats(CHANNELS),
    expression: floats(EXPRESSIONS),
    doubt: floats(CURVES),
    raw: floats(CURVES),
  };
}

/**
 * @param {ArrayBuffer} data
 * @returns {Picture}
 */
export function decodePicture(data) {
  const view = opened(data, PICTURE, "picture");
  const size = view.getUint32(20, true);
  const count = view.getUint8(2);
  expectAtLeast(data, HEAD + 4 * count, "picture");
  const faces = [];
  let at = HEAD + 4 * count;
  for (let head = HEAD; head < HEAD + 4 * count; head += 4) {
    const flags = view.getUint8(head + 1);
    const points = view.getUint16(head + 2, true);
    expectAtLeast(data, at + 4 * points, "picture");
    faces.push({
      place: view.getUint8(head),
      turned: (flags & 1) !== 0,
      covered: (flags & 2) !== 0,
      points: new Uint16Array(data, at, 2 * points),
    });
    at += 4 * points;
  }
  expectBytes(data, at + size, "picture");
  return {
    played: (view.getUint8(3) & 1) !== 0,
    seq: view.getUint32(4, true),
    capturedMs: view.getFloat64(8, true),
    width: view.getUint16(16, true),
    height: view.getUint16(18, true),
    faces,
    jpeg: new Uint8Array(data, at, size),
  };
}

/**
 * True if a picture message is of a take that is played.
 * @param {ArrayBuffer} data
 */
export function isPlayed(data) {
  return data.byteLength > 3 && (new Uint8Array(data, 3, 1)[0] & 1) !== 0;
}

/**
 * @param {ArrayBuffer} data
 * @returns {Posture}
 */
export function decodePosture(data) {
  const view = opened(data, POSTURE, "posture");
  const slots = view.getUint16(16, true);
  const turned = view.getUint16(18, true);
  const placed = view.getUint32(20, true);
  expectBytes(data, HEAD + 4 * (slots + 5 * turned + 4 * placed), "posture");
  const flags = view.getUint8(3);
  const turns = HEAD + 4 * slots;
  return {
    face: view.getUint8(2),
    played: (flags & 8) !== 0,
    tested: (flags & 16) !== 0,
    character: view.getUint32(4, true),
    capturedMs: view.getFloat64(8, true),
    weights: new Float32Array(data, HEAD, slots),
    turns: new Float32Array(data, turns, 5 * turned),
    places: new Float32Array(data, turns + 20 * turned, 4 * placed),
  };
}

/**
 * Return the question "what time is it?".
 * @param {number} pageMs
 */
export function encodeClock(pageMs) {
  const out = new DataView(new ArrayBuffer(9));
  out.setUint8(0, CLOCK);
  out.setFloat64(1, pageMs, true);
  return out.buffer;
}

/**
 * Return the two times of its answer.
 * @param {ArrayBuffer} data
 */
export function decodeClock(data) {
  expectBytes(data, 17, "clock");
  const view = new DataView(data);
  return { pageMs: view.getFloat64(1, true), daemonMs: view.getFloat64(9, true) };
}

/**
 * Return one part of a file that is sent to the daemon.
 * @param {number} upload the number that `upload begin` gave, 0 to 65535
 * @param {number} offset of the part in the file, bytes
 * @param {Uint8Array} bytes at most 262,144
 */
export function encodePart(upload, offset, bytes) {
  const out = new Uint8Array(8 + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, PART);
  view.setUint16(2, upload, true);
  view.setUint32(4, offset, true);
  out.set(bytes, 8);
  return out.buffer;
}

/**
 * Return the place of a landmark in a picture, as shares of its width and height.
 * @param {Outline} face
 * @param {number} index of the landmark
 * @returns {[number, number]}
 */
export function pointOf(face, index) {
  return [face.points[2 * index] / ACROSS, face.points[2 * index + 1] / ACROSS];
}

/**
 * @param {ArrayBuffer} data
 * @param {number} kind
 * @param {string} name
 */
function opened(data, kind, name) {
  expectAtLeast(data, HEAD, name);
  const view = new DataView(data);
  if (view.getUint8(0) !== kind || view.getUint8(1) !== VERSION) {
    throw new RangeError(`${name}: kind ${view.getUint8(0)}, version ${view.getUint8(1)}; expected ${kind} and ${VERSION}; load the page again`);
  }
  return view;
}

/**
 * @param {ArrayBuffer} data
 * @param {number} bytes
 * @param {string} name
 */
function expectBytes(data, bytes, name) {
  if (data.byteLength !== bytes) {
    throw new RangeError(`${name}: ${data.byteLength} bytes, expected ${bytes}`);
  }
}

/**
 * @param {ArrayBuffer} data
 * @param {number} bytes
 * @param {string} name
 */
function expectAtLeast(data, bytes, name) {
  if (data.byteLength < bytes) {
    throw new RangeError(`${name}: ${data.byteLength} bytes, expected at least ${bytes}`);
  }
}
