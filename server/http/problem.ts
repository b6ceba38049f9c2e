/** How a refusal stands on the wire: the `problem` of `wire/endpoints.ts`, with a status. */
import type { Hono } from "hono";
import { refusal, type Refusal } from "@countersign/core/refusal.ts";
import { DamagedObject } from "../objects/object-store.ts";
import type { Problem } from "@countersign/wire/endpoints.ts";

/** JSON with the headers that every answer of an API carries: nothing is cached, sniffed, framed or run. */
export function jsonAnswer(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { ...BARE, "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}

export function problemAnswer(
  status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503,
  refusal: Refusal,
): Response {
  const problem: Problem = {
    code: refusal.code,
    sentence: refusal.sentence,
    ...(refusal.where === undefined ? {} : { where: refusal.where }),
  };
  return jsonAnswer(problem, status);
}

/** What no route answers, and what the node fails at. */
export function answerTheRest(app: Hono): void {
  app.notFound((c) =>
    problemAnswer(404, refusal("path-unknown", `Nothing is served under ${c.req.path.slice(0, 200)}.`)),
  );
  app.onError((error) => {
    // Who asked has gone away; nobody reads this.
    if ("code" in error && error.code === "ECONNRESET")
      return problemAnswer(400, refusal("request-cut-short", "The request ended before its body did. Send it again."));
    console.error(error);
    if (error instanceof DamagedObject)
      return problemAnswer(
        503,
        refusal(
          "stored-file-damaged",
          "A file that this answer needs is damaged on this node's machine. Who runs the node stops it and runs `countersign fsck --repair`.",
        ),
      );
    return problemAnswer(
      500,
      refusal(
        "node-failed",
        "The node failed at this; its own output says why. What it had to say before still stands.",
      ),
    );
  });
}

/** Headers of answers that are no page. */
export const BARE: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
