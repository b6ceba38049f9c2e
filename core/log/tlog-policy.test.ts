import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { addSignatures, parseNote, type Note } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import { formatVerifierKey } from "../signing/verifier-key.ts";
import { signHead, type Head } from "./checkpoint.ts";
import { cosign } from "./cosignature.ts";
import { leafHash } from "./merkle.ts";
import {
  formatPolicy,
  openHeadByPolicy,
  parsePolicy,
  POLICY_LIMIT,
  quorumReached,
  type Policy,
} from "./tlog-policy.ts";

const ORIGIN = "aurelia.example/log";
const TIME = 1_804_000_000;
const seeded = (seed: number) =>
  nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 100) });
const log = seeded(1);
const witnesses = [2, 3, 4].map((seed) => ({ name: `w${seed}.example`, signer: seeded(seed) }));
const [w2, w3, w4] = witnesses as [(typeof witnesses)[0], (typeof witnesses)[0], (typeof witnesses)[0]];
const head: Head = { origin: ORIGIN, size: 41, root: leafHash(encodeUtf8("a root")) };

type Signer = typeof log;
const edwards = (name: string, type: number, { pair }: Signer) => formatVerifierKey(name, type, rawPair(pair).ed25519);
const lattice = (name: string, { pair }: Signer) => formatVerifierKey(name, MLDSA44_COSIGNATURE, rawPair(pair).mldsa44);
const LOG = `log ${edwards(ORIGIN, ED25519_NOTE, log)}\n`;
const LOG_PAIR = `${LOG}log ${lattice(ORIGIN, log)}\n`;
const witnessLine = (name: string, of: (typeof witnesses)[0]) =>
  `witness ${name} ${edwards(of.name, ED25519_COSIGNATURE, of.signer)}\n`;
const THREE = `${witnessLine("X1", w2)}${witnessLine("X2", w3)}${witnessLine("X3", w4)}`;

function policyOf(text: string | Uint8Array): Policy {
  const read = parsePolicy(text);
  if (!read.ok) throw new Error(`${read.refusal.code}: ${read.refusal.sentence}`);
  return read.value;
}

function refusalOf(text: string | Uint8Array): string {
  const read = parsePolicy(text);
  return read.ok ? "accepted" : `${read.refusal.code} ${read.refusal.where ?? ""}`.trim();
}

function noteOf(text: string): Note {
  const note = parseNote(text);
  if (!note.ok) throw new Error(note.refusal.sentence);
  return note.value;
}

const signed = noteOf(await signHead(head, log, ORIGIN, TIME));
const [logEdwards, logLattice] = signed.signatures;
const lines = await Promise.all(witnesses.map(({ name, signer }, index) => cosign(head, signer, name, TIME + index)));
const cosigned = addSignatures(signed, lines.flat());
const codeOf = async (note: Note, text: string) => {
  const opened = await openHeadByPolicy(note, policyOf(text), nobleVerify);
  return opened.ok ? "accepted" : opened.refusal.code;
};

