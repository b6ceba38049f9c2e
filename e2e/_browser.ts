/**
 * Pages for browser stories. Everything a page asks for is written down; a story fails when a request leaves the origin, when the
 * console shows an error, when the page's policy was broken or when a script threw.
 */
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { launchChromium } from "./_chromium.ts";

export interface Look {
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  readonly language?: "en" | "ru";
  /** Complaints that the story provokes on purpose. */
  readonly expected?: readonly RegExp[];
  /** Stands between the page and the node from the first request on. */
  readonly before?: (page: Page) => Promise<void>;
}

export interface StoryPages {
  /** A page in a browser of its own (no shared storage), at that address. */
  open(address: string, look?: Look): Promise<Page>;
  /** Paths with search of every request that a page has made so far. */
  requestsOf(page: Page): readonly string[];
}

/** Call it once at the top of a file; it launches one browser for the file and looks after every story in it. */
export function useBrowser(): StoryPages {
  let browser: Browser | undefined;
  let contexts: BrowserContext[] = [];
  let complaints: string[] = [];
  const requests = new WeakMap<Page, string[]>();

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    const found = complaints;
    complaints = [];
    for (const context of contexts) await context.close();
    contexts = [];
    expect(found, "what the browser complained about").toEqual([]);
  });

  const open = async (
    address: string,
    { width = 1280, height = 900, scheme = "light", language = "en", expected = [], before }: Look = {},
  ): Promise<Page> => {
    if (browser === undefined) throw new Error("no browser");
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      locale: language === "ru" ? "ru-RU" : "en-GB",
      timezoneId: "Asia/Yekaterinburg",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    contexts.push(context);
    context.setDefaultTimeout(15_000);
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error(`policy broken: ${violatedDirective} ${blockedURI}`),
      );
    });
    const page = await context.newPage();
    const made: string[] = [];
    requests.set(page, made);
    const complain = (text: string): void => {
      if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
    };
    const { origin } = new URL(address);
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin === origin) made.push(url.pathname + url.search);
      else if (!["blob:", "data:"].includes(url.protocol)) complain(`left the origin: ${request.url()}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error") complain(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => complain(`script: ${error.stack ?? error.message}`));
    page.on("crash", () => complain("the page crashed"));
    await before?.(page);
    await page.goto(address);
    return page;
  };
  return { open, requestsOf: (page) => requests.get(page) ?? [] };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

interface AxeViolation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** What axe finds against WCAG 2.0 to 2.2, levels A and AA; one readable text for each rule. */
export async function axe(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (tags) => {
    const { axe: engine } = globalThis as unknown as {
      axe: { run(where: Document, options: unknown): Promise<{ violations: readonly AxeViolation[] }> };
    };
    // The size of targets is in WCAG 2.2 AA; the engine asks for it to be switched on.
    return (
      await engine.run(document, {
        runOnly: { type: "tag", values: tags },
        rules: { "target-size": { enabled: true } },
        resultTypes: ["violations"],
      })
    ).violations;
  }, TAGS);
  return violations.map(({ id, help, nodes }) =>
    [
      `${id}: ${help}`,
      ...nodes
        .slice(0, 5)
        .map(
          ({ target, failureSummary = "" }) =>
            `  ${target.join(" ")}: ${failureSummary.split("\n").slice(1).join(" ").trim()}`,
        ),
      ...(nodes.length > 5 ? [`  and ${nodes.length - 5} more`] : []),
    ].join("\n"),
  );
}

/** Writes a picture if `COUNTERSIGN_SHOTS` names a folder; otherwise does nothing. */
export async function shot(of: Page | Locator, name: string): Promise<void> {
  const folder = process.env["COUNTERSIGN_SHOTS"];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await ("goto" in of ? of.screenshot({ path, fullPage: true }) : of.screenshot({ path }));
}
