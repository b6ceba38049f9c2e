import { describe, expect, test } from "vitest";
import type { Signature } from "@countersign/core/channel/documents.ts";
import { testCharter } from "@countersign/core/channel/_test-record.ts";
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import { whySigned, whyStated } from "./already.ts";

const charter = testCharter();
const answer = (author: string, form: Signature["body"]["form"]) => ({ author, time: "2027-05-12T20:15:00Z", body: { document: "00".repeat(32), what: "report", form } }) as Signature;
const question = (by: string, stated: readonly string[], answered: boolean) =>
  ({ id: "q", by, answered, statements: stated.map((one) => ({ by: one })) }) as unknown as Inspection["ambiguities"][number];

describe("a button for what a side has said already is off, and says why", () => {
  test("a report or text that it has signed, or refused to sign; the other side's answer turns nothing off", () => {
    expect(whySigned([answer("borealia", "refuse")], "aurelia", charter, "en")).toBeUndefined();
    expect(whySigned([answer("aurelia", "sign")], "aurelia", charter, "en")).toMatch(/^Off: aurelia has signed it, 2027-05-12 20:15 UTC\./);
    expect(whySigned([answer("aurelia", "sign-with-comment")], "aurelia", charter, "ru")).toMatch(/^Отключено: .*уже подписано/);
    expect(whySigned([answer("aurelia", "refuse")], "aurelia", charter, "en")).toMatch(/^Off: aurelia has refused to sign it/);
  });

  test("a question on which its statement stands; who asked it may still call it answered", () => {
    expect(whyStated(question("aurelia", ["borealia"], false), "aurelia", charter, "en")).toBeUndefined();
    expect(whyStated(question("aurelia", ["borealia"], false), "borealia", charter, "en")).toMatch(/^Off: the statement of borealia/);
    expect(whyStated(question("aurelia", ["aurelia", "borealia"], false), "aurelia", charter, "en")).toBeUndefined();
    expect(whyStated(question("aurelia", ["aurelia", "borealia"], true), "aurelia", charter, "en")).toMatch(/called it answered/);
  });
});
