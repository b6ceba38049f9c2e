/** For tests: what may arrive in place of an example, as an arbitrary of fast-check. */
import fc from "fast-check";
import { concatBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";

/** What readers of this room look for, and what makes other readers stumble. */
export const TOKENS = [
  "\n",
  "\n\n",
  " ",
  "\t",
  "—",
  "— ",
  "+",
  "=",
  "==",
  "0",
  "-1",
  "9007199254740992",
  "#",
  "\r\n",
  "\u0000",
  "\ufeff",
  "\u00a0",
  "é",
  "old ",
  "index ",
  "extra ",
  "group ",
  "none",
  "all",
  "{",
  '"',
  "\\",
  "x000/",
  "../",
  "A".repeat(43),
  "AAAA".repeat(30),
];

/** An example with some of its bytes turned, cut, repeated or replaced; or bytes of no example. */
export function inputs(examples: readonly (string | Uint8Array)[]): fc.Arbitrary<Uint8Array> {
  const bytes = examples.map(asBytes);
  const change = fc.record({
    kind: fc.constantFrom("turn", "cut", "repeat", "put", "swap", "end"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(70),
    token: fc.constantFrom(...TOKENS),
    mask: fc.integer({ min: 1, max: 255 }),
  });
  const changed = fc
    .tuple(fc.constantFrom(...bytes), fc.constantFrom(...bytes), fc.array(change, { minLength: 1, maxLength: 5 }))
    .map(([first, second, changes]) =>
      changes.reduce<Uint8Array>((whole, { kind, at, length, token, mask }) => {
        const from = Math.floor(at * whole.length);
        const [head, part, tail] = [whole.slice(0, from), whole.slice(from, from + length), whole.slice(from + length)];
        if (kind === "turn") return whole.map((byte, index) => (index === from ? byte ^ mask : byte));
        if (kind === "cut") return concatBytes(head, tail);
        if (kind === "repeat") return concatBytes(head, part, part, tail);
        if (kind === "put") return concatBytes(head, encodeUtf8(token), part, tail);
        if (kind === "swap") return concatBytes(head, second.slice(from));
        return head;
      }, first),
    );
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }).map(encodeUtf8) },
  );
}

export function asBytes(example: string | Uint8Array): Uint8Array {
  return typeof example === "string" ? encodeUtf8(example) : example;
}
