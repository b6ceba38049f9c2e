/**
 * Whatever arrives, the readers of this room answer with a value: they never throw and never hang, and what they read they write again as
 * it was. Seeds are fixed, so that a run is the same everywhere; the sizes and numbers of runs bound its time.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareStatement, readStatement, sealStatement, type Payload } from "../channel/statement.ts";
import { toBase64 } from "../bytes/base64.ts";
import { equalBytes } from "../bytes/concat.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import type { Refusal, Result } from "../refusal.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { encodeEnvelope, ENVELOPE_LIMIT, parseEnvelope } from "../signing/dsse.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE } from "../signing/key-id.ts";
import { formatNote, formatSignatureLines, NOTE_LIMIT, parseNote, parseSignatureLines } from "../signing/note.ts";
import { formatVerifierKey, parseVerifierKey } from "../signing/verifier-key.ts";
import { asBytes, inputs, TOKENS } from "./_fuzz-inputs.ts";
import { formatCheckpointText, parseCheckpointText } from "./checkpoint.ts";
import { forkProofBytes, readForkProof } from "./fork.ts";
import { leafHash, MerkleTree, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { formatSignSubtree, parseSignSubtree } from "./sign-subtree.ts";
import { isSubtree, shownRoot, verifySubtreeConsistency, verifySubtreeInclusion } from "./subtree.ts";
import { decodeBundle, encodeBundle, hashTile, parseTilePath, readTiles, tilePath } from "./tiles.ts";
import { formatPolicy, parsePolicy, POLICY_LIMIT, quorumReached } from "./tlog-policy.ts";
import { checkTlogProof, formatTlogProof, parseTlogProof, TLOG_PROOF_LIMIT } from "./tlog-proof.ts";
import {
  answerAddCheckpoint,
  decideAddCheckpoint,
  formatAddCheckpoint,
  parseAddCheckpoint,
  readStoredSize,
} from "./witness.ts";
import { WITNESS_REQUEST_LIMIT } from "./witness-request.ts";

const SEED = 20_220_126;
const RUNS = 800;
const ORIGIN = "aurelia.example/exercise/log";

const entries = Array.from({ length: 11 }, (_, index) => encodeUtf8(`entry ${index}`));
const tree = new MerkleTree();
for (const entry of entries) tree.append(leafHash(entry));
const headText = formatCheckpointText({ origin: ORIGIN, size: 11, root: tree.root() });
const point = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 0x58 : 0x66));
const [logKey, witnessKey] = [
  formatVerifierKey(ORIGIN, ED25519_NOTE, point),
  formatVerifierKey(
    "w.example",
    ED25519_COSIGNATURE,
    point.map((byte, index) => (index === 31 ? byte | 0x80 : byte)),
  ),
];
const parsedKey = parseVerifierKey(logKey);
const id = parsedKey.ok ? parsedKey.value.id : "";
const note = {
  text: headText,
  signatures: [
    { name: ORIGIN, id, signature: new Uint8Array(64).fill(7) },
    { name: "grease", id: "01020304", signature: new Uint8Array(72) },
  ],
};
const policyText = `# who counts\nlog ${logKey} https://aurelia.example\n\twitness w ${witnessKey}\ngroup g any w\nquorum g\n`;
const proofText = formatTlogProof({ index: 4, hashes: tree.inclusionProof(4), note, extra: encodeUtf8("extra") });
const requestText = formatAddCheckpoint({ oldSize: 6, proof: tree.consistencyProof(6, 11), note });

const signatures = [
  { keyid: "01020304", sig: new Uint8Array(64) },
  { keyid: "05060708", sig: new Uint8Array(2420) },
] as const;
const payload: Payload = {
  channel: "0".repeat(64),
  author: "aurelia",
  at: "2022-01-26T12:00:00Z",
  seen: [{ log: "aurelia", size: 11, root: toBase64(tree.root()) }],
  kind: "receive",
  body: { words: "é" },
  files: [],
  salt: `${"A".repeat(22)}==`,
};
const prepared = prepareStatement(payload);
const leaf = prepared.ok ? sealStatement(payload, prepared.value.payloadBytes, signatures) : new Uint8Array(0);

interface Reader {
  readonly name: string;
  readonly examples: readonly (string | Uint8Array)[];
  readonly read: (input: Uint8Array) => Result<unknown>;
  /** The same from text, where the reader takes text too. */
  readonly readText?: (input: string) => Result<unknown>;
  /** What was read, written again, if it can be written in one way only. */
  readonly again?: (input: Uint8Array) => string | Uint8Array | undefined;
  /** The largest input that is looked at, in bytes. */
  readonly limit?: number;
}

