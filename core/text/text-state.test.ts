import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  bracketPlace,
  exercise,
  signText,
  supportWording,
  testDraft,
  testText,
  textOf,
  words,
  type Exercise,
} from "../inspect/_exercise-record.ts";
import { canonicalJson } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { foldRecord } from "../channel/fold.ts";
import type { HeldFiles } from "../channel/held-files.ts";
import { sign } from "../channel/sign.ts";
import { kinds } from "../kinds.ts";
import { agreementInForce } from "../terms/in-force.ts";
import { termsSchema } from "../terms/terms.ts";
import { draft } from "./draft.ts";
import { proposal } from "./proposal.ts";
import { support } from "./support.ts";
import { bracketsOf, type TextDocument } from "./text-document.ts";
import { latestDraft, textState } from "./text-state.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);
const AT = "2027-03-01T09:00:00Z";
const LATER = "2027-03-01T10:00:00Z";

function holders(made: Exercise): Record<string, readonly string[]> {
  const [bracket] = textOf(made).provisions.flatMap(({ brackets }) => brackets);
  return Object.fromEntries((bracket?.alternatives ?? []).map(({ id, holders: parties }) => [id, parties]));
}

function propose(
  made: Exercise,
  by: string,
  id: string,
  hours: number,
  sees: Readonly<Record<string, number>> = {},
): string {
  return made.record.say(
    by,
    proposal,
    { ...bracketPlace(made), alternative: { id, text: words(`${hours} hours`), sets: { noticeHours: hours } } },
    AT,
    { sees },
  );
}

function sayDraft(
  made: Exercise,
  text: TextDocument,
  change: Partial<ReturnType<typeof testDraft> & { replaces: string }> = {},
  attach = true,
): string {
  const bytes = canonicalJson(text);
  return made.record.say(
    "borealia",
    draft,
    { ...testDraft(toHex(sha256(bytes))), ...change },
    AT,
    attach ? { files: [bytes] } : {},
  );
}

describe("brackets", () => {
  it("are open while the sides hold different wordings, and give no agreement", () => {
    const text = textOf(exercise(terms));
    expect([text.openBrackets, text.agreement, text.signature]).toEqual([1, undefined, undefined]);
    expect(text.provisions.map(({ pieces, brackets }) => [pieces.length, brackets.length])).toEqual([
      [1, 0],
      [3, 1],
    ]);
  });

  it("settle when all that hold one hold the same, and set the terms' parameter", () => {
    const made = exercise(terms);
    supportWording(made, "aurelia", "hours-24", AT);
    const { openBrackets, agreement, provisions } = textOf(made);
    expect(openBrackets).toBe(0);
    expect(provisions[1]?.brackets[0]?.settled?.id).toBe("hours-24");
    expect(agreement?.document.terms.access.noticeHours).toBe(24);
    expect(agreement?.document.provisions[1]?.text.en).toBe("Notice is given at least 24 hours, naming no site.");
    expect(toHex(sha256(agreement?.bytes ?? new Uint8Array()))).toBe(agreement?.sha256);
  });

  it("follow each party's newest act and open again with a new proposal", () => {
    const made = exercise(terms);
    supportWording(made, "aurelia", "hours-24", AT);
    propose(made, "borealia", "hours-20", 20);
    expect(textOf(made).openBrackets).toBe(1);
    expect(holders(made)).toEqual({ "hours-16": [], "hours-24": ["aurelia"], "hours-20": ["borealia"] });
    supportWording(made, "aurelia", "hours-20", LATER);
    expect(textOf(made).agreement?.document.terms.access.noticeHours).toBe(20);
  });

  it("need at least one party of every side", () => {
    const made = exercise(terms);
    const text = testText(terms);
    const bracket = text.provisions[1]?.pieces[1];
    if (bracket === undefined || !("bracket" in bracket)) throw new Error("no bracket");
    const oneSided = { ...bracket, alternatives: bracket.alternatives.filter(({ id }) => id === "hours-24") };
    const [first, second] = text.provisions;
    if (first === undefined || second === undefined) throw new Error("no provisions");
    const id = sayDraft(made, { ...text, provisions: [first, { ...second, pieces: [oneSided] }] });
    expect(textState(made.record.fold(), id)?.openBrackets).toBe(1);
  });

  it("R8 keep two wordings apart that were given one name at the same time: a support means what its author had", () => {
    const made = exercise(terms);
    const before = { aurelia: made.record.size("aurelia"), borealia: made.record.size("borealia") };
    propose(made, "aurelia", "hours-x", 18, { borealia: before.borealia });
    propose(made, "borealia", "hours-x", 22, { aurelia: before.aurelia });
    const both = textOf(made).provisions[1]?.brackets[0]?.alternatives.filter(({ id }) => id === "hours-x");
    expect(both?.map(({ holders: parties, sets }) => [parties, sets["noticeHours"]])).toEqual([
      [["aurelia"], 18],
      [["borealia"], 22],
    ]);
    const meant = supportWording(made, "borealia", "hours-x", LATER, {
      borealia: before.borealia,
      aurelia: before.aurelia + 1,
    });
    expect(made.record.refusal(meant)).toBeUndefined();
    expect(textOf(made).agreement?.document.terms.access.noticeHours).toBe(18);
    expect(made.record.refusal(supportWording(made, "aurelia", "hours-x", LATER))?.code).toBe(
      "support-two-alternatives",
    );
  });
});

