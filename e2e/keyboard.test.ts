/** Steps 4 to 9 of the guide by keyboard alone: focus is always there and to be seen, comes back after a dialog, and Escape never signs. */
import { expect, test } from "vitest";
import type { Locator, Page } from "playwright-core";
import { shot, useBrowser } from "./_browser.ts";
import { startDemo } from "./_demo.ts";
import {
  actIn,
  bothHalvesRead,
  half,
  hostsConsent,
  isDone,
  isTaken,
  isThere,
  PATIENTLY,
  reaches,
  stepOf,
  type HalfPage,
  type Side,
} from "./_guide.ts";

const pages = useBrowser();
/** The digit that chooses a page when a tab has focus. */
const DIGITS: Readonly<Record<HalfPage, string>> = {
  overview: "1",
  exchange: "2",
  text: "3",
  map: "4",
  inspections: "5",
  record: "6",
  assurance: "7",
};

test("From the bracket to the signed report without a mouse", async () => {
  const demo = await startDemo("opened");
  await demo.ask("choose", { case: "exercise" });
  const page = await pages.open(`${demo.address}/`);
  await bothHalvesRead(page);

  // 4: the bracket, and the text on both sides. Escape closes the dialog, signs nothing and gives the focus back.
  await goesTo(page, "right", "text");
  const support = actIn(page, "right", "support");
  await tabTo(page, support);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").locator('button[type="submit"]').waitFor();
  expect(
    await page.getByRole("dialog").evaluate((dialog) => dialog.contains(document.activeElement)),
    "focus is in the dialog",
  ).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count(), PATIENTLY).toBe(0);
  await expect.poll(() => focusIsOn(page, support), PATIENTLY).toBe(true);
  expect(await stepOf(page)).toBe(4);
  await signsByKeys(page, support);
  for (const side of ["left", "right"] as const) {
    await goesTo(page, side, "text");
    await signsByKeys(page, actIn(page, side, "signText"));
  }
  await reaches(page, 5);
  await hostsConsent(page, /^Consent signed/);

  // 5 and 6: the notice, the arrival, the name of the site.
  await goesTo(page, "left", "inspections");
  await signsByKeys(page, actIn(page, "left", "announce"));
  await reaches(page, 6);
  await goesTo(page, "left", "overview");
  const designate = actIn(page, "left", "designate");
  for (let skips = 0; skips < 4 && !(await appears(designate)); skips++) await pressesByKeys(page, "skip");
  await signsByKeys(page, designate);

  // 7: the freeze.
  await reaches(page, 7);
  await goesTo(page, "right", "overview");
  await signsByKeys(page, actIn(page, "right", "freeze"));

  // 8: what was seen, and the question.
  await reaches(page, 8);
  await goesTo(page, "left", "inspections");
  await follows(
    page,
    half(page, "left")
      .getByRole("link", { name: /Morozna/ })
      .first(),
  );
  await answersUntil(page, () => isThere(actIn(page, "left", "recordSeen")));
  await signsByKeys(page, actIn(page, "left", "recordSeen"));
  await signsByKeys(page, actIn(page, "left", "raiseQuestion"));
  await answersUntil(page, async () => (await stepOf(page)) === 9);

  // 9: the report, on both sides.
  await signsByKeys(page, actIn(page, "left", "signReport"));
  await goesTo(page, "right", "inspections");
  await follows(
    page,
    half(page, "right")
      .getByRole("link", { name: /Morozna/ })
      .first(),
  );
  await signsByKeys(page, actIn(page, "right", "signReport"));
  await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBe(10);
}, 150_000);

