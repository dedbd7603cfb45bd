// Bundles three.js and three-vrm into ../static/vendor.js, and writes vendor.lock.
//
//     node build.mjs            writes both files
//     node build.mjs --check    compares them with what would be written; exit code 1
//
// The same package-lock.json gives the same bytes on every machine.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "..", "static");
// meshoptimizer marks its licence in a way that bundlers do not recognise.
const BANNER = `/*! Made by bridge/page/vendor/build.mjs; the licences are in NOTICE.
 * Contains meshoptimizer's decoder, Copyright (C) 2016-2026 by Arseny Kapoulkine, MIT. */`;
const PACKAGES = ["three", "@pixiv/three-vrm", "esbuild"];

/** Return the bundle's bytes. ES2019, because OBS' browser may be years old. */
async function bundle() {
  const made = await build({
    absWorkingDir: HERE,
    entryPoints: ["entry.js"],
    banner: { js: BANNER },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2019",
    charset: "utf8",
    legalComments: "inline",
    write: false,
    logLevel: "warning",
  });
  return made.outputFiles[0].contents;
}

/** Return the version of an installed package. @param {string} name */
function version(name) {
  const file = join(HERE, "node_modules", name, "package.json");
  return JSON.parse(readFileSync(file, "utf8")).version;
}

const code = await bundle();
const lock = {
  file: "vendor.js",
  bytes: code.length,
  sha256: createHash("sha256").update(code).digest("hex"),
  packages: Object.fromEntries(PACKAGES.map((name) => [name, version(name)])),
};
const files = /** @type {[string, Buffer][]} */ ([
  ["vendor.js", Buffer.from(code)],
  ["vendor.lock", Buffer.from(JSON.stringify(lock, null, 2) + "\n")],
]);

if (process.argv.includes("--check")) {
  for (const [name, bytes] of files) {
    if (!bytes.equals(readFileSync(join(STATIC, name)))) {
      console.error(`${name}: differs from what build.mjs makes; run \`npm run build\``);
      process.exitCode = 1;
    }
  }
} else {
  for (const [name, bytes] of files) writeFileSync(join(STATIC, name), bytes);
}
console.log(`vendor.js: ${lock.bytes} bytes, sha256 ${lock.sha256.slice(0, 16)}`);
