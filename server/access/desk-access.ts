/**
 * Who may use a node's desk. In a demonstration: whoever sits at this machine. Otherwise: whoever came by the one-time link that was
 * printed at the start, and holds the cookie it set. Either way a page of another origin can ask for nothing: the browser says
 * where a request comes from, and writing needs a content type that such a page cannot send unasked.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { getCookie, setCookie } from "hono/cookie";
import type { Context, MiddlewareHandler } from "hono";
import { refusal } from "@countersign/core/refusal.ts";
import { problemAnswer } from "../http/problem.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export interface DeskAccess {
  /** Stands before every path of the desk. */
  readonly guard: MiddlewareHandler;
  /** Answers the one-time link: sets the cookie and leads to the desk. */
  readonly enter: (c: Context) => Response;
}

/** `token`: the one-time link's; without it only a demonstration's desk can be used. */
export function deskAccess(demonstration: boolean, token: string | undefined, path: string): DeskAccess {
  const sessions = new Set<string>();
  let link = demonstration ? undefined : token;
  const guard: MiddlewareHandler = async (c, next) => {
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (demonstration && !LOOPBACK.has(hostName(host)))
      return problemAnswer(
        403,
        refusal(
          "desk-other-host",
          "The desk of a demonstration is used at this machine alone, under the name localhost.",
        ),
      );
    const origin = c.req.header("origin");
    if (origin !== undefined && hostOf(origin) !== host)
      return problemAnswer(403, refusal("desk-other-origin", "The desk takes requests from its own pages alone."));
    const site = c.req.header("sec-fetch-site");
    if (site !== undefined && site !== "same-origin" && site !== "none")
      return problemAnswer(403, refusal("desk-other-origin", "The desk takes requests from its own pages alone."));
    if (c.req.method === "POST" && !/^application\/json(?:;|$)/i.test(c.req.header("content-type") ?? ""))
      return problemAnswer(415, refusal("desk-not-json", "Send the content type application/json."));
    const cookie = getCookie(c, cookieName(c));
    if (!demonstration && (cookie === undefined || !sessions.has(digest(cookie))))
      return problemAnswer(
        401,
        refusal("desk-closed", "Open the desk by the link that the node printed when it started. A link works once."),
      );
    return next();
  };
  const enter = (c: Context): Response => {
    const given = c.req.query("token") ?? "";
    if (link === undefined || !timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(link))))
      return problemAnswer(
        401,
        refusal(
          "desk-link-used",
          "This link was used, or is not the one that the node printed. Start the node again for a new one.",
        ),
      );
    link = undefined;
    const session = randomBytes(32).toString("base64url");
    sessions.add(digest(session));
    setCookie(c, cookieName(c), session, {
      httpOnly: true,
      sameSite: "Strict",
      path: `${path}/`,
      secure: new URL(c.req.url).protocol === "https:",
    });
    return c.redirect(`${path}/`, 303);
  };
  return { guard, enter };
}

/** By the port: a browser keeps one jar for all ports of a host, and two desks on one machine must not close each other. */
function cookieName(c: Context): string {
  const port = /:(\d{1,5})$/.exec(c.req.header("host") ?? new URL(c.req.url).host)?.[1];
  return port === undefined ? "countersign-desk" : `countersign-desk-${port}`;
}

function hostName(host: string): string {
  return host.replace(/:\d{1,5}$/, "").toLowerCase();
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
