/** What a reader can check in the browser: one entry, all entries, a finding; and what the page says when a byte was changed on the way. */
import { beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import type { RecordAnswer } from "@countersign/wire/endpoints.ts";
import { axe, shot, useBrowser } from "./_browser.ts";
import { startDemo, type Demo } from "./_demo.ts";
import { deskAt } from "./_desk.ts";

const pages = useBrowser();
let demo: Demo;
/** The entry of Aurelia's log that these stories look at: the first letter. */
let entry: number;

beforeAll(async () => {
  demo = await startDemo("played");
  const { channels } = await demo.state();
  const { logs } = await deskAt(`${demo.address}/nodes/aurelia`).record(
    channels.find((one) => one.case === "exercise")?.channel ?? "",
  );
  entry = logs.find(({ log }) => log === "aurelia")?.entries.findIndex((one) => payloadOf(one).kind === "letter") ?? -1;
});

test("An entry of the record is checked in this browser, by four checks, and the words are gone after a reload", async () => {
  const page = await pages.open(`${demo.address}/desk/aurelia/record`);
  await page.locator("[data-entry]").first().waitFor();
  await open(page, entry);
  const panel = page.getByRole("complementary");
  await panel.getByRole("heading", { name: /^Checked here at / }).waitFor();
  const checks = panel.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 4 }) });
  expect(await checks.getByRole("heading", { level: 4 }).allInnerTexts()).toEqual([
    "Text unchanged",
    expect.stringMatching(/^Signed by/),
    "In the record",
    "Both sides have the same record",
  ]);
  const rests = panel.locator("dl").filter({ hasText: "Signed by a known party" });
  expect(await rests.locator("dt").allInnerTexts()).toEqual([
    "Intact",
    "Signed by a known party",
    "Accepted by policy",
    "Not checked",
  ]);
  expect(await rests.innerText()).toMatch(
    /By the charter's rule: \d other part(?:y has|ies have) to cosign the head, and did\./,
  );
  expect(await rests.innerText()).toContain("Whether a newer head, or another one, is shown elsewhere.");
  expect(await panel.innerText()).toContain("What this does not show");
  expect(await panel.innerText()).toContain("That what was said is true.");
  await shot(page, "record-checked");
  await shot(rests, "rests-on");
  expect(await axe(page)).toEqual([]);
  await page.reload();
  await page.getByText("Not checked").first().waitFor();
});

test("What the checks rest on stands in Russian too, and in the dark", async () => {
  const page = await pages.open(`${demo.address}/desk/aurelia/record`, { language: "ru", scheme: "dark" });
  await page.locator("[data-entry]").first().waitFor();
  await open(page, entry);
  const rests = page.getByRole("complementary").locator("dl").filter({ hasText: "Подписано известной Стороной" });
  await rests.getByText("По правилу устава").waitFor();
  expect(await rests.locator("dt").allInnerTexts()).toEqual([
    "Не изменено",
    "Подписано известной Стороной",
    "Принято по правилу",
    "Не проверялось",
  ]);
  await shot(rests, "rests-on-ru-dark");
  expect(await axe(page)).toEqual([]);
});

test("The whole record is checked in this browser, and the counts add up", async () => {
  const page = await pages.open(`${demo.address}/desk/aurelia/record`);
  await page.getByRole("button", { name: "Check all" }).click();
  await page.getByRole("button", { name: "Check all again" }).waitFor({ timeout: 60_000 });
  const counts = await page.locator("dl").first().locator("dd").allInnerTexts();
  const [all = 0, checked = 0, unchecked = 0, differing = 0] = counts.map(Number);
  expect(all).toBeGreaterThan(50);
  expect({ checked, unchecked, differing }).toEqual({ checked: all, unchecked: 0, differing: 0 });
}, 90_000);

