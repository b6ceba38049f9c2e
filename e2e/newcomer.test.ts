/** A newcomer's first five minutes: the guide's twelve steps, by what the page shows. */
import { describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { guideMessages } from "@countersign/web/messages/guide.ts";
import { axe, shot, useBrowser } from "./_browser.ts";
import { startDemo } from "./_demo.ts";
import {
  actIn,
  bothHalvesRead,
  goTo,
  half,
  hostsConsent,
  isThere,
  othersAnswer,
  PATIENTLY,
  pointsAt,
  presses,
  reaches,
  signs,
  skipsUntil,
  stepOf,
} from "./_guide.ts";

const pages = useBrowser();

describe("A newcomer follows the guide to the end, in English, light, at 1280 pixels", () => {
  test("and every step is done by what [Show me where] points at", async () => {
    const demo = await startDemo("opened");
    const page = await pages.open(`${demo.address}/`);
    await readsThePapers(page);
    await begins(page);
    await settlesAndSigns(page, true);
    await announces(page);
    await namesTheSite(page);
    await freezes(page);
    await recordsWhatWasSeen(page);
    await signsTheReport(page);
    await comparesTwoVisits(page);
    await checksTheFinding(page);
    await makesBorealiaCheat(page);
    await shot(page, "newcomer-end");
    expect(await axe(page)).toEqual([]);
  }, 150_000);
});

describe("A newcomer begins in Russian, dark, at 820 pixels", () => {
  test("and the guide leads on, in Russian, up to the notice of an inspection", async () => {
    const demo = await startDemo("opened");
    const page = await pages.open(`${demo.address}/`, { width: 820, scheme: "dark", language: "ru" });
    await saysStep(page, 1);
    await page.locator('[data-provision="provision-11"] button').first().click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await saysStep(page, 2);
    await page.getByRole("slider").first().focus();
    await page.keyboard.press("End");
    await page.getByText("Ни одно из предложений не было согласовано").first().waitFor();
    await shot(page, "newcomer-ru-2022-end");
    expect(await axe(page)).toEqual([]);
    await saysStep(page, 3);
    await presses(page, "begin");
    await saysStep(page, 4);
    await bothHalvesRead(page);
    await settlesAndSigns(page);
    await saysStep(page, 5);
    await hostsConsent(page, /^Согласие подписано/);
    await goTo(page, "left", "inspections");
    await goTo(page, "right", "overview");
    await signs(page, actIn(page, "left", "announce"), async () => {
      await shot(page, "newcomer-ru-announce");
      expect(await axe(page)).toEqual([]);
    });
    await saysStep(page, 6);
    await half(page, "right")
      .locator("tr[data-statement]")
      .filter({ hasText: "Объект не назван" })
      .or(half(page, "right").locator("tr[data-arrived]"))
      .first()
      .waitFor();
    await shot(page, "newcomer-ru-end");
    expect(await axe(page)).toEqual([]);
    expect(await sentencesWithoutRussian(page)).toEqual([]);
  }, 90_000);
});

/** The guide stands at a step and says its sentence as `web/messages` has it in Russian. */
async function saysStep(page: Page, step: 1 | 2 | 3 | 4 | 5 | 6): Promise<void> {
  await reaches(page, step);
  expect(await page.locator("[data-step]").innerText()).toContain(guideMessages.ru[`step${step}`]);
}

/** Texts of three words or more without a Cyrillic letter: something was left untranslated. */
async function sentencesWithoutRussian(page: Page): Promise<readonly string[]> {
  const texts = (await page.locator("body").innerText()).split("\n").map((text) => text.trim());
  return texts.filter((text) => /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/.test(text) && !/[А-я]/.test(text));
}

/** Steps 1 and 2. */
async function readsThePapers(page: Page): Promise<void> {
  await page.locator('[data-provision="provision-11"]').waitFor();
  expect(await page.title()).toContain("Reconstruction from public sources");
  expect(await page.locator("[data-clock]").innerText()).toBe("2022-02-02");
  await reaches(page, 1);
  await pointsAt(page, '[data-provision="provision-11"]');
  await page.locator('[data-provision="provision-11"] [data-stop]').first().click();
  await page.getByRole("dialog").waitFor();
  expect(await page.getByRole("dialog").innerText()).toMatch(/Source/i);
  await page.keyboard.press("Escape");
  await reaches(page, 2);
  expect(await page.locator("main").innerText()).not.toContain("None of the proposals was agreed");
  await pointsAt(page, '[role="slider"]');
  await page.getByRole("slider").first().focus();
  await page.keyboard.press("End");
  await page.getByText("None of the proposals was agreed").first().waitFor();
  expect(await page.locator("main").innerText()).toMatch(/Waits for a reply: 2\d days/);
}

/** Step 3. */
async function begins(page: Page): Promise<void> {
  await reaches(page, 3);
  await presses(page, "begin");
  await reaches(page, 4);
  await bothHalvesRead(page);
  expect(await page.title()).toContain("Exercise: invented States and sites");
}

/** Step 4. */
async function settlesAndSigns(page: Page, guided = false): Promise<void> {
  if (guided) await pointsAt(page, '[data-half="right"] [data-act="support"]');
  else await goTo(page, "right", "text");
  await signs(page, actIn(page, "right", "support"));
  for (const side of ["left", "right"] as const) {
    await goTo(page, side, "text");
    await signs(page, actIn(page, side, "signText"));
  }
  await reaches(page, 5);
}

/** Step 5: the notice arrives on the other half and names no site. */
async function announces(page: Page): Promise<void> {
  await hostsConsent(page, /^Consent signed/);
  await pointsAt(page, '[data-half="left"] [data-act="announce"]');
  await goTo(page, "right", "overview");
  await signs(page, actIn(page, "left", "announce"));
  await reaches(page, 6);
  const notice = half(page, "right").locator("tr[data-statement]").filter({ hasText: "Names no site" });
  await notice.waitFor();
  expect(await notice.innerText()).not.toMatch(/Morozna|B-03/);
}

/** Step 6. */
async function namesTheSite(page: Page): Promise<void> {
  await goTo(page, "left", "overview");
  const designate = actIn(page, "left", "designate");
  await skipsUntil(page, designate);
  await signs(page, designate, async (dialog) => {
    expect(await dialog.innerText()).toContain("Hashes are equal.");
  });
  await reaches(page, 7);
}

/** Step 7. */
async function freezes(page: Page): Promise<void> {
  await pointsAt(page, '[data-half="right"] [data-act="freeze"]');
  await signs(page, actIn(page, "right", "freeze"), async (dialog) => {
    expect(await dialog.innerText()).toContain("nothing may leave Morozna");
  });
  await reaches(page, 8);
}

/** Step 8. */
async function recordsWhatWasSeen(page: Page): Promise<void> {
  await goTo(page, "left", "inspections");
  await half(page, "left")
    .getByRole("link", { name: /Morozna/ })
    .first()
    .click();
  const record = actIn(page, "left", "recordSeen");
  await othersAnswer(page, () => isThere(record));
  await signs(page, record);
  await signs(page, actIn(page, "left", "raiseQuestion"), async (dialog) => {
    await expect
      .poll(() => dialog.locator("textarea, input[type=text]").first().inputValue(), PATIENTLY)
      .toContain("length of the canister");
  });
  await othersAnswer(page, async () => (await stepOf(page)) === 9);
}

/** Step 9. */
async function signsTheReport(page: Page): Promise<void> {
  await goTo(page, "right", "inspections");
  await half(page, "right")
    .getByRole("link", { name: /Morozna/ })
    .first()
    .click();
  // Leaving and putting the report together follow by themselves when the other side has answered.
  await signs(page, actIn(page, "left", "signReport"));
  await signs(page, actIn(page, "right", "signReport"));
  await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBe(10);
}

/** Step 10: the other three inspections are played meanwhile. */
async function comparesTwoVisits(page: Page): Promise<void> {
  await expect
    .poll(() => page.locator("[data-clock]").getAttribute("data-clock"), { timeout: 60_000 })
    .toMatch(/^2027-05-15/);
  await goTo(page, "left", "assurance");
  await reaches(page, 11);
  await half(page, "left")
    .getByRole("link", { name: /Tarn Plateau, A-01/ })
    .click();
  await half(page, "left").getByText("14171207/15456000").first().waitFor();
  const words = await half(page, "left").innerText();
  expect(words).toContain("nothing-found-at-level");
  expect(words).toContain("Same site, two visits");
  expect(words).toContain("Looking at a closed canister is not seeing what is in it.");
}

/** Step 11. */
async function checksTheFinding(page: Page): Promise<void> {
  await pointsAt(page, '[data-half="left"] [data-check="finding"]');
  await half(page, "left").locator('[data-check="finding"]').click();
  await half(page, "left")
    .getByText(/Checked here at 2027-05-15/)
    .waitFor();
  await reaches(page, 12);
}

/** Step 12. */
async function makesBorealiaCheat(page: Page): Promise<void> {
  await pointsAt(page, '[data-guide="cheat"]');
  await presses(page, "cheat");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make Borealia cheat" }).click();
  const mismatch = half(page, "left").locator('[data-mismatch="borealia"]');
  await mismatch.waitFor();
  expect(await mismatch.innerText()).toMatch(/Does not match: entry \d+ of Borealia’s log/);
  await mismatch.getByRole("link", { name: "Save the proof file" }).waitFor();
  await reaches(page, 13);
}
