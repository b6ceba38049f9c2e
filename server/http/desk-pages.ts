/** The built pages (`web/dist`), held in memory, so that no request ever names a file. Every path that is no file leads to the page itself. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { Hono } from "hono";
import { refusal } from "@countersign/core/refusal.ts";
import { problemAnswer } from "./problem.ts";

interface Page {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Reads the folder once. Throws if it holds no `index.html`. */
export function deskPages(directory: string): Hono {
  const pages = readPages(directory);
  const index = pages.get("/index.html");
  if (index === undefined) throw new Error(`${directory} holds no index.html: build the pages first (npm run build)`);
  const app = new Hono();
  app.get("*", (c) => {
    const { pathname } = new URL(c.req.url);
    const found = pages.get(pathname);
    if (found === undefined && (/^(?:\/nodes\/[^/]+)?\/(?:api|log)\//.test(pathname) || extname(pathname) !== ""))
      return problemAnswer(404, refusal("path-unknown", "Nothing is served under this path."));
    const page = found ?? index;
    const headers: Record<string, string> = {
      "content-type": page.type,
      "content-security-policy": POLICY,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(self), geolocation=(self), microphone=()",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      // Names under assets/ carry a hash of their content.
      "cache-control":
        pathname.startsWith("/assets/") && found !== undefined ? "public, max-age=31536000, immutable" : "no-cache",
      etag: page.tag,
    };
    return c.req.header("if-none-match") === page.tag
      ? new Response(null, { status: 304, headers })
      : new Response(page.bytes, { headers });
  });
  return app;
}

function readPages(directory: string): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = new Uint8Array(readFileSync(file));
    const path = file.slice(join(directory, ".").length).split(sep).join("/");
    pages.set(path.startsWith("/") ? path : `/${path}`, {
      bytes,
      type: TYPES[extname(entry.name).toLowerCase()] ?? "application/octet-stream",
      tag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    });
  }
  return pages;
}
