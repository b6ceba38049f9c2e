import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { foundTestCircle, must, type TestCircle } from "./_circle.ts";
import { serveNode } from "./serve.ts";

let folder: string;
let circle: TestCircle;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-serve-"));
  circle = await foundTestCircle(["aurelia", "borealis"]);
});
afterEach(async () => {
  await circle.close();
  await rm(folder, { recursive: true });
});

async function buildPages(): Promise<string> {
  const pages = join(folder, "dist");
  await mkdir(join(pages, "assets"), { recursive: true });
  await writeFile(join(pages, "index.html"), "<!doctype html><title>Desk</title>");
  await writeFile(join(pages, "assets", "main-1234.js"), "console.log(1)");
  await writeFile(join(folder, "secret.txt"), "not to be served");
  return pages;
}

describe("a node on a port of its own", () => {
  it("serves pages, opens its desk by a link that works once, and leaves it closed to everyone else", async () => {
    const node = await circle.start("aurelia", { demonstration: false, deskToken: "once" });
    const served = must(await serveNode(node, { port: 0, host: "127.0.0.1", pages: await buildPages() }));
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(served.address + path, { headers, redirect: "manual" });
    for (const path of ["/", "/desk/aurelia/record", "/desk/aurelia/record/borealis/4"]) {
      const page = await get(path);
      expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
        200,
        "text/html; charset=utf-8",
        "<!doctype html><title>Desk</title>",
      ]);
      expect(page.headers.get("content-security-policy")).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:",
      );
      expect((await get(path, { "if-none-match": page.headers.get("etag") ?? "" })).status).toBe(304);
    }
    const script = await get("/assets/main-1234.js");
    expect([script.headers.get("content-type"), script.headers.get("cache-control")]).toEqual([
      "text/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
    ]);
    for (const path of [
      "/secret.txt",
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/assets/none.js",
      "/api/none",
      "/log/none",
    ]) {
      const answer = await get(path);
      expect([path, [404, 401].includes(answer.status)]).toEqual([path, true]);
      expect(await answer.text()).not.toContain("not to be served");
    }
    expect((await get("/api/node")).status).toBe(401);
    const entered = await get("/api/enter?token=once");
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/"]);
    const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(await (await get("/api/node", { cookie })).json()).toMatchObject({ id: "aurelia", demonstration: false });
    expect((await get("/api/enter?token=once")).status).toBe(401);
    const port = Number(new URL(served.address).port);
    expect(await serveNode(node, { port, host: "127.0.0.1" })).toMatchObject({
      ok: false,
      refusal: { code: "port-unusable" },
    });
    await served.close();
  });

  it("serves no pages from a folder without an index", async () => {
    const node = await circle.start("aurelia");
    expect(() => serveNode(node, { port: 0, host: "127.0.0.1", pages: folder })).toThrow("index.html");
  });
});
