/**
 * One verdict on every crafted Ed25519 signature (SPEC R4) in a real browser too, on both ways that the desk checks: by the browser's own
 * cryptography, and by noble in workers where a page has none, as on an address of a local network without TLS. Node's verifiers are held
 * against the same table in `server/ed25519-verdicts.test.ts`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { buildPage } from "@countersign/web/_build-page.ts";
import { edgeCases, publishedEdges } from "@countersign/core/signing/_edge-vectors.ts";
// oxlint-disable-next-line no-restricted-imports -- the vectors are other people's data, read in one place.
import { readVectors } from "../tools/vectors.ts";
import { useBrowser } from "./_browser.ts";

const pages = useBrowser();
const published = readVectors("ed25519-edge", publishedEdges);
const wanted = edgeCases(published);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-verdicts-"));
  await buildPage(fileURLToPath(new URL("./_verdicts-page.ts", import.meta.url)), folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("verdicts on crafted Ed25519 signatures, in Chromium", () => {
  test("R4 are those of the rule, by the browser's own cryptography", async () => {
    const { page, asked } = await opened("http://localhost/");
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
    expect(await page.evaluate((edges) => verdictsHere(edges), published ?? null)).toEqual(wanted);
    expect(asked().filter(isWorker)).toEqual([]);
  });

  test("R4 are those of the rule, by noble in workers on a page without a secure context", async () => {
    const { page, asked } = await opened("http://desk.example/");
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    expect(await page.evaluate((edges) => verdictsHere(edges), published ?? null)).toEqual(wanted);
    expect(asked().filter(isWorker)).not.toEqual([]);
  });
});

const isWorker = (path: string): boolean => path.includes("worker");

/** The page at that address, which is nobody's: its files come from the folder. */
async function opened(address: string): Promise<{ readonly page: Page; readonly asked: () => readonly string[] }> {
  const page = await pages.open(address, {
    before: async (made) => {
      await made.context().route(`${address}**`, async (route) => {
        const path = new URL(route.request().url()).pathname.slice(1);
        if (path === "favicon.ico") await route.fulfill({ status: 204 });
        else await route.fulfill({ path: join(folder, path === "" ? "index.html" : path) });
      });
    },
  });
  await page.waitForFunction(() => "verdictsHere" in globalThis);
  return { page, asked: () => pages.requestsOf(page) };
}
