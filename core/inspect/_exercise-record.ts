/** For tests: an exercise of two sides, as far as a text on the table or a signed agreement. */
import type { Instant, PartyId, Words } from "../bytes/fields.ts";
import { canonicalJson } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { testRecord, type TestRecord } from "../channel/_test-record.ts";
import { sign } from "../channel/sign.ts";
import { consent } from "../consult/consent.ts";
import { holdings } from "../declare/holdings.ts";
import { site, type Site, type Space } from "../declare/site.ts";
import { type } from "../declare/type.ts";
import { agreementInForce } from "../terms/in-force.ts";
import type { Terms } from "../terms/terms.ts";
import { draft } from "../text/draft.ts";
import { support } from "../text/support.ts";
import type { TextDocument } from "../text/text-document.ts";
import { textState, type TextState } from "../text/text-state.ts";

export interface Exercise {
  readonly record: TestRecord;
  readonly terms: Terms;
  /** The draft with one open bracket, on the hours of notice: 16 held by Aurelia, 24 by Borealia. */
  readonly draft: string;
}

/** Types, sites and a draft are on the table; nothing is settled. */
export function exercise(terms: Terms): Exercise {
  const record = testRecord();
  declareType(record, "aurelia", "long-arrow", 6250);
  declareType(record, "borealia", "kestrel-1", 6900);
  declareType(record, "borealia", "kestrel-2", 7430);
  for (const [id, host] of [
    ["A-01", "carpathia"],
    ["A-02", "pomeria"],
  ] as const)
    record.say("aurelia", site, testSite(id, "launch-cell", host), "2027-02-12T08:00:00Z");
  for (const id of ["B-01", "B-02", "B-03"]) {
    record.say("borealia", site, testSite(id, "canister-bay"), "2027-02-13T08:00:00Z");
    record.say(
      "borealia",
      holdings,
      {
        site: id,
        on: "2027-02-13",
        items: [{ space: "cell-01", type: "kestrel-1", form: "bare", identity: "K1-2001" }],
      },
      "2027-02-13T08:00:30Z",
    );
  }
  const document = canonicalJson(testText(terms));
  const draftId = record.say("aurelia", draft, testDraft(toHex(sha256(document))), "2027-02-22T09:00:00Z", {
    files: [document],
  });
  return { record, terms, draft: draftId };
}

/** The same, with the bracket settled on 16 hours, the agreement in force and the consent of these hosts. */
export function agreedExercise(
  terms: Terms,
  hosts: readonly ("carpathia" | "pomeria")[] = ["carpathia", "pomeria"],
): Exercise {
  const made = exercise(terms);
  supportWording(made, "borealia", "hours-16", "2027-03-01T09:00:00Z");
  for (const signatory of ["aurelia", "borealia", "meridia"]) signText(made, signatory, "2027-03-02T09:00:00Z");
  const agreement = agreementInForce(made.record.fold())?.sha256 ?? "";
  for (const host of hosts)
    made.record.say(
      host,
      consent,
      { agreement, sites: [host === "carpathia" ? "A-01" : "A-02"], conditions: [] },
      "2027-03-02T14:20:00Z",
    );
  return made;
}

export function textOf({ record, draft: id }: Exercise): TextState {
  const text = textState(record.fold(), id);
  if (text === undefined) throw new Error("the draft does not apply");
  return text;
}

export function supportWording(
  made: Exercise,
  by: PartyId,
  alternative: string,
  at: Instant,
  sees?: Readonly<Record<PartyId, number>>,
): string {
  return made.record.say(by, support, { ...bracketPlace(made), alternative }, at, sees === undefined ? {} : { sees });
}

export function bracketPlace(made: Exercise): { draft: string; provision: string; against: string; bracket: string } {
  const hash = textOf(made).provisions.find(({ provision }) => provision.id === "art-5")?.hash ?? "";
  return { draft: made.draft, provision: "art-5", against: hash, bracket: "notice-hours" };
}

export function signText(made: Exercise, by: PartyId, at: Instant): string {
  return made.record.say(
    by,
    sign,
    { document: textOf(made).agreement?.sha256 ?? "", what: "agreement", form: "sign" },
    at,
  );
}

export function words(text: string): Words {
  return { en: text };
}

function declareType(record: TestRecord, by: PartyId, id: string, lengthMm: number): void {
  record.say(
    by,
    type,
    {
      id,
      name: words(id),
      role: words("missile"),
      forms: [{ id: "bare", name: words("bare"), shape: { kind: "cylinder", lengthMm, diameterMm: 514 } }],
      claimedRanges: [],
    },
    "2027-02-10T08:00:00Z",
  );
}

/** Sixteen cells and a store. */
export function testSite(id: string, kind: Space["kind"], host?: PartyId): Site {
  const sides = { lengthMm: 8200, widthMm: 680, heightMm: 680 };
  const plan = { x: 0, y: 0, width: 600, depth: 600 };
  const cells = Array.from({ length: 16 }, (_, at): Space => ({
    id: `cell-${String(at + 1).padStart(2, "0")}`,
    name: words(`Cell ${at + 1}`),
    kind,
    sides,
    plan,
  }));
  return {
    id,
    name: words(id),
    role: words("base"),
    ...(host === undefined ? {} : { host }),
    position: { latitudeSeconds: 160_000, longitudeSeconds: -100_000, accuracyMetres: 10 },
    structures: [
      { id: "module-1", name: words("Module 1"), kind: "module", spaces: cells },
      {
        id: "store-1",
        name: words("Store"),
        kind: "store",
        spaces: [{ id: "S-1", name: words("Store"), kind: "store", sides, plan }],
      },
    ],
    diagram: words("Launch deck"),
  };
}

export function testText(terms: Terms): TextDocument {
  const paragraph = (
    id: string,
    pieces: TextDocument["provisions"][number]["pieces"],
  ): TextDocument["provisions"][number] => ({
    id,
    number: id.slice(4),
    kind: "article",
    summary: false,
    confirmed: true,
    pieces,
  });
  return {
    type: "text",
    title: words("Agreement"),
    provisions: [
      paragraph("art-2", [{ text: words("Aurelia keeps no Long Arrow missile at its two sites.") }]),
      paragraph("art-5", [
        { text: words("Notice is given at least") },
        {
          bracket: "notice-hours",
          alternatives: [
            { id: "hours-16", by: ["aurelia"], text: words("16 hours"), sets: { noticeHours: 16 } },
            { id: "hours-24", by: ["borealia"], text: words("24 hours"), sets: { noticeHours: 24 } },
          ],
        },
        { text: words(", naming no site.") },
      ]),
    ],
    terms,
  };
}

export function testDraft(document: string) {
  return {
    title: words("Agreement"),
    document,
    signatories: ["aurelia", "borealia", "meridia"],
    answers: [],
    asksReply: false,
    sources: [],
    confirmed: true,
  };
}
