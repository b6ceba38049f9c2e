/** The observer's view: heads, and what both sides have released with its proofs; never an entry. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { RecordAnswer } from "@countersign/wire/endpoints.ts";
import { axe, shot, useBrowser } from "./_browser.ts";
import { startDemo, type Demo } from "./_demo.ts";
import { deskAt } from "./_desk.ts";

const pages = useBrowser();
let demo: Demo;
let record: RecordAnswer;

beforeAll(async () => {
  demo = await startDemo("played");
  const { channels } = await demo.state();
  record = await deskAt(`${demo.address}/nodes/observer`).record(
    channels.find((one) => one.case === "exercise")?.channel ?? "",
  );
});

test("The observer's node holds heads and released entries, and no log's entries", async () => {
  expect(record.logs.map(({ entries }) => entries.length)).toEqual(record.logs.map(() => 0));
  expect(record.logs.every(({ head }) => head !== null)).toBe(true);
  expect(releasedCount()).toBeGreaterThan(0);
  const kept = await readdir(join(demo.directory, "nodes", "observer"), { recursive: true });
  expect(kept.filter((name) => /tile\/entries/.test(name))).toEqual([]);
});

test("On every page the observer asks its own node alone, may not act, and the sides stand in the order of the alphabet", async () => {
  for (const language of ["en", "ru"] as const) {
    const page = await pages.open(`${demo.address}/desk/observer/overview?lang=${language}`, { language });
    await page.locator("[data-side]").first().waitFor();
    expect(
      await page.locator("[data-side]").evaluateAll((sides) => sides.map((side) => side.getAttribute("data-side"))),
    ).toEqual(["left", "right"]);
    for (const name of ["exchange", "text", "map", "inspections", "record", "assurance"]) {
      await page.locator(`nav a[href*="/desk/observer/${name}"]`).click();
      await page.locator("main h1").first().waitFor();
      expect(await page.locator("[data-act]:not([aria-disabled])").count(), `${name} offers no act`).toBe(0);
    }
    const requests = pages.requestsOf(page).filter((path) => !path.startsWith("/assets/"));
    expect(requests.filter((path) => path.startsWith("/nodes/") && !path.startsWith("/nodes/observer/api/"))).toEqual(
      [],
    );
    expect(requests.filter((path) => /tile|entries/.test(path))).toEqual([]);
  }
});

test("The record page counts what is held back and shows what is released, which can be checked there", async () => {
  const page = await pages.open(`${demo.address}/desk/observer/record`);
  await page.locator("[data-entry]").first().waitFor();
  const words = await page.locator("main").innerText();
  const [, all, released, held] =
    /(\d+) entries, (\d+) released, (\d+) not released by agreement/.exec(words)?.map(Number) ?? [];
  expect(released).toBe(releasedCount());
  expect((released ?? 0) + (held ?? 0)).toBe(all);
  expect(held).toBeGreaterThan(0);
  const shown = new Set(
    record.logs.flatMap(({ log, released: entries }) => entries.map(({ index }) => `${log} ${index}`)),
  );
  const rows = await page
    .locator("[data-entry]")
    .evaluateAll((elements) =>
      elements.map((element) => (element.getAttribute("data-entry") ?? "").split(" ").slice(1).join(" ")),
    );
  expect(rows.filter((row) => !shown.has(row))).toEqual([]);
  await page.locator("[data-entry]").first().click();
  await page
    .getByRole("complementary")
    .getByRole("heading", { name: /^Checked here at / })
    .waitFor();
  await shot(page, "observer-entry");
  expect(await axe(page)).toEqual([]);
});

test("A desk gives the observer no entry of a log, whatever it asks for", async () => {
  for (const path of [
    `/nodes/aurelia/log/${record.channel}/aurelia/tile/entries/000`,
    `/nodes/observer/log/${record.channel}/aurelia/tile/entries/000`,
    `/nodes/observer/api/channels/${record.channel}/record?have=aurelia:0`,
  ]) {
    const answer = await fetch(demo.address + path);
    const text = await answer.text();
    if (answer.ok) expect((JSON.parse(text) as RecordAnswer).logs.flatMap(({ entries }) => entries)).toEqual([]);
    else expect([401, 403, 404]).toContain(answer.status);
  }
});

function releasedCount(): number {
  return record.logs.reduce((sum, { released }) => sum + released.length, 0);
}