describe("signatures of a text", () => {
  it("R7 bring it into force when all signatories have signed, from the last signature on", () => {
    const made = exercise(terms);
    supportWording(made, "borealia", "hours-16", AT);
    signText(made, "meridia", "2027-03-02T09:00:00Z");
    signText(made, "aurelia", "2027-03-02T09:30:00Z");
    expect(textOf(made).signature?.status).toBe("partly-signed");
    expect(agreementInForce(made.record.fold())).toBeUndefined();
    signText(made, "borealia", "2027-03-02T10:00:00Z");
    const inForce = agreementInForce(made.record.fold());
    expect([inForce?.since, inForce?.sha256, inForce?.terms.access.noticeHours]).toEqual([
      "2027-03-02T10:00:00Z",
      textOf(made).agreement?.sha256,
      16,
    ]);
  });

  it("R7 stay given when someone opens a bracket afterwards, even before having seen the last signature", () => {
    const made = exercise(terms);
    supportWording(made, "borealia", "hours-16", AT);
    signText(made, "aurelia", "2027-03-02T09:00:00Z");
    signText(made, "borealia", "2027-03-02T09:01:00Z");
    const unaware = { meridia: made.record.size("meridia") };
    signText(made, "meridia", "2027-03-02T09:02:00Z");
    const sha = textOf(made).agreement?.sha256;
    propose(made, "borealia", "hours-40", 40, unaware);
    expect([
      textOf(made).openBrackets,
      textOf(made).agreement?.sha256,
      agreementInForce(made.record.fold())?.sha256,
    ]).toEqual([0, sha, sha]);
  });

  it("R7 can be added to what another signatory has signed, though a bracket was opened in between", () => {
    const made = exercise(terms);
    supportWording(made, "borealia", "hours-16", AT);
    const document = textOf(made).agreement?.sha256 ?? "";
    signText(made, "aurelia", "2027-03-02T09:00:00Z");
    propose(made, "aurelia", "hours-40", 40);
    for (const by of ["borealia", "meridia"])
      made.record.say(by, sign, { document, what: "agreement", form: "sign" }, "2027-03-02T10:00:00Z");
    expect(agreementInForce(made.record.fold())?.sha256).toBe(document);
  });

  it("R7 a refusal keeps it out of force", () => {
    const made = exercise(terms);
    supportWording(made, "borealia", "hours-16", AT);
    const document = textOf(made).agreement?.sha256 ?? "";
    signText(made, "aurelia", "2027-03-02T09:00:00Z");
    made.record.say(
      "borealia",
      sign,
      { document, what: "agreement", form: "refuse", comment: words("Not yet.") },
      "2027-03-02T09:00:00Z",
    );
    signText(made, "meridia", "2027-03-02T09:00:00Z");
    expect([textOf(made).signature?.status, agreementInForce(made.record.fold())]).toEqual(["refused", undefined]);
  });

  it("refuses to sign what is not settled, and anyone who is no signatory", () => {
    const made = exercise(terms);
    const unsettled = made.record.say(
      "aurelia",
      sign,
      { document: "0".repeat(64), what: "agreement", form: "sign" },
      AT,
    );
    expect(made.record.refusal(unsettled)?.code).toBe("sign-agreement-not-settled");
    supportWording(made, "borealia", "hours-16", AT);
    expect(made.record.refusal(signText(made, "carpathia", LATER))?.code).toBe("sign-agreement-not-signatory");
  });
});

/** Files as a node holds them: read anew from the disk each time, and counted. */
function readAnew(files: HeldFiles): HeldFiles & { readonly reads: () => number } {
  let count = 0;
  return {
    size: files.size,
    keys: () => files.keys(),
    has: (hash) => files.has(hash),
    sizeOf: (hash) => files.sizeOf(hash),
    get: (hash) => {
      count += 1;
      return files.get(hash)?.slice();
    },
    [Symbol.iterator]: () => files[Symbol.iterator](),
    reads: () => count,
  };
}

describe("many drafts and signatures", () => {
  it.each([[0], [1]])("R8 have each text read a few times over, however many there are, with %i proposals on each", (moves) => {
    const readsOf = (count: number): number => {
      const made = exercise(terms);
      const clean = testText(terms).provisions.flatMap((one) => (bracketsOf(one).length === 0 ? [one] : []));
      for (let number = 0; number < count; number += 1) {
        const text: TextDocument = { type: "text", title: words(`Draft ${number}`), provisions: moves === 0 ? clean : testText(terms).provisions, terms };
        const id = sayDraft(made, text);
        const one = { ...made, draft: id };
        for (let move = 0; move < moves; move += 1) supportWording(one, "borealia", "hours-16", AT);
        signText(one, "borealia", AT);
      }
      const record = made.record.record();
      const files = readAnew(record.files);
      const state = foldRecord({ ...record, files }, kinds);
      expect(state.by("borealia").filter(({ kind }) => kind === "sign")).toHaveLength(count + 1);
      return files.reads();
    };
    const [few, many] = [readsOf(6), readsOf(18)];
    expect(many / few).toBeLessThan(4);
  });
});

