/** Every page of a desk, after the exercise was played, by the rules of WCAG 2.2 A and AA: both themes, two widths, two languages. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { axe, shot, useBrowser } from "./_browser.ts";
import { startDemo, type Demo } from "./_demo.ts";

const pages = useBrowser();
let demo: Demo;

beforeAll(async () => {
  demo = await startDemo("played");
  await demo.ask("choose", { case: "exercise" });
});

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
  ["record", "/desk/aurelia/record", "[data-entry]"],
  ["record-entry", "/desk/aurelia/record/aurelia/25", "[data-entry]"],
  ["assurance", "/desk/aurelia/assurance", "main h1"],
  ["assurance-site", "/desk/aurelia/assurance/A-01", "main svg"],
  ["observer", "/desk/observer/overview", "main h1"],
  ["observer-record", "/desk/observer/record", "[data-entry]"],
];

describe.each(PLACES)("%s", (name, path, shown) => {
  test("has nothing that breaks the rules in English, light and dark, at 1280 and 820 pixels", async () => {
    const page = await pages.open(demo.address + path);
    await page.locator(shown).first().waitFor();
    for (const width of [1280, 820])
      for (const scheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: scheme });
        await shot(page, `${name}-en-${scheme}-${width}`);
        expect.soft(await axe(page), `${name} ${scheme} ${width}`).toEqual([]);
        expect.soft(await sidewaysScroll(page), `${name} at ${width} does not scroll sideways`).toBe(false);
      }
  }, 60_000);

  test("has nothing that breaks the rules in Russian, dark, at 820 pixels", async () => {
    const page = await pages.open(`${demo.address}${path}?lang=ru`, { width: 820, scheme: "dark", language: "ru" });
    await page.locator(shown).first().waitFor();
    await shot(page, `${name}-ru-dark-820`);
    expect.soft(await axe(page), `${name} in Russian`).toEqual([]);
    expect.soft(await sidewaysScroll(page), `${name} in Russian does not scroll sideways`).toBe(false);
    expect.soft(await page.evaluate(() => document.documentElement.lang)).toBe("ru");
    expect.soft(await page.title(), "the nature is in the page's title").toMatch(name === "exchange-2022" ? /Реконструкция/ : /Учение/);
  }, 60_000);
});

async function sidewaysScroll(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
