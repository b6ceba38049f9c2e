import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { addHours } from "@countersign/core/bytes/instant.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { Kind } from "@countersign/core/channel/kind.ts";
import { commitment, type Opening } from "@countersign/core/declare/commitment.ts";
import { exercise, type Exercise } from "@countersign/core/inspect/_exercise-record.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { accept } from "@countersign/core/refusal.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import { owed } from "@countersign/core/terms/owed.ts";
import { termsSchema } from "@countersign/core/terms/terms.ts";
import { actMessages } from "../../messages/acts.ts";
import { sayIn } from "../../parts/language.tsx";
import type { Circle } from "../circle.ts";
import type { Desk } from "../desk.tsx";
import type { ActContext, ActName, ActSubject } from "./act.ts";
import { acts } from "./all-acts.ts";
import type { Body } from "./fields.ts";
import { byPressure, owedInWords } from "./owed-acts.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../../regimes/exercise.json", import.meta.url), "utf8")),
);

/** Says acts as the dialog does: begin, fill in, complete, say. Seals are kept in memory. */
class Table {
  readonly made: Exercise = exercise(terms);
  now = "2027-03-01T09:00:00Z";
  readonly #seals = new Map<string, Opening>();

  async say(own: string, name: ActName, subject: ActSubject = {}, fill: Body = {}): Promise<string> {
    const act = acts[name];
    const context = this.#context(own, subject);
    const begun = await act.begin(context);
    if (!begun.ok) throw new Error(`${name}: ${begun.refusal.sentence}`);
    const filled = { ...begun.value, ...fill };
    const body = act.adjust?.(filled, context) ?? filled;
    expect(act.fields(context, body)).toBeDefined();
    const completed = act.complete === undefined ? accept({ body, files: [] }) : await act.complete(body, context);
    if (!completed.ok) throw new Error(`${name}: ${completed.refusal.sentence}`);
    const kind = kinds.get(act.kind) as unknown as Kind<Body>;
    expect(kind.body.safeParse(completed.value.body), name).toMatchObject({ success: true });
    const id = this.made.record.say(own, kind, completed.value.body, this.now, {
      files: completed.value.files.map(({ data }) => fromBase64(data) ?? new Uint8Array(0)),
    });
    expect(this.made.record.refusal(id), name).toBeUndefined();
    return id;
  }

  #context(own: string, subject: ActSubject): ActContext {
    const state = this.made.record.fold();
    const circle = {
      channel: this.made.record.channel,
      charter: this.made.record.charter,
      state,
      whole: state,
    } as unknown as Circle;
    const desk = {
      now: this.now,
      seal: async (channel: string, value?: string) => {
        const number = this.#seals.size;
        const opening = {
          value: value ?? toBase64(sha256(encodeUtf8(`seed ${number}`))),
          nonce: toBase64(sha256(encodeUtf8(`nonce ${number}`))),
        };
        const sealed = { number, commitment: commitment(channel, own, number, opening) ?? "" };
        this.#seals.set(sealed.commitment, opening);
        return accept(sealed);
      },
      unseal: async (_: string, sealed: string) => accept(this.#seals.get(sealed) ?? { value: "", nonce: "" }),
    } as unknown as Desk;
    return { desk, circle, state, own, subject, language: "en", say: sayIn(actMessages, "en") };
  }
}

