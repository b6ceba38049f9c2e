import { describe, expect, it } from "vitest";
import { toBase64 } from "../bytes/base64.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { channelId, charterBytes, charterSchema, type Charter, type NamedPair } from "../channel/charter.ts";
import { prepareStatement, sealStatement } from "../channel/statement.ts";
import type { PairSigner } from "../signing/algorithm.ts";
import { fingerprint, statementKeyIds } from "../signing/key-id.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { openHead, signHead, type OpenedHead } from "./checkpoint.ts";
import { checkForkProof, findFork, findForkInStatement, forkProofBytes, readForkProof, type ForkProof } from "./fork.ts";
import { leafHash, MerkleTree } from "./merkle.ts";

const ORIGIN = "aurelia.example/exercise/log";
const TIME = 1_804_000_000;
let seeds = 0;

function newKey(name: string): { named: NamedPair; signer: PairSigner } {
  seeds += 1;
  const signer = nobleSigner({ ed25519: new Uint8Array(32).fill(seeds), mldsa44: new Uint8Array(32).fill(seeds + 100) });
  return { named: { name, pair: signer.pair }, signer };
}

const log = newKey(ORIGIN);
const statementKey = newKey("aurelia.example/exercise/statement");

function party(id: string, side: string, logKey: NamedPair, statement: NamedPair) {
  const role = (name: string) => newKey(`${id}.example/exercise/${name}`).named;
  const node = { name: `${id}.example/exercise/node`, ed25519: role("node").pair.ed25519 };
  return {
    id,
    name: { en: id },
    role: "party",
    side,
    keys: { root: role("root"), statement: [{ key: statement, kinds: "all-but-receive" }], log: logKey, mirror: role("mirror"), node },
  };
}

const charter: Charter = charterSchema.parse({
  type: "charter",
  version: 1,
  nature: "exercise",
  title: { en: "Exercise" },
  summary: { en: "Two invented States" },
  parties: [
    party("aurelia", "left", log.named, statementKey.named),
    party("borealis", "right", newKey("borealis.example/exercise/log").named, newKey("borealis.example/exercise/statement").named),
  ],
  sides: [
    { id: "left", name: { en: "Left" }, mark: "left" },
    { id: "right", name: { en: "Right" }, mark: "right" },
  ],
  observers: [],
  statesConcerned: [],
  cosigning: "all",
  caps: { bodyFileBytes: 1_000_000 },
  tolerances: { clockSeconds: 300, receiveHours: 24 },
  rules: 1,
  nonce: toBase64(new Uint8Array(32).fill(9)),
});
const channel = channelId(charter);

function treeOf(branch: string, size: number, common: number): MerkleTree {
  const tree = new MerkleTree();
  for (let index = 0; index < size; index += 1) tree.append(leafHash(encodeUtf8(`${index < common ? "both" : branch} ${index}`)));
  return tree;
}

/** Two branches that part after 20 entries. */
const left = treeOf("left", 41, 20);
const right = treeOf("right", 41, 20);

async function headOf(tree: MerkleTree, size: number, key = log): Promise<OpenedHead> {
  const note = await signHead({ origin: key.named.name, size, root: tree.root(size) }, key.signer, key.named.name, TIME);
  const opened = await openHead(note, key.named, nobleVerify);
  if (!opened.ok) throw new Error(opened.refusal.sentence);
  return opened.value;
}

