import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { concern } from "../consult/concern.ts";
import { SmallRecord } from "../bundle/_small-record.ts";
import { testRecord } from "./_test-record.ts";
import { HYBRID_RECIPIENT, plainOf, readOpening, recipientKinds, refuseHeader, SALT_BYTES } from "./attachment.ts";
import { charterBytes, readCharter, readingKey } from "./charter.ts";
import type { FileReference } from "./statement.ts";

const sealed = (more: Partial<FileReference> = {}): FileReference => ({
  sha256: "a".repeat(64),
  size: 5000,
  type: "text/plain",
  name: "plan.txt",
  readers: ["aurelia", "borealia"],
  plain: "b".repeat(64),
  ...more,
});

function told(file: FileReference) {
  const record = testRecord();
  const body = { title: { en: "Q" }, text: { en: "with an attachment" } };
  return record.refusal(record.say("aurelia", concern, body, "2027-02-02T09:00:00Z", { named: [file] }));
}

describe("attachments in the fold", () => {
  test("R6 a statement applies whether its attachment is held or not", () => {
    expect(told(sealed())).toBeUndefined();
  });

  test("R6 readers are parties, in order, each once, the author among them, and the hash of what they read goes with them", () => {
    const { readers: _, ...withoutReaders } = sealed();
    const { plain: __, ...withoutPlain } = sealed();
    for (const [file, words] of [
      [sealed({ readers: ["borealia"] }), "not for its own author"],
      [sealed({ readers: ["aurelia", "nobody"] }), "no party of the channel"],
      [sealed({ readers: ["borealia", "aurelia"] }), "do not stand in order"],
      [sealed({ readers: ["aurelia", "aurelia"] }), "do not stand in order"],
      [withoutReaders, "without readers"],
      [withoutPlain, "without a hash"],
    ] as const) {
      const why = told(file);
      expect(why?.code).toBe("file-readers");
      expect(why?.sentence).toContain(words);
    }
  });

  test("R6 an attachment is no larger than the charter allows for any file", () => {
    expect(told(sealed({ size: 1_048_576 }))).toBeUndefined();
    expect(told(sealed({ size: 1_048_577 }))?.code).toBe("entry-file-too-large");
  });
});

describe("what stands in an attachment", () => {
  test("R6 salt and content are those that the statement names, or they are refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 300 }), fc.nat(), (salt, content, at) => {
        const opening = concatBytes(salt, content);
        const plain = plainOf(opening);
        const read = readOpening(opening, plain);
        expect(read.ok && [[...read.value.salt], [...read.value.content]]).toEqual([[...salt], [...content]]);
        const other = opening.slice();
        other[at % other.length] = (other[at % other.length] ?? 0) ^ 1;
        expect(readOpening(other, plain)).toMatchObject({ ok: false, refusal: { code: "attachment-differs" } });
      }),
    );
    const short = new Uint8Array(SALT_BYTES - 1);
    expect(readOpening(short, plainOf(short)).ok).toBe(false);
  });
});

const stanza = (kind: string, bytes = 32) => `-> ${kind} ${"A".repeat(43)}\n${"A".repeat(Math.ceil((bytes * 4) / 3)).replace(/(.{64})/g, "$1\n")}\n`;
const header = (...stanzas: string[]) => encodeUtf8(`age-encryption.org/v1\n${stanzas.join("")}--- ${"A".repeat(43)}\n`);
const file = (bytes: Uint8Array, readers = ["aurelia", "borealia"]) => refuseHeader(bytes, { ...sealed(), readers, plain: "b".repeat(64) })?.code;

describe("the header of an attachment", () => {
  test("R6 names hybrid recipients alone, as many as there are readers", () => {
    const hybrid = stanza(HYBRID_RECIPIENT);
    expect(file(header(hybrid, hybrid))).toBeUndefined();
    expect(file(header(hybrid, stanza("X25519")))).toBe("attachment-mixed");
    expect(file(header(hybrid, hybrid, stanza("scrypt", 48)))).toBe("attachment-mixed");
    expect(file(header(hybrid, hybrid, hybrid))).toBe("attachment-readers-differ");
    expect(file(header(hybrid))).toBe("attachment-readers-differ");
    expect(file(header())).toBe("attachment-readers-differ");
  });

  test("R6 reads or is refused, whatever the bytes are, and however long", () => {
    for (const bytes of [new Uint8Array(0), encodeUtf8("age-encryption.org/v2\n"), header(stanza("X25519")).slice(0, -3), encodeUtf8("age-encryption.org/v1\n-> \n"), encodeUtf8(`age-encryption.org/v1\n${"-> x y\nAA\n".repeat(200_000)}`)])
      expect(recipientKinds(bytes)).toMatchObject({ ok: false, refusal: { code: "attachment-malformed" } });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (rest) => {
        const read = recipientKinds(concatBytes(encodeUtf8("age-encryption.org/v1\n"), rest));
        expect(read.ok || read.refusal.code === "attachment-malformed").toBe(true);
      }),
    );
  });
});

test("R1 R14 two parties never have one reading key", () => {
  const { charter } = new SmallRecord();
  const withKeys = (letters: string) => ({
    ...charter,
    parties: charter.parties.map((party, position) => ({
      ...party,
      keys: { ...party.keys, reading: `age1pq1${(letters[position] ?? "q").repeat(1952)}` },
    })),
  });
  expect(readCharter(charterBytes(withKeys("qp"))).ok).toBe(true);
  expect(readCharter(charterBytes(withKeys("qq")))).toMatchObject({ refusal: { code: "charter-reading-key-shared" } });
});

test("R14 a reading key is a hybrid age recipient; a classical one, or one of another length, is refused where keys are enrolled", () => {
  const hybrid = `age1pq1${"q".repeat(1952)}`;
  expect(readingKey.safeParse(hybrid).success).toBe(true);
  for (const other of [hybrid.slice(0, -1), `${hybrid}q`, "age1gsxa49ruet2z5v30pqpg78ym65t2udqehup8edrylyhsn9dwn38s43xkyk", hybrid.replace("age1pq1", "age1tagpq1"), `age1pq1${"b".repeat(1952)}`])
    expect(readingKey.safeParse(other).success).toBe(false);
});