test("F6 goes from part to part, and the first stop of the page leads to its content", async () => {
  const demo = await startDemo("opened");
  await demo.ask("choose", { case: "exercise" });
  const page = await pages.open(`${demo.address}/`);
  await bothHalvesRead(page);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("To the content");
  await seesFocus(page);
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
  const stops: string[] = [];
  for (let press = 0; press < 4; press++) {
    await page.keyboard.press("F6");
    await seesFocus(page);
    stops.push(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? ""));
  }
  expect(stops).toEqual([
    "The one next thing to do",
    "Aurelia’s half",
    "Borealia’s half",
    "Hosts, others and the observer",
  ]);
  await page.goto(`${demo.address}/desk/aurelia/record`);
  await page.locator("[data-entry]").first().waitFor();
  await tabTo(page, page.locator("[data-entry]").first());
  await page.keyboard.press("ArrowDown");
  expect(await focusIsOn(page, page.locator("[data-entry]").nth(1))).toBe(true);
  await page.keyboard.press("Enter");
  await page
    .getByRole("complementary")
    .getByRole("heading", { name: /^Checked here at / })
    .waitFor();
  await shot(page, "keyboard-record");
}, 60_000);

async function focusIsOn(page: Page, target: Locator): Promise<boolean> {
  const wanted = await target.elementHandle();
  return page.evaluate((element) => element === document.activeElement, wanted);
}

/** Focus is on something, in view, and drawn: an outline of 2 px, or whatever else is drawn round it that thick. */
async function seesFocus(page: Page): Promise<void> {
  const problem = await page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return "nothing has focus";
    const box = element.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
      return `out of view: ${element.outerHTML.slice(0, 160)}`;
    // A hidden radio button is drawn by its label.
    const drawn = [element, element.parentElement, element.nextElementSibling].some((one) => {
      if (one === null) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2) || /(?:^|\s)[2-9]px/.test(boxShadow);
    });
    return drawn ? undefined : `not to be seen: ${element.outerHTML.slice(0, 160)}`;
  });
  expect(problem).toBeUndefined();
}

/** Presses Tab until the target has focus; the focus is to be seen at every stop. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await target.waitFor();
  for (let press = 0; press < 150; press++) {
    if (await focusIsOn(page, target)) return;
    await page.keyboard.press(key);
    await seesFocus(page);
  }
  throw new Error(`not reached by ${key}: ${await target.evaluate((element) => element.outerHTML.slice(0, 160))}`);
}

/** F6 to the half, Tab to its tabs, a digit for the page. */
async function goesTo(page: Page, side: Side, name: HalfPage): Promise<void> {
  for (let press = 0; press < 5 && !(await focusIsOn(page, half(page, side))); press++) await page.keyboard.press("F6");
  await tabTo(page, half(page, side).locator('[role="tab"][tabindex="0"]'));
  await page.keyboard.press(DIGITS[name]);
  await expect
    .poll(() => half(page, side).locator('[role="tab"][aria-selected="true"]').innerText(), PATIENTLY)
    .toMatch(new RegExp(`^${name}$`, "i"));
}

async function follows(page: Page, link: Locator): Promise<void> {
  await tabTo(page, link);
  await page.keyboard.press("Enter");
}

/** Opens the act's dialog and signs in it: from its first stop backwards to the buttons at its end. */
async function signsByKeys(page: Page, button: Locator): Promise<void> {
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  const sign = dialog.locator('button[type="submit"]');
  await sign.waitFor();
  await tabTo(page, sign, "Shift+Tab");
  await isTaken(page, () => page.keyboard.press("Enter"));
  // What had opened the dialog may be gone with the act; the focus is not lost for that.
  await expect.poll(() => page.evaluate(() => document.activeElement !== document.body), PATIENTLY).toBe(true);
}

async function pressesByKeys(page: Page, button: "skip" | "answer"): Promise<void> {
  await tabTo(page, page.locator(`[data-guide="${button}"]:not([aria-disabled])`), "Shift+Tab");
  await isDone(page, `/demo/${button}`, () => page.keyboard.press("Enter"));
}

async function answersUntil(page: Page, done: () => Promise<boolean>): Promise<void> {
  for (let answers = 0; answers < 6; answers++) {
    const answer = page.locator('[data-guide="answer"]:not([aria-disabled])');
    await expect.poll(async () => (await done()) || (await isThere(answer)), PATIENTLY).toBe(true);
    if (await done()) return;
    await pressesByKeys(page, "answer");
  }
}

async function appears(target: Locator): Promise<boolean> {
  return target.waitFor({ timeout: 2000 }).then(
    () => true,
    () => false,
  );
}
