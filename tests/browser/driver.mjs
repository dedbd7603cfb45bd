// Drives a real Chromium: one JSON command a line on standard input, one JSON answer a
// line on standard output. Standard input's end ends it, and the browser with it.
//
// node driver.mjs /usr/bin/chromium
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  // Draws in 3D on a machine without a graphics card.
  "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
  // There is no network but this machine.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
const STEP_MS = 60_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** WCAG 2.2, levels A and AA, and axe-core's own rules of good practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS, timeout: 60_000 });
/** @type {Map<string, {page: import("playwright-core").Page, context: import("playwright-core").BrowserContext, faults: string[], asked: string[]}>} */
const opened = new Map();

/** Functions cross as text: the page's own rules forbid it to read text as code. */
const made = (source) => (0, eval)(`(${source})`);

const verbs = {
  async open({ name, url, width = 1280, height = 900, scheme = "light", touch = false, motion = "reduce", before }) {
    const context = await browser.newContext({
      viewport: { width, height }, colorScheme: scheme, hasTouch: touch, reducedMotion: motion, acceptDownloads: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    const faults = [], asked = [];
    page.on("console", (message) => {
      // three.js warns of small defects of a file, and the browser of slow drawing.
      const ours = message.type() === "warning" && message.text().startsWith("facewire:");
      if (!ours && message.type() !== "error") return;
      const { url, lineNumber } = message.location();
      faults.push(`${message.type()}: ${message.text()} (${url}:${lineNumber})`);
    });
    page.on("pageerror", (error) => faults.push(`uncaught: ${error.stack || error}`));
    page.on("crash", () => faults.push("the page crashed"));
    page.on("request", (request) => asked.push(request.url()));
    page.on("websocket", (socket) => asked.push(socket.url()));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI}`);
      });
    });
    if (before) await page.addInitScript(before);
    opened.set(name, { page, context, faults, asked });
    await page.goto(url, { waitUntil: "load" });
  },
  async close({ name }) {
    const { context } = of(name);
    opened.delete(name);
    await context.close();
  },
  async reload({ name }) {
    await of(name).page.reload();
  },
  async run({ name, source, argument }) {
    return of(name).page.evaluate(made(source), argument);
  },
  async until({ name, source, argument, seconds = 60 }) {
    // Playwright's own waiting reads text as code inside the page.
    const end = Date.now() + 1000 * seconds;
    const asked = made(source);
    for (;;) {
      const found = await of(name).page.evaluate(asked, argument);
      if (found) return found;
      if (Date.now() > end) throw new Error(`after ${seconds} s this is still ${JSON.stringify(found)}: ${source}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  },
  async click({ name, selector }) {
    await of(name).page.locator(selector).first().click();
  },
  async fill({ name, selector, value }) {
    await of(name).page.locator(selector).first().fill(value);
  },
  async select({ name, selector, value }) {
    await of(name).page.locator(selector).first().selectOption(value);
  },
  async press({ name, key, selector }) {
    const { page } = of(name);
    if (selector) {
      const found = page.locator(selector).first();
      // What is hidden takes no focus: its key would go to another element.
      await found.waitFor();
      await found.focus();
      const taken = await found.evaluate((one) => one === document.activeElement);
      if (!taken) throw new Error(`${selector} cannot be focused, so no key reaches it`);
    }
    await page.keyboard.press(key);
  },
  async type({ name, value }) {
    await of(name).page.keyboard.type(value);
  },
  async files({ name, selector, paths }) {
    await of(name).page.locator(selector).first().setInputFiles(paths);
  },
  /** Drop a file, as from a folder of the desktop. */
  async drop({ name, selector, path, called }) {
    const { page } = of(name);
    const bytes = readFileSync(path).toString("base64");
    const data = await page.evaluateHandle(([text, title]) => {
      const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([content], title));
      return data;
    }, [bytes, called]);
    for (const event of ["dragenter", "dragover", "drop"]) {
      await page.locator(selector).first().dispatchEvent(event, { dataTransfer: data });
    }
  },
  /** Click what downloads a file, and write the file. */
  async download({ name, selector, path }) {
    const { page } = of(name);
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(selector).first().click()]);
    await download.saveAs(path);
    return download.suggestedFilename();
  },
  async picture({ name, path, selector, whole = false, transparent = false }) {
    const { page } = of(name);
    const how = { omitBackground: transparent, animations: "disabled" };
    const png = selector
      ? await page.locator(selector).first().screenshot(how)
      : await page.screenshot({ ...how, fullPage: whole });
    writeFileSync(path, png);
  },
  async look({ name, scheme, width, height }) {
    const { page } = of(name);
    if (scheme) await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    if (width) await page.setViewportSize({ width, height });
  },
  async axe({ name }) {
    const { page } = of(name);
    await page.evaluate(AXE);
    const found = await page.evaluate((rules) => /** @type {any} */ (globalThis).axe.run(document, {
      runOnly: { type: "tag", values: rules }, resultTypes: ["violations"],
    }), RULES);
    return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
  },
  /** What the keyboard has reached. */
  async focus({ name }) {
    return of(name).page.evaluate(reached);
  },
  /** Walk through the page by Tab: what can be focused, and what was. */
  async walk({ name }) {
    const { page } = of(name);
    const wanted = await page.evaluate(() => {
      const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
      const seen = Array.from(all).filter((one) => one.getClientRects().length && !one.disabled && one.tabIndex >= 0 && getComputedStyle(one).visibility === "visible");
      // Of radio buttons with one name, Tab reaches one.
      const kept = seen.filter((one) => one.type !== "radio" || one.checked);
      globalThis.wanted = kept;
      // Tab goes on from where the focus was last: start at the top.
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
      return kept.map((one) => one.outerHTML.slice(0, 160));
    });
    const found = [];
    for (let left = wanted.length + 20; left > 0; left -= 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => globalThis.wanted.indexOf(document.activeElement));
      // A busy machine may take long to draw where the page has scrolled to.
      await page.waitForFunction(inView, null, { timeout: 5000 }).catch(() => undefined);
      const told = await page.evaluate(reached);
      if (told === null) break;
      found.push({ at, ...told });
      if (new Set(found.map((one) => one.at)).size === wanted.length && at >= 0) break;
    }
    return { wanted, found };
  },
  async faults({ name }) {
    return of(name).faults;
  },
  async asked({ name }) {
    return of(name).asked;
  },
};

/** Tell whether what has the focus is in the window. Runs in the page. */
function inView() {
  const at = document.activeElement;
  if (!at || at === document.body) return true;
  const box = at.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
}

/** Tell what has the focus. Runs in the page. */
function reached() {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  return {
    id: at.id, tag: at.tagName.toLowerCase(), type: at.getAttribute("type"),
    label: at.getAttribute("aria-label") || at.textContent.trim().slice(0, 60),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    outlined: style.outlineStyle !== "none" || style.boxShadow !== "none",
  };
}

function of(name) {
  const found = opened.get(name);
  if (!found) throw new Error(`no page is open under the name ${name}`);
  return found;
}

process.stdout.write(`${JSON.stringify({ ok: true, value: browser.version() })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { verb, ...rest } = JSON.parse(line);
    answer = { ok: true, value: (await verbs[verb](rest)) ?? null };
  } catch (error) {
    answer = { ok: false, value: String(error.message || error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
