/**
 * What one node has cosigned of a channel's logs, as C2SP tlog-witness has it, under `/log/<channel>/cosigner/`. Heads are for the channel's
 * nodes, which sign their requests. What is submitted needs no signature but the log's own on the head: logs of other programs have no other.
 * So much of it is let in (`access/admission.ts`).
 */
import { Hono, type Context } from "hono";
import { sha256Hex } from "@countersign/core/bytes/fields.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { WitnessAnswer } from "@countersign/core/log/witness.ts";
import { WITNESS_REQUEST_LIMIT } from "@countersign/core/log/witness-request.ts";
import { refusal } from "@countersign/core/refusal.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { boundedBytes } from "@countersign/wire/client.ts";
import { bytePaths } from "@countersign/wire/endpoints.ts";
import type { Admissions, Admitted } from "../access/admission.ts";
import { remoteAddress } from "../access/remote-address.ts";
import type { Gate } from "./log-source.ts";
import { BARE, problemAnswer } from "./problem.ts";

export interface CosignerRoutes {
  readonly channel: string;
  readonly gate: Gate;
  readonly cosigner: {
    /** The last head of a log that this node cosigned, by the SHA-256 of its origin in hexadecimal. */
    cosigned(originHash: string): OpenedHead | undefined;
    /** Answers bodies of `add-checkpoint` and `sign-subtree`; absent: this node is no witness. */
    readonly witness: Readonly<Record<"submit" | "signSubtree", (body: Uint8Array) => Promise<WitnessAnswer>>> | undefined;
  };
  /** Of the whole node. */
  readonly admission: Admissions;
  readonly path?: string;
}

/** A body that takes longer to arrive gives its place up. */
const ARRIVAL_MILLISECONDS = 20_000;

export function cosignerRoutes({ channel, gate, cosigner, admission, path = "" }: CosignerRoutes): Hono {
  const app = new Hono();
  const at = (bytePath: string) => path + bytePath.replace(":channel", channel);
  app.get(at(bytePaths.cosigned), async (c) => {
    const reader = await gate.reader(c.req.raw, channel);
    if (!reader.ok) return problemAnswer(reader.refusal.code === "request-not-of-channel" ? 403 : 401, reader.refusal);
    const hash = sha256Hex.safeParse(c.req.param("origin"));
    const head = hash.success ? cosigner.cosigned(hash.data) : undefined;
    if (head === undefined)
      return problemAnswer(404, refusal("not-cosigned", "This node has cosigned no head of a log whose origin has this hash."));
    return new Response(formatNote(head.note), {
      headers: { ...BARE, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    });
  });
  const { witness } = cosigner;
  if (witness === undefined) return app;
  const enter = async (request: Request, bindings: unknown): Promise<Admitted> => {
    const signed = request.headers.has("signature-input") ? await gate.reader(request, channel) : undefined;
    return signed?.ok === true
      ? admission.members.enter(signed.value.id)
      : admission.strangers.enter(remoteAddress(request, bindings));
  };
  const answerBody = async (c: Context, answerTo: (body: Uint8Array) => Promise<WitnessAnswer>): Promise<Response> => {
    const body = await arrivingBody(c.req.raw);
    if (!(body instanceof Uint8Array)) return body;
    const answer = await answerTo(body);
    return new Response(answer.body, {
      status: answer.status,
      headers: { ...BARE, "content-type": answer.contentType, "cache-control": "no-store" },
    });
  };
  const post = (bytePath: string, answerTo: (body: Uint8Array) => Promise<WitnessAnswer>): void => {
    app.post(at(bytePath), async (c) => {
      const admitted = await enter(c.req.raw, c.env);
      if ("waitSeconds" in admitted) return tooMany(admitted.waitSeconds);
      return answerBody(c, answerTo).finally(admitted.leave);
    });
  };
  post(bytePaths.addCheckpoint, (body) => witness.submit(body));
  post(bytePaths.signSubtree, (body) => witness.signSubtree(body));
  return app;
}

/** What arrives within bounds of size and time; else the answer. */
async function arrivingBody({ body }: Request): Promise<Uint8Array | Response> {
  const signal = AbortSignal.timeout(ARRIVAL_MILLISECONDS);
  const arriving = body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal }) ?? null;
  const bytes = await boundedBytes(new Response(arriving), WITNESS_REQUEST_LIMIT).catch((error: unknown) => {
    if (signal.aborted) return "late" as const;
    throw error;
  });
  if (bytes === "late")
    return problemAnswer(408, refusal("submission-late", `The submission took longer than ${ARRIVAL_MILLISECONDS / 1000} seconds to arrive. Send it again.`));
  return bytes ?? problemAnswer(400, refusal("submission-too-large", `A submission has at most ${WITNESS_REQUEST_LIMIT} bytes.`));
}

function tooMany(waitSeconds: number): Response {
  const answer = problemAnswer(
    429,
    refusal("submission-too-many", "Too much is submitted here at once. Try again after the seconds in Retry-After; a node of this channel that signs its request is measured apart."),
  );
  answer.headers.set("retry-after", String(waitSeconds));
  return answer;
}
