/** The two ways in which a side can cheat: the other half says what does not match, and the saved proof convinces somebody with nothing else. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { axe, shot, useBrowser } from "./_browser.ts";
import { startDemo } from "./_demo.ts";
import { bothHalvesRead, half, presses } from "./_guide.ts";
import { runAlone } from "./_program.ts";

const pages = useBrowser();

describe.each([
  ["rewrite", "right", "Borealia", "left"],
  ["two-faces", "left", "Aurelia", "right"],
] as const)("The way called %s", (way, cheating, name, other) => {
  test(`and ${name}'s proof file says the same as the other half`, async () => {
    const demo = await startDemo("opened");
    await demo.ask("choose", { case: "exercise" });
    const page = await pages.open(`${demo.address}/`);
    await bothHalvesRead(page);
    await presses(page, "cheat");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(name).check();
    await dialog.locator(`input[value="${way}"]`).check();
    await dialog.getByRole("button", { name: `Make ${name} cheat` }).click();

    const mismatch = half(page, other).locator(`[data-mismatch="${name.toLowerCase()}"]`);
    await mismatch.waitFor();
    const words = await mismatch.innerText();
    expect(words).toMatch(new RegExp(`^Does not match: (?:entry \\d+ of )?${name}’s log`));
    expect(words).not.toMatch(/tamper|fake|fraud|liar|violat/i);
    await shot(page, `cheat-${cheating}`);
    expect(await axe(page)).toEqual([]);

    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      mismatch.getByRole("link", { name: "Save the proof file" }).click(),
    ]);
    const file = await saved.path();
    expect((await readFile(file)).subarray(0, 1).toString(), "the file is a proof, not a refusal or a page").toBe("{");
    const { code, out, err } = await runAlone(file, ["verify", file]);
    expect(code, out + err).toBe(0);
    // Only who names the key differs: at the desk it is held, here the charter inside the document says so.
    const line = out.split("\n").find((one) => one.includes(" The charter in the document")) ?? "";
    const [sentence = ""] = line.split(" The charter in the document");
    expect(words, "the same sentence").toContain(sentence);
    expect(sentence).toContain(`${name.toLowerCase()}.example`);
    if (way === "rewrite") await bothVersions(demo.address);
  }, 120_000);
});

/** Aurelia's Record page once Borealia's log is here in two versions: both side by side, each entry with what became of it and its proof. */
async function bothVersions(address: string): Promise<void> {
  const page = await pages.open(`${address}/desk/aurelia/record`);
  const versions = page.locator("[data-log-version]");
  await versions.nth(1).waitFor();
  expect(await versions.count()).toBe(2);
  const boxes = await versions.evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ width, top }) => [width, top]));
  expect(boxes[0], "the same place and room for both").toEqual(boxes[1]);
  expect(await versions.evaluateAll((all) => all.filter((one) => one.textContent.includes("no statement of another party saw it")).length)).toBe(1);
  await shot(page, "versions-en-light-1280");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 820, height: 900 });
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await shot(page.locator("ol:has(> [data-log-version])"), "versions-rtl-dark-820");
  expect.soft(await axe(page), "from right to left").toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)).toBe(false);
  await page.evaluate(() => (document.documentElement.dir = "ltr"));

  // An entry of either version opens, is marked, and gives a proof that is its own.
  const saved = new Set<string>();
  for (const version of [1, 2]) {
    await page.locator(`[data-log-version="${version}"] li a`).last().click();
    await page.waitForURL(new RegExp(`/record/borealia/\\d+/${version}(?:[?]|$)`));
    await page.getByText(`Version ${version} of 2 of this log`).first().waitFor();
    await page.getByText("countersign verify").first().waitFor();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save proof file" }).click()]);
    expect(file.suggestedFilename()).toMatch(new RegExp(`-version-${version}\\.tlog-proof$`));
    const text = (await readFile(await file.path())).toString();
    expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
    saved.add(text);
  }
  expect(saved.size).toBe(2);
  await page.setViewportSize({ width: 1280, height: 900 });
  await shot(page.locator("aside"), "versions-entry-en-dark-1280");
  await page.goto(`${page.url()}&lang=ru`);
  await page.getByText("Что замечено").waitFor();
  await shot(page.locator("aside"), "versions-entry-ru-dark-1280");
  await page.setViewportSize({ width: 820, height: 900 });
  await shot(page, "versions-entry-ru-dark-820");
  expect.soft(await axe(page), "in Russian").toEqual([]);
}
