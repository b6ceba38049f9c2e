/** Both sides are shown alike (mirror rule): same parts, same size, same names with the parties exchanged; own side first. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Locator, Page } from "playwright-core";
import { useBrowser } from "./_browser.ts";
import { startDemo, type Demo } from "./_demo.ts";
import { bothHalvesRead, half, type Side } from "./_guide.ts";

const pages = useBrowser();
let demo: Demo;

beforeAll(async () => {
  demo = await startDemo("opened");
  await demo.ask("choose", { case: "exercise" });
});

/** The parts of a half that stand at the same place in the other. */
const PARTS: Readonly<Record<string, (side: Locator) => Locator>> = {
  "the half": (side) => side,
  "its head": (side) => side.locator("header").first(),
  "its pages": (side) => side.locator('[role="tab"], select'),
  "what it needs now": (side) => side.locator('[role="tabpanel"] > div > div').first(),
  "the head of its list": (side) => side.locator("thead th"),
  "its statements": (side) => side.locator("tr[data-statement]"),
  "what its node keeps": (side) => side.locator("dl > div"),
};

describe.each([1280, 820])("At %i pixels", (width) => {
  test("every part of one half is as large as the same part of the other, and stands at the same height", async () => {
    const page = await opened(width);
    for (const [name, find] of Object.entries(PARTS)) {
      const [left, right] = await Promise.all([boxes(find(half(page, "left"))), boxes(find(half(page, "right")))]);
      expect(left.length, name).toBeGreaterThan(0);
      expect(right.length, name).toBe(left.length);
      for (const [index, box] of left.entries()) {
        const twin = right[index];
        for (const measure of ["width", "height", "top"] as const)
          expect(
            Math.abs(box[measure] - (twin?.[measure] ?? Number.NaN)),
            `${measure} of ${name} ${index}: ${box[measure]} and ${twin?.[measure]}`,
          ).toBeLessThanOrEqual(1);
      }
    }
  });
});

test("The halves have the same names in the same structure, with the parties exchanged", async () => {
  const page = await opened(1280);
  const names = async (side: Side): Promise<string> => {
    const parts = [
      half(page, side).locator("header").first(),
      half(page, side).getByRole("tablist"),
      half(page, side).locator('[role="tabpanel"] > div > div').first(),
      half(page, side).locator("section[aria-label]").last(),
    ];
    return `${await half(page, side).getAttribute("aria-label")}\n${(await Promise.all(parts.map((part) => part.ariaSnapshot()))).join("\n")}`;
  };
  expect(comparable(exchanged(await names("right")))).toBe(comparable(await names("left")));
});

test("A statement is the same in both halves; only the own side is named first among those who store it", async () => {
  const page = await opened(1280);
  const rows = (side: Side): Promise<{ id: string | null; cells: readonly string[] }[]> =>
    half(page, side)
      .locator("tr[data-statement]")
      .evaluateAll((elements) =>
        elements.map((row) => ({
          id: row.getAttribute("data-statement"),
          cells: [...row.querySelectorAll("td")].map((cell) => cell.innerText),
        })),
      );
  const [left, right] = await Promise.all([rows("left"), rows("right")]);
  expect(right.map(({ id, cells }) => ({ id, cells: cells.slice(0, 3) }))).toEqual(
    left.map(({ id, cells }) => ({ id, cells: cells.slice(0, 3) })),
  );
  expect(right.map(({ cells }) => exchanged(cells[3] ?? ""))).toEqual(left.map(({ cells }) => cells[3]));
});

test("On its own desk each side stands first; for an observer the alphabet decides", async () => {
  for (const [node, first] of [
    ["aurelia", "left"],
    ["borealia", "right"],
    ["observer", "left"],
  ] as const) {
    const page = await pages.open(`${demo.address}/desk/${node}/overview`);
    const sides = page.locator("[data-side]");
    await sides.nth(1).waitFor();
    expect(await sides.first().getAttribute("data-side"), node).toBe(first);
    const [one, two] = await boxes(sides);
    expect(Math.abs((one?.width ?? 0) - (two?.width ?? 0)), node).toBeLessThanOrEqual(1);
    expect(Math.abs((one?.height ?? 0) - (two?.height ?? 0)), node).toBeLessThanOrEqual(1);
    expect(await sides.nth(1).locator("dt").allInnerTexts(), node).toEqual(
      await sides.first().locator("dt").allInnerTexts(),
    );
  }
});

async function opened(width: number): Promise<Page> {
  const page = await pages.open(`${demo.address}/`, { width });
  await bothHalvesRead(page);
  for (const side of ["left", "right"] as const) await half(page, side).locator("tr[data-statement]").first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}

interface Box {
  readonly width: number;
  readonly height: number;
  readonly top: number;
}

function boxes(of: Locator): Promise<Box[]> {
  return of.evaluateAll((elements) =>
    elements.map((element) => {
      const { width, height, top } = element.getBoundingClientRect();
      return { width, height, top };
    }),
  );
}

function exchanged(text: string): string {
  return text.replaceAll(
    /Aurelia|Borealia|aurelia|borealia/g,
    (name) => ({ Aurelia: "Borealia", Borealia: "Aurelia", aurelia: "borealia", borealia: "aurelia" })[name] ?? name,
  );
}

/** What belongs to the facts and not to the form: numbers, hashes, hours. */
function comparable(snapshot: string): string {
  return snapshot.replaceAll(/\b[0-9a-f]{4} [0-9a-f]{4}\b/g, "hash").replaceAll(/\d+/g, "n");
}