describe("drafts", () => {
  it("the latest is the newest that no other replaces", () => {
    const made = exercise(terms);
    expect(latestDraft(made.record.fold())?.id).toBe(made.draft);
    const second = sayDraft(made, testText(terms), { replaces: made.draft });
    const third = sayDraft(made, testText(terms), { replaces: second, title: words("Third") });
    expect(latestDraft(made.record.fold())?.id).toBe(third);
  });

  const [first, second] = testText(terms).provisions;
  const bracket = second?.pieces[1];
  if (first === undefined || second === undefined || bracket === undefined || !("bracket" in bracket))
    throw new Error("the test text has a bracket in its second provision");
  const withBracket = (change: Partial<typeof bracket>): TextDocument => ({
    ...testText(terms),
    provisions: [{ ...second, pieces: [{ ...bracket, ...change }] }],
  });
  const [sixteen, twentyFour] = bracket.alternatives;
  if (sixteen === undefined || twentyFour === undefined) throw new Error("the bracket has two wordings");

  it.each<[string, TextDocument, Parameters<typeof sayDraft>[2]]>([
    ["draft-unknown-signatory", testText(terms), { signatories: ["aurelia", "nowhere"] }],
    ["draft-signatory-twice", testText(terms), { signatories: ["aurelia", "aurelia"] }],
    ["draft-replaces-unknown", testText(terms), { replaces: "0".repeat(64) }],
    ["draft-provision-twice", { ...testText(terms), provisions: [first, first] }, {}],
    ["draft-bracket-twice", { ...testText(terms), provisions: [{ ...second, pieces: [bracket, bracket] }] }, {}],
    ["draft-alternative-twice", withBracket({ alternatives: [sixteen, { ...twentyFour, id: sixteen.id }] }), {}],
    ["draft-holder-twice", withBracket({ alternatives: [sixteen, { ...twentyFour, by: ["aurelia"] }] }), {}],
    ["draft-unknown-holder", withBracket({ alternatives: [{ ...sixteen, by: ["nowhere"] }] }), {}],
    ["text-unknown-parameter", withBracket({ alternatives: [{ ...sixteen, sets: { coffeeHours: 1 } }] }), {}],
    ["text-unknown-parameter", withBracket({ alternatives: [{ ...sixteen, sets: { teamMaximum: 0 } }] }), {}],
  ])("refuses %s", (code, text, change) => {
    const made = exercise(terms);
    expect(made.record.refusal(sayDraft(made, text, change))?.code).toBe(code);
  });

  it("R6 refuses one without its text among its files, and one whose text does not read", () => {
    const made = exercise(terms);
    expect(made.record.refusal(sayDraft(made, testText(terms), {}, false))?.code).toBe("draft-document-not-attached");
    const bytes = canonicalJson({ type: "poem" });
    const id = made.record.say("borealia", draft, testDraft(toHex(sha256(bytes))), AT, { files: [bytes] });
    expect(made.record.refusal(id)?.code).toBe("draft-document-malformed");
  });
});

describe("supports and proposals", () => {
  it.each([
    ["unknown-draft", { draft: "0".repeat(64) }],
    ["unknown-provision", { provision: "art-77" }],
    ["other-wording", { against: "0".repeat(64) }],
    ["unknown-bracket", { bracket: "other" }],
  ])("refuses %s", (code, change) => {
    const made = exercise(terms);
    const place = { ...bracketPlace(made), ...change };
    expect(
      made.record.refusal(made.record.say("borealia", support, { ...place, alternative: "hours-16" }, AT))?.code,
    ).toBe(`support-${code}`);
    expect(
      made.record.refusal(
        made.record.say("borealia", proposal, { ...place, alternative: { id: "new", text: words("x"), sets: {} } }, AT),
      )?.code,
    ).toBe(`proposal-${code}`);
  });

  it("refuses those by others than signatories, unknown wordings, and names that are taken", () => {
    const made = exercise(terms);
    expect(made.record.refusal(supportWording(made, "carpathia", "hours-16", AT))?.code).toBe(
      "support-not-by-signatory",
    );
    expect(made.record.refusal(supportWording(made, "borealia", "hours-17", AT))?.code).toBe(
      "support-unknown-alternative",
    );
    expect(made.record.refusal(propose(made, "borealia", "hours-16", 16))?.code).toBe("proposal-name-taken");
    const id = made.record.say(
      "borealia",
      proposal,
      { ...bracketPlace(made), alternative: { id: "odd", text: words("x"), sets: { clocksFrom: 1 } } },
      AT,
    );
    expect(made.record.refusal(id)?.code).toBe("text-unknown-parameter");
  });
});
