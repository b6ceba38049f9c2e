/** A witness over HTTP, as a log's side of another project would ask it, kept on a disk that fails where it hurts most. */
import { serve, type ServerType } from "@hono/node-server";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { fromHex } from "@countersign/core/bytes/hex.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { openHead, signHead, type Head } from "@countersign/core/log/checkpoint.ts";
import { readCosignatures } from "@countersign/core/log/cosignature.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { formatSignSubtree, isSubtreeCosigned } from "@countersign/core/log/sign-subtree.ts";
import { subtreeConsistencyProofFrom, subtreeRootFrom } from "@countersign/core/log/subtree.ts";
import { formatAddCheckpoint, readStoredSize } from "@countersign/core/log/witness.ts";
import { WITNESS_REQUEST_LIMIT } from "@countersign/core/log/witness-request.ts";
import { ED25519_NOTE, keyId, MLDSA44_COSIGNATURE } from "@countersign/core/signing/key-id.ts";
import { refusal, type Refusal } from "@countersign/core/refusal.ts";
import { addSignatures, parseNote, parseSignatureLines, type Note } from "@countersign/core/signing/note.ts";
import { rawPair } from "@countersign/core/signing/pair.ts";
import type { VerifierKey } from "@countersign/core/signing/verifier-key.ts";
import { readVectors } from "../../tools/vectors.ts";
import { must } from "../_circle.ts";
import { Admission } from "../access/admission.ts";
import { channelGate } from "../access/channel-gate.ts";
import { RequestCheck } from "../access/request-signature.ts";
import { cosignerRoutes } from "../http/cosigner-routes.ts";
import { DiskStore } from "../objects/disk.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { nativeSigner, nativeVerify } from "../signing.ts";
import { answerSubmission, answerSubtree } from "./submissions.ts";
import { WitnessedLog } from "./witnessed-log.ts";

const vectors = readVectors(
  "witness-add-checkpoint",
  z.object({
    log: z.object({ origin: z.string(), ed25519PublicKeyHex: z.string(), keyIdHex: z.string() }),
    steps: z.array(z.object({ path: z.string(), body: z.string(), expect: z.string(), c2spStatusToday: z.number() })),
  }),
);

const ORIGIN = "aurelia.example/exercise/log";
const signerOf = (seed: number) => nativeSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 100) });
const [log, watcher] = [signerOf(1), signerOf(3)];
const cosigner = { named: { name: "watchers.example/witness", pair: watcher.pair }, signer: watcher };
const { ed25519, mldsa44 } = rawPair(log.pair);
const keys: readonly VerifierKey[] = [
  { name: ORIGIN, type: ED25519_NOTE, publicKey: ed25519, id: keyId(ORIGIN, ED25519_NOTE, ed25519) },
  { name: ORIGIN, type: MLDSA44_COSIGNATURE, publicKey: mldsa44, id: keyId(ORIGIN, MLDSA44_COSIGNATURE, mldsa44) },
];
const WIDE = { burst: 1000, perSecond: 1, atOnce: 1000 };
const clock = { now: () => "2027-03-11T02:07:00Z" };

const treeOf = (...words: readonly string[]): MerkleTree => {
  const tree = new MerkleTree();
  for (const word of words) tree.append(leafHash(encodeUtf8(word)));
  return tree;
};
const tree = treeOf(..."abcdefghijklmnopqrst");
/** Another version from entry 9 on. */
const other = treeOf(..."abcdefghiJKLMNOPQRST");

const noteAt = async (size: number, of = tree) =>
  must(parseNote(await signHead({ origin: ORIGIN, size, root: of.root(size) }, log, ORIGIN, 1_804_000_000)));
const request = async (oldSize: number, size: number, of = tree) =>
  formatAddCheckpoint({ oldSize, proof: of.consistencyProof(oldSize, size), note: await noteAt(size, of) });

let folder: string;
let disk: DiskStore;
let server: ServerType | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-witness-"));
  disk = await DiskStore.open(folder);
});
afterEach(async () => {
  await stop();
  await disk.close();
  await rm(folder, { recursive: true });
});

async function stop(): Promise<void> {
  const ending = server;
  server = undefined;
  if (ending !== undefined) await new Promise((resolve) => ending.close(resolve));
}

const openLog = (store: ObjectStore = disk, own = keys) => WitnessedLog.open({ keys: own, cosigner, store, clock });

/** Why the witness of this log has stopped, if it has. */
let stopped: Refusal | undefined;

/** A witness of one log on a port of its own, from what is on the disk; gives the address of its submission prefix. */
async function start(store: ObjectStore = disk, own = keys): Promise<string> {
  await stop();
  const witnessed = must(await openLog(store, own));
  const logOf = (origin: string) => (origin === own[0]?.name ? { witnessed, stopped: () => stopped } : undefined);
  const app = cosignerRoutes({
    channel: "c",
    admission: { strangers: new Admission({ each: WIDE, all: WIDE }), members: new Admission() },
    gate: channelGate(new Map(), new RequestCheck("watchers", nativeVerify)),
    cosigner: {
      cosigned: () => witnessed.latest,
      witness: { submit: (body) => answerSubmission(body, logOf), signSubtree: (body) => answerSubtree(body, logOf) },
    },
  });
  app.onError((error) => new Response(error.message, { status: 500 }));
  return new Promise((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => resolve(`http://127.0.0.1:${port}/log/c/cosigner`));
  });
}

