/** Records to measure with: two invented parties that keep writing to each other, with real keys where signatures are checked. */
import { randomBytes } from "node:crypto";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import { channelId, type Charter, type CharterParty, type NamedPair } from "@countersign/core/channel/charter.ts";
import { FileMap } from "@countersign/core/channel/held-files.ts";
import type { HeldEntry, HeldLog, HeldRecord } from "@countersign/core/channel/record.ts";
import { prepareStatement, readStatement, sealStatement, type Payload } from "@countersign/core/channel/statement.ts";
import type { BundleBranch } from "@countersign/core/bundle/write.ts";
import { signHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import type { PairSigner } from "@countersign/core/signing/algorithm.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { accept, type Result } from "@countersign/core/refusal.ts";
import { partySigners } from "@countersign/server/made-log.ts";
import { nativeSigner } from "@countersign/server/signing.ts";

interface Holder {
  readonly named: NamedPair;
  readonly signer: PairSigner;
}

export interface Writer {
  readonly id: string;
  /** As the charter has them. */
  readonly keys: CharterParty["keys"];
  readonly statement: Holder;
  readonly log: Holder;
  readonly entries: Uint8Array[];
  readonly tree: MerkleTree;
}

export interface MadeRecord {
  readonly charter: Charter;
  readonly writers: readonly Writer[];
  readonly asOf: string;
}

/** 2027-03-01T00:00:00Z. */
const START = 1_803_859_200;

/**
 * `statements` in all, half by each, each of which saw the whole of both logs. With `signed` every one is signed (about 0.5 ms each); without,
 * the envelopes carry zeros, for measuring what never looks at signatures. `silent` is a third party, which says nothing;
 * `turn` is how much one says before the other answers, one statement if it is not given.
 */
export async function makeRecord(
  statements: number,
  signed: boolean,
  {
    writers = ["aurelia", "borealia"].map(newWriter),
    silent,
    turn = 1,
  }: { readonly writers?: readonly Writer[]; readonly silent?: CharterParty; readonly turn?: number } = {},
): Promise<MadeRecord> {
  const charter = charterOf(writers, silent);
  const channel = channelId(charter);
  let seconds = START;
  for (let number = 0; number < statements; number += 1) {
    const past = number - writers.length;
    const writer = writers[past < 0 ? number : Math.floor(past / turn) % writers.length];
    if (writer === undefined) continue;
    seconds += 60;
    const seen = writers
      .filter((other) => other === writer || other.tree.size > 0)
      .map(({ id, tree }) => ({ log: id, size: tree.size, root: toBase64(tree.root()) }));
    const text =
      number < writers.length
        ? { kind: "sign", body: { document: channel, what: "charter", form: "sign" } }
        : { kind: "letter", body: letterBody(number, writer.id) };
    const entry = await envelope(
      {
        channel,
        author: writer.id,
        at: formatInstant(seconds),
        seen,
        files: [],
        salt: toBase64(randomBytes(16)),
        ...text,
      },
      writer.statement,
      signed,
    );
    writer.entries.push(entry);
    writer.tree.append(leafHash(entry));
  }
  return { charter, writers, asOf: formatInstant(seconds) };
}

export function branchesOf({ writers }: MadeRecord): Promise<BundleBranch[]> {
  return Promise.all(
    writers.map(async ({ id, log, tree, entries }) => {
      const head = { origin: log.named.name, size: tree.size, root: tree.root() };
      return { party: id, head: await signHead(head, log.signer, head.origin, START), entries };
    }),
  );
}

/** As a reader holds it whose checks have all passed. */
export function heldRecord({ charter, writers }: MadeRecord): HeldRecord {
  const logs = writers.map(({ id, entries, tree }): HeldLog => ({ party: id, tree, entries: entries.map(heldEntry) }));
  return { channel: channelId(charter), charter, logs: new Map(logs.map((log) => [log.party, log])), files: new FileMap() };
}

function heldEntry(entry: Uint8Array): HeldEntry {
  const read = readStatement(entry);
  if (!read.ok) throw new Error(read.refusal.sentence);
  return { leafHash: leafHash(entry), statement: read.value };
}

async function envelope(payload: Payload, { named, signer }: Holder, signed: boolean): Promise<Uint8Array> {
  const prepared = prepareStatement(payload);
  if (!prepared.ok) throw new Error(prepared.refusal.sentence);
  const ids = statementKeyIds(named.name, named.pair);
  const made = signed
    ? await signer.sign(prepared.value.signedBytes)
    : { ed25519: new Uint8Array(64), mldsa44: new Uint8Array(2420) };
  return sealStatement(payload, prepared.value.payloadBytes, [
    { keyid: ids.ed25519, sig: made.ed25519 },
    { keyid: ids.mldsa44, sig: made.mldsa44 },
  ]);
}

export function letterBody(number: number, author: string): Payload["body"] {
  const text = `Answer ${number}: the inspection may begin once the party has named the point of entry and the hour of its arrival there.`;
  return {
    form: "note",
    title: { en: `Note ${number}` },
    text: { en: text },
    to: [author === "aurelia" ? "borealia" : "aurelia"],
    answers: [],
    asksReply: false,
    venues: [],
    sources: [],
    confirmed: true,
  };
}

/** With keys that nobody keeps. */
export function newWriter(id: string): Writer {
  const holder = (role: string): Holder => {
    const signer = nativeSigner({ ed25519: randomBytes(32), mldsa44: randomBytes(32) });
    return { named: { name: `${id}.example/bench/${role}`, pair: signer.pair }, signer };
  };
  const [statement, log, node] = [holder("statement"), holder("log"), holder("node")];
  const keys: CharterParty["keys"] = {
    root: holder("root").named,
    statement: [{ key: statement.named, kinds: "all-but-receive" }],
    log: log.named,
    mirror: holder("mirror").named,
    node: { name: node.named.name, ed25519: node.named.pair.ed25519 },
  };
  return { id, keys, statement, log, entries: [], tree: new MerkleTree() };
}

/** With the keys in a party's folder. */
export async function writerFrom(directory: string, party: CharterParty): Promise<Result<Writer>> {
  const signers = await partySigners(directory, party);
  if (!signers.ok) return signers;
  const { statement, log } = signers.value;
  return accept({ id: party.id, keys: party.keys, statement, log, entries: [], tree: new MerkleTree() });
}

function charterOf(writers: readonly Writer[], silent: CharterParty | undefined): Charter {
  return {
    type: "charter",
    version: 1,
    nature: "exercise",
    title: { en: "A record to measure with" },
    summary: { en: "Made for one measurement" },
    parties: [
      ...writers.map(({ id, keys }): CharterParty => ({ id, name: { en: id }, role: "party", side: id, keys })),
      ...(silent === undefined ? [] : [silent]),
    ],
    sides: [
      { id: "aurelia", name: { en: "Aurelia" }, mark: "left" },
      { id: "borealia", name: { en: "Borealia" }, mark: "right" },
    ],
    observers: [],
    statesConcerned: [],
    cosigning: "all",
    caps: { bodyFileBytes: 1_000_000 },
    tolerances: { clockSeconds: 300, receiveHours: 24 },
    rules: 1,
    nonce: toBase64(randomBytes(32)),
  };
}
