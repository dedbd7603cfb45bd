// Tests of the page's pure functions, by `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ARKIT, EXPRESSION_NAMES, PARTS } from "../../../bridge/page/static/channels.js";
import { ClockOffset } from "../../../bridge/page/static/clock.js";
import * as formats from "../../../bridge/page/static/formats.js";
import * as messages from "../../../bridge/page/static/messages.js";
import { unrefined } from "../../../bridge/page/static/takes.js";
import { OUTLINES } from "../../../bridge/page/static/topology.js";

/** Return a posture's bytes: two slots, one turn, one place. */
function posture() {
  const view = new DataView(new ArrayBuffer(24 + 4 * (2 + 5 + 4)));
  [3, 1, 2, 8 | 16].forEach((value, at) => view.setUint8(at, value));
  view.setUint32(4, 7, true);
  view.setFloat64(8, 1234.5, true);
  view.setUint16(16, 2, true);
  view.setUint16(18, 1, true);
  view.setUint32(20, 1, true);
  [0.25, 0.5, 12, 0, 0, 0.5, 0.75, 3, 1, 2, 4].forEach((value, at) =>
    view.setFloat32(24 + 4 * at, value, true)
  );
  return view.buffer;
}

/** Return a picture's bytes: two faces of three and no points, a JPEG of five bytes. */
function picture() {
  const bytes = new Uint8Array(24 + 4 + 12 + 4 + 5);
  const view = new DataView(bytes.buffer);
  [2, 1, 2, 1].forEach((value, at) => view.setUint8(at, value));
  view.setUint32(4, 99, true);
  view.setFloat64(8, 77, true);
  view.setUint16(16, 640, true);
  view.setUint16(18, 360, true);
  view.setUint32(20, 5, true);
  view.setUint8(24, 0);
  view.setUint8(25, 3);
  view.setUint16(26, 3, true);
  [0, 65535, 13107, 0, 1, 2].forEach((value, at) => view.setUint16(32 + 2 * at, value, true));
  view.setUint8(28, 1);
  bytes.set([9, 8, 7, 6, 5], 44);
  return bytes.buffer;
}

/** Return a frame's bytes: number n of its 197 is n. */
function frame() {
  const view = new DataView(new ArrayBuffer(812));
  [1, 1, 3, 1 | 4].forEach((value, at) => view.setUint8(at, value));
  view.setUint32(4, 4000000000, true);
  view.setFloat64(8, 10.5, true);
  view.setFloat64(16, 12.25, true);
  for (let at = 0; at < 197; at += 1) view.setFloat32(24 + 4 * at, at, true);
  return view.buffer;
}

test("a frame is read whole", () => {
  const read = messages.decodeFrame(frame());
  assert.deepEqual(
    [read.face, read.tracked, read.doubtKnown, read.rawKnown, read.played, read.seq],
    [3, true, false, true, false, 4000000000]
  );
  assert.deepEqual([read.capturedMs, read.sentMs], [10.5, 12.25]);
  assert.deepEqual(
    [read.vector, read.expression, read.doubt, read.raw].map((part) => [part[0], part.length]),
    [[0, 85], [85, 8], [93, 52], [145, 52]]
  );
});

test("a posture is read whole", () => {
  const read = messages.decodePosture(posture());
  assert.deepEqual(
    [read.face, read.played, read.tested, read.character, read.capturedMs],
    [2, true, true, 7, 1234.5]
  );
  assert.deepEqual(Array.from(read.weights), [0.25, 0.5]);
  assert.deepEqual(Array.from(read.turns), [12, 0, 0, 0.5, 0.75]);
  assert.deepEqual(Array.from(read.places), [3, 1, 2, 4]);
});

test("a picture is read whole", () => {
  const read = messages.decodePicture(picture());
  assert.deepEqual(
    [read.played, read.seq, read.capturedMs, read.width, read.height],
    [true, 99, 77, 640, 360]
  );
  assert.deepEqual(
    read.faces.map((face) => [face.place, face.turned, face.covered, face.points.length]),
    [[0, true, true, 6], [1, false, false, 0]]
  );
  assert.deepEqual(messages.pointOf(read.faces[0], 0), [0, 1]);
  assert.equal(messages.pointOf(read.faces[0], 1)[0], 0.2);
  assert.deepEqual(Array.from(read.jpeg), [9, 8, 7, 6, 5]);
  assert.deepEqual([messages.isPlayed(picture()), messages.isPlayed(new ArrayBuffer(2))], [true, false]);
});

for (const [name, bytes, decode] of [
  ["frame", frame(), messages.decodeFrame],
  ["posture", posture(), messages.decodePosture],
  ["picture", picture(), messages.decodePicture],
]) {
  test(`every truncation of a ${name} is refused`, () => {
    for (let end = 0; end < bytes.byteLength; end += 1) {
      assert.throws(() => decode(bytes.slice(0, end)), RangeError);
    }
    assert.throws(() => decode(bytes.slice(0, -1)), /expected/);
  });
  test(`a ${name} of another kind or version is refused`, () => {
    for (const at of [0, 1]) {
      const wrong = bytes.slice(0);
      new Uint8Array(wrong)[at] = 77;
      assert.throws(() => decode(wrong), /77.*load the page again/);
    }
  });
}

