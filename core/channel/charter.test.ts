import { describe, expect, it } from "vitest";
import { SmallRecord } from "../bundle/_small-record.ts";
import { canonicalJson } from "../bytes/canonical.ts";
import { channelId, charterBytes, charterKeys, readCharter, type Charter } from "./charter.ts";

const { charter } = new SmallRecord({ observer: true });

/** The charter with what `change` makes of a copy, as bytes of the one spelling. */
function codeOf(change: (copy: Charter) => Charter): string {
  const read = readCharter(canonicalJson(change(structuredClone(charter))));
  return read.ok ? "accepted" : read.refusal.code;
}

/** The charter's text with one text in place of every other of its kind at that place. */
function replaced(from: string, to: string): string {
  const text = new TextDecoder().decode(charterBytes(charter));
  const read = readCharter(new TextEncoder().encode(text.replace(JSON.stringify(from), JSON.stringify(to))));
  return read.ok ? "accepted" : read.refusal.code;
}

describe("a charter", () => {
  it("R1 reads back what it wrote, under the same id", () => {
    const read = readCharter(charterBytes(charter));
    expect(read).toEqual({ ok: true, value: charter });
    expect(read.ok && channelId(read.value)).toBe(channelId(charter));
  });

  it("R1 has no key, and no half of one, in two roles, of one participant or of two", () => {
    const keys = charterKeys(charter);
    expect(keys.length).toBeGreaterThan(9);
    for (const [position, key] of keys.entries())
      for (const other of keys.slice(position + 1)) {
        expect(replaced(other.ed25519, key.ed25519)).toBe("charter-key-reused");
        if (key.mldsa44 !== undefined && other.mldsa44 !== undefined)
          expect(replaced(other.mldsa44, key.mldsa44)).toBe("charter-key-reused");
      }
  });

  it("R1 has no key name twice, none over 255 bytes, and none that a note could not carry", () => {
    const names = charterKeys(charter).flatMap(({ name }) => name ?? []);
    const [first = "", second = ""] = names;
    expect(replaced(second, first)).toBe("charter-key-name");
    expect(replaced(first, "é".repeat(127))).toBe("accepted");
    for (const name of ["é".repeat(128), "a b", "a+b", "a\u00a0b"]) expect(replaced(first, name), name).toMatch(/^charter-(?:key-name|malformed)$/);
  });

  it("R1 has no name of a node's key that a request's headers could not carry", () => {
    const [node = ""] = charter.parties.map(({ keys }) => keys.node.name);
    for (const name of ["мид.рф/main/node", "é/node", 'a"b', "a\\b", "a b", "a+b", "a\u007fb", ""]) expect(replaced(node, name), name).toBe("charter-malformed");
    expect(replaced(node, "xn--d1ahl.xn--p1ai/main/node")).toBe("accepted");
  });

  it("R1 names each participant once, two sides with a party each, and no third", () => {
    expect(codeOf((copy) => ({ ...copy, parties: [...copy.parties, ...copy.parties.slice(0, 1)] }))).toBe("charter-duplicate-party");
    expect(codeOf((copy) => ({ ...copy, observers: copy.observers.map((one) => ({ ...one, id: copy.parties[0]?.id ?? "" })) }))).toBe("charter-duplicate-party");
    const [left = ""] = charter.sides.map(({ id }) => id);
    expect(codeOf((copy) => ({ ...copy, parties: copy.parties.map((party) => ({ ...party, side: left })) }))).toBe("charter-empty-side");
    expect(codeOf((copy) => ({ ...copy, parties: copy.parties.map((party, at) => (at === 0 ? party : { ...party, side: "elsewhere" })) }))).toMatch(/^charter-(?:empty|unknown)-side$/);
  });

  it("R3 R4 has one spelling, no field of its own, and no weak key", () => {
    const text = new TextDecoder().decode(charterBytes(charter));
    for (const other of [`${text}\n`, ` ${text}`, text.replace('"rules":1', '"rules":1.0'), text.replace("{", '{"a":1,')]) {
      const read = readCharter(new TextEncoder().encode(other));
      expect(read.ok ? "accepted" : read.refusal.code).toMatch(/^(?:json-|charter-malformed)/);
    }
    const identity = `AQ${"A".repeat(41)}=`;
    const [first] = charterKeys(charter);
    expect(replaced(first?.ed25519 ?? "", identity)).not.toBe("accepted");
  });
});
