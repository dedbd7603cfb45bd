// The names of what is sent, in the order of protocols/channels.py.

/** 52 ARKit weights. */
export const ARKIT = [
  "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft",
  "eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft",
  "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight",
  "eyeLookUpRight", "eyeSquintRight", "eyeWideRight",
  "jawForward", "jawLeft", "jawRight", "jawOpen",
  "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
  "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
  "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
  "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
  "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight",
  "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft", "browDownRight",
  "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
  "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight",
  "tongueOut",
];

/** Eight expressions. */
export const EXPRESSION_NAMES = [
  "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
];

/** The curves by part of the face, for people: title and names. */
export const PARTS = /** @type {[string, string[]][]} */ ([
  ["Eyes", ARKIT.filter((name) => /^eye/.test(name))],
  ["Brows, cheeks, nose", ARKIT.filter((name) => /^(brow|cheek|nose)/.test(name))],
  ["Jaw and tongue", ARKIT.filter((name) => /^(jaw|tongue)/.test(name))],
  ["Mouth", ARKIT.filter((name) => /^mouth/.test(name))],
]);
