// Parses every module of the page as ES2019, so that OBS' older browsers can run them,
// and refuses names of the browser's library that came later.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";

const STATIC = join(dirname(fileURLToPath(import.meta.url)), "..", "static");
const LATER = /\b(structuredClone|replaceAll|Promise\.any|allSettled|hasOwn|randomUUID)\b|\.at\(|replaceChildren/;

for (const name of readdirSync(STATIC).filter((name) => name.endsWith(".js"))) {
  const text = readFileSync(join(STATIC, name), "utf8");
  try {
    parse(text, { ecmaVersion: 2019, sourceType: "module" });
  } catch (error) {
    console.error(`${name}: no ES2019: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
  const later = name === "vendor.js" ? null : LATER.exec(text);
  if (later) {
    console.error(`${name}: ${later[0]} is newer than the oldest browser that OBS ships`);
    process.exitCode = 1;
  }
}
