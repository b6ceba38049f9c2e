/** How a refusal stands on the wire: the `problem` of `wire/endpoints.ts`, with a status. */
import type { Refusal } from "@countersign/core/refusal.ts";
import type { Problem } from "@countersign/wire/endpoints.ts";

/** JSON with the headers that every answer of an API carries: nothing is cached, sniffed, framed or run. */
export function jsonAnswer(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { ...BARE, "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}

export function problemAnswer(
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503,
  refusal: Refusal,
): Response {
  const problem: Problem = {
    code: refusal.code,
    sentence: refusal.sentence,
    ...(refusal.where === undefined ? {} : { where: refusal.where }),
  };
  return jsonAnswer(problem, status);
}

/** Headers of answers that are no page. */
export const BARE: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