describe("policies", () => {
  it("R13 reads logs, witnesses, groups of groups and the quorum, past comments, tabs and empty lines", () => {
    const text = [
      "# who must have seen a head",
      LOG.trimEnd(),
      `\t log \t ${lattice("borealis.example/log", w2.signer)}\thttps://borealis.example/ `,
      "   # three of one side",
      "",
      THREE.trimEnd(),
      "group X-witnesses 2 X1 X2 X3",
      `witness Кельвин ${lattice("y.example", w4.signer)} https://y.example`,
      "group Y any Кельвин",
      "group both all X-witnesses Y",
      "quorum both",
      "",
    ].join("\n");
    const policy = policyOf(text);
    expect(policy.logs.map(({ key, address }) => [key.name, key.type, address])).toEqual([
      [ORIGIN, 1, undefined],
      ["borealis.example/log", 6, "https://borealis.example/"],
    ]);
    expect(policy.witnesses.map(({ name, key, address }) => [name, key.name, key.type, address])).toEqual([
      ["X1", w2.name, 4, undefined],
      ["X2", w3.name, 4, undefined],
      ["X3", w4.name, 4, undefined],
      ["Кельвин", "y.example", 6, "https://y.example"],
    ]);
    expect(policy.groups).toEqual([
      { name: "X-witnesses", threshold: 2, members: ["X1", "X2", "X3"] },
      { name: "Y", threshold: 1, members: ["Кельвин"] },
      { name: "both", threshold: 2, members: ["X-witnesses", "Y"] },
    ]);
    expect(policyOf(formatPolicy(policy))).toEqual(policy);
    expect(policyOf(encodeUtf8(text))).toEqual(policy);
  });

  it.each([
    ["X1 X2 Кельвин", true],
    ["X1 X3 Кельвин", true],
    ["X1 X2 X3", false],
    ["X1 Кельвин", false],
    ["X-witnesses Y", false],
    ["both", false],
    ["", false],
  ])("R13 counts %j as the quorum: %s", (names, reached) => {
    const policy = policyOf(
      `${THREE}group X-witnesses 2 X1 X2 X3\nwitness Кельвин ${lattice("y.example", w4.signer)}\ngroup Y any Кельвин\ngroup both all X-witnesses Y\nquorum both\n`,
    );
    expect(quorumReached(policy, names.split(" "))).toBe(reached);
  });

  it("R13 knows a quorum of one witness, and of none", () => {
    expect(quorumReached(policyOf(`${THREE}quorum X2\n`), ["X1", "X3"])).toBe(false);
    expect(quorumReached(policyOf(`${THREE}quorum X2\n`), ["X2"])).toBe(true);
    expect(quorumReached(policyOf("quorum none\n"), [])).toBe(true);
  });

  it.each([
    ["no quorum", LOG, "policy-quorum-missing"],
    ["nothing", "", "policy-cut"],
    ["two quorums", "quorum none\nquorum none\n", "policy-quorum-twice line 2"],
    ["a quorum before its definition", `quorum X1\n${THREE}`, "policy-name-unknown line 1"],
    ["a member before its definition", `group G any X1\n${THREE}quorum G\n`, "policy-name-unknown line 1"],
    ["a group in itself", `${THREE}group G all X1 G\nquorum G\n`, "policy-name-unknown line 4"],
    ["none as a member", `${THREE}group G any none X1\nquorum G\n`, "policy-name-unknown line 4"],
    ["none as a group", `${THREE}group none any X1\nquorum none\n`, "policy-name line 4"],
    ["a name defined twice", `${THREE}group X1 any X2\nquorum X1\n`, "policy-name-twice line 4"],
    [
      "a member of two groups",
      `${THREE}group G any X1 X2\ngroup H any X2 X3\nquorum H\n`,
      "policy-grouped-twice line 5",
    ],
    ["a member twice in one group", `${THREE}group G 2 X1 X1\nquorum G\n`, "policy-grouped-twice line 4"],
    ["a group without members", `${THREE}group G any\nquorum G\n`, "policy-line line 4"],
    ["a threshold of 0", `${THREE}group G 0 X1\nquorum G\n`, "policy-threshold line 4"],
    ["a threshold beyond the members", `${THREE}group G 3 X1 X2\nquorum G\n`, "policy-threshold line 4"],
    ["a threshold with a leading zero", `${THREE}group G 01 X1\nquorum G\n`, "policy-threshold line 4"],
    ["a threshold in other words", `${THREE}group G most X1\nquorum G\n`, "policy-threshold line 4"],
    ["an unknown keyword", "logs a\nquorum none\n", "policy-line line 1"],
    ["a keyword in capitals", "Quorum none\n", "policy-line line 1"],
    ["a comment behind a line", "quorum none # for a start\n", "policy-line line 1"],
    ["a log with too much", `${LOG.trimEnd()} a b\nquorum none\n`, "policy-line line 1"],
    ["a log listed twice", `${LOG}${LOG}quorum none\n`, "policy-key-twice line 2"],
    [
      "a log's key under a second name",
      `${LOG}log ${edwards("other.example", ED25519_NOTE, log)}\nquorum none\n`,
      "policy-key-twice line 2",
    ],
    [
      "a witness's key under a second name and key name",
      `${THREE}witness X4 ${edwards("other.example", ED25519_COSIGNATURE, w2.signer)}\nquorum X4\n`,
      "policy-key-twice line 4",
    ],
    [
      "a key in two roles",
      `${LOG}witness L ${edwards("w.example", ED25519_COSIGNATURE, log)}\nquorum L\n`,
      "policy-key-two-roles line 2",
    ],
    [
      "a log's key as a witness",
      `witness L ${edwards(ORIGIN, ED25519_NOTE, log)}\nquorum L\n`,
      "policy-key-type line 1",
    ],
    [
      "a witness's key as a log",
      `log ${edwards(ORIGIN, ED25519_COSIGNATURE, log)}\nquorum none\n`,
      "policy-key-type line 1",
    ],
    [
      "a wrong key id",
      `log ${edwards(ORIGIN, ED25519_NOTE, log).replace(/\+[0-9a-f]{8}\+/, "+00000000+")}\nquorum none\n`,
      "vkey-id line 1",
    ],
    [
      "a key of small order",
      `log ${formatVerifierKey(ORIGIN, ED25519_NOTE, new Uint8Array(32).fill(1, 0, 1))}\nquorum none\n`,
      "key-small-order line 1",
    ],
    [
      "a key name of 256 bytes",
      `log ${edwards("é".repeat(128), ED25519_NOTE, log)}\nquorum none\n`,
      "policy-key-name line 1",
    ],
    ["a carriage return", "quorum none\r\n", "policy-octets"],
    ["another control character", "# \u007f\nquorum none\n", "policy-octets"],
    ["half a surrogate pair", "# \ud800\nquorum none\n", "policy-octets"],
    ["a last line without its line feed", "quorum none", "policy-cut"],
    ["a byte order mark", "\ufeffquorum none\n", "policy-line line 1"],
    ["a no-break space for a space", "quorum\u00a0none\n", "policy-line line 1"],
    ["more than fits", `#${" ".repeat(POLICY_LIMIT)}\nquorum none\n`, "policy-too-large"],
  ])("R13 refuses %s", (_, text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });

  it("R13 tells names apart by their octets, in a file that is no UTF-8 too", () => {
    const octets = (...parts: (string | number)[]) =>
      new Uint8Array(parts.flatMap((part) => (typeof part === "number" ? [part] : [...encodeUtf8(part)])));
    const key = (of: (typeof witnesses)[0], name = "é.example") => edwards(name, ED25519_COSIGNATURE, of.signer);
    // 0xe9 is é in Latin-1; 0xc3 0xa9 is é in UTF-8.
    const both = policyOf(octets("witness ", 0xe9, ` ${key(w2)}\nwitness é ${key(w3)}\nquorum `, 0xe9, "\n"));
    expect(both.witnesses.map(({ key: { name } }) => name)).toEqual(["é.example", "é.example"]);
    const [first, second] = both.witnesses.map(({ name }) => name);
    expect(both.quorum).toBe(first);
    expect(second).not.toBe(first);
    expect(refusalOf(octets("witness K ", 0xff, `${key(w2).slice(2)}\nquorum K\n`))).toMatch(/^vkey-/);
    expect(policyOf(`witness K ${key(w2)}\nwitness \u212a ${key(w3)}\nquorum K\n`).witnesses).toHaveLength(2);
  });

  it("R13 takes at least 32 logs, witnesses and groups, and no more than it says", () => {
    const key = (index: number, role: number) =>
      formatVerifierKey(`k${index}.example`, role, rawPair(seeded(index % 100).pair).ed25519);
    const many = Array.from({ length: 32 }, (_, index) => [
      `log ${key(index + 8, 1)}`,
      `witness w${index} ${key(index + 48, 4)}`,
      `group g${index} all w${index}`,
    ]).flat();
    expect(
      refusalOf(
        `${many.join("\n")}\ngroup all 17 ${Array.from({ length: 32 }, (_, index) => `g${index}`).join(" ")}\nquorum all\n`,
      ),
    ).toBe("accepted");
    const chain = Array.from({ length: 1100 }, (_, index) => `group g${index + 1} all g${index}`).join("\n");
    expect(refusalOf(`witness g0 ${key(8, 4)}\n${chain}\nquorum none\n`)).toBe("policy-too-many line 1026");
  });

  it("throws when a program asks it to write what it would refuse", () => {
    const policy = policyOf(`${THREE}quorum X1\n`);
    for (const odd of [
      { quorum: "X4" },
      { groups: [{ name: "a b", threshold: 1, members: ["X1"] }] },
      { witnesses: [] },
    ])
      expect(() => formatPolicy({ ...policy, ...odd })).toThrow(TypeError);
  });
});

