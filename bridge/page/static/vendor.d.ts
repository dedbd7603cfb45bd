// The types of vendor.js, for tsc alone: browsers do not read this file.
export * from "../vendor/types.js";