describe("acts as the dialog says them are allowed by the record's rules", () => {
  test("from a letter to a report signed by both", { timeout: 60_000 }, async () => {
    const table = new Table();
    const letter = await table.say(
      "aurelia",
      "letter",
      {},
      { title: { en: "On hours" }, text: { en: "Sixteen are enough." }, asksReply: true },
    );
    await table.say("borealia", "answer", { letter }, { text: { en: "Agreed." } });
    await table.say(
      "borealia",
      "propose",
      { draft: table.made.draft, provision: "art-5", bracket: "notice-hours" },
      {},
    );
    await table.say("borealia", "support", {
      draft: table.made.draft,
      provision: "art-5",
      bracket: "notice-hours",
      alternative: "hours-16",
    });
    for (const party of ["aurelia", "borealia", "meridia"])
      await table.say(party, "signText", { draft: table.made.draft });
    expect(agreementInForce(table.made.record.fold())).toBeDefined();
    await table.say("carpathia", "consent", {}, { conditions: [{ en: "Escort at all times." }] });
    await table.say(
      "aurelia",
      "raiseConcern",
      {},
      { title: { en: "Traffic" }, text: { en: "What passed on Monday?" } },
    );

    table.now = "2027-03-10T05:30:00Z";
    const inspection = await table.say(
      "aurelia",
      "announce",
      {},
      { pointOfEntry: { en: "Port Lund" }, team: [{ name: "Ilse Lindqvist", role: "leader" }], site: "B-03" },
    );
    table.now = addHours(table.now, 18);
    await table.say("aurelia", "arrive", { inspection });
    table.now = addHours(table.now, 5);
    await table.say("aurelia", "designate", { inspection });
    await table.say("borealia", "freeze", { inspection });
    table.now = addHours(table.now, 8);
    await table.say("borealia", "transport", { inspection });
    await table.say("borealia", "brief", { inspection });
    await table.say("aurelia", "checkDiagram", { inspection });
    for (const party of ["aurelia", "borealia"]) await table.say(party, "sealDraw", { inspection });
    for (const party of ["aurelia", "borealia"]) await table.say(party, "openDraw", { inspection });
    await table.say("aurelia", "recordSeen", { inspection });
    const sheets = inspections(table.made.record.fold())[0]?.sheets ?? [];
    expect(sheets.length).toBeGreaterThan(0);
    const space = sheets[0]?.space ?? "";
    await table.say(
      "aurelia",
      "measure",
      { inspection, space },
      {
        measured: [
          {
            space,
            what: "outline",
            sides: { lengthMm: 6250, widthMm: 700, heightMm: 700 },
            toleranceMm: 30,
            at: table.now,
          },
        ],
      },
    );
    const ambiguity = await table.say(
      "aurelia",
      "raiseQuestion",
      { inspection, space },
      { question: { en: "How long is it?" }, statement: { en: "It was not shown." } },
    );
    await table.say("borealia", "stateOnQuestion", { ambiguity }, { statement: { en: "It is as declared." } });
    await table.say("aurelia", "depart", { inspection });
    await table.say("aurelia", "compileReport", { inspection });
    await table.say("aurelia", "signReport", { inspection });
    await table.say(
      "borealia",
      "signReport",
      { inspection },
      { form: "sign-with-comment", comment: { en: "The cover stays." } },
    );
    expect(inspections(table.made.record.fold())[0]?.report?.act.status).toBe("signed");
  });

  test("a space that was not shown carries no method, and one that is seen again gets one", () => {
    const act = acts.recordSeen;
    const made = exercise(terms);
    const context = { state: made.record.fold(), subject: {} } as unknown as ActContext;
    const body = { sheets: [{ space: "cell-01", state: "not-shown", method: "opened-end", recognised: "none" }] };
    // Without a named site nothing is known of its methods, and nothing is changed.
    expect(act.adjust?.(body, context)).toBe(body);
  });

  test("signing plainly drops a comment that was begun", () => {
    expect(acts.signReport.adjust?.({ form: "sign", comment: { en: "x" } }, {} as ActContext)).toEqual({
      form: "sign",
    });
  });
});

describe("what is owed, in words", () => {
  test("every open act has a title in both languages, and all but the charter's signature a button", () => {
    const state = exercise(terms).record.fold();
    for (const one of owed(state, "2027-03-01T09:00:00Z"))
      for (const language of ["en", "ru"] as const) {
        const words = owedInWords(one, state, language);
        expect(words.title).not.toContain("owed_");
        expect(words.act !== undefined || one.act === "sign-charter").toBe(true);
      }
  });

  test("a party is offered the other side's wording by its words", () => {
    const state = exercise(terms).record.fold();
    const support = owed(state, "2027-03-01T09:00:00Z").find(({ act, by }) => act === "support" && by === "borealia");
    expect(support === undefined ? undefined : owedInWords(support, state, "en").label).toContain("16 hours");
  });

  test("late comes before due, due before what is not possible yet, and a departure last of what is possible", () => {
    const base = { id: "", by: "aurelia" };
    const late = { ...base, act: "freeze", standing: "late", due: "2027-03-01T00:00:00Z" } as const;
    const due = { ...base, act: "object-sheet", standing: "due", due: "2027-03-02T00:00:00Z" } as const;
    const leave = { ...base, act: "departure", standing: "due", due: "2027-03-02T00:00:00Z" } as const;
    const later = { ...base, act: "designation", standing: "not-yet" } as const;
    expect(byPressure([later, leave, due, late]).map(({ act }) => act)).toEqual([
      "freeze",
      "object-sheet",
      "departure",
      "designation",
    ]);
  });
});