async function post(base: string, body: string | Uint8Array, path = "add-checkpoint"): Promise<{ status: number; type: string | null; text: string }> {
  const answer = await fetch(`${base}/${path}`, { method: "POST", body: typeof body === "string" ? body : new Uint8Array(body) });
  return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
}

/** Both lines of the witness in an answer, over this head. */
async function isCosigned(text: string, size: number, of = tree): Promise<boolean> {
  const head: Head = { origin: ORIGIN, size, root: of.root(size) };
  const note = addSignatures(await noteAt(size, of), must(parseSignatureLines(text)));
  return (await readCosignatures(note, head, [cosigner.named], nativeVerify)).length === 1;
}

describe.skipIf(vectors === undefined)("a conversation with another project's witness, over HTTP", () => {
  it("R13 gives the nine answers that C2SP asks for today, also when it is started again before each", async () => {
    const { origin, ed25519PublicKeyHex, keyIdHex } = vectors!.log;
    const publicKey = fromHex(ed25519PublicKeyHex)!;
    const own = [{ name: origin, type: ED25519_NOTE, publicKey, id: keyId(origin, ED25519_NOTE, publicKey) }];
    expect(own[0]?.id).toBe(keyIdHex);
    expect(vectors!.steps).toHaveLength(9);
    for (const [index, { body, expect: wanted, c2spStatusToday }] of vectors!.steps.entries()) {
      const answer = await post(await start(disk, own), body);
      expect([index, answer.status]).toEqual([index, c2spStatusToday]);
      if (answer.status === 409) expect([answer.type, `body == ${JSON.stringify(answer.text)}`]).toEqual(["text/x.tlog.size", wanted]);
      if (answer.status === 200) expect(parseSignatureLines(answer.text)).toMatchObject({ ok: true, value: [cosigner.named, cosigner.named].map(({ name }) => ({ name })) });
    }
    expect(must(await openLog(disk, own)).latest?.head.size).toBe(5);
  });
});