async function statementSeeing(size: number, root: Uint8Array, key = statementKey, changes: { author?: string; channel?: string } = {}): Promise<Uint8Array> {
  const author = changes.author ?? "aurelia";
  const payload = {
    channel: changes.channel ?? channel,
    author,
    at: "2027-03-11T02:07:00Z",
    seen: [{ log: author, size, root: toBase64(root) }],
    kind: "letter",
    body: {},
    files: [],
    salt: "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  const prepared = prepareStatement(payload);
  if (!prepared.ok) throw new Error(prepared.refusal.sentence);
  const made = await key.signer.sign(prepared.value.signedBytes);
  const ids = statementKeyIds(key.named.name, key.named.pair);
  return sealStatement(payload, prepared.value.payloadBytes, [
    { keyid: ids.ed25519, sig: made.ed25519 },
    { keyid: ids.mldsa44, sig: made.mldsa44 },
  ]);
}

async function codeOf(proof: ForkProof, logKey: NamedPair | undefined = log.named, statementKeys?: readonly NamedPair[]): Promise<string> {
  const checked = await checkForkProof(proof, logKey, nobleVerify, statementKeys);
  return checked.ok ? "proof" : checked.refusal.code;
}

const context = { channel, log: log.named };
const found = (proof: ForkProof | undefined): ForkProof => {
  if (proof === undefined) throw new Error("no fork found");
  const read = readForkProof(forkProofBytes(proof));
  if (!read.ok) throw new Error(read.refusal.sentence);
  expect(read.value).toEqual(proof);
  return read.value;
};

const [left41, right41, left30, right30, left20] = await Promise.all([headOf(left, 41), headOf(right, 41), headOf(left, 30), headOf(right, 30), headOf(left, 20)]);
const sameSize = found(findFork(context, left41, right41));
const unequal = found(findFork({ ...context, larger: left }, left41, right30));

describe("finding forks", () => {
  it("R15 finds nothing between heads of one tree", () => {
    for (const [a, b] of [[left41, left41], [left41, left30], [left30, left41], [left20, left41]] as const)
      expect(findFork({ ...context, larger: left }, a, b)).toBeUndefined();
    expect(findFork({ ...context, larger: right }, left20, right41)).toBeUndefined();
  });

  it("R15 finds nothing when it cannot show the larger tree, or holds another one", () => {
    expect(findFork(context, left41, right30)).toBeUndefined();
    expect(findFork({ ...context, larger: right }, left41, right30)).toBeUndefined();
    expect(findFork({ ...context, larger: treeOf("left", 35, 20) }, left41, right30)).toBeUndefined();
  });

  it("R15 finds nothing between two logs", async () => {
    const other = newKey("borealis.example/exercise/log");
    expect(findFork(context, left41, await headOf(right, 41, other))).toBeUndefined();
  });

  it("R15 finds the fork whichever head comes first", () => {
    for (const proof of [findFork({ ...context, larger: left }, right30, left41), findFork({ ...context, larger: left }, left41, right30)])
      expect(proof?.consistency?.root).toBe(toBase64(left.root(30)));
  });
});

describe("checking a proof of a fork", () => {
  it("R15 accepts two roots for one size", async () => {
    const checked = await checkForkProof(sameSize, log.named, nobleVerify);
    if (!checked.ok) return expect.fail(checked.refusal.sentence);
    expect(checked.value.sentence).toBe(
      "The key of aurelia.example/exercise/log signed a head of size 41 and a head of size 41, with two roots for the same 41 entries. The key is the one held for this log.",
    );
    expect(checked.value.fingerprint).toBe(fingerprint(log.named.pair));
  });

  it("R15 accepts a smaller head that is no beginning of the larger one", async () => {
    const checked = await checkForkProof(unequal, log.named, nobleVerify);
    expect(checked.ok && checked.value.sentence).toContain("that differ within the first 30 entries");
  });

  it("R15 says whose key it is only if somebody has said so", async () => {
    const named = found(findFork({ ...context, charter }, left41, right41));
    for (const [proof, key, from] of [[sameSize, undefined, "nobody"], [named, undefined, "charter"], [named, log.named, "checker"]] as const) {
      const checked = await checkForkProof(proof, key, nobleVerify);
      expect(checked.ok && checked.value.keyFrom).toBe(from);
    }
  });

  it("R15 refuses a charter that is not the channel's, or not a charter", async () => {
    const text = decodeUtf8(charterBytes(charter)) ?? "";
    expect(await codeOf({ ...sameSize, charter: `${text} ` })).toBe("fork-other-charter");
    expect(await codeOf({ ...sameSize, channel: "0".repeat(64), charter: text })).toBe("fork-other-charter");
  });

  it("R15 takes a charter that does not name the key for nothing", async () => {
    const stranger = newKey("stranger.example/log");
    const proof = found(findFork({ channel, log: stranger.named, charter }, await headOf(left, 41, stranger), await headOf(right, 41, stranger)));
    const checked = await checkForkProof(proof, undefined, nobleVerify);
    expect(checked.ok && checked.value.keyFrom).toBe("nobody");
  });

  it("R15 refuses a proof about another key than the one held", async () => {
    const impostor = newKey(ORIGIN);
    const proof = found(findFork({ channel, log: impostor.named }, await headOf(left, 41, impostor), await headOf(right, 41, impostor)));
    expect(await codeOf(proof)).toBe("fork-other-key");
  });

  it("R15 refuses heads that agree, however they are put", async () => {
    const head = async (size: number) => (await signHead({ origin: ORIGIN, size, root: left.root(size) }, log.signer, ORIGIN, TIME + size)).toString();
    const [a, b] = [await head(41), await head(30)];
    const consistency = { root: toBase64(left.root(30)), proof: left.consistencyProof(30, 41).map(toBase64) };
    const base = { ...sameSize, head: a };
    expect(await codeOf({ ...base, against: { head: a } })).toBe("fork-no-contradiction");
    expect(await codeOf({ ...base, against: { head: b } })).toBe("fork-no-contradiction");
    expect(await codeOf({ ...base, against: { head: b }, consistency })).toBe("fork-no-contradiction");
    for (const changed of [
      { ...consistency, root: toBase64(right.root(30)) },
      { ...consistency, root: toBase64(left.root(29)) },
      { root: toBase64(right.root(30)), proof: right.consistencyProof(30, 41).map(toBase64) },
      { ...consistency, proof: [] },
      { ...consistency, proof: [...consistency.proof, toBase64(left.root(1))] },
    ])
      expect(await codeOf({ ...base, against: { head: b }, consistency: changed })).toBe("fork-no-contradiction");
  });

  it("R15 refuses a head with one line only, or a failing one", async () => {
    const cut = sameSize.head.split("\n").slice(0, -2).join("\n");
    expect(await codeOf({ ...sameSize, head: `${cut}\n` })).toBe("head-line-missing");
    expect(await codeOf({ ...sameSize, against: { head: sameSize.head.replace("\n41\n", "\n40\n") } })).toBe("head-line-fails");
  });

  it("R15 reads no document of another shape", () => {
    for (const odd of [{ ...sameSize, extra: 1 }, { ...sameSize, version: 2 }, { ...sameSize, against: { head: "" } }, { ...sameSize, consistency: { root: "AAAA", proof: [] } }])
      expect(readForkProof(encodeUtf8(JSON.stringify(odd))).ok).toBe(false);
    expect(readForkProof(encodeUtf8(JSON.stringify(sameSize))).ok).toBe(false);
  });
});

describe("a statement against its author's own head", () => {
  it("R15 accepts one of the same, a smaller and a larger size", async () => {
    const cases = [
      [left41, await statementSeeing(41, right.root(41)), undefined],
      [left41, await statementSeeing(30, right.root(30)), left],
      [left30, await statementSeeing(41, right.root(41)), right],
      [left41, await statementSeeing(0, right.root(30)), left],
    ] as const;
    for (const [opened, entry, larger] of cases) {
      const proof = found(findForkInStatement({ ...context, charter, ...(larger === undefined ? {} : { larger }) }, opened, entry, statementKey.named));
      const checked = await checkForkProof(proof, undefined, nobleVerify);
      if (!checked.ok) return expect.fail(checked.refusal.sentence);
      expect(checked.value.keyFrom).toBe("charter");
      expect(checked.value.sentence).toContain("a statement of aurelia, dated 2027-03-11T02:07:00Z");
    }
  });

  it("R15 rests on the charter for whose statement it is, though the checker holds the log's key: anybody can write a charter round it", async () => {
    const stranger = newKey("aurelia.example/exercise/statement");
    const written: Charter = {
      ...charter,
      parties: charter.parties.map((one) => (one.id === "aurelia" ? { ...one, keys: { ...one.keys, statement: [{ key: stranger.named, kinds: "all-but-receive" }] } } : one)),
    };
    const entry = await statementSeeing(41, right.root(41), stranger, { channel: channelId(written) });
    const forged = found(findForkInStatement({ channel: channelId(written), log: log.named, charter: written }, left41, entry, stranger.named));
    const honest = found(findForkInStatement({ ...context, charter }, left41, await statementSeeing(41, right.root(41)), statementKey.named));
    for (const [proof, keys, from] of [[forged, [], "charter"], [forged, [statementKey.named], "charter"], [honest, [], "charter"], [honest, [statementKey.named], "checker"]] as const) {
      const checked = await checkForkProof(proof, log.named, nobleVerify, keys);
      expect(checked.ok && checked.value.keyFrom).toBe(from);
    }
  });

  it("R15 finds nothing when the statement says what the head says", async () => {
    for (const size of [0, 20, 30, 41]) expect(findForkInStatement({ ...context, larger: left }, left41, await statementSeeing(size, left.root(size)), statementKey.named)).toBeUndefined();
    expect(findForkInStatement({ ...context, larger: left }, left41, await statementSeeing(41, right.root(41), statementKey, { channel: "0".repeat(64) }), statementKey.named)).toBeUndefined();
    expect(findForkInStatement(context, left41, new Uint8Array(3), statementKey.named)).toBeUndefined();
  });

  it("R15 refuses it when nobody has said that the statement's key is the log owner's", async () => {
    const stranger = newKey("stranger.example/statement");
    const entry = await statementSeeing(41, right.root(41), stranger);
    const proof = found(findForkInStatement({ ...context, charter }, left41, entry, stranger.named));
    expect(await codeOf(proof)).toBe("fork-statement-key");
    expect(await codeOf(proof, log.named, [stranger.named])).toBe("proof");
    const { charter: _, ...bare } = found(findForkInStatement({ ...context, charter }, left41, await statementSeeing(41, right.root(41)), statementKey.named));
    expect(await codeOf(bare)).toBe("fork-statement-key");
  });

  it("R15 refuses a statement of another author, of another channel, with failing signatures, or altered", async () => {
    const proof = found(findForkInStatement({ ...context, charter }, left41, await statementSeeing(41, right.root(41)), statementKey.named));
    const against = (entry: Uint8Array, key = statementKey.named) => ({ ...proof, against: { statement: toBase64(entry), key } });
    const forged = newKey(statementKey.named.name);
    expect(await codeOf(against(await statementSeeing(41, right.root(41), statementKey, { author: "borealis" })))).toBe("fork-statement-author");
    expect(await codeOf(against(await statementSeeing(41, right.root(41), statementKey, { channel: "0".repeat(64) })))).toBe("fork-other-channel");
    expect(await codeOf(against(await statementSeeing(41, right.root(41), forged)))).toBe("fork-statement-signature");
    expect(await codeOf(against(new Uint8Array(100)))).toBe("envelope-malformed");
  });
});
