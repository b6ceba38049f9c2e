/** What a node's own people ask of it: the endpoints of `wire/endpoints.ts`, files, proofs, bundles and word of changes. */
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE } from "hono/streaming";
import type { z } from "zod";
import { piecesOf } from "@countersign/core/bundle/byte-source.ts";
import { concatBytes } from "@countersign/core/bytes/concat.ts";
import { sha256Hex } from "@countersign/core/bytes/fields.ts";
import type { Opening } from "@countersign/core/channel/attachment.ts";
import { refusal, type Refusal, type Result } from "@countersign/core/refusal.ts";
import { bytePaths, endpoints, type DraftNote } from "@countersign/wire/endpoints.ts";
import type { DeskAccess } from "../access/desk-access.ts";
import type { Channel } from "../channel.ts";
import type { CountersignNode } from "../node.ts";
import { BARE, jsonAnswer, problemAnswer } from "./problem.ts";
import { parseHave, recordAnswerOf } from "./record-answer.ts";

/** Room for the files of one statement in base64. */
const STATEMENT_LIMIT = 200 * 1024 * 1024;
const SMALL_LIMIT = 1024 * 1024;

export interface DeskRoutes {
  readonly node: Omit<CountersignNode, "app">;
  readonly channel: (id: string) => Channel | undefined;
  readonly access: DeskAccess;
  /** The path under which the routes are reached. */
  readonly path: string;
  readonly now: () => string;
  /** Ends the streams of changes. */
  readonly signal: AbortSignal;
}

export function deskRoutes({ node, channel: find, access, path, now, signal }: DeskRoutes): Hono {
  const app = new Hono();
  const at = (endpointPath: string) => path + endpointPath;

  const withChannel = async (c: Context, answer: (channel: Channel) => Promise<Response>): Promise<Response> => {
    const channel = find(c.req.param("channel") ?? "");
    return channel === undefined
      ? problemAnswer(404, refusal("channel-unknown", "This node is not in that channel."))
      : answer(channel);
  };
  const answerWith = (result: Result<unknown>): Response =>
    result.ok ? jsonAnswer(result.value) : problemAnswer(statusOf(result.refusal), result.refusal);
  const post = <Input extends z.ZodType>(
    endpoint: { readonly path: string; readonly input: Input },
    limit: number,
    work: (channel: Channel, input: z.output<Input>) => Promise<Result<unknown>>,
  ): void => {
    app.post(
      at(endpoint.path),
      bodyLimit({
        maxSize: limit,
        onError: () => problemAnswer(413, refusal("request-too-large", `This request is larger than ${limit} bytes.`)),
      }),
      (c) =>
        withChannel(c, async (channel) => {
          const json: unknown = await c.req.json().catch(() => undefined);
          const input = endpoint.input.safeParse(json);
          if (!input.success) return problemAnswer(400, malformed(input.error));
          return answerWith(await work(channel, input.data));
        }),
    );
  };
  const bytes = (
    bytePath: string,
    type: string,
    find: (channel: Channel, sha256: string) => Promise<Uint8Array | undefined>,
  ): void => {
    app.get(at(bytePath), (c) =>
      withChannel(c, async (channel) => {
        const sha256 = sha256Hex.safeParse(c.req.param("sha256"));
        const found = sha256.success ? await find(channel, sha256.data) : undefined;
        if (found === undefined) return problemAnswer(404, refusal("not-held", "This node does not hold that. Ask the node of another party of this channel."));
        return new Response(new Uint8Array(found), {
          headers: {
            ...BARE,
            "content-type": type,
            "content-disposition": "attachment",
            "cache-control": "private, max-age=31536000, immutable",
          },
        });
      }),
    );
  };

  app.get(at("/api/enter"), access.enter);
  app.use(at("/api/*"), access.guard);
  app.get(at(endpoints.node.path), () => jsonAnswer(node.facts()));
  app.get(at(endpoints.record.path), (c) =>
    withChannel(c, async (channel) => {
      const input = endpoints.record.input.safeParse(c.req.query());
      const have = input.success ? parseHave(input.data.have) : undefined;
      if (have === undefined) return problemAnswer(400, refusal("have-malformed", "`have` reads log:size,log/number:size."));
      return jsonAnswer(await recordAnswerOf(channel, have));
    }),
  );
  post(endpoints.say, STATEMENT_LIMIT, (channel, input) => node.say(channel.options.channel, input));
  post(endpoints.seal, SMALL_LIMIT, (channel, input) => node.seal(channel.options.channel, input.value));
  post(endpoints.unseal, SMALL_LIMIT, (channel, input) => node.unseal(channel.options.channel, input.commitment));
  post(endpoints.match, SMALL_LIMIT, async (channel, input) => ({
    ok: true,
    value: { found: await node.match(channel.options.channel, input.sha256) },
  }));
  post(endpoints.saveDraft, SMALL_LIMIT, (channel, input) =>
    channel.drafts.save({ ...input, saved: now() } satisfies DraftNote),
  );
  post(endpoints.dropDraft, SMALL_LIMIT, async (channel, input) => ({
    ok: true,
    value: { dropped: await channel.drafts.drop(input.id) },
  }));
  bytes(bytePaths.deskFile, "application/octet-stream", async (channel, sha256) => channel.view.files.get(sha256) ?? channel.options.previous?.file(sha256));
  app.get(at(bytePaths.previous), (c) =>
    withChannel(c, async ({ options }) =>
      options.previous === undefined
        ? problemAnswer(404, refusal("not-held", "This channel continues no other, or its record is not held here."))
        : tarAnswer(options.previous.source.size, piecesOf(options.previous.source), `countersign-${options.previous.record.channel.slice(0, 8)}.tar`),
    ),
  );
  app.get(at(bytePaths.deskAttachment), (c) =>
    withChannel(c, (channel) => attachmentAnswer(node, channel, c.req.param(), ({ content }) => content)),
  );
  app.get(at(bytePaths.deskOpening), (c) =>
    withChannel(c, (channel) =>
      attachmentAnswer(node, channel, c.req.param(), ({ salt, content }) => concatBytes(salt, content)),
    ),
  );
  bytes(bytePaths.deskProof, "application/json; charset=utf-8", (channel, sha256) =>
    channel.observations.proof(sha256),
  );
  app.get(at(bytePaths.bundle), (c) =>
    withChannel(c, async (channel) => {
      const bundle = await node.bundleStream(channel.options.channel);
      if (!bundle.ok) return answerWith(bundle);
      const name = `countersign-${channel.options.channel.slice(0, 8)}-${now().replaceAll(":", "")}.tar`;
      return tarAnswer(bundle.value.size, bundle.value.pieces, name);
    }),
  );
  app.get(at(bytePaths.events), (c) => changes(c, node, signal));
  return app;
}