test("the kind of a message is its first byte", () => {
  assert.equal(messages.kindOf(picture()), messages.PICTURE);
  assert.equal(messages.kindOf(new ArrayBuffer(0)), 0);
});

test("a clock's question has nine bytes and its answer two times", () => {
  const asked = new Uint8Array(messages.encodeClock(1.5));
  assert.deepEqual(Array.from(asked), [9, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]);
  const answer = new DataView(new ArrayBuffer(17));
  answer.setFloat64(1, 1.5, true);
  answer.setFloat64(9, 2.5, true);
  assert.deepEqual(messages.decodeClock(answer.buffer), { pageMs: 1.5, daemonMs: 2.5 });
  assert.throws(() => messages.decodeClock(new ArrayBuffer(16)), /expected 17/);
});

test("a part says which upload and where", () => {
  const part = messages.encodePart(258, 1, new Uint8Array([5, 6]));
  assert.deepEqual(Array.from(new Uint8Array(part)), [10, 0, 2, 1, 1, 0, 0, 0, 5, 6]);
});

test("the offset is that of the shortest trip", () => {
  const clock = new ClockOffset();
  assert.deepEqual([clock.known, clock.ms], [false, 0]);
  clock.add(100, 1090, 160);
  clock.add(200, 1205, 210);
  clock.add(300, 1400, 380);
  assert.deepEqual([clock.known, clock.ms], [true, 1000]);
  clock.add(10, NaN, 11);
  clock.add(10, 5, 9);
  assert.equal(clock.ms, 1000);
  clock.forget();
  assert.equal(clock.known, false);
});

test("an old short trip is forgotten, as clocks drift", () => {
  const clock = new ClockOffset();
  clock.add(0, 500, 0);
  for (let at = 0; at < 16; at += 1) clock.add(at, at + 501, at + 2);
  assert.equal(clock.ms, 500);
  clock.add(20, 531, 22);
  assert.equal(clock.ms, 500);
});

test("names are told in words", () => {
  assert.equal(formats.inWords("eyeBlinkLeft"), "Eye blink left");
  assert.equal(formats.inWords("jawOpen"), "Jaw open");
  assert.equal(formats.inWords("neutral"), "Neutral");
});

test("a sentence begins with a capital, a name stays as it is", () => {
  assert.equal(formats.sentence("the camera is slow"), "The camera is slow");
  assert.equal(formats.sentence("osc=127.0.0.1:9000: nobody"), "osc=127.0.0.1:9000: nobody");
  assert.equal(formats.sentence("me.toml was written"), "me.toml was written");
});

test("a target is named without its kind", () => {
  assert.deepEqual(["clip:JawOpen", "Fcl:A"].map(formats.targetInWords), ["JawOpen", "Fcl:A"]);
});

test("a moment is told in the user's own way, and other text as it is", () => {
  assert.match(formats.moment("2026-11-30T12:38:00.113+00:00"), /2026/);
  assert.deepEqual(["yesterday", ""].map(formats.moment), ["yesterday", ""]);
});

test("numbers are told as people read them", () => {
  assert.equal(formats.counted(1, "frame"), "1 frame");
  assert.equal(formats.counted(1234, "frame"), "1,234 frames");
  assert.deepEqual([0.424, 8.06, 120.4, NaN].map(formats.milliseconds), ["0.42", "8.1", "120", "–"]);
  assert.deepEqual([7.9, 750, 3723, NaN].map(formats.duration), ["0:07", "12:30", "1:02:03", "0:00"]);
  assert.deepEqual([7.32, 59.96, -1].map(formats.instant), ["0:07.3", "1:00.0", "0:00.0"]);
  assert.deepEqual([820, 4200, 1440000].map(formats.size), ["820 bytes", "4 kB", "1.4 MB"]);
  assert.deepEqual([0.004, -0.001, 0.5].map(formats.weight), ["0.00", "0.00", "0.50"]);
  assert.equal(formats.percent(0.417), "42 %");
  assert.deepEqual([2, -1, 0.5, NaN].map((value) => formats.within(value, 0, 1)), [1, 0, 0.5, 0]);
  assert.deepEqual(["/a/b.glb", "C:\\x\\y.vrm", "z"].map(formats.fileName), ["b.glb", "y.vrm", "z"]);
  assert.deepEqual([formats.median([3, 1, 2]), formats.median([])], [2, NaN]);
});

test("every curve belongs to one part of the face", () => {
  assert.deepEqual([ARKIT.length, EXPRESSION_NAMES.length], [52, 8]);
  assert.deepEqual(PARTS.flatMap(([, names]) => names).sort(), ARKIT.slice().sort());
});

test("every outline is of landmarks that exist, each once", () => {
  for (const line of Object.values(OUTLINES)) {
    assert.ok(line.every((index) => index >= 0 && index < 478));
    assert.equal(new Set(line).size, line.length);
  }
});

test("a refined take names the one that it was made from", () => {
  assert.equal(unrefined("12A_001_refined.mcap"), "12A_001.mcap");
  assert.equal(unrefined("12A_001_refined_2.mcap"), "12A_001.mcap");
  assert.equal(unrefined("refined_1.mcap"), "refined_1.mcap");
});
