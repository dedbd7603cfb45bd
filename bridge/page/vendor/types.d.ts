// The types of ../static/vendor.js.
export * from "./entry.js";
export type { Mesh, Object3D } from "three";