function tarAnswer(size: number, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, name: string): Response {
  return new Response(asStream(pieces), {
    headers: {
      ...BARE,
      "content-length": String(size),
      "content-type": "application/x-tar",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}

/** Goes on as fast as its reader takes it, and ends when the reader hangs up. */
function asStream(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
}

/** Never kept by a browser: it is readable on the node's own desk alone, and only while its key is there. */
async function attachmentAnswer(
  node: Pick<CountersignNode, "opening">,
  { options }: Channel,
  { statement = "", sha256 = "" }: Readonly<Record<string, string>>,
  part: (opening: Opening) => Uint8Array,
): Promise<Response> {
  const opened = await node.opening(options.channel, statement, sha256);
  if (!opened.ok) return problemAnswer(statusOf(opened.refusal), opened.refusal);
  return new Response(new Uint8Array(part(opened.value)), {
    headers: {
      ...BARE,
      "content-type": "application/octet-stream",
      "content-disposition": "attachment",
      "cache-control": "no-store",
    },
  });
}

/** An event without a name for each change; changes that come together make one. */
function changes(c: Context, node: Pick<CountersignNode, "onChange">, signal: AbortSignal): Response {
  return streamSSE(c, async (stream) => {
    let wake: () => void = () => undefined;
    let changed = false;
    const hear = () => {
      changed = true;
      wake();
    };
    const stop = node.onChange(hear);
    signal.addEventListener("abort", hear);
    stream.onAbort(hear);
    const beat = setInterval(() => wake(), 20_000);
    try {
      await stream.writeSSE({ data: "open" });
      while (!stream.aborted && !signal.aborted) {
        if (!changed) await new Promise<void>((resolve) => (wake = resolve));
        // A comment now and then shows the other side, and whatever stands between, that the stream lives.
        await (changed ? stream.writeSSE({ data: "changed" }) : stream.write(": still here\n\n"));
        changed = false;
      }
    } finally {
      clearInterval(beat);
      stop();
      signal.removeEventListener("abort", hear);
    }
  });
}

function statusOf({ code }: Refusal): 403 | 404 | 409 | 422 | 503 {
  if (code === "seal-unknown" || code === "attachment-not-held" || code === "attachment-unknown") return 404;
  if (code === "attachment-for-others") return 403;
  if (code.startsWith("log-")) return 503;
  return code === "drafts-full" ? 409 : 422;
}

function malformed(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  return refusal(
    "request-malformed",
    `This request does not follow its schema: ${issue?.message ?? "unknown"}.`,
    issue?.path.join("."),
  );
}
