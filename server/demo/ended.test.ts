/** Ctrl-C while a demonstration is being opened: it ends between one step and the next, and a new folder is as it was. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startDemonstration } from "./demo.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-ended-"));

afterAll(() => rmSync(folder, { recursive: true }));

const startedIn = (directory: string, ending: AbortController, progress: (text: string) => void = () => undefined) =>
  startDemonstration({ directory, port: 0, progress, signal: ending.signal });

test("A demonstration that is ended while it is opened leaves nothing of itself in a new folder", async () => {
  const ending = new AbortController();
  const statements: string[] = [];
  mkdirSync(join(folder, "empty"));
  const ended = await startedIn(join(folder, "empty"), ending, (text) => {
    statements.push(text);
    ending.abort();
  });
  expect(ended).toMatchObject({ ok: false, refusal: { code: "demo-ended" } });
  expect(statements, "it ended with the statement that was under way").toHaveLength(1);
  expect(readdirSync(join(folder, "empty"))).toEqual([]);
  // The wish comes before anything was done.
  expect(await startedIn(join(folder, "new"), ending)).toMatchObject({ ok: false, refusal: { code: "demo-ended" } });
  expect(existsSync(join(folder, "new"))).toBe(false);
}, 30_000);

test("A folder of an earlier demonstration is kept, and let go of", async () => {
  const ending = new AbortController();
  ending.abort();
  const old = join(folder, "old");
  mkdirSync(old);
  writeFileSync(join(old, "countersign-demonstration"), "1\n");
  for (let again = 0; again < 2; again += 1) {
    expect(await startedIn(old, ending)).toMatchObject({ ok: false, refusal: { code: "demo-ended" } });
    expect(readdirSync(old)).toContain("countersign-demonstration");
  }
});
