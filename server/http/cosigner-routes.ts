/**
 * What one node has cosigned of a channel's logs, as C2SP tlog-witness has it, under `/log/<channel>/cosigner/`. Heads are for the channel's
 * nodes, which sign their requests. What is submitted needs no signature but the log's own on the head: logs of other programs have no other.
 */
import { Hono } from "hono";
import { sha256Hex } from "@countersign/core/bytes/fields.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { WitnessAnswer } from "@countersign/core/log/witness.ts";
import { WITNESS_REQUEST_LIMIT } from "@countersign/core/log/witness-request.ts";
import { refusal } from "@countersign/core/refusal.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { boundedBytes } from "@countersign/wire/client.ts";
import { bytePaths } from "@countersign/wire/endpoints.ts";
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
  readonly path?: string;
}

export function cosignerRoutes({ channel, gate, cosigner, path = "" }: CosignerRoutes): Hono {
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
  const post = (bytePath: string, answerTo: (body: Uint8Array) => Promise<WitnessAnswer>): void => {
    app.post(at(bytePath), async (c) => {
      const body = await boundedBytes(new Response(c.req.raw.body), WITNESS_REQUEST_LIMIT);
      if (body === undefined)
        return problemAnswer(400, refusal("submission-too-large", `A submission has at most ${WITNESS_REQUEST_LIMIT} bytes.`));
      const answer = await answerTo(body);
      return new Response(answer.body, {
        status: answer.status,
        headers: { ...BARE, "content-type": answer.contentType, "cache-control": "no-store" },
      });
    });
  };
  post(bytePaths.addCheckpoint, (body) => witness.submit(body));
  post(bytePaths.signSubtree, (body) => witness.signSubtree(body));
  return app;
}
