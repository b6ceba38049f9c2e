/** An observer's node as a witness: what is submitted to it and what it pulls are one record, and never two versions of it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { openHead, signHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { readCosignatures } from "@countersign/core/log/cosignature.ts";
import { checkForkProof, readForkProof } from "@countersign/core/log/fork.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { formatSignSubtree, isSubtreeCosigned } from "@countersign/core/log/sign-subtree.ts";
import { subtreeConsistencyProofFrom, subtreeRootFrom } from "@countersign/core/log/subtree.ts";
import { formatAddCheckpoint, witnessedPath } from "@countersign/core/log/witness.ts";
import { keyId, MLDSA44_COSIGNATURE, statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { addSignatures, formatNote, parseSignatureLines } from "@countersign/core/signing/note.ts";
import { rawPair } from "@countersign/core/signing/pair.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { signRequest } from "../access/request-signature.ts";
import type { CountersignNode } from "../node.ts";
import { observerSigners, partySigners, type PartySigners } from "../private/keys.ts";
import { nativeVerify } from "../signing.ts";

let circle: TestCircle;
let aurelia: CountersignNode;
let lookout: CountersignNode;
let keys: PartySigners;

beforeEach(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
  aurelia = await circle.start("aurelia");
  const borealis = await circle.start("borealis");
  await circle.exchange(aurelia, borealis);
  for (const text of ["one", "two", "three"]) must(await aurelia.say(circle.channel, letterTo("borealis", text)));
  await borealis.close();
  lookout = await circle.start("lookout");
  keys = must(await partySigners(circle.seat("aurelia").directory, party()));
});
afterEach(() => circle.close());

function party() {
  const found = circle.charter.parties.find(({ id }) => id === "aurelia");
  if (found === undefined) throw new Error("no aurelia");
  return found;
}

/** The log as it is, and a version of it whose last entry is another, then `more`. */
const own = () => treeOf(aurelia.record(circle.channel).logs.get("aurelia")?.entries.map((entry) => entry.leafHash) ?? []);
function rewritten(more: number): MerkleTree {
  const tree = own();
  const hashes = Array.from({ length: tree.size - 1 }, (_, index) => tree.subtree(0, index));
  return treeOf([...hashes, ...Array.from({ length: more }, (_, index) => leafHash(encodeUtf8(`another ${index}`)))]);
}
function treeOf(hashes: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree();
  for (const hash of hashes) tree.append(hash);
  return tree;
}

async function headOf(tree: MerkleTree, size = tree.size): Promise<OpenedHead> {
  const { name } = keys.log.named;
  return must(await openHead(await signHead({ origin: name, size, root: tree.root(size) }, keys.log.signer, name, 1_804_000_000), keys.log.named, nativeVerify));
}

async function submit(tree: MerkleTree, oldSize: number, size = tree.size): Promise<{ status: number; text: string; head: OpenedHead }> {
  const head = await headOf(tree, size);
  const body = formatAddCheckpoint({ oldSize, proof: tree.consistencyProof(oldSize, size), note: head.note });
  const answer = await fetch(`${circle.seat("lookout").base}/log/${circle.channel}/cosigner/add-checkpoint`, { method: "POST", body });
  return { status: answer.status, text: await answer.text(), head };
}

/** Lookout's line for the first two entries of a head that it has cosigned; undefined where it gives none. */
async function subtreeSigned(tree: MerkleTree, { head, note }: OpenedHead): Promise<boolean | undefined> {
  const hashes = (level: number, index: number) => tree.subtree(level, index);
  const subtree = { origin: head.origin, start: 0, end: 2, root: subtreeRootFrom(hashes, 0, 2) };
  const body = formatSignSubtree({ ...subtree, proof: subtreeConsistencyProofFrom(hashes, 0, 2, head.size), note });
  const answer = await fetch(`${circle.seat("lookout").base}/log/${circle.channel}/cosigner/sign-subtree`, { method: "POST", body });
  if (answer.status !== 200) return undefined;
  const { name, pair } = circle.charter.observers[0]!.witness;
  const publicKey = rawPair(pair).mldsa44;
  const key = { name, type: MLDSA44_COSIGNATURE, publicKey, id: keyId(name, MLDSA44_COSIGNATURE, publicKey) };
  return isSubtreeCosigned(must(parseSignatureLines(await answer.text())), subtree, key, nativeVerify);
}

