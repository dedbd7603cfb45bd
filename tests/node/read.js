// Reads glTF, VRM and VRMA files with programs by others, and prints JSON.
//
//     node read.js validate FILE
//     node read.js gltf FILE SECONDS           plays the last animation up to an instant
//     node read.js vrma VRM ANIMATION SECONDS  plays a VRM animation on a character

import { readFileSync } from "node:fs";

// three.js expects a browser's global objects.
globalThis.self ??= globalThis;

const modes = { validate, gltf, vrma };
const [mode, ...rest] = process.argv.slice(2);
console.log(JSON.stringify(await modes[mode](...rest)));

async function validate(path) {
  const { default: validator } = await import("gltf-validator");
  const { issues } = await validator.validateBytes(new Uint8Array(readFileSync(path)));
  const told = issues.messages.filter((message) => message.severity === 0);
  return { errors: told.map((message) => `${message.code} ${message.pointer}`) };
}

async function gltf(path, seconds) {
  const { AnimationMixer } = await import("three");
  const file = await load(path, []);
  const mixer = new AnimationMixer(file.scene);
  mixer.clipAction(file.animations[0]).play();
  mixer.setTime(Number(seconds));
  return { ...places(file.scene), length: file.animations[0].duration };
}

async function vrma(character, animation, seconds) {
  const { AnimationMixer } = await import("three");
  const { VRMLoaderPlugin } = await import("@pixiv/three-vrm");
  const { VRMAnimationLoaderPlugin, VRMLookAtQuaternionProxy, createVRMAnimationClip } =
    await import("@pixiv/three-vrm-animation");
  const { vrm } = (await load(character, [(parser) => new VRMLoaderPlugin(parser)]))
    .userData;
  const { vrmAnimations } = (
    await load(animation, [(parser) => new VRMAnimationLoaderPlugin(parser)])
  ).userData;
  if (vrm.lookAt) {
    const proxy = new VRMLookAtQuaternionProxy(vrm.lookAt);
    proxy.name = "lookAtQuaternionProxy";
    vrm.scene.add(proxy);
  }
  const clip = createVRMAnimationClip(vrmAnimations[0], vrm);
  const mixer = new AnimationMixer(vrm.scene);
  mixer.clipAction(clip).play();
  mixer.setTime(Number(seconds));
  const expressions = Object.fromEntries(
    vrm.expressionManager?.expressions.map((one) => [one.expressionName, one.weight]) ??
      [],
  );
  const bones = Object.fromEntries(
    Object.entries(vrm.humanoid.normalizedHumanBones).map(([name, bone]) => [
      name,
      bone.node.quaternion.toArray(),
    ]),
  );
  vrm.update(0);
  return {
    tracks: clip.tracks.length,
    expressions,
    bones,
    look: vrm.lookAt ? [vrm.lookAt.yaw, vrm.lookAt.pitch] : null,
    ...places(vrm.scene),
  };
}

async function load(path, plugins) {
  const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
  const loader = new GLTFLoader();
  plugins.forEach((plugin) => loader.register(plugin));
  const data = readFileSync(path);
  const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return loader.parseAsync(bytes, "");
}

// Returns the morph weights and rotations of all objects by name.
function places(scene) {
  const morphs = {};
  const turns = {};
  scene.traverse((object) => {
    turns[object.name] = object.quaternion.toArray();
    if (object.morphTargetInfluences) {
      const names = Object.entries(object.morphTargetDictionary);
      morphs[object.name] = Object.fromEntries(
        names.map(([name, at]) => [name, object.morphTargetInfluences[at]]),
      );
    }
  });
  return { morphs, turns };
}
