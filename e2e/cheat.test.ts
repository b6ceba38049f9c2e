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
    expect(
      await half(page, cheating).locator(`[data-mismatch="${name.toLowerCase()}"]`).count(),
      "the cheating half's own node does not accuse itself",
    ).toBe(0);
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
  }, 60_000);
});
