/**
 * Making a side cheat, with demonstration keys only: its past is altered and signed anew, and the altered log is served in place of
 * the honest one, to everybody or to the observer alone. The honest node knows nothing of it; what others notice, they notice by themselves.
 */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { partyOf } from "@countersign/core/channel/charter.ts";
import { prepareStatement, readStatement, sealStatement, type Payload } from "@countersign/core/channel/statement.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { decodeBundle, TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import type { Clock } from "../clock.ts";
import type { LogSource } from "../http/log-source.ts";
import { Journal } from "../journal/journal.ts";
import type { CountersignNode } from "../node.ts";
import { MemoryStore } from "../objects/memory.ts";
import { partySigners, type NamedSigner } from "../private/keys.ts";

export type CheatingWay = "rewrite" | "two-faces";

export interface Cheat {
  readonly side: PartyId;
  readonly way: CheatingWay;
  /** Index of the altered entry in the side's own log. */
  readonly entry: number;
  /** What the side serves from now on. */
  readonly source: (honest: LogSource, asker: "party" | "observer") => LogSource;
}

/** Alters the side's newest letter and everything of its own log that follows from it. */
export async function makeCheat(node: CountersignNode, directory: string, channel: string, way: CheatingWay, clock: Clock): Promise<Result<Cheat>> {
  const state = node.state(channel);
  const target = state.of(letter).findLast(({ author }) => author === node.id);
  const party = partyOf(state.charter, node.id);
  if (target === undefined || party === undefined) return refuse("cheat-nothing-to-alter", "This side has written no letter yet, so there is no past to alter. Let it write one first.");
  const signers = await partySigners(directory, party);
  if (!signers.ok) return signers;
  const { statement, receive, log } = signers.value;

  const size = node.record(channel).logs.get(node.id)?.entries.length ?? 0;
  const honest = await ownEntries(node.logs(channel), node.id, size);
  if (!honest.ok) return honest;
  const tree = new MerkleTree();
  const altered: Uint8Array[] = [];
  for (const [index, entry] of honest.value.entries()) {
    const made = index < target.index ? entry : await signAnew(entry, index === target.index, tree, [statement, receive]);
    altered.push(made);
    tree.append(leafHash(made));
  }
  const journal = await Journal.open({ store: new MemoryStore(), key: log, clock });
  if (!journal.ok) return journal;
  for (const entry of altered) {
    const appended = await journal.value.append(entry);
    if (!appended.ok) return appended;
  }
  const faces = (real: LogSource, asker: "party" | "observer"): LogSource =>
    way === "two-faces" && asker === "party"
      ? real
      : {
          ...real,
          checkpoint: (asked) => (asked === node.id ? Promise.resolve(encodeUtf8(journal.value.note)) : real.checkpoint(asked)),
          tile: (asked, address) => (asked === node.id ? journal.value.tile(address) : real.tile(asked, address)),
        };
  return accept({ side: node.id, way, entry: target.index, source: faces });
}

async function ownEntries(source: LogSource, log: PartyId, size: number): Promise<Result<Uint8Array[]>> {
  const entries: Uint8Array[] = [];
  for (let number = 0; number * TILE_WIDTH < size; number++) {
    const width = Math.min(TILE_WIDTH, size - number * TILE_WIDTH);
    const bundle = await source.tile(log, { level: "entries", number, width });
    if (bundle === undefined) return refuse("cheat-log-missing", "This side's node does not hand out its own log.");
    const decoded = decodeBundle(bundle, width);
    if (!decoded.ok) return decoded;
    entries.push(...decoded.value);
  }
  return accept(entries);
}

/** A copy of an entry with its own log's new root, and with other words where it is the altered one, signed with the keys it had. */
async function signAnew(entry: Uint8Array, alter: boolean, tree: MerkleTree, keys: readonly NamedSigner[]): Promise<Uint8Array> {
  const read = readStatement(entry);
  if (!read.ok) return entry;
  const { payload, envelope } = read.value;
  const key = keys.find(({ named }) => statementKeyIds(named.name, named.pair).ed25519 === envelope.signatures[0].keyid);
  if (key === undefined) return entry;
  const seen = payload.seen.map((head) => (head.log === payload.author ? { ...head, root: toBase64(tree.root(head.size)) } : head));
  const changed: Payload = { ...payload, seen, body: alter ? { ...payload.body, text: { en: "This letter was replaced afterwards.", ru: "Это письмо было подменено позже." } } : payload.body };
  const prepared = prepareStatement(changed);
  if (!prepared.ok) return entry;
  const signature = await key.signer.sign(prepared.value.signedBytes);
  const ids = statementKeyIds(key.named.name, key.named.pair);
  return sealStatement(changed, prepared.value.payloadBytes, [
    { keyid: ids.ed25519, sig: signature.ed25519 },
    { keyid: ids.mldsa44, sig: signature.mldsa44 },
  ]);
}