/** What is served as the last head that lookout cosigned, to aurelia's node. */
async function served(): Promise<OpenedHead | undefined> {
  const url = `${circle.seat("lookout").base}/log/${circle.channel}/cosigner/${witnessedPath(keys.log.named.name)}`;
  const answer = await fetch(url, { headers: signRequest("GET", url, "lookout", keys.node, Math.floor(Date.now() / 1000)) });
  if (answer.status === 404) return undefined;
  expect(answer.status).toBe(200);
  return must(await openHead(await answer.text(), keys.log.named, nativeVerify));
}

async function isCosigned({ note, head }: OpenedHead): Promise<boolean> {
  const observer = circle.charter.observers[0];
  return observer !== undefined && (await readCosignatures(note, head, [observer.witness], nativeVerify)).length === 1;
}

const forks = () => lookout.observations(circle.channel).filter(({ code }) => code === "fork");

async function expectProof(): Promise<void> {
  const [fork, ...more] = forks();
  expect([fork?.log, more]).toEqual(["aurelia", []]);
  const proof = must(readForkProof((await lookout.logs(circle.channel).proof(fork?.proof ?? "", "party")) ?? new Uint8Array(0)));
  expect(await checkForkProof(proof, keys.log.named, nativeVerify)).toMatchObject({ ok: true });
}

