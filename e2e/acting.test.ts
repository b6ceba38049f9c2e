/** Acting against the guide: whatever a side says is taken, leaves one half and arrives on the other; and what is refused is said. */
import { beforeAll, expect, test } from "vitest";
import type { Locator, Page } from "playwright-core";
import { shot, useBrowser } from "./_browser.ts";
import { startDemo, type Demo } from "./_demo.ts";
import {
  actIn,
  bothHalvesRead,
  goTo,
  half,
  hostsConsent,
  isThere,
  othersAnswer,
  PATIENTLY,
  reaches,
  signs,
  skipsUntil,
} from "./_guide.ts";

const pages = useBrowser();
let demo: Demo;

beforeAll(async () => {
  demo = await startDemo("opened");
  await demo.ask("choose", { case: "exercise" });
});

/** What the halves show of a statement at one moment. */
interface Seen {
  readonly here: boolean;
  readonly received: boolean;
  readonly storedBy: readonly string[];
  readonly there: boolean;
}

test("A letter of Aurelia leaves her half and arrives on the other: sent, received and stored one after another", async () => {
  const page = await opened();
  await watchFor(page, "To be read by Borealia", "left");
  await writesLetter(page, "left", "To be read by Borealia");
  const arrived = rowOf(page, "right", "To be read by Borealia");
  await arrived.waitFor();
  expect(await arrived.innerText()).toContain("Just arrived");
  await expect
    .poll(async () => (await seenSoFar(page)).at(-1), PATIENTLY)
    .toMatchObject({
      here: true,
      received: true,
      there: true,
      storedBy: expect.arrayContaining(["Aurelia", "Borealia"]),
    });
  const course = await seenSoFar(page);
  // First it is Aurelia's alone, without receipt; and nothing that was there is gone again.
  expect(course[0]).toMatchObject({ here: false, there: false });
  expect(course.find(({ here }) => here)).toMatchObject({ here: true, received: false, storedBy: ["Aurelia"] });
  for (const [index, seen] of course.entries()) {
    const next = course[index + 1] ?? seen;
    expect(
      Number(next.here) -
        Number(seen.here) +
        (Number(next.received) - Number(seen.received)) +
        (Number(next.there) - Number(seen.there)),
      JSON.stringify(course),
    ).toBeGreaterThanOrEqual(0);
    // A receipt is the recipient's word: never before it has the letter and has said so.
    if (seen.received) expect(seen.here).toBe(true);
  }
  await shot(page, "acting-letter");
});

test("The answer of Borealia stands in the exchange of both, and waits for nobody", async () => {
  const page = await opened();
  await writesLetter(page, "left", "Please answer this", true);
  await rowOf(page, "right", "Please answer this").waitFor();
  await goTo(page, "right", "exchange");
  const paper = half(page, "right").locator("[data-paper]").filter({ hasText: "Please answer this" });
  await signs(page, paper.locator('[data-act="answer"]:not([aria-disabled])'), async (dialog) => {
    await dialog.locator("textarea").first().fill("Here is the answer.");
  });
  await expect.poll(() => paper.first().innerText(), PATIENTLY).not.toMatch(/Waits for a reply/);
  await goTo(page, "left", "exchange");
  const reply = half(page, "left").locator("[data-paper]").filter({ hasText: "Reply: Please answer this" });
  await expect.poll(() => reply.innerText(), PATIENTLY).toContain("Answers: Please answer this");
});

test("A position that is taken stands in the positions of both", async () => {
  const page = await opened();
  await goTo(page, "left", "exchange");
  await signs(page, actIn(page, "left", "position"), async (dialog) => {
    await dialog.locator("select").nth(1).selectOption("does-not-accept");
    await dialog.locator("textarea").first().fill("Said by hand, against the guide.");
  });
  await goTo(page, "right", "overview");
  await rowOf(page, "right", "does not accept").first().waitFor();
});

test("What is typed and not sent stays on its side, and Escape never signs", async () => {
  const page = await opened();
  const before = await countOf(page);
  await goTo(page, "left", "overview");
  await openLetter(page, "left");
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=text]").first().fill("Not to be sent");
  await page.keyboard.press("Escape");
  await expect.poll(() => dialog.count(), PATIENTLY).toBe(0);
  await openLetter(page, "left");
  expect(await dialog.locator("input[type=text]").first().inputValue()).toBe("Not to be sent");
  await dialog.getByRole("button", { name: "Keep as a draft" }).click();
  await dialog.getByText("Kept as a draft, only on your side.").waitFor();
  await page.keyboard.press("Escape");
  await goTo(page, "left", "overview");
  await half(page, "left").getByText("Draft, only on your side").first().waitFor();
  expect(await half(page, "right").innerText()).not.toContain("Not to be sent");
  expect(await countOf(page)).toBe(before);
});

test("A form that does not read is not sent, and says which field", async () => {
  const page = await opened();
  const before = await countOf(page);
  await openLetter(page, "right");
  const dialog = page.getByRole("dialog");
  await dialog.locator('button[type="submit"]').click();
  await dialog.getByText("Nothing was sent.").waitFor();
  expect(await dialog.locator('[aria-invalid="true"]').count()).toBe(1);
  expect(await dialog.locator('[aria-invalid="true"]').evaluate((field) => field === document.activeElement)).toBe(
    true,
  );
  await page.keyboard.press("Escape");
  expect(await countOf(page)).toBe(before);
});