test("A letter changed on the way: the page says what does not match and where, and nothing there counts as checked", async () => {
  const page = await pages.open(`${demo.address}/desk/aurelia/record`, {
    before: (made) =>
      answerOtherwise(made, (log) => ({
        ...log,
        entries: log.entries.map((leaf, place) => (log.from + place === entry ? changed(leaf) : leaf)),
      })),
  });
  await page.locator("[data-entry]").first().waitFor();
  const since = performance.now();
  await open(page, entry);
  const panel = page.getByRole("complementary");
  await panel.getByRole("heading", { name: "Does not match" }).first().waitFor();
  expect(performance.now() - since).toBeLessThan(4000);
  const words = await panel.innerText();
  expect(words).toContain(`Entry ${entry} of Aurelia`);
  expect(words).toMatch(/a signature does not hold/);
  expect(words).toContain(`Entry ${entry} does not lead to the signed head of the log of Aurelia.`);
  expect(words).not.toMatch(/checked here/i);
  const counts = (await page.locator("dl").first().locator("dd").allInnerTexts()).map(Number);
  expect(counts.slice(1)).toEqual([0, (counts[0] ?? 0) - 1, 1]);
  await shot(page, "record-differs");
  expect(await axe(page)).toEqual([]);
});

test("The finding of Tarn Plateau comes out the same in this browser: 14171207/15456000", async () => {
  const page = await pages.open(`${demo.address}/desk/borealia/assurance/A-01`);
  await page.locator('[data-check="finding"]').click();
  await page.getByText(/^Checked here at /).waitFor();
  const checked = page
    .locator("ol")
    .filter({ has: page.getByText(/came? out|same fraction|14171207/) })
    .last();
  expect(await checked.innerText()).toContain("14171207/15456000");
  await shot(page, "finding-checked");
  await page.reload();
  await page.locator('[data-check="finding"]').waitFor();
  expect(await page.locator("main").innerText()).not.toMatch(/Checked here at/);
});

test("A head changed on the way: the finding's check names the line that does not match and offers the proof file", async () => {
  const page = await pages.open(`${demo.address}/desk/aurelia/assurance/A-01`, {
    before: (made) =>
      answerOtherwise(made, (log) => ({
        ...log,
        head: log.head?.replace(/.(?=.{9}\n)/, (letter) => (letter === "A" ? "B" : "A")) ?? null,
      })),
  });
  await page.locator('[data-check="finding"]').click();
  await page.getByText(/^Does not match/).waitFor();
  expect(await page.locator("main").innerText()).not.toMatch(/Checked here at/);
  await page.getByRole("button", { name: /proof file/ }).waitFor();
  await shot(page, "finding-differs");
});

type LogAnswer = RecordAnswer["logs"][number];

/** A node or a wire that is not to be trusted: what it says of Aurelia's log is not what the log holds. */
async function answerOtherwise(page: Page, otherwise: (log: LogAnswer) => LogAnswer): Promise<void> {
  await page.route(/\/api\/channels\/[0-9a-f]{64}\/record/, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as RecordAnswer;
    await route.fulfill({
      response,
      json: { ...answer, logs: answer.logs.map((log) => (log.log === "aurelia" ? otherwise(log) : log)) },
    });
  });
}

/** One letter of an entry's salt becomes another. */
function changed(leaf: string): string {
  const { salt } = payloadOf(leaf);
  const envelope = JSON.parse(Buffer.from(leaf, "base64").toString()) as { payload: string };
  const payload = Buffer.from(envelope.payload, "base64")
    .toString()
    .replace(salt, (salt.startsWith("A") ? "B" : "A") + salt.slice(1));
  return Buffer.from(JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString("base64") })).toString(
    "base64",
  );
}

function payloadOf(leaf: string): { readonly kind: string; readonly salt: string } {
  const envelope = JSON.parse(Buffer.from(leaf, "base64").toString()) as { payload: string };
  return JSON.parse(Buffer.from(envelope.payload, "base64").toString()) as { kind: string; salt: string };
}

async function open(page: Page, index: number): Promise<void> {
  const row = page.locator(`[data-entry$=" aurelia ${index}"]`);
  const older = page.getByRole("button", { name: /^(?:Show older|Показать более ранние)$/ });
  while ((await row.count()) === 0 && (await older.count()) > 0) await older.click();
  await row.click();
}
