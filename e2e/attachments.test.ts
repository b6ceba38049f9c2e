/** A file for one reader: attached, shown with its readers before and after it is signed, opened by its reader, and closed to all others. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import type { Locator, Page } from "playwright-core";
import { axe, shot, useBrowser } from "./_browser.ts";
import { startDemo, type Demo } from "./_demo.ts";
import { deskAt, letterTo } from "./_desk.ts";
import { actIn, bothHalvesRead, goTo, half, isThere, PATIENTLY, signs, type Side } from "./_guide.ts";

const pages = useBrowser();
let demo: Demo;
let channel: string;

beforeAll(async () => {
  demo = await startDemo("opened");
  await demo.ask("choose", { case: "exercise" });
  channel = (await demo.state()).channels.find((one) => one.case === "exercise")?.channel ?? "";
});

const PLAN = { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("Gate 4 is used on the second day.") };
const IMAGE = { name: "gate.png", mimeType: "image/png", buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47]) };

test("A file for one reader: its readers stand in the dialog, on the row and in the record, and its reader opens it", async () => {
  const page = await opened();
  await letter(page, "left", async (dialog) => {
    await dialog.locator("input[type=text]").first().fill("With a plan for you alone");
    await dialog.locator("textarea").first().fill("See the plan.");
    await dialog.locator('input[type="file"]').setInputFiles([PLAN, IMAGE]);
    const row = dialog.locator('[data-attached="plan.txt"]');
    await row.getByLabel("Only you and:").check();
    await row.locator('[data-reader="borealia"]').check();
    const summary = dialog.locator("[data-will-sign]");
    expect(await summary.innerText()).toMatch(/plan\.txt, 33 bytes: encrypted, readable by Aurelia and Borealia/);
    expect(await summary.innerText()).toMatch(/gate\.png, 4 bytes: readable by all parties/);
    expect(await axe(page)).toEqual([]);
    await shot(page, "attachments-dialog");
  });
  for (const side of ["left", "right"] as const) {
    await goTo(page, side, "overview");
    const row = half(page, side).locator("tr[data-statement]").filter({ hasText: "With a plan for you alone" });
    const [first, second] = side === "left" ? ["Aurelia", "Borealia"] : ["Borealia", "Aurelia"];
    await row.getByText(`1 file: Readable by ${first} and ${second}`).waitFor();
    await row.getByText("1 file: Readable by all parties").waitFor();
    expect(await row.innerText()).not.toContain("Not readable here");
  }
  await half(page, "right").locator("tr[data-statement] a").filter({ hasText: "With a plan for you alone" }).click();
  const file = half(page, "right").locator('[data-file="plan.txt"]');
  const [download] = await Promise.all([page.waitForEvent("download"), file.getByRole("button", { name: "Save plan.txt" }).click()]);
  expect(download.suggestedFilename()).toBe("plan.txt");
  expect(await readFile((await download.path()) ?? "")).toEqual(PLAN.buffer);
  const [opening] = await Promise.all([page.waitForEvent("download"), file.getByRole("button", { name: "Save with its salt" }).click()]);
  const bytes = await readFile((await opening.path()) ?? "");
  expect([bytes.length, bytes.subarray(32)]).toEqual([32 + PLAN.buffer.length, PLAN.buffer]);
  await shot(page, "attachments-read");

  // Handed on with its salt, it is what Aurelia signed, on anybody's desk; without it, only its readers' nodes know it.
  const host = await pages.open(`${demo.address}/desk/carpathia/record`);
  await looksFor(host, { name: "handed.opening", mimeType: "application/octet-stream", buffer: bytes }, /is what Aurelia sent with this statement to Aurelia and Borealia/);
  await looksFor(host, PLAN, /No statement held here names plan\.txt/);
  expect(await axe(host)).toEqual([]);
  await shot(host, "attachments-found");
});

test("Another party's desk shows who may read it, that it cannot be read there, and gets nothing by asking; in both languages", async () => {
  const said = await deskAt(`${demo.address}/nodes/aurelia`).say(channel, {
    ...letterTo("borealia", "For Borealia alone"),
    files: [{ name: "secret.txt", type: "text/plain", data: PLAN.buffer.toString("base64"), readers: ["borealia"] }],
  });
  if (!said.ok) throw new Error(said.refusal.sentence);
  const { id, index } = said.value;
  for (const [language, closed] of [
    ["en", /Readable by Aurelia and Borealia\. Not readable here/],
    ["ru", /Могут прочесть: Аурелия и Бореалия\. Здесь прочесть нельзя/],
  ] as const)
    for (const other of ["carpathia", "observer"]) {
      const page = await pages.open(`${demo.address}/desk/${other}/record/aurelia/${index}?lang=${language}`, { language });
      if (other === "observer") {
        await page.locator("main h1").waitFor();
        expect(await page.locator("main").innerText()).not.toContain("secret.txt");
        continue;
      }
      const file = page.locator('[data-file="secret.txt"]');
      await file.waitFor();
      expect(await file.innerText()).toMatch(closed);
      expect(await file.getByRole("button").count()).toBe(0);
    }
  const { files } = (await deskAt(`${demo.address}/nodes/carpathia`).statements(channel)).find((one) => one.id === id)?.payload ?? { files: [] };
  const hash = files[0]?.sha256 ?? "";
  for (const other of ["carpathia", "observer"]) {
    const answer = await fetch(`${demo.address}/nodes/${other}/api/channels/${channel}/statements/${id}/attachments/${hash}`);
    expect([403, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain("Gate 4");
  }
});

test("Copies of their own: each reader reads its own, and the author's desk says whose a found copy is", async () => {
  const page = await opened();
  await letter(page, "right", async (dialog) => {
    await dialog.locator("input[type=text]").first().fill("Numbered copies");
    await dialog.locator("textarea").first().fill("One each.");
    await dialog.locator('input[type="file"]').setInputFiles(PLAN);
    await dialog.getByLabel("Only you and:").check();
    for (const reader of ["aurelia", "carpathia"]) await dialog.locator(`[data-reader="${reader}"]`).check();
    await dialog.locator("[data-copies]").check();
    expect(await dialog.locator("[data-will-sign]").innerText()).toMatch(/encrypted, 2 copies, readable by you and one of/);
  });
  await goTo(page, "left", "overview");
  await half(page, "left").locator("tr[data-statement] a").filter({ hasText: "Numbered copies" }).click();
  const list = half(page, "left").locator("[data-file]");
  await list.first().waitFor();
  const mine = list.filter({ hasNotText: "Not readable here" });
  expect([await list.count(), await mine.count()]).toEqual([2, 1]);
  const [download] = await Promise.all([page.waitForEvent("download"), mine.getByRole("button", { name: /^Save plan/ }).click()]);
  const copy = await readFile((await download.path()) ?? "");
  expect(copy.toString()).toMatch(/^Copy \d of 2, for: Aurelia \| Экземпляр \d из 2, для: Аурелия\n\nGate 4/);
  const author = await pages.open(`${demo.address}/desk/borealia/record`);
  await looksFor(author, { name: "found.txt", mimeType: "text/plain", buffer: copy }, /which Borealia and Aurelia could read\. Through whose hands it went, the record does not know/);
  const other = await pages.open(`${demo.address}/desk/carpathia/record`);
  await looksFor(other, { name: "found.txt", mimeType: "text/plain", buffer: copy }, /No statement held here/);
});

test("A file without readers, and one that is too large, is not sent, and says why; what was chosen stays", async () => {
  const page = await opened();
  await openLetter(page, "left");
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=text]").first().fill("Not sent");
  await dialog.locator("textarea").first().fill("Not sent.");
  await dialog.locator('input[type="file"]').setInputFiles({ ...PLAN, name: "large.txt", buffer: Buffer.alloc(9_000_001) });
  await dialog.getByText(/large\.txt has .*; at most .* can be attached\. Nothing was attached\./).waitFor();
  await dialog.locator('input[type="file"]').setInputFiles(PLAN);
  await dialog.getByLabel("Only you and:").check();
  await dialog.locator('button[type="submit"]').click();
  await dialog.getByText("Choose who may read plan.txt, or all parties.").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => dialog.count(), PATIENTLY).toBe(0);
  await openLetter(page, "left");
  await dialog.locator('[data-attached="plan.txt"]').waitFor();
  await dialog.getByRole("button", { name: "Remove plan.txt" }).click();
  expect(await dialog.locator("[data-attached]").count()).toBe(0);
});

async function opened(): Promise<Page> {
  const page = await pages.open(`${demo.address}/`);
  await bothHalvesRead(page);
  await half(page, "left").locator("tr[data-statement]").first().waitFor();
  return page;
}

async function openLetter(page: Page, side: Side): Promise<void> {
  if (!(await isThere(actIn(page, side, "letter")))) await goTo(page, side, "exchange");
  await actIn(page, side, "letter").click();
  await page.getByRole("dialog").locator('button[type="submit"]').waitFor();
}

async function letter(page: Page, side: Side, fill: (dialog: Locator) => Promise<void>): Promise<void> {
  if (!(await isThere(actIn(page, side, "letter")))) await goTo(page, side, "exchange");
  await signs(page, actIn(page, side, "letter"), fill);
}

async function looksFor(page: Page, file: typeof PLAN, words: RegExp): Promise<void> {
  await page.locator("[data-entry]").first().waitFor();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Choose a file" }).click()]);
  await chooser.setFiles(file);
  await expect.poll(() => page.locator("[data-found]").innerText(), PATIENTLY).toMatch(words);
}
