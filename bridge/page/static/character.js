// One loaded character: where its weights, turns and places go in three.js' scene.
import { Box3, VRMUtils, Vector3 } from "./vendor.js";

/**
 * @typedef {import("./messages.js").Posture} Posture
 * @typedef {{influences: number[], target: number}} Weight
 */

/**
 * What the daemon says of a character.
 * @typedef {object} CharacterMessage
 * @property {number} number
 * @property {string} name
 * @property {string} url
 * @property {string} licence
 * @property {string} [copyright]
 * @property {string} [summary]
 * @property {number} facing 1 if it looks along +Z, -1 if along -Z
 * @property {number | null} vrm
 * @property {number} bytes
 * @property {[number, number, string][]} slots node, morph target, name
 * @property {number[]} nodes
 * @property {{curve: string, to: string[], how: "own" | "others" | "nothing"}[]} gets
 */

const LONGEST_STEP_S = 0.1;
/** Names of head bones, but not of the ends above them. */
const HEAD = /head(_?joint|_?bone)?$|\u982d$/i;

/** Applies postures to a scene. */
export class Character {
  /**
   * @param {CharacterMessage} message
   * @param {any} gltf from GLTFLoader
   */
  constructor(message, gltf) {
    this.message = message;
    /** @type {import("./vendor.js").Group} */
    this.root = gltf.scene;
    this._vrm = gltf.userData.vrm || null;
    const nodes = nodesOf(gltf.parser.associations);
    /** Places of each slot's weight: one for each primitive of its mesh.
     * @type {Weight[][]} */
    this.weights = message.slots.map(([node, target]) => weightsOf(nodes.get(node), target));
    /** @type {Map<number, {object: import("./vendor.js").Object3D, turn: number[], place: number[]}>} */
    this.rest = new Map();
    for (const [node, object] of nodes) {
      this.rest.set(node, { object, turn: object.quaternion.toArray(), place: object.position.toArray() });
    }
    /** @type {Set<number>} */
    this._moved = new Set();
    this._steppedMs = 0;
    this.root.traverse((object) => {
      // Bounds of the file do not follow morph targets.
      object.frustumCulled = false;
    });
  }

  /** True if hair or cloth swings: it moves on after the last posture. */
  get swings() {
    const springs = this._vrm && this._vrm.springBoneManager;
    return Boolean(springs && springs.joints && springs.joints.size);
  }

  /** True if its materials look like drawings. */
  get drawn() {
    return Boolean(this._vrm && (this._vrm.materials || []).some((/** @type {any} */ one) => one.isMToonMaterial));
  }

  /**
   * Put the character into a posture. Nodes that it does not list are at rest.
   * @param {Posture} posture
   */
  apply(posture) {
    const count = Math.min(this.weights.length, posture.weights.length);
    for (let at = 0; at < count; at += 1) {
      for (const weight of this.weights[at]) weight.influences[weight.target] = posture.weights[at];
    }
    for (const node of this._moved) {
      const rest = this.rest.get(node);
      if (rest) {
        rest.object.quaternion.fromArray(rest.turn);
        rest.object.position.fromArray(rest.place);
      }
    }
    this._moved.clear();
    for (let at = 0; at < posture.turns.length; at += 5) {
      const object = this._move(posture.turns[at]);
      if (object) object.quaternion.fromArray(posture.turns, at + 1);
    }
    for (let at = 0; at < posture.places.length; at += 4) {
      const object = this._move(posture.places[at]);
      if (object) object.position.fromArray(posture.places, at + 1);
    }
  }

  /** @param {number} node */
  _move(node) {
    const rest = this.rest.get(node);
    if (!rest) return null;
    this._moved.add(node);
    return rest.object;
  }