describe("a witness over HTTP", () => {
  it("R13 cosigns what follows, and names the size it has to whoever is behind or ahead, who then gets through", async () => {
    const base = await start();
    expect((await post(base, await request(0, 3))).status).toBe(200);
    let old = 11;
    for (let asked = 0; asked < 2; asked += 1) {
      const answer = await post(base, await request(old, 20));
      if (answer.status === 200) return expect(await isCosigned(answer.text, 20)).toBe(true);
      expect([answer.status, answer.type]).toEqual([409, "text/x.tlog.size"]);
      old = must(readStoredSize(answer.text));
    }
    expect.unreachable();
  });

  it("R13 cosigns the same head again, with both lines on what it keeps and nothing that was appended by others", async () => {
    const base = await start();
    const foreign = { name: "elsewhere.example/witness", id: "00000001", signature: new Uint8Array(72).fill(1) };
    const note = addSignatures(await noteAt(4), [foreign]);
    for (const oldSize of [0, 4])
      expect((await post(base, formatAddCheckpoint({ oldSize, proof: [], note }))).status).toBe(200);
    const { latest } = must(await openLog());
    expect(latest?.note.signatures.map(({ name }) => name)).toEqual([ORIGIN, ORIGIN, cosigner.named.name, cosigner.named.name]);
  });

  it("R13 signs a subtree of a head that it has cosigned, also of an older one and after it is started again, and none after a fork", async () => {
    const base = await start();
    const first = await post(base, await request(0, 14));
    expect((await post(base, await request(14, 20))).status).toBe(200);
    const hashes = (level: number, index: number) => tree.subtree(level, index);
    const subtree = { origin: ORIGIN, start: 8, end: 13, root: subtreeRootFrom(hashes, 8, 13) };
    const cosigned = { text: (await noteAt(14)).text, signatures: must(parseSignatureLines(first.text)) };
    const body = (note: Note = cosigned) => formatSignSubtree({ ...subtree, proof: subtreeConsistencyProofFrom(hashes, 8, 13, 14), note });
    const publicKey = rawPair(watcher.pair).mldsa44;
    const own = { name: cosigner.named.name, type: MLDSA44_COSIGNATURE, publicKey, id: keyId(cosigner.named.name, MLDSA44_COSIGNATURE, publicKey) };
    const signed = async (address: string) => {
      const answer = await post(address, body(), "sign-subtree");
      expect([answer.status, answer.type]).toEqual([200, "text/plain; charset=utf-8"]);
      return isSubtreeCosigned(must(parseSignatureLines(answer.text)), subtree, own, nativeVerify);
    };
    expect(await signed(base)).toBe(true);
    const again = await start();
    expect(await signed(again)).toBe(true);
    expect((await post(again, body(await noteAt(14)), "sign-subtree")).status).toBe(403);
    expect((await post(again, body().replace("subtree 8 13", "subtree 8 12"), "sign-subtree")).status).toBe(422);
    expect((await post(again, body().replace("subtree", "sub-tree"), "sign-subtree")).status).toBe(400);
    expect((await post(again, body().replaceAll(ORIGIN, "borealis.example/log"), "sign-subtree")).status).toBe(404);
    stopped = refusal("witness-log-forked", "Two versions.");
    expect(await post(again, body(), "sign-subtree")).toMatchObject({ status: 422, text: "Two versions.\n" });
    stopped = undefined;
  });

  it("reads no more of a body than a request may have", async () => {
    const base = await start();
    for (const path of ["add-checkpoint", "sign-subtree"])
      expect((await post(base, new Uint8Array(WITNESS_REQUEST_LIMIT + 1).fill(65), path)).status).toBe(400);
    expect((await post(base, "")).status).toBe(400);
    expect((await post(base, await request(0, 3))).status).toBe(200);
  });

  it("R13 forgets nothing that it may have answered when it ends between keeping and answering", async () => {
    const ending: ObjectStore = {
      get: (key) => disk.get(key),
      putNew: (key, bytes) => disk.putNew(key, bytes),
      replaceIf: async (key, expected, bytes) => {
        await disk.replaceIf(key, expected, bytes);
        throw new Error("the process ends here");
      },
    };
    expect((await post(await start(ending), await request(0, 12))).status).toBe(500);
    const base = await start();
    expect(await post(base, await request(0, 12, other))).toMatchObject({ status: 409, text: "12\n" });
    expect(await post(base, await request(0, 20, other))).toMatchObject({ status: 409, text: "12\n" });
    for (const size of [12, 20]) expect((await post(base, await request(12, size, other))).status).toBe(422);
    const again = await post(base, await request(12, 12));
    expect([again.status, await isCosigned(again.text, 12)]).toEqual([200, true]);
  });

  it("R13 has cosigned nothing when it ends before keeping", async () => {
    const ending: ObjectStore = { get: (key) => disk.get(key), putNew: (key, bytes) => disk.putNew(key, bytes), replaceIf: () => Promise.reject(new Error("no space")) };
    const before = await post(await start(ending), await request(0, 12));
    expect([before.status, before.text]).toEqual([500, "no space"]);
    const base = await start();
    expect((await post(base, await request(0, 12, other))).status).toBe(200);
  });

  it("R13 never goes by an older head than the disk has, whoever put it there", async () => {
    const base = await start();
    expect((await post(base, await request(0, 3))).status).toBe(200);
    const second = must(await openLog());
    expect(await second.cosign({ head: { origin: ORIGIN, size: 20, root: tree.root(20) }, note: await noteAt(20) }, () => true)).toHaveLength(2);
    expect((await post(base, await request(3, 12, other))).status).toBe(500);
    expect(await post(await start(), await request(3, 12, other))).toMatchObject({ status: 409, text: "20\n" });
  });

  it("R13 refuses to begin with a kept head that is damaged", async () => {
    const base = await start();
    expect((await post(base, await request(0, 3))).status).toBe(200);
    const kept = (await disk.get("witnessed")) ?? new Uint8Array(0);
    const damaged = kept.map((byte, index) => (index === kept.indexOf(10) + 1 ? byte + 1 : byte));
    expect(await disk.replaceIf("witnessed", kept, damaged)).toBe(true);
    expect(await openLog()).toMatchObject({ ok: false, refusal: { code: "log-damaged" } });
  });

  it("R13 of many submissions at once cosigns one version alone, each head after the one before", async () => {
    const base = await start();
    const bodies = await Promise.all(
      [tree, other].flatMap((of) =>
        [10, 12, 15, 20].flatMap((size) => [0, 10, 12, 15].filter((old) => old <= size).map(async (old) => ({ of, size, body: await request(old, size, of) }))),
      ),
    );
    const cosigned: { of: MerkleTree; size: number }[] = [];
    for (let round = 0; round < 4; round += 1)
      await Promise.all(
        bodies.map(async ({ of, size, body }) => {
          const { status, text } = await post(base, body);
          expect([200, 409, 422]).toContain(status);
          if (status !== 200) return;
          expect(await isCosigned(text, size, of)).toBe(true);
          cosigned.push({ of, size });
        }),
      );
    expect(new Set(cosigned.map(({ of }) => of)).size).toBe(1);
    const most = Math.max(...cosigned.map(({ size }) => size));
    const { latest } = must(await openLog());
    expect(latest?.head).toEqual({ origin: ORIGIN, size: most, root: cosigned[0]?.of.root(most) });
    expect(latest === undefined ? undefined : (await openHead((await disk.get("witnessed")) ?? "", { name: ORIGIN, pair: log.pair }, nativeVerify)).ok).toBe(true);
  });
});
