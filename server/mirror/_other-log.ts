/** For tests: a party that signs its log in a second version and serves it to some. */
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { prepareStatement, readStatement, sealStatement, type Payload } from "@countersign/core/channel/statement.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { must, type TestCircle } from "../_circle.ts";
import { logRoutes } from "../http/log-routes.ts";
import type { LogSource, Reader } from "../http/log-source.ts";
import { Journal } from "../journal/journal.ts";
import type { CountersignNode } from "../node.ts";
import { MemoryStore } from "../objects/memory.ts";
import { partySigners } from "../private/keys.ts";

/** A second log of a party under its own keys, alike up to `index` and other from there: what only a cheat makes. */
export async function otherLog(circle: TestCircle, node: CountersignNode, from: number, size: number): Promise<Journal> {
  const { charter, channel } = circle;
  const party = charter.parties.find(({ id }) => id === node.id);
  if (party === undefined) throw new Error("no such party");
  const signers = must(await partySigners(circle.seat(node.id).directory, party, node.ring(channel, node.id)));
  const journal = must(await Journal.open({ store: new MemoryStore(), key: signers.log, clock: circle.clock }));
  const tree = new MerkleTree();
  const answer = must(await call(endpoints.record, { channel }, {}, { base: circle.seat(node.id).base }));
  const honest =
    answer.logs.find(({ log }) => log === node.id)?.entries.map((entry) => fromBase64(entry) ?? new Uint8Array(0)) ??
    [];
  for (let index = 0; index < size; index += 1) {
    let entry = honest[index] ?? honest[honest.length - 1] ?? new Uint8Array(0);
    if (index >= from) {
      const read = must(readStatement(entry));
      const key = read.payload.kind === "receive" ? signers.receive : signers.statement;
      const payload: Payload = {
        ...read.payload,
        salt: toBase64(new Uint8Array(16).fill(index + 1)),
        seen: read.payload.seen.map((head) =>
          head.log === node.id ? { ...head, root: toBase64(tree.root(head.size)) } : head,
        ),
      };
      const { payloadBytes, signedBytes } = must(prepareStatement(payload));
      const made = await key.signer.sign(signedBytes);
      const ids = statementKeyIds(key.named.name, key.named.pair);
      entry = sealStatement(payload, payloadBytes, [
        { keyid: ids.ed25519, sig: made.ed25519 },
        { keyid: ids.mldsa44, sig: made.mldsa44 },
      ]);
    }
    must(await journal.append(entry));
    tree.append(leafHash(entry));
  }
  return journal;
}

/** Serves the other log to some readers, in place of the honest one. */
export function cheat(circle: TestCircle, node: CountersignNode, journal: Journal, to: (reader: Reader) => boolean): void {
  const seat = circle.seat(node.id);
  const honest = seat.answer;
  const real = node.logs(circle.channel);
  const altered: LogSource = {
    ...real,
    checkpoint: async (log) => (log === node.id ? encodeUtf8(journal.note) : real.checkpoint(log)),
    tile: (log, address) => (log === node.id ? journal.tile(address) : real.tile(log, address)),
  };
  const { channel } = circle;
  const hinted = (reader: Reader) => node.hinted(channel, reader);
  const routes = logRoutes({ channel, gate: node.gate, hinted, sourceFor: (reader) => (to(reader) ? altered : real) });
  seat.answer = (request) =>
    new URL(request.url).pathname.startsWith("/log/") ? routes.fetch(request) : honest(request);
}