/** Reads and writes again. */
function again<Value>(
  read: (input: Uint8Array) => Result<Value>,
  write: (value: Value) => string | Uint8Array,
): (input: Uint8Array) => string | Uint8Array | undefined {
  return (input) => {
    const result = read(input);
    return result.ok ? write(result.value) : undefined;
  };
}

/** A reader of text alone, asked as its callers ask: after decoding. */
function ofText<Value>(read: (text: string) => Result<Value>): (input: Uint8Array) => Result<Value> {
  return (input) => read(decodeUtf8(input) ?? "");
}

const READERS: readonly Reader[] = [
  {
    name: "notes",
    examples: [formatNote(note), `a\n\nb\n\n${formatSignatureLines(note.signatures)}`],
    read: parseNote,
    readText: parseNote,
    again: again(parseNote, formatNote),
    limit: NOTE_LIMIT,
  },
  {
    name: "signature lines",
    examples: [formatSignatureLines(note.signatures)],
    read: ofText(parseSignatureLines),
    readText: parseSignatureLines,
    again: again(ofText(parseSignatureLines), formatSignatureLines),
    limit: NOTE_LIMIT,
  },
  {
    name: "heads",
    examples: [headText, `${headText}more\n`],
    read: ofText(parseCheckpointText),
    readText: parseCheckpointText,
  },
  {
    name: "verifier keys",
    examples: [logKey, witnessKey],
    read: ofText(parseVerifierKey),
    readText: parseVerifierKey,
    again: again(ofText(parseVerifierKey), ({ name, type, publicKey }) => formatVerifierKey(name, type, publicKey)),
    limit: 4096,
  },
  {
    name: "envelopes",
    examples: [leaf],
    read: parseEnvelope,
    again: again(parseEnvelope, encodeEnvelope),
    limit: ENVELOPE_LIMIT,
  },
  {
    name: "statements",
    examples: [
      leaf,
      ...["[".repeat(40_000), `{"a":${"9".repeat(30_000)}}`, `"${"\\u".repeat(9000)}"`].map((text) =>
        encodeEnvelope({ payloadType: "a", payload: encodeUtf8(text), signatures }),
      ),
    ],
    read: readStatement,
    limit: ENVELOPE_LIMIT,
  },
  {
    name: "bundles of entries",
    examples: [encodeBundle(entries)],
    read: (input) => decodeBundle(input, entries.length),
    again: again((input) => decodeBundle(input, entries.length), encodeBundle),
  },
  {
    name: "paths of tiles",
    examples: ["tile/0/x001/x234/067.p/12", "tile/entries/000"],
    read: ofText(parseTilePath),
    readText: parseTilePath,
    again: again(ofText(parseTilePath), tilePath),
    limit: 80,
  },
  {
    name: "proofs of entries",
    examples: [proofText],
    read: parseTlogProof,
    readText: parseTlogProof,
    again: again(parseTlogProof, formatTlogProof),
    limit: TLOG_PROOF_LIMIT,
  },
  { name: "policies", examples: [policyText], read: parsePolicy, readText: parsePolicy, limit: POLICY_LIMIT },
  {
    name: "requests to a witness",
    examples: [requestText],
    read: parseAddCheckpoint,
    readText: parseAddCheckpoint,
    again: again(parseAddCheckpoint, formatAddCheckpoint),
    limit: WITNESS_REQUEST_LIMIT,
  },
  {
    name: "requests for a subtree",
    examples: [`subtree 8 11\n${requestText.slice(requestText.indexOf("\n") + 1)}`],
    read: parseSignSubtree,
    readText: parseSignSubtree,
    again: again(parseSignSubtree, formatSignSubtree),
    limit: WITNESS_REQUEST_LIMIT,
  },
  { name: "a witness's sizes", examples: ["41\n"], read: ofText(readStoredSize), readText: readStoredSize },
  {
    name: "proofs of a fork",
    examples: ['{"against":{"head":"b"},"channel":"00","head":"a","type":"fork-proof","version":1}'],
    read: readForkProof,
    again: again(readForkProof, forkProofBytes),
  },
];

