/**
 * The byte paths of one channel (C2SP tlog-tiles under `/log/<channel>/<party>/`), for the other nodes. Every request is signed. Entries
 * and files go to parties alone; heads and hash tiles also to observers.
 */
import { Hono } from "hono";
import { partyId, sha256Hex } from "@countersign/core/bytes/fields.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { parseTilePath } from "@countersign/core/log/tiles.ts";
import { refusal, type Refusal } from "@countersign/core/refusal.ts";
import { BRANCH_HEADS_LIMIT, bytePaths, type NewestHeads } from "@countersign/wire/endpoints.ts";
import type { Gate, LogSource, Reader } from "./log-source.ts";
import { BARE, problemAnswer } from "./problem.ts";

export interface LogRoutes {
  readonly channel: string;
  readonly gate: Gate;
  /** An honest node has one source for every reader. */
  readonly sourceFor: (reader: Reader) => LogSource;
  /** Somebody says that there is something new to ask for. It costs nothing here however often it is said. */
  readonly hinted: (reader: Reader) => void;
  /** The path under which the routes are reached, e.g. `/nodes/aurelia`. Absent: none. */
  readonly path?: string;
}

const TEXT = "text/plain; charset=utf-8";
const BYTES = "application/octet-stream";
const JSON_TEXT = "application/json; charset=utf-8";
const NEVER = "no-store";
const FOR_GOOD = "private, max-age=31536000, immutable";

export function logRoutes({ channel, gate, sourceFor, hinted, path = "" }: LogRoutes): Hono {
  const app = new Hono();
  const at = (bytePath: string) => path + bytePath.replace(":channel", channel);

  const noEntry = ({ refusal: why }: { readonly refusal: Refusal }): Response =>
    problemAnswer(why.code === "request-not-of-channel" ? 403 : 401, why);

  /** Who may come in, then what `find` gives, or one of the refusals. */
  const answer = async (
    request: Request,
    readers: "parties" | "all",
    type: string,
    caching: string,
    find: (source: LogSource, reader: Reader) => Promise<Uint8Array | undefined>,
  ): Promise<Response> => {
    const reader = await gate.reader(request, channel);
    if (!reader.ok) return noEntry(reader);
    if (readers === "parties" && reader.value.role !== "party")
      return problemAnswer(
        403,
        refusal(
          "observer-not-let-in",
          "An observer gets heads, hash tiles and what was released, never entries or files.",
        ),
      );
    const bytes = await find(sourceFor(reader.value), reader.value);
    if (bytes === undefined) return problemAnswer(404, refusal("not-held", "This node does not hold that. Ask the node of another party of this channel."));
    return new Response(new Uint8Array(bytes), {
      headers: { ...BARE, "content-type": type, "cache-control": caching },
    });
  };
  const log = (value: string) => partyId.safeParse(value).data ?? "";

  app.get(at(bytePaths.checkpoint), (c) =>
    answer(c.req.raw, "all", TEXT, NEVER, (source) => source.checkpoint(log(c.req.param("log") ?? ""))),
  );
  app.get(at(bytePaths.heads), (c) => answer(c.req.raw, "all", JSON_TEXT, NEVER, headsOf));
  app.get(at(bytePaths.tile), (c) => {
    const { pathname } = new URL(c.req.url);
    const address = parseTilePath(pathname.slice(pathname.indexOf("/tile/", path.length) + 1));
    if (!address.ok) return problemAnswer(404, address.refusal);
    return answer(c.req.raw, address.value.level === "entries" ? "parties" : "all", BYTES, FOR_GOOD, (source) =>
      source.tile(log(c.req.param("log") ?? ""), address.value),
    );
  });
  app.get(at(bytePaths.branchTile), (c) => {
    const { pathname } = new URL(c.req.url);
    const address = parseTilePath(pathname.slice(pathname.indexOf("/tile/", path.length) + 1));
    if (!address.ok) return problemAnswer(404, address.refusal);
    const number = Number((c.req.param("branch") ?? "").slice("branch-".length));
    return answer(c.req.raw, "parties", BYTES, FOR_GOOD, (source) =>
      source.branchTile(log(c.req.param("log") ?? ""), number, address.value),
    );
  });
  app.get(at(bytePaths.released), (c) =>
    answer(c.req.raw, "all", JSON_TEXT, NEVER, (source) => source.released(log(c.req.param("log") ?? ""))),
  );
  app.get(at(bytePaths.file), (c) =>
    answer(c.req.raw, "all", BYTES, FOR_GOOD, (source, reader) =>
      whereHash(c.req.param("sha256"), (sha256) => source.file(sha256, reader.role)),
    ),
  );
  app.get(at(bytePaths.proof), (c) =>
    answer(c.req.raw, "all", JSON_TEXT, FOR_GOOD, (source, reader) =>
      whereHash(c.req.param("sha256"), (sha256) => source.proof(sha256, reader.role)),
    ),
  );
  app.get(at(bytePaths.charter), (c) => answer(c.req.raw, "all", JSON_TEXT, FOR_GOOD, (source) => source.charter()));
  app.post(at(bytePaths.hint), async (c) => {
    // The signature covers no body; so there is none.
    if (hasBody(c.req.raw)) return problemAnswer(400, refusal("hint-has-body", "A hint has no body: its path and its signature say all."));
    const reader = await gate.reader(c.req.raw, channel);
    if (!reader.ok) return noEntry(reader);
    hinted(reader.value);
    return new Response(null, { status: 204, headers: { ...BARE, "cache-control": NEVER } });
  });
  return app;
}

async function headsOf(source: LogSource, { role }: Reader): Promise<Uint8Array> {
  const heads = await Promise.all(
    source.logs.map(async (log) => ({
      log,
      note: decodeUtf8((await source.checkpoint(log)) ?? new Uint8Array(0)) ?? "",
    })),
  );
  const forks = source.forks(role);
  const branches = role === "party" ? source.branches().slice(0, BRANCH_HEADS_LIMIT) : [];
  const answer: NewestHeads = {
    heads: heads.filter(({ note }) => note !== ""),
    ...(forks.length === 0 ? {} : { forks: [...forks] }),
    ...(branches.length === 0 ? {} : { branches: [...branches] }),
  };
  return encodeUtf8(JSON.stringify(answer));
}

function hasBody({ headers }: Request): boolean {
  return (headers.get("content-length") ?? "0") !== "0" || headers.has("transfer-encoding");
}

async function whereHash(
  text: string | undefined,
  find: (sha256: string) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array | undefined> {
  const sha256 = sha256Hex.safeParse(text);
  return sha256.success ? find(sha256.data) : undefined;
}
