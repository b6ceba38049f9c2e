/** Every refusal has one meaning, a sentence, a place in the table, and gives nothing away. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scanSource } from "./refusal-scan.ts";
import { REMEDIES, refusalTable, scanProgram, SHARED } from "./refusal-table.ts";

const { found, unread } = scanProgram();
const filesOf = (code: string) => [...new Set(found.filter((one) => one.code === code).map(({ file }) => file))];

describe("refusals", () => {
  it("are all read from the source", () => {
    expect(unread).toEqual([]);
    expect(new Set(found.map(({ code }) => code)).size).toBeGreaterThan(350);
  });

  it("stand in docs/refusals.md as they are made: after a change run `npm run refusals`", () => {
    expect(readFileSync(new URL("../docs/refusals.md", import.meta.url), "utf8")).toBe(refusalTable(found));
  });

  it("have one meaning a code: several files share a code only where its meaning is written down", () => {
    const several = [...new Set(found.map(({ code }) => code))].filter((code) => filesOf(code).length > 1);
    expect(several.toSorted()).toEqual(Object.keys(SHARED).toSorted());
  });

  it("have a place that says what to do", () => {
    expect(found.filter(({ file }) => !REMEDIES.some(([place]) => file.startsWith(place)))).toEqual([]);
  });

  it("say a whole sentence, in words", () => {
    const others = found.flatMap(({ code, sentences }) => sentences.map((sentence) => ({ code, sentence }))).filter(
      ({ sentence }) => !/^(?:[A-Z…`"]|--|countersign )/.test(sentence) || !/(?:[.?…]|\.\)|schema)$/.test(sentence),
    );
    expect(others).toEqual([]);
    const claims = /\b(?:verified|trusted|secure|compliant|violation|safe|guaranteed)\b/i;
    expect(found.filter(({ sentences }) => sentences.some((sentence) => claims.test(sentence)))).toEqual([]);
  });

  it("fill in no secret, and none that a node answers a path of its machine", () => {
    const secret = /secret|seed|token(?!\.rawName)|passphrase|privateKey|identity|nonce|cookie/i;
    const leaks = found.flatMap(({ code, file, filled }) => filled.filter((one) => secret.test(one)).map((one) => `${file} ${code}: ${one}`));
    expect(leaks).toEqual([]);
    // At start and on a command line the folder is the one that its own user has named; a statement that cannot be signed names its field.
    const local = /^server\/(?:demo\/|serve\.ts|statement-writer\.ts|journal\/directory-lock\.ts|private\/|node\.ts)/;
    const path = /directory|folder|error\.message|String\(error\)|\bcause\b/i;
    const paths = found
      .filter(({ file }) => /^(?:server|wire)\//.test(file) && !local.test(file))
      .flatMap(({ code, file, filled }) => filled.filter((one) => path.test(one)).map((one) => `${file} ${code}: ${one}`));
    expect(paths).toEqual([]);
  });
});

describe("reading the source", () => {
  it("finds codes and sentences through helpers, choices, joined texts and named texts, and names what it cannot read", () => {
    const source = [
      "const WHY = 'A sentence that has a name.';",
      "// refuse('in-a-comment', 'Not a refusal at all.')",
      "const pattern = /refuse\\('in-a-pattern', 'x'/;",
      "const note = (code: string, sentence: string) => problems.push(refusal(code, sentence, path));",
      "const malformed = (sentence: string) => refuse('is-malformed', sentence);",
      "note('by-a-helper', `It has ${list.map((one) => `${one.secret}`).join('}')} parts.`);",
      "refuse(many ? 'one-way' : 'or-another', many ? 'Said in one way.' : 'Said in quite ' + 'another way.');",
      "refusal('by-a-name', WHY); malformed('This does not read.'); refuse(read.refusal.code, read.refusal.sentence);",
      "refuse(codeOf(x), 'Nobody knows the code.');",
    ].join("\n");
    const scan = scanSource("a.ts", source);
    expect(scan.found.map(({ code, sentences }) => [code, sentences])).toEqual([
      ["is-malformed", ["This does not read."]],
      ["by-a-helper", ["It has … parts."]],
      ["one-way", ["Said in one way.", "Said in quite another way."]],
      ["or-another", ["Said in one way.", "Said in quite another way."]],
      ["by-a-name", ["A sentence that has a name."]],
    ]);
    expect(scan.found[1]?.filled.join()).toContain("one.secret");
    expect(scan.unread).toEqual(["a.ts:9"]);
  });
});
