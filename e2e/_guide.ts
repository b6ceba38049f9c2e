/** Acting on the Start page as a newcomer does: by what is on the screen, in either language and at either width. */
import { expect } from "vitest";
import type { Locator, Page } from "playwright-core";

export type Side = "left" | "right";
export type HalfPage = "overview" | "exchange" | "text" | "map" | "inspections" | "record" | "assurance";

/** In the order of the tabs. */
const PAGES: readonly HalfPage[] = ["overview", "exchange", "text", "map", "inspections", "record", "assurance"];
export const PATIENTLY = { timeout: 20_000, interval: 50 };

export function half(page: Page, side: Side): Locator {
  return page.locator(`[data-half="${side}"]`);
}

/** The guide's step; 13 when all twelve are done. */
export async function stepOf(page: Page): Promise<number> {
  const step = page.locator("[data-step]");
  return (await step.count()) === 0 ? 13 : Number(await step.getAttribute("data-step"));
}

/** Waits for the guide to stand at a step. */
export async function reaches(page: Page, step: number): Promise<void> {
  await expect.poll(() => stepOf(page), { ...PATIENTLY, message: `the guide reaches step ${step}` }).toBe(step);
}

/** Waits for both halves to have read their records. */
export async function bothHalvesRead(page: Page): Promise<void> {
  for (const side of ["left", "right"] as const) await half(page, side).locator('[role="tabpanel"]').waitFor();
}

export async function goTo(page: Page, side: Side, name: HalfPage): Promise<void> {
  const tab = half(page, side).getByRole("tab").nth(PAGES.indexOf(name));
  if (await tab.isVisible()) await tab.click();
  else await half(page, side).locator("select").first().selectOption(name);
  await half(page, side).locator('[role="tabpanel"] > *').first().waitFor();
}

/** Waits until both hosts have consented: they do so by themselves when the text is signed, and the clock goes on with it. */
export async function hostsConsent(page: Page, words: RegExp): Promise<void> {
  await expect.poll(() => page.getByText(words).count(), PATIENTLY).toBe(2);
}

/** The button of an act in a half; the first that is there, and on. */
export function actIn(page: Page, side: Side, act: string): Locator {
  return half(page, side).locator(`[data-act="${act}"]:not([aria-disabled])`).first();
}

/** Presses an act's button, lets the caller fill in what it asks for, and signs; waits until the node has taken it. */
export async function signs(
  page: Page,
  button: Locator,
  fill: (dialog: Locator) => Promise<void> = async () => undefined,
): Promise<void> {
  await button.click();
  const dialog = page.getByRole("dialog");
  const sign = dialog.locator('button[type="submit"]');
  await sign.waitFor();
  await fill(dialog);
  await isTaken(page, () => sign.click());
}

/** Signs by `act`, and waits until the node has taken the statement and the dialog is gone. */
export async function isTaken(page: Page, act: () => Promise<void>): Promise<void> {
  const dialog = page.getByRole("dialog");
  const [answer] = await Promise.all([
    page.waitForResponse(
      (response) => response.request().method() === "POST" && response.url().endsWith("/statements"),
    ),
    act(),
  ]);
  if (!answer.ok()) throw new Error(`not taken: ${(await dialog.getByRole("alert").allInnerTexts()).join(" ")}`);
  await expect
    .poll(() => dialog.count(), { ...PATIENTLY, message: "the dialog closes when its statement is taken" })
    .toBe(0);
}

/** Presses [Show me where] and waits until it points at what the selector names. */
export async function pointsAt(page: Page, selector: string): Promise<void> {
  await page.locator("[data-step] button").last().click();
  const outlined = page.locator('[class*="outlined"]');
  await expect
    .poll(
      () =>
        outlined.evaluateAll(
          (elements, wanted) =>
            elements.some((element) => element.matches(wanted))
              ? wanted
              : elements.map((element) => element.outerHTML.slice(0, 200)).join(),
          selector,
        ),
      { ...PATIENTLY, message: `step ${await stepOf(page)} points at ${selector}` },
    )
    .toBe(selector);
}

/** Presses one of the demonstration's own buttons when it is on, and waits for what follows from it. */
export async function presses(page: Page, button: "skip" | "answer" | "begin" | "cheat"): Promise<void> {
  const on = page.locator(`[data-guide="${button}"]:not([aria-disabled])`);
  if (button === "cheat") return on.click();
  const path = { skip: "/demo/skip", answer: "/demo/answer", begin: "/demo/case" }[button];
  await on.waitFor();
  await isDone(page, path, () => on.click());
}

/** Does something that asks the demonstration, and waits until it has done it. */
export async function isDone(page: Page, path: string, act: () => Promise<void>): Promise<void> {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => new URL(response.url()).pathname === path, { timeout: 60_000 }),
    act(),
  ]);
  if (!answer.ok()) throw new Error(`${path}: ${(await page.getByRole("alert").allInnerTexts()).join(" ")}`);
}

/** Skips from deadline to deadline until something can be done; each time the halves get a moment to follow the clock. */
export async function skipsUntil(page: Page, possible: Locator): Promise<void> {
  for (let skips = 0; skips < 4; skips++) {
    const found = await possible.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
    if (found) return;
    await presses(page, "skip");
  }
  await possible.waitFor();
}

/** Lets the other side answer until `done` holds. */
export async function othersAnswer(page: Page, done: () => Promise<boolean>): Promise<void> {
  for (let answers = 0; answers < 6; answers++) {
    const answer = page.locator('[data-guide="answer"]:not([aria-disabled])');
    await expect
      .poll(async () => (await done()) || (await isThere(answer)), {
        ...PATIENTLY,
        message: "somebody has something to say",
      })
      .toBe(true);
    if (await done()) return;
    await presses(page, "answer");
  }
  expect(await done(), "the others have said what was needed").toBe(true);
}

export async function isThere(locator: Locator): Promise<boolean> {
  return (await locator.count()) > 0;
}