function expectAnswer(result: Result<unknown>): void {
  if (result.ok) return;
  const { code, sentence, where = "" }: Refusal = result.refusal;
  expect(code).toMatch(/^[a-z][a-z0-9-]+$/);
  expect(sentence.length).toBeGreaterThan(10);
  expect(sentence.length + where.length).toBeLessThan(6000);
}

describe("readers of whatever arrives", () => {
  it.each(READERS)(
    "R11 answer with a value, and write again what they read: $name",
    ({ examples, read, readText, again: write }) => {
      for (const example of examples) expectAnswer(read(asBytes(example)));
      fc.assert(
        fc.property(inputs(examples), (input) => {
          expectAnswer(read(input));
          const written = write?.(input);
          if (written !== undefined && !equalBytes(asBytes(written), input))
            expect.fail(`another spelling: ${decodeUtf8(input) ?? String(input)}`);
        }),
        { seed: SEED, numRuns: RUNS },
      );
      if (readText === undefined) return;
      fc.assert(
        fc.property(
          fc.array(fc.oneof(fc.constantFrom(...TOKENS, "\ud800"), fc.constantFrom(...examples.map(String))), {
            maxLength: 6,
          }),
          (words) => {
            expectAnswer(readText(words.join("")));
          },
        ),
        { seed: SEED, numRuns: RUNS },
      );
    },
  );

  it.each(READERS.filter(({ limit }) => limit !== undefined))(
    "R11 look at nothing beyond their limit: $name",
    ({ examples, read, readText, limit = 0 }) => {
      const example = examples[0] ?? "";
      const large = new Uint8Array(limit + 64).fill(0x61);
      large.set(asBytes(example).subarray(0, large.length));
      const result = read(large);
      expect(!result.ok && result.refusal.code).toMatch(/-too-large$|^tile-path$/);
      const text = readText?.("a".repeat(limit + 1));
      if (text !== undefined) expect(!text.ok && text.refusal.code).toMatch(/-too-large$|^tile-path$/);
    },
  );

  const REPEATED = [
    "\n",
    "\n\n",
    "a\n",
    "— \n",
    `— k ${"A".repeat(8)}\n`,
    " ",
    "\t# \n",
    "a ",
    "=",
    "log a\n",
    "group a any a\n",
    "[",
    '{"a":',
    '"\\',
    "\u0000",
    "é",
    "old 0\n",
    `${"A".repeat(43)}=\n`,
    "x000/",
    "\u00ff",
  ];
  it.each(READERS)(
    "R11 come to an end with anything repeated up to their limit: $name",
    ({ examples, read, limit = 100_000 }) => {
      const start = typeof examples[0] === "string" ? examples[0] : "";
      for (const word of REPEATED)
        for (const before of ["", start]) {
          const body = encodeUtf8(`${before}${word.repeat(Math.min(limit, 300_000) / word.length)}`).subarray(0, limit);
          expectAnswer(read(body));
        }
    },
  );

  it("R11 read a name of any length without repeating it in full", () => {
    const line = `— ${"k".repeat(400_000)} AQIDBAU=\n`;
    expectAnswer(parseNote(`a\n\n${line}${line}`));
    expectAnswer(
      parsePolicy(`witness ${"k".repeat(500_000)} ${witnessKey}\ngroup ${"k".repeat(500_000)} any w\nquorum none\n`),
    );
    expectAnswer(parsePolicy(`group ${"g".repeat(300_000)} any ${"m".repeat(300_000)}\nquorum none\n`));
    expectAnswer(parsePolicy(`quorum ${"q".repeat(900_000)}\n`));
    expectAnswer(parsePolicy(`${"q".repeat(900_000)}\n`));
  });
});

