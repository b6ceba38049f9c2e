/** Takes the entries of a further version of a log from a peer: each is held against the signed hashes, and its body files come with it. */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { placed, readEntries } from "@countersign/core/channel/record.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, type MerkleTree } from "@countersign/core/log/merkle.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { nativeVerify } from "../signing.ts";
import type { LogBranches } from "./log-branches.ts";
import type { LogPeer } from "./peer-client.ts";
import type { Readiness } from "./readiness.ts";
import type { EvidenceContext } from "./evidence.ts";

/** A peer's further version `number` of logs, asked like a peer that has no other. */
export function branchOf(peer: LogPeer, number: number): LogPeer {
  const path = (log: PartyId) => `${log}/branch-${number}`;
  return {
    id: peer.id,
    answers: peer.answers,
    heads: () => peer.heads(),
    proof: (hash) => peer.proof(hash),
    leafHashes: (log, tile, width) => peer.leafHashes(path(log), tile, width),
    entries: (log, bundle, width) => peer.entries(path(log), bundle, width),
    file: (hash, limit) => peer.file(hash, limit),
    released: (log) => peer.released(log),
  };
}

/** `theirs` is the tree under the head, as its hashes give it. True if nothing more is to be done about this head; otherwise it is worth asking again. */
export function takeBranch(
  { channel }: EvidenceContext,
  { party, branches, readiness }: { readonly party: PartyId; readonly branches: LogBranches; readonly readiness: Readiness },
  peer: LogPeer,
  opened: OpenedHead,
  theirs: MerkleTree,
): Promise<boolean> {
  const { size } = opened.head;
  return branches.keep(opened, theirs, async (from, keys) => {
    const number = Math.floor(from / TILE_WIDTH);
    const start = number * TILE_WIDTH;
    const bundle = await peer.entries(party, number, Math.min(TILE_WIDTH, size - start));
    const entries = bundle.ok ? bundle.value?.slice(from - start) : undefined;
    if (entries === undefined || !entries.every((entry, position) => equalBytes(leafHash(entry), theirs.subtree(0, from + position)))) return undefined;
    const held = await readEntries(placed(entries, from), keys, channel, nativeVerify);
    return (await readiness.hasFiles(peer, held)) ? { entries, held } : undefined;
  });
}