test("An earlier moment is shown on both halves, acting is off there and says why", async () => {
  const page = await opened();
  await page.getByRole("slider").first().focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  for (const side of ["left", "right"] as const) {
    await half(page, side)
      .getByText(/^As of .*acting is off\./)
      .waitFor();
    const off = half(page, side).locator("[data-act]").first();
    expect(await off.getAttribute("aria-disabled")).toBe("true");
    expect(await page.locator(`[id="${await off.getAttribute("aria-describedby")}"]`).innerText()).not.toBe("");
  }
  await half(page, "right").getByRole("button", { name: "Back to now" }).click();
  await expect
    .poll(
      () =>
        half(page, "left")
          .getByText(/acting is off/)
          .count(),
      PATIENTLY,
    )
    .toBe(0);
});

test("A side refuses to sign the report: the refusal stands in the record of both, and the finding stays open", async () => {
  const page = await opened();
  await goTo(page, "right", "text");
  await signs(page, actIn(page, "right", "support"));
  for (const side of ["left", "right"] as const) {
    await goTo(page, side, "text");
    await signs(page, actIn(page, side, "signText"));
  }
  await reaches(page, 5);
  await hostsConsent(page, /^Consent signed/);
  await goTo(page, "left", "inspections");
  await signs(page, actIn(page, "left", "announce"));
  await reaches(page, 6);
  await goTo(page, "left", "overview");
  await skipsUntil(page, actIn(page, "left", "designate"));
  await signs(page, actIn(page, "left", "designate"));
  await reaches(page, 7);
  await goTo(page, "right", "overview");
  await signs(page, actIn(page, "right", "freeze"));
  await reaches(page, 8);
  await goTo(page, "left", "inspections");
  await half(page, "left")
    .getByRole("link", { name: /Morozna/ })
    .first()
    .click();
  await othersAnswer(page, () => isThere(actIn(page, "left", "recordSeen")));
  await signs(page, actIn(page, "left", "recordSeen"));
  await signs(page, actIn(page, "left", "depart"));
  await signs(page, actIn(page, "left", "compileReport"));
  await goTo(page, "right", "inspections");
  await half(page, "right")
    .getByRole("link", { name: /Morozna/ })
    .first()
    .click();
  await signs(page, actIn(page, "right", "signReport"), async (dialog) => {
    await dialog.locator("select").first().selectOption("refuse");
    await dialog.locator("textarea").first().fill("The length of one canister is not as written.");
  });
  await goTo(page, "left", "inspections");
  await half(page, "left")
    .getByRole("link", { name: /Morozna/ })
    .first()
    .click();
  await half(page, "left").getByText("Refused to sign").first().waitFor();
  expect(await half(page, "left").innerText()).toContain("The length of one canister is not as written.");
  await goTo(page, "left", "assurance");
  await half(page, "left")
    .getByRole("link", { name: /Morozna, B-03/ })
    .click();
  await half(page, "left").getByText("open", { exact: true }).first().waitFor();
  expect(await half(page, "left").innerText()).not.toMatch(/violation|breach|cheat/i);
  await shot(page, "acting-refused");
}, 90_000);

async function opened(): Promise<Page> {
  const page = await pages.open(`${demo.address}/`);
  await bothHalvesRead(page);
  await half(page, "left").locator("tr[data-statement]").first().waitFor();
  return page;
}

function rowOf(page: Page, side: "left" | "right", text: string | RegExp): Locator {
  return half(page, side).locator("tr[data-statement]").filter({ hasText: text });
}

/** A side that owes something is offered that first; letters are written from the exchange. */
async function openLetter(page: Page, side: "left" | "right"): Promise<void> {
  const here = actIn(page, side, "letter");
  if (!(await isThere(here))) await goTo(page, side, "exchange");
  await here.click();
  await page.getByRole("dialog").locator('button[type="submit"]').waitFor();
}

async function writesLetter(page: Page, side: "left" | "right", title: string, asksReply = false): Promise<void> {
  if (!(await isThere(actIn(page, side, "letter")))) await goTo(page, side, "exchange");
  await signs(page, actIn(page, side, "letter"), async (dialog) => {
    await dialog.locator("input[type=text]").first().fill(title);
    await dialog.locator("textarea").first().fill(`${title}, in full.`);
    if (asksReply) await dialog.getByLabel("Asks for an answer").check();
  });
  await goTo(page, side, "overview");
}

/** Of the whole record, as the left half counts it. */
async function countOf(page: Page): Promise<number> {
  await goTo(page, "left", "overview");
  const [, all = ""] = /\d+ of (\d+) shown/.exec(await half(page, "left").innerText()) ?? [];
  return Number(all);
}

/** Writes down every state in which the halves show a statement, from now on. */
async function watchFor(page: Page, title: string, author: "left" | "right"): Promise<void> {
  await page.evaluate(
    ([wanted, own]) => {
      const course: Seen[] = [];
      const look = (): void => {
        const rows = (side: string): HTMLElement | undefined =>
          [...document.querySelectorAll<HTMLElement>(`[data-half="${side}"] tr[data-statement]`)].find((row) =>
            row.innerText.includes(wanted),
          );
        const here = rows(own);
        const there = rows(own === "left" ? "right" : "left");
        const cells = [...(here?.querySelectorAll("td") ?? [])].map((cell) => cell.innerText);
        const seen = {
          here: here !== undefined,
          received: here !== undefined && /\d{4}-\d{2}-\d{2}/.test(cells[2] ?? ""),
          storedBy: (cells[3] ?? "")
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => /^(Aurelia|Borealia)$/.test(line)),
          there: there !== undefined,
        };
        if (JSON.stringify(course.at(-1)) !== JSON.stringify(seen)) course.push(seen);
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      look();
      Object.assign(globalThis, { course });
    },
    [title, author] as const,
  );
}

function seenSoFar(page: Page): Promise<readonly Seen[]> {
  return page.evaluate(() => (globalThis as unknown as { course: Seen[] }).course);
}