describe("an observer's node", () => {
  it("R13 cosigns what is submitted, serves it, keeps it over a restart, and goes on with what it pulls", async () => {
    const tree = own();
    expect(await served()).toBeUndefined();
    const first = await submit(tree, 0, 2);
    expect(first.status).toBe(200);
    expect(await isCosigned({ ...first.head, note: addSignatures(first.head.note, must(parseSignatureLines(first.text))) })).toBe(true);
    await lookout.close();
    lookout = await circle.start("lookout");
    expect((await served())?.head.size).toBe(2);
    expect((await submit(tree, 0)).text).toBe("2\n");
    await circle.exchange(lookout);
    const pulled = await served();
    if (pulled === undefined) return expect.fail("nothing is served");
    expect([pulled.head.size, await isCosigned(pulled), await subtreeSigned(tree, pulled)]).toEqual([tree.size, true, true]);
    expect(await subtreeSigned(tree, await headOf(tree))).toBeUndefined();
    expect((await submit(tree, 2)).text).toBe(`${tree.size}\n`);
    expect((await submit(tree, tree.size)).status).toBe(200);
    expect(lookout.observations(circle.channel).filter(({ code }) => code !== "unreachable")).toEqual([]);
  });

  it("R13 cosigns no smaller head than was submitted, until what it holds reaches it", async () => {
    const before = own().size;
    must(await aurelia.say(circle.channel, letterTo("borealis", "four")));
    const grown = own();
    expect((await submit(grown, 0)).status).toBe(200);
    expect((await submit(grown, 0, before)).text).toBe(`${grown.size}\n`);
    await circle.exchange(lookout);
    const held = (await lookout.logs(circle.channel).checkpoint("aurelia")) ?? "";
    expect(must(await openHead(held, keys.log.named, nativeVerify)).head.size).toBe(grown.size);
    expect((await served())?.head.size).toBe(grown.size);
  });

  it("R13 R15 does not cosign a submitted version that is not the one it holds, and keeps the proof", async () => {
    await circle.exchange(lookout);
    const tree = own();
    const cosigned = await served();
    if (cosigned === undefined) return expect.fail("nothing is served");
    expect([cosigned.head.size, await subtreeSigned(tree, cosigned)]).toEqual([tree.size, true]);
    const other = rewritten(3);
    expect((await submit(other, tree.size)).status).toBe(422);
    await expectProof();
    expect(await subtreeSigned(tree, cosigned)).toBeUndefined();
    expect([(await submit(tree, tree.size)).status, forks().length]).toEqual([422, 1]);
    expect((await served())?.head).toEqual((await headOf(tree)).head);
  });

  it("R13 R15 does not cosign what it pulls if another version was submitted before, and keeps the proof", async () => {
    const other = rewritten(1);
    expect((await submit(other, 0)).status).toBe(200);
    await circle.exchange(lookout);
    await expectProof();
    expect((await served())?.head).toEqual((await headOf(other)).head);
    await lookout.close();
    lookout = await circle.start("lookout");
    await circle.exchange(lookout);
    expect((await served())?.head).toEqual((await headOf(other)).head);
    expect((await submit(other, other.size)).status).toBe(422);
  });

  it("R13 cosigns no head with more than three lines, and none of a log or key that the charter does not name", async () => {
    const { name } = keys.log.named;
    const { note, head } = await headOf(own());
    const post = async (text: string) => {
      const answer = await fetch(`${circle.seat("lookout").base}/log/${circle.channel}/cosigner/add-checkpoint`, { method: "POST", body: `old 0\n\n${text}` });
      return answer.status;
    };
    const witness = must(await observerSigners(circle.seat("lookout").directory, circle.charter.observers[0]!)).witness;
    expect(await post(await signHead({ ...head, origin: "elsewhere.example/log" }, keys.log.signer, "elsewhere.example/log", 1_804_000_000))).toBe(404);
    expect(await post(await signHead(head, witness.signer, name, 1_804_000_000))).toBe(403);
    const text = `${note.text}more\n`;
    const signed = await keys.log.signer.sign(encodeUtf8(text));
    const { ed25519 } = statementKeyIds(name, keys.log.named.pair);
    const signatures = note.signatures.map((line) => (line.id === ed25519 ? { ...line, signature: signed.ed25519 } : line));
    expect(await post(formatNote({ text, signatures }))).toBe(422);
    expect(await post(formatNote({ ...note, signatures }))).toBe(403);
    expect(await served()).toBeUndefined();
  });

  it("R15 says of damage in its own files that it is its own, and nothing of the log's owner", async () => {
    await circle.exchange(aurelia, lookout);
    await lookout.close();
    lookout = await circle.start("lookout", { readAgainSeconds: 60 });
    const file = join(circle.seat("lookout").directory, `logs/${circle.channel}/log/aurelia/_cs/hashes/000000000000`);
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(file, bytes);
    circle.clock.at = "2027-03-18T02:07:00Z";
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await lookout.readAgain().finally(() => told.mockRestore());
    const before = own();
    const leaves = Array.from({ length: before.size }, (_, index) => before.subtree(0, index));
    const { status, text } = await submit(treeOf([...leaves, leafHash(encodeUtf8("more"))]), before.size);
    expect([status, text]).toEqual([422, expect.stringMatching(/^This witness has found what it keeps of .* damaged on its own machine/)]);
    expect(lookout.observations(circle.channel).filter(({ code }) => code === "fork")).toEqual([]);
  });
});

describe("a party's node", () => {
  it("R13 is no witness: it signs what it holds, and serves the last head that it cosigned", async () => {
    const borealis = await circle.start("borealis");
    await circle.exchange(aurelia, borealis);
    const at = (path: string) => `${circle.seat("borealis").base}/log/${circle.channel}/cosigner/${path}`;
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], note: (await headOf(own())).note });
    expect((await fetch(at("add-checkpoint"), { method: "POST", body })).status).toBe(404);
    const url = at(witnessedPath(keys.log.named.name));
    const answer = await fetch(url, { headers: signRequest("GET", url, "borealis", keys.node, Math.floor(Date.now() / 1000)) });
    const { note, head } = must(await openHead(await answer.text(), keys.log.named, nativeVerify));
    const mirror = circle.charter.parties.find(({ id }) => id === "borealis")?.keys.mirror;
    expect([head.size, await readCosignatures(note, head, mirror === undefined ? [] : [mirror], nativeVerify)]).toMatchObject([own().size, [{ name: mirror?.name }]]);
  });
});