describe("heads under a policy", () => {
  const twoOfThree = `${THREE}group X 2 X1 X2 X3\nquorum X\n`;

  it("R13 opens a head that its log signed and the quorum cosigned, with the times", async () => {
    const opened = await openHeadByPolicy(cosigned, policyOf(`${LOG_PAIR}${twoOfThree}`), nobleVerify);
    expect(opened.ok && opened.value.head).toEqual(head);
    expect(opened.ok && opened.value.cosignatures).toEqual([
      { witness: "X1", timeSeconds: TIME },
      { witness: "X2", timeSeconds: TIME + 1 },
      { witness: "X3", timeSeconds: TIME + 2 },
    ]);
  });

  it("R13 refuses a head without its quorum, and names who has cosigned", async () => {
    const note = addSignatures(signed, lines[1]!);
    const opened = await openHeadByPolicy(note, policyOf(`${LOG_PAIR}${twoOfThree}`), nobleVerify);
    expect(opened).toMatchObject({ ok: false, refusal: { code: "policy-quorum", where: "X" } });
    expect(!opened.ok && opened.refusal.sentence).toContain("X2");
    expect(await codeOf(addSignatures(note, lines[2]!), `${LOG_PAIR}${twoOfThree}`)).toBe("accepted");
    expect(await codeOf(signed, `${LOG_PAIR}${THREE}quorum none\n`)).toBe("accepted");
  });

  it("R13 counts a witness once, and a line that does not hold as none", async () => {
    const changed = lines
      .flat()
      .map((line) => ({ ...line, signature: line.signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) }));
    expect(await codeOf(addSignatures(signed, changed), `${LOG_PAIR}${twoOfThree}`)).toBe("policy-quorum");
    expect(await codeOf(addSignatures(addSignatures(signed, changed), lines[0]!), `${LOG_PAIR}${twoOfThree}`)).toBe(
      "policy-quorum",
    );
    const both = `witness a ${edwards(w2.name, ED25519_COSIGNATURE, w2.signer)}\nwitness b ${lattice(w2.name, w2.signer)}\ngroup W all a b\nquorum W\n`;
    expect(await codeOf(addSignatures(signed, lines[0]!), `${LOG_PAIR}${both}`)).toBe("accepted");
    expect(await codeOf(addSignatures(signed, lines[0]!.slice(0, 1)), `${LOG_PAIR}${both}`)).toBe("policy-quorum");
  });

  it("R4 wants one line of each algorithm listed for the log, among lines of unknown keys", async () => {
    const grease = { name: ORIGIN, id: "00000000", signature: new Uint8Array(64) };
    const only = (line: typeof logEdwards): Note => ({ text: signed.text, signatures: [grease, line!] });
    for (const [line, text, code] of [
      [logEdwards, LOG, "accepted"],
      [logEdwards, `log ${lattice(ORIGIN, log)}\n`, "head-line-missing"],
      [logLattice, `log ${lattice(ORIGIN, log)}\n`, "accepted"],
      [logEdwards, LOG_PAIR, "head-line-missing"],
      [logLattice, LOG_PAIR, "head-line-missing"],
      [logEdwards, `${LOG}log ${edwards(ORIGIN, ED25519_NOTE, w2.signer)}\n`, "accepted"],
    ] as const)
      expect(await codeOf(only(line), `${text}quorum none\n`)).toBe(code);
  });

  it("R13 refuses a head of an origin that is not listed, or on which a listed key's line fails", async () => {
    expect(await codeOf(signed, `log ${edwards("other.example/log", ED25519_NOTE, log)}\nquorum none\n`)).toBe(
      "head-origin-unknown",
    );
    expect(await codeOf(signed, "quorum none\n")).toBe("head-origin-unknown");
    const failing = { ...logEdwards!, signature: new Uint8Array(64) };
    expect(await codeOf(addSignatures(signed, [failing]), `${LOG}quorum none\n`)).toBe("head-line-fails");
    for (const signature of [new Uint8Array(3), new Uint8Array(2428)]) {
      expect(await codeOf(addSignatures(signed, [{ ...logEdwards!, signature }]), `${LOG}quorum none\n`)).toBe(
        "head-line-fails",
      );
      expect(await codeOf(addSignatures(signed, [{ ...logLattice!, signature }]), `${LOG_PAIR}quorum none\n`)).toBe(
        "head-line-fails",
      );
    }
    expect(await codeOf({ ...signed, text: "no head\n" }, `${LOG}quorum none\n`)).toBe("head-malformed");
  });

  it("R13 reads past a line behind the root that another project's log may have", async () => {
    const text = `${signed.text}note to self\n`;
    const { ed25519 } = await log.sign(encodeUtf8(text));
    const cosignatures = await cosign(head, w2.signer, w2.name, TIME, text);
    const note = { text, signatures: [{ ...logEdwards!, signature: ed25519 }, ...cosignatures] };
    expect(await codeOf(note, `${LOG}${THREE}quorum X1\n`)).toBe("accepted");
    expect(await codeOf({ ...note, text: signed.text }, `${LOG}${THREE}quorum X1\n`)).toBe("head-line-fails");
  });
});