describe("decisions on whatever arrives", () => {
  const verifies =
    (answer: boolean): VerifySignatures =>
    (checks) =>
      Promise.resolve(checks.map(() => answer));
  const keys = parsedKey.ok ? [parsedKey.value] : [];
  const latest = { head: { origin: ORIGIN, size: 6, root: tree.root(6) }, note };
  const decide = (body: Uint8Array, answer: boolean) =>
    decideAddCheckpoint(body, (origin) => (origin === ORIGIN ? { keys, latest } : undefined), verifies(answer));

  it("R13 a witness has an answer to everything, and cosigns only what its log signed and what follows", async () => {
    expect((await decide(encodeUtf8(requestText), true)).status).toBe(200);
    await fc.assert(
      fc.asyncProperty(inputs([requestText, formatAddCheckpoint({ oldSize: 6, proof: [], note })]), async (body) => {
        const unsigned = await decide(body, false);
        expect([400, 403, 404]).toContain(unsigned.status);
        expect(answerAddCheckpoint(unsigned).body.length).toBeLessThan(6000);
        const decision = await decide(body, true);
        expect([200, 400, 403, 404, 409, 422]).toContain(decision.status);
        if (decision.status !== 200) return;
        const { head } = decision.submitted;
        const read = parseAddCheckpoint(body);
        expect(read.ok && verifyConsistency(6, head.size, read.value.proof, tree.root(6), head.root)).toBe(true);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("R13 a proof holds only for the entry, and never without its head's signatures", async () => {
    const policy = parsePolicy(policyText.replace("quorum g", "quorum none"));
    if (!policy.ok) return expect.fail(policy.refusal.sentence);
    const check = (file: string | Uint8Array, answer: boolean) =>
      checkTlogProof(file, { entry: entries[4]! }, policy.value, verifies(answer));
    expect((await check(proofText, true)).ok).toBe(true);
    await fc.assert(
      fc.asyncProperty(inputs([proofText]), async (file) => {
        expect((await check(file, false)).ok).toBe(false);
        const checked = await check(file, true);
        expectAnswer(checked);
        if (checked.ok) expect([checked.value.index, checked.value.head.root]).toEqual([4, tree.root()]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("R13 what a policy says reads again as the same, and its quorum is never out of a name it does not list", () => {
    fc.assert(
      fc.property(inputs([policyText]), (input) => {
        const policy = parsePolicy(input);
        if (!policy.ok || decodeUtf8(input) === undefined) return;
        expect(parsePolicy(formatPolicy(policy.value))).toEqual(policy);
        expect(
          quorumReached(policy.value, ["g", "other", policy.value.quorum === "w" ? "" : policy.value.quorum]),
        ).toBe(policy.value.quorum === "none");
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  const numbers = fc.oneof(
    fc.nat(20),
    fc.maxSafeInteger(),
    fc.double(),
    fc.constantFrom(-1, 0.5, 2 ** 53, 2 ** 64, Number.NaN, Number.POSITIVE_INFINITY),
  );
  const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 64 });
  it("R2 no random numbers and hashes prove anything about a tree", () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, hashes, (index, start, end, size, path) => {
        const root = tree.root();
        expect(verifyInclusion(index, size, leafHash(leaf), path, root)).toBe(false);
        expect(verifyConsistency(start, size, path, leafHash(leaf), root)).toBe(false);
        expect(verifySubtreeInclusion(index, start, end, leafHash(leaf), path, root)).toBe(false);
        expect(verifySubtreeConsistency(start, end, size, path, leafHash(leaf), root)).toBe(false);
        expect(shownRoot(start, size, path, root)).toBeUndefined();
        expect(typeof isSubtree(start, end)).toBe("boolean");
      }),
      { seed: SEED, numRuns: 4 * RUNS },
    );
  });

  it("R2 no changed, cut or missing tile gives the tree, whatever size is claimed", () => {
    const bytes = hashTile(tree, 0, 0, 11);
    fc.assert(
      fc.property(fc.oneof(fc.nat(300), fc.maxSafeInteger()), inputs([bytes]), (size, tile) => {
        const read = readTiles(size, tree.root(), () => tile);
        expectAnswer(read);
        if (read.ok) expect(tile).toEqual(bytes);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(toBase64(tree.root())).toBe(headText.split("\n")[2]);
  });
});
