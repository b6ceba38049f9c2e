/** Every page of a desk, after the exercise was played, by the rules of WCAG 2.2 A and AA: both themes, two widths, two languages. */
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { axe, shot, useBrowser } from "./_browser.ts";
import { startDemo, type Demo } from "./_demo.ts";
import { deskAt } from "./_desk.ts";

const pages = useBrowser();
let demo: Demo;

/** The id of the first inspection: its notice's. */
let inspection: string;

beforeAll(async () => {
  demo = await startDemo("played");
  const { channels } = await demo.ask("choose", { case: "exercise" });
  const channel = channels.find((one) => one.case === "exercise")?.channel ?? "";
  inspection =
    (await deskAt(`${demo.address}/nodes/aurelia`).statements(channel)).find(({ payload }) => payload.kind === "intent")
      ?.id ?? "";
});

const addressOf = (path: string): string => demo.address + path.replace("INSPECTION", inspection);

/** What must be there before a page counts as shown. */
const PLACES: readonly (readonly [name: string, path: string, shown: string])[] = [
  ["start", "/", '[data-half="right"] table'],
  ["overview", "/desk/aurelia/overview", "[data-side] dl"],
  ["exchange", "/desk/aurelia/exchange", "main h1"],
  ["exchange-2022", "/desk/compilers/exchange", "main h1"],
  ["text", "/desk/aurelia/text", "main h1"],
  ["map", "/desk/aurelia/map", "main svg"],
  ["site", "/desk/aurelia/site/A-01", "main svg"],
  ["site-open", "/desk/borealia/site/B-03", "main svg"],
  ["inspections", "/desk/aurelia/inspections", "main h1"],
  ["inspection", "/desk/aurelia/inspections/INSPECTION", "main table"],
  ["record", "/desk/aurelia/record", "[data-entry]"],
  ["record-entry", "/desk/aurelia/record/aurelia/25", "[data-entry]"],
  ["assurance", "/desk/aurelia/assurance", "main h1"],
  ["assurance-site", "/desk/aurelia/assurance/A-01", "main svg"],
  ["observer", "/desk/observer/overview", "main h1"],
  ["observer-record", "/desk/observer/record", "[data-entry]"],
];

describe.each(PLACES)("%s", (name, path, shown) => {
  test("has nothing that breaks the rules in English, light and dark, at 1280 and 820 pixels", async () => {
    const page = await pages.open(addressOf(path));
    await page.locator(shown).first().waitFor();
    for (const width of [1280, 820])
      for (const scheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: scheme });
        await shot(page, `${name}-en-${scheme}-${width}`);
        expect.soft(await axe(page), `${name} ${scheme} ${width}`).toEqual([]);
        expect.soft(await sidewaysScroll(page), `${name} at ${width} does not scroll sideways`).toBe(false);
      }
    // On a phone nothing but wide tables, the map and the diagram scrolls sideways, each in its own frame.
    await page.setViewportSize({ width: 390, height: 844 });
    await shot(page, `${name}-en-dark-390`);
    expect.soft(await sidewaysScroll(page), `${name} at 390 does not scroll sideways`).toBe(false);
  }, 60_000);

  test("has nothing that breaks the rules in Russian, dark, at 820 pixels", async () => {
    const page = await pages.open(`${addressOf(path)}?lang=ru`, { width: 820, scheme: "dark", language: "ru" });
    await page.locator(shown).first().waitFor();
    await shot(page, `${name}-ru-dark-820`);
    expect.soft(await axe(page), `${name} in Russian`).toEqual([]);
    expect.soft(await sidewaysScroll(page), `${name} in Russian does not scroll sideways`).toBe(false);
    expect.soft(await page.evaluate(() => document.documentElement.lang)).toBe("ru");
    expect
      .soft(await page.title(), "the nature is in the page's title")
      .toMatch(name === "exchange-2022" ? /Реконструкция/ : /Учение/);
  }, 60_000);
});

test("Pages come with a policy that allows nothing inline and nothing from elsewhere", async () => {
  const policy = (await fetch(`${demo.address}/desk/aurelia/overview`)).headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe-|https?:|\*/);
});

test("The overview needs at most 250 KB of script, packed", async () => {
  const page = await pages.open(`${demo.address}/desk/aurelia/overview`);
  await page.locator("[data-side] dl").first().waitFor();
  const scripts = [...new Set(pages.requestsOf(page))].filter((path) => path.endsWith(".js"));
  const sizes = await Promise.all(
    scripts.map(async (path) => gzipSync(Buffer.from(await (await fetch(demo.address + path)).arrayBuffer())).length),
  );
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  console.info(`script of the overview: ${kilobytes.toFixed(0)} KB in ${scripts.length} files`);
  expect(kilobytes).toBeLessThanOrEqual(250);
});

async function sidewaysScroll(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