  /**
   * Let springs, constraints and moving materials go on. The posture stays as it is:
   * three-vrm's own expressions, gaze and humanoid are not used.
   * @param {number} nowMs
   */
  step(nowMs) {
    const seconds = Math.min(Math.max((nowMs - this._steppedMs) / 1000, 0), LONGEST_STEP_S);
    this._steppedMs = nowMs;
    const vrm = this._vrm;
    if (!vrm) return;
    this.root.updateMatrixWorld();
    if (vrm.nodeConstraintManager) vrm.nodeConstraintManager.update();
    if (vrm.springBoneManager) vrm.springBoneManager.update(seconds);
    for (const material of vrm.materials || []) {
      if (material.update) material.update(seconds);
    }
  }

  /** Return the weight of each slot as the scene has it now. */
  influences() {
    return this.weights.map((places) => (places.length ? places[0].influences[places[0].target] : NaN));
  }

  /**
   * Return the turn of a node as the scene has it now.
   * @param {number} node
   */
  turn(node) {
    const rest = this.rest.get(node);
    return rest ? rest.object.quaternion.toArray() : null;
  }

  /** Return the box around what the face's morph targets move; the whole without any. */
  faceBox() {
    this.root.updateMatrixWorld(true);
    const box = new Box3(), point = new Vector3();
    this.root.traverse((object) => {
      const mesh = /** @type {import("./vendor.js").Mesh} */ (object);
      const morphs = mesh.isMesh && mesh.geometry.morphAttributes.position;
      if (!morphs || !morphs.length) return;
      const moved = movedVertices(mesh);
      for (let at = 0; at < moved.length; at += 1) {
        if (moved[at]) box.expandByPoint(mesh.getVertexPosition(at, point).applyMatrix4(mesh.matrixWorld));
      }
    });
    return box;
  }

  /** Return the box around everything, at rest. */
  wholeBox() {
    return new Box3().setFromObject(this.root);
  }

  /** Return the place of the head bone; null without one. */
  headPlace() {
    const humanoid = this._vrm && this._vrm.humanoid;
    let head = humanoid ? humanoid.getRawBoneNode("head") : null;
    if (!head) {
      this.root.traverse((object) => {
        if (!head && HEAD.test(object.name) && !(/** @type {any} */ (object).isMesh)) head = object;
      });
    }
    return head ? head.getWorldPosition(new Vector3()) : null;
  }

  /** Free its memory on the graphics card. */
  dispose() {
    VRMUtils.deepDispose(this.root);
  }
}

/**
 * Return the object of each node of the file.
 * @param {Map<any, {nodes?: number}>} associations
 */
function nodesOf(associations) {
  /** @type {Map<number, import("./vendor.js").Object3D>} */
  const nodes = new Map();
  for (const [object, place] of associations) {
    if (object && object.isObject3D && place && place.nodes !== undefined) nodes.set(place.nodes, object);
  }
  return nodes;
}

/**
 * Return where the weight of a morph target goes: a mesh of several primitives becomes
 * a group of meshes.
 * @param {import("./vendor.js").Object3D | undefined} object of the node
 * @param {number} target
 * @returns {Weight[]}
 */
function weightsOf(object, target) {
  if (!object) return [];
  const meshes = /** @type {any} */ (object).isMesh ? [object] : object.children;
  return meshes
    .map((mesh) => /** @type {import("./vendor.js").Mesh} */ (mesh).morphTargetInfluences)
    .filter((influences) => influences && target < influences.length)
    .map((influences) => ({ influences: /** @type {number[]} */ (influences), target }));
}

/**
 * Return 1 for each vertex that a morph target moves.
 * @param {import("./vendor.js").Mesh} mesh
 */
function movedVertices(mesh) {
  const morphs = mesh.geometry.morphAttributes.position || [];
  const moved = new Uint8Array(mesh.geometry.attributes.position.count);
  for (const morph of morphs) {
    for (let at = 0; at < morph.count; at += 1) {
      if (!moved[at]) moved[at] = Math.abs(morph.getX(at)) + Math.abs(morph.getY(at)) + Math.abs(morph.getZ(at)) > 1e-4 * 0.1 ? 1 : 0;
    }
  }
  return moved;
}
