// Loads the file of a character for three.js.
import { Character } from "./character.js";
import { GLTFLoader, MeshoptDecoder, VRMLoaderPlugin } from "./vendor.js";

/** @typedef {import("./character.js").CharacterMessage} CharacterMessage */

/** How far arms are lowered, radians. */
const ARM = 1.2;

/**
 * Load a character's file.
 * @param {CharacterMessage} message
 * @param {string} token
 */
export async function loadCharacter(message, token) {
  const reply = await fetch(message.url, { headers: { Authorization: `Bearer ${token}` } });
  if (!reply.ok) throw new Error(`${message.name}: facewire sent no file (${reply.status}); load the page again`);
  const data = await reply.arrayBuffer();
  if (message.vrm === null) return new Character(message, await parsed(data, false));
  let gltf;
  try {
    gltf = await parsed(data, true);
  } catch (error) {
    // A VRM that three-vrm refuses is still a character, without springs and drawn looks.
    return new Character(message, await parsed(data, false));
  }
  if (gltf.userData.vrm) hangArms(gltf.userData.vrm);
  return new Character(message, gltf);
}

/**
 * @param {ArrayBuffer} data
 * @param {boolean} vrm
 */
function parsed(data, vrm) {
  const loader = new GLTFLoader();
  loader.setMeshoptDecoder(MeshoptDecoder);
  if (vrm) {
    loader.register((parser) =>
      new VRMLoaderPlugin(parser, { autoUpdateHumanBones: false, metaPlugin: /** @type {any} */ (new Meta(parser)) }));
  }
  loader.register((parser) => ({ name: "a scene", beforeRoot: () => giveScene(parser.json) }));
  return loader.parseAsync(data, "");
}

/**
 * Tells three-vrm which version a VRM has. Its own reader refuses files whose licence it
 * does not know; facewire's reader has checked the file, and the page shows its licence.
 */
class Meta {
  /** @param {any} parser */
  constructor(parser) {
    this.name = "VRMMetaLoaderPlugin";
    this.parser = parser;
  }

  /** @param {any} gltf */
  afterRoot(gltf) {
    const extensions = this.parser.json.extensions || {};
    const version = extensions.VRMC_vrm ? "1" : extensions.VRM ? "0" : "";
    gltf.userData.vrmMeta = version ? { metaVersion: version } : null;
    return Promise.resolve();
  }
}

/**
 * Let a VRM's arms hang: files have them stretched out, and faces say nothing of arms.
 * @param {any} vrm
 */
function hangArms(vrm) {
  // The bones of VRM 0 face the other way.
  const side = vrm.meta && vrm.meta.metaVersion === "0" ? 1 : -1;
  for (const [bone, turn] of /** @type {[string, number][]} */ ([["leftUpperArm", ARM], ["rightUpperArm", -ARM]])) {
    const arm = vrm.humanoid && vrm.humanoid.getNormalizedBoneNode(bone);
    if (arm) arm.rotation.z = side * turn;
  }
  if (!vrm.humanoid) return;
  vrm.humanoid.autoUpdateHumanBones = true;
  vrm.humanoid.update();
  vrm.humanoid.autoUpdateHumanBones = false;
}

/**
 * Put all nodes into a scene if the file has none: a glTF file need not have one.
 * @param {{scenes?: {nodes: number[]}[], nodes?: {children?: number[]}[]}} json of the file
 */
async function giveScene(json) {
  if (json.scenes && json.scenes.length) return;
  const nodes = json.nodes || [];
  /** @type {Set<number>} */
  const below = new Set();
  for (const node of nodes) for (const child of node.children || []) below.add(child);
  json.scenes = [{ nodes: nodes.map((_, at) => at).filter((at) => !below.has(at)) }];
}
