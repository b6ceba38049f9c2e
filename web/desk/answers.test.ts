import { describe, expect, test } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { charterBytes, channelId, type Charter, type NamedPair } from "@countersign/core/channel/charter.ts";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { prepareStatement, sealStatement, type Payload } from "@countersign/core/channel/statement.ts";
import { testCharter } from "@countersign/core/channel/_test-record.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { cosign } from "@countersign/core/log/cosignature.ts";
import { signHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { nobleSigner } from "@countersign/core/signing/noble.ts";
import { addSignatures, formatNote, parseNote } from "@countersign/core/signing/note.ts";
import type { RecordAnswer } from "@countersign/wire/endpoints.ts";
import { addAnswer, isWhole } from "./answers.ts";
import { circleAt, receiptsOf } from "./circle.ts";

/** A charter whose keys are keys, since a charter with others is refused. */
const charter = withKeys(testCharter());
const channel = channelId(charter);
const ids = charter.parties.map(({ id }) => id);

function withKeys(bare: Charter): Charter {
  let number = 0;
  const pair = () => {
    number += 1;
    return nobleSigner({ ed25519: new Uint8Array(32).fill(number), mldsa44: new Uint8Array(32).fill(number) }).pair;
  };
  const named = (key: NamedPair) => ({ ...key, pair: pair() });
  return {
    ...bare,
    parties: bare.parties.map(({ keys, ...party }) => ({
      ...party,
      keys: {
        ...keys,
        root: named(keys.root),
        statement: keys.statement.map(({ key, kinds }) => ({ key: named(key), kinds })),
        log: named(keys.log),
        mirror: named(keys.mirror),
        node: { ...keys.node, ed25519: pair().ed25519 },
      },
    })),
  };
}

/** Logs as a node keeps them; nobody signs in this test, since the own node vouches for signatures. */
class Logs {
  readonly leaves = new Map(ids.map((id) => [id, [] as Uint8Array[]]));
  readonly trees = new Map(ids.map((id) => [id, new MerkleTree()]));

  constructor() {
    for (const id of ids) this.say(id, "sign", { document: channel, what: "charter", form: "sign" });
  }

  say(author: string, kind: string, body: Record<string, unknown>, files: Payload["files"] = []): void {
    const seen = ids
      .toSorted()
      .map((log) => ({
        log,
        size: this.trees.get(log)?.size ?? 0,
        root: toBase64(this.trees.get(log)?.root() ?? new Uint8Array(0)),
      }));
    const payload: Payload = {
      channel,
      author,
      at: "2027-02-01T09:00:00Z",
      seen,
      kind,
      body,
      files,
      salt: toBase64(new Uint8Array(16)),
    };
    const prepared = prepareStatement(payload);
    const key = charter.parties.find(({ id }) => id === author)?.keys.statement[0]?.key;
    if (!prepared.ok || key === undefined) throw new Error("the test's own statement does not prepare");
    const keyids = statementKeyIds(key.name, key.pair);
    const leaf = sealStatement(payload, prepared.value.payloadBytes, [
      { keyid: keyids.ed25519, sig: new Uint8Array(64) },
      { keyid: keyids.mldsa44, sig: new Uint8Array(2420) },
    ]);
    this.leaves.get(author)?.push(leaf);
    this.trees.get(author)?.append(leafHash(leaf));
  }

  answer(from: Partial<Record<string, number>> = {}, limit = Number.POSITIVE_INFINITY): RecordAnswer {
    return {
      channel,
      charter: toBase64(charterBytes(charter)),
      clock: "2027-02-01T09:00:00Z",
      logs: ids.map((log) => {
        const start = from[log] ?? 0;
        return {
          log,
          from: start,
          entries: (this.leaves.get(log) ?? []).slice(start, start + limit).map(toBase64),
          head: null,
          released: [],
        };
      }),
      files: [],
      attachments: [],
      observations: [],
      drafts: [],
    };
  }
}

const noFile = async () => undefined;
const note = noteBody("A letter");

async function added(
  before: Parameters<typeof addAnswer>[0],
  answer: RecordAnswer,
  fetchFile: (hash: string) => Promise<Uint8Array | undefined> = noFile,
) {
  const result = await addAnswer(before, answer, fetchFile);
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}

describe("a node's answers add up to a record", () => {
  test("in one part or in several, the state is the same", async () => {
    const logs = new Logs();
    for (let number = 0; number < 5; number += 1) logs.say("aurelia", "letter", note);
    const whole = await added(undefined, logs.answer());
    let parts = await added(undefined, logs.answer({}, 2));
    for (let round = 0; round < 4; round += 1)
      parts = await added(
        parts,
        logs.answer(Object.fromEntries([...parts.leaves].map(([log, leaves]) => [log, leaves.length])), 2),
      );
    expect(circleAt(parts, undefined).whole.all.map(({ id }) => id)).toEqual(
      circleAt(whole, undefined).whole.all.map(({ id }) => id),
    );
    expect(circleAt(whole, undefined).whole.of(letter)).toHaveLength(5);
    expect(circleAt(whole, undefined).whole.inert).toEqual([]);
  });

  test("R11 a body that this version cannot read is not kept, and what is said of it is the same", async () => {
    const logs = new Logs();
    logs.say("aurelia", "from-the-future", { text: "x".repeat(1000) });
    logs.say("aurelia", "letter", { text: "x".repeat(1000) });
    const { record } = await added(undefined, logs.answer());
    expect(record.logs.get("aurelia")?.entries.slice(1).map(({ statement }) => statement?.payload.body)).toEqual([{}, {}]);
    const { inert } = circleAt(await added(undefined, logs.answer()), undefined).whole;
    expect(inert.map(({ why }) => why.code)).toEqual(["entry-unknown-kind", "entry-body-malformed"]);
  });

  test("without news the record is the same object, so nothing is folded again", async () => {
    const logs = new Logs();
    const before = await added(undefined, logs.answer());
    const after = await added(before, logs.answer(Object.fromEntries(ids.map((id) => [id, 1]))));
    expect(after.record).toBe(before.record);
    expect(circleAt(after, undefined).whole).toBe(circleAt(before, undefined).whole);
  });

  test("an answer from an earlier entry replaces what came after it", async () => {
    const logs = new Logs();
    logs.say("aurelia", "letter", note);
    const before = await added(undefined, logs.answer());
    const other = new Logs();
    other.say("aurelia", "letter", noteBody("Another letter"));
    const after = await added(before, other.answer({ aurelia: 1, borealia: 1, carpathia: 1, pomeria: 1, meridia: 1 }));
    expect(
      circleAt(after, undefined)
        .whole.of(letter)
        .map(({ body }) => body.title.en),
    ).toEqual(["Another letter"]);
    expect(
      circleAt(before, undefined)
        .whole.of(letter)
        .map(({ body }) => body.title.en),
    ).toEqual(["A letter"]);
  });

  test("a charter of another channel is refused", async () => {
    expect(await addAnswer(undefined, { ...new Logs().answer(), channel: "00".repeat(32) }, noFile)).toMatchObject({
      ok: false,
      refusal: { code: "charter-of-another-channel" },
    });
  });

  test("a body file is taken only with the bytes of its hash; until then the statement waits", async () => {
    const bytes = canonicalJson({ any: "document" });
    const file = { sha256: toHex(sha256(bytes)), size: bytes.length, type: "application/json", name: "any.json" };
    const logs = new Logs();
    logs.say("aurelia", "letter", note, [file]);
    const answer = { ...logs.answer(), files: [{ sha256: file.sha256, size: file.size }] };
    const wrong = await added(undefined, answer, async () => new Uint8Array([1]));
    expect(circleAt(wrong, undefined).whole.inert).toMatchObject([{ waiting: true }]);
    const right = await added(
      wrong,
      { ...answer, logs: answer.logs.map((log) => ({ ...log, from: log.entries.length, entries: [] })) },
      async () => bytes,
    );
    expect(circleAt(right, undefined).whole.inert).toEqual([]);
  });
});

describe("receipts from the lines of a head", () => {
  test("a cosigner's line says how much it stores, and an older one still counts when a newer head lacks it", async () => {
    const signer = (seed: number) =>
      nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 100) });
    const [owner, mirror] = [signer(1), signer(2)];
    const keyed: Charter = {
      ...charter,
      parties: charter.parties.map((party) =>
        party.id === "borealia"
          ? {
              ...party,
              keys: { ...party.keys, mirror: { name: "borealia/mirror", pair: mirror.pair } satisfies NamedPair },
            }
          : party,
      ),
    };
    const head = (size: number) => ({ origin: "aurelia/log", size, root: new Uint8Array(32).fill(size) });
    const first = parseNote(await signHead(head(3), owner, "aurelia/log", 1_800_000_000));
    if (!first.ok) throw new Error(first.refusal.sentence);
    const signed = formatNote(
      addSignatures(first.value, await cosign(head(3), mirror, "borealia/mirror", 1_800_000_060)),
    );
    const before = receiptsOf(keyed, "aurelia", signed, undefined);
    expect(before).toEqual({
      log: "aurelia",
      size: 3,
      storedBy: [{ party: "borealia", size: 3, time: "2027-01-15T08:01:00Z" }],
      witnessedBy: [],
    });
    const after = receiptsOf(keyed, "aurelia", await signHead(head(4), owner, "aurelia/log", 1_800_000_100), before);
    expect(after).toMatchObject({ size: 4, storedBy: [{ party: "borealia", size: 3 }] });
  });

  test("without a head every log is whole", async () => {
    expect(isWhole(await added(undefined, new Logs().answer()))).toBe(true);
  });
});
