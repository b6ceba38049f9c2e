import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../bytes/canonical.ts";
import type { PartyId } from "../bytes/fields.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { testRecord, type TestParty } from "../channel/_test-record.ts";
import { agreedExercise, signText, testDraft, testText, textOf, words, type Exercise } from "../inspect/_exercise-record.ts";
import { draft } from "../text/draft.ts";
import { bracketsOf, isBracket, type Alternative } from "../text/text-document.ts";
import { agreementInForce, agreementsOnceInForce } from "./in-force.ts";
import { termsSchema, type Terms } from "./terms.ts";

const terms = termsSchema.parse(JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")));
const BEFORE = "2027-02-20T09:00:00Z";
const LATER = "2027-03-03T09:00:00Z";

/** A text without brackets, signed by all that it names. Gives its agreement's hash. */
function agree(made: Exercise, signatories: readonly PartyId[], at: string, own: Terms = terms, signedBy = signatories): string {
  const clean = testText(terms).provisions.flatMap((one) => (bracketsOf(one).length === 0 ? [one] : []));
  const document = canonicalJson({ type: "text", title: words(`Between ${signatories.join()}`), provisions: clean, terms: own });
  const body = { ...testDraft(toHex(sha256(document))), signatories: [...signatories] };
  const one = { ...made, draft: made.record.say(signatories[0] ?? "", draft, body, at, { files: [document] }) };
  for (const by of signedBy) signText(one, by, at);
  return textOf(one).agreement?.sha256 ?? "";
}

function inForce({ record }: Exercise): string | undefined {
  return agreementInForce(record.fold())?.sha256;
}

function newChannel(parties?: readonly TestParty[], made?: Exercise): Exercise {
  const options = { ...(parties === undefined ? {} : { parties }), ...(made === undefined ? {} : { continues: made.record.record(), begins: LATER }) };
  return { record: testRecord(options), terms, draft: "" };
}

/** A draft whose brackets all sides hold alike, signed without a word on it. */
function settledFromTheBeginning(): Exercise {
  const made = newChannel();
  const text = testText(terms);
  const provisions = text.provisions.map((one) => ({ ...one, pieces: one.pieces.map((piece) => (isBracket(piece) ? { ...piece, alternatives: heldByAll(piece.alternatives) } : piece)) }));
  const document = canonicalJson({ ...text, provisions });
  const one = { ...made, draft: made.record.say("aurelia", draft, testDraft(toHex(sha256(document))), BEFORE, { files: [document] }) };
  for (const by of ["aurelia", "borealia", "meridia"]) signText(one, by, BEFORE);
  return one;
}

function heldByAll([first, ...others]: readonly Alternative[]): readonly Alternative[] {
  return first === undefined ? [] : [{ ...first, by: ["aurelia", "borealia"] }, ...others.map((one) => ({ ...one, by: [] }))];
}

/** The wordings that the brackets of the text are settled on. */
function chosen(made: Exercise): readonly (string | undefined)[] {
  return textOf(made).provisions.flatMap(({ brackets }) => brackets.map(({ settled }) => settled?.id));
}

const between = (one: PartyId, other: PartyId): Terms => ({ ...terms, sides: [one, other] });

describe("which agreement binds", () => {
  it("R7.3 an agreement between some takes nothing from the one that others have signed too, and stays a text between them", () => {
    const made = agreedExercise(terms);
    const before = inForce(made);
    expect(before).toBeDefined();
    for (const some of [["aurelia", "meridia"], ["aurelia", "borealia"], ["carpathia", "pomeria"]]) agree(made, some, LATER);
    expect(inForce(made)).toBe(before);
    const all = agree(made, ["aurelia", "borealia", "meridia"], LATER);
    expect(inForce(made)).toBe(all);
    const more = agree(made, ["pomeria", "aurelia", "borealia", "meridia"], "2027-03-04T09:00:00Z");
    expect(agreementsOnceInForce(made.record.fold()).map(({ sha256: hash }) => hash)).toEqual([before, all, more]);
    expect(agreementInForce(made.record.fold(LATER))?.sha256).toBe(all);
  });

  it.each<[string, PartyId[], Terms]>([
    ["one side alone", ["aurelia", "meridia"], terms],
    ["parties that its terms do not name as sides", ["aurelia", "borealia"], between("aurelia", "meridia")],
    ["parties of no side, whatever its terms call them", ["carpathia", "meridia"], between("carpathia", "meridia")],
    ["one party that its terms name as both sides", ["aurelia", "borealia"], between("aurelia", "aurelia")],
  ])("R7.3 a first one signed by %s does not bind", (_, signatories, own) => {
    const made = newChannel();
    agree(made, signatories, BEFORE, own);
    expect(inForce(made)).toBeUndefined();
    const both = agree(made, ["aurelia", "borealia"], LATER);
    expect(inForce(made)).toBe(both);
  });

  it("R7.3 two parties of one side do not bind, as sides of a channel before neither", () => {
    const parties: TestParty[] = [{ id: "aurelia", role: "party", side: "west" }, { id: "borealia", role: "party", side: "east" }, { id: "carpathia", role: "party", side: "west" }];
    const made = newChannel(parties);
    agree(made, ["aurelia", "carpathia"], BEFORE, between("aurelia", "carpathia"));
    expect(inForce(made)).toBeUndefined();
    const next = newChannel([{ id: "aurelia", role: "party", side: "west" }, { id: "borealia", role: "party", side: "east" }], made);
    expect(inForce(next)).toBeUndefined();
  });

  it("R7.3 R1.10 stays in force when its signatories are parties no more, and is replaced by those of them who still are", () => {
    const made = newChannel();
    const first = agree(made, ["aurelia", "borealia", "meridia"], BEFORE);
    const next = newChannel([{ id: "aurelia", role: "party", side: "aurelia" }, { id: "newland", role: "party", side: "borealia" }, { id: "pomeria", role: "host" }], made);
    expect(inForce(next)).toBe(first);
    agree(next, ["newland", "pomeria"], LATER, between("newland", "pomeria"));
    expect(inForce(next)).toBe(first);
    const second = agree(next, ["newland", "aurelia"], LATER, between("newland", "aurelia"));
    expect(inForce(next)).toBe(second);
  });

  it.each([["settled by a support", () => agreedExercise(terms)], ["held alike by all from the beginning", settledFromTheBeginning]])(
    "R1.8 R1.10 a text whose brackets were %s stays signed and in force when one who held the wording is a party no more",
    (_, signed) => {
      const made = signed();
      const before = { hash: inForce(made), wording: chosen(made) };
      expect(before).toEqual({ hash: expect.any(String), wording: ["hours-16"] });
      const next = { ...newChannel([{ id: "aurelia", role: "party", side: "aurelia" }, { id: "newland", role: "party", side: "borealia" }], made), draft: made.draft };
      expect({ hash: inForce(next), wording: chosen(next) }).toEqual(before);
      const last = { ...newChannel(undefined, next), draft: made.draft };
      expect({ hash: inForce(last), wording: chosen(last) }).toEqual(before);
    },
  );

  it("R7.3 with one signature missing nothing changes", () => {
    const made = agreedExercise(terms);
    const before = inForce(made);
    agree(made, ["aurelia", "borealia", "meridia"], LATER, terms, ["aurelia", "borealia"]);
    expect(inForce(made)).toBe(before);
  });
});
