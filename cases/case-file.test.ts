import { describe, expect, test } from "vitest";
import { CANONICAL_DEPTH } from "@countersign/core/bytes/canonical.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { problemOfBody, readCase, resolveBody, type Act } from "./case-file.ts";

const inBoth = (text: string) => ({ en: text, ru: text });

function smallCase(): {
  [field: string]: unknown;
  circles: Record<string, unknown>[];
  acts: Record<string, unknown>[];
} {
  const charter = {
    nature: "exercise",
    title: inBoth("Small"),
    summary: inBoth("Small"),
    parties: [
      { id: "aurelia", name: inBoth("Aurelia"), role: "party", side: "aurelia" },
      { id: "borealia", name: inBoth("Borealia"), role: "party", side: "borealia" },
    ],
    sides: [
      { id: "aurelia", name: inBoth("Aurelia"), mark: "left" },
      { id: "borealia", name: inBoth("Borealia"), mark: "right" },
    ],
    observers: [],
    statesConcerned: [],
    cosigning: "all",
    caps: { bodyFileBytes: 46_000 },
    tolerances: { clockSeconds: 300, receiveHours: 1 },
  };
  return {
    type: "case",
    version: 1,
    id: "small",
    title: inBoth("Small"),
    opensAt: "2027-03-01T00:00:00Z",
    sources: { gazette: { title: "Gazette", seen: "S" } },
    circles: [
      { id: "one", charter },
      { id: "two", charter: structuredClone(charter) },
    ],
    acts: [
      {
        label: "first",
        circle: "one",
        by: "aurelia",
        at: "2027-02-01T09:00:00Z",
        kind: "event",
        body: { sources: [{ $source: "gazette" }] },
      },
      {
        label: "second",
        circle: "one",
        by: "borealia",
        at: "2027-02-02T09:00:00Z",
        kind: "event",
        body: { of: [{ $id: "first" }], document: { $document: "text" } },
        documents: { text: { from: { $id: "first" } } },
      },
      {
        label: "third",
        circle: "two",
        by: "borealia",
        at: "2027-02-02T09:00:00Z",
        kind: "event",
        body: { again: { $document: "text" } },
      },
    ],
  };
}

function refusalOf(change: (json: ReturnType<typeof smallCase>) => void) {
  const json = smallCase();
  change(json);
  const read = readCase(json);
  if (read.ok) throw new Error("it was read");
  return read.refusal;
}

describe("readCase", () => {
  test("reads a case and puts sources in place of their names", () => {
    const read = readCase(smallCase());
    expect(read.ok && read.value.acts[0]?.body).toEqual({ sources: [{ title: "Gazette", seen: "S" }] });
    expect(read.ok && "sources" in read.value).toBe(false);
  });

  test("names an unknown field by its path, with the act's number and label", () => {
    const refusal = refusalOf((json) => Object.assign(json.acts[1] ?? {}, { heading: "x" }));
    expect(refusal).toMatchObject({ code: "case-unknown-field", where: "acts.1.heading" });
    expect(refusal.sentence).toContain('Act 2 ("second"), field heading');
    expect(refusalOf((json) => Object.assign(json, { comment: "x" }))).toMatchObject({
      code: "case-unknown-field",
      where: "comment",
    });
    expect(refusalOf((json) => Object.assign(json.circles[1]?.["charter"] ?? {}, { nonce: "x" }))).toMatchObject({
      code: "case-unknown-field",
      where: "circles.1.charter.nonce",
    });
  });

  test("names a field that does not read", () => {
    expect(refusalOf((json) => Object.assign(json.acts[0] ?? {}, { at: "2027-02-30T09:00:00Z" }))).toMatchObject({
      code: "case-malformed",
      where: "acts.0.at",
    });
    expect(
      refusalOf((json) => Object.assign(json, { sources: { gazette: { title: "Gazette", seen: "X" } } })),
    ).toMatchObject({ code: "case-malformed", where: "sources.gazette.seen" });
    expect(readCase([])).toMatchObject({ ok: false, refusal: { code: "case-malformed" } });
    expect(readCase(undefined)).toMatchObject({ ok: false, refusal: { code: "case-malformed" } });
  });

  test("refuses a reference that leads nowhere, to a later act, or into another circle", () => {
    const unknown = refusalOf((json) => Object.assign(json.acts[1]?.["body"] ?? {}, { of: [{ $id: "nobody" }] }));
    expect(unknown).toMatchObject({ code: "case-unknown-reference", where: "acts.1.body.of.0" });
    expect(unknown.sentence).toContain('"nobody"');
    expect(refusalOf((json) => Object.assign(json.acts[1]?.["body"] ?? {}, { of: [{ $id: "second" }] }))).toMatchObject(
      { code: "case-unknown-reference" },
    );
    expect(refusalOf((json) => Object.assign(json.acts[2]?.["body"] ?? {}, { of: { $id: "first" } }))).toMatchObject({
      code: "case-unknown-reference",
      where: "acts.2.body.of",
    });
    expect(
      refusalOf((json) => Object.assign(json.acts[0]?.["body"] ?? {}, { document: { $document: "text" } })),
    ).toMatchObject({ code: "case-unknown-reference", where: "acts.0.body.document" });
    expect(
      refusalOf((json) => Object.assign(json.acts[1]?.["documents"] ?? {}, { text: { self: { $document: "text" } } })),
    ).toMatchObject({ code: "case-unknown-reference", where: "acts.1.documents.text.self" });
    expect(
      refusalOf((json) => Object.assign(json.acts[0]?.["body"] ?? {}, { sources: [{ $source: "toString" }] })),
    ).toMatchObject({ code: "case-unknown-reference", where: "acts.0.body.sources.0" });
  });

  test("refuses a label used twice, for acts, documents and circles", () => {
    expect(refusalOf((json) => Object.assign(json.acts[1] ?? {}, { label: "first" }))).toMatchObject({
      code: "case-label-repeated",
      where: "acts.1.label",
    });
    expect(refusalOf((json) => Object.assign(json.acts[2] ?? {}, { documents: { text: {} } }))).toMatchObject({
      code: "case-label-repeated",
      where: "acts.2.documents.text",
    });
    expect(refusalOf((json) => Object.assign(json.circles[1] ?? {}, { id: "one" }))).toMatchObject({
      code: "case-label-repeated",
    });
  });

  test("refuses acts out of the order of time, and says which one stands above", () => {
    const refusal = refusalOf((json) => Object.assign(json.acts[1] ?? {}, { at: "2027-01-31T09:00:00Z" }));
    expect(refusal).toMatchObject({ code: "case-out-of-order", where: "acts.1.at" });
    expect(refusal.sentence).toContain('"first", 2027-02-01T09:00:00Z');
  });

  test("refuses an act of an unknown circle or party", () => {
    expect(refusalOf((json) => Object.assign(json.acts[0] ?? {}, { circle: "three" }))).toMatchObject({
      code: "case-unknown-circle",
      where: "acts.0.circle",
    });
    expect(refusalOf((json) => Object.assign(json.acts[0] ?? {}, { by: "nobody" }))).toMatchObject({
      code: "case-unknown-party",
      where: "acts.0.by",
    });
  });

  test("never mixes natures", () => {
    const refusal = refusalOf((json) =>
      Object.assign(json.circles[1] ?? {}, {
        charter: { ...(json.circles[0]?.["charter"] as object), nature: "reconstruction" },
      }),
    );
    expect(refusal.code).toBe("case-mixed-natures");
  });

  test("refuses JSON that is nested too deep instead of failing on it", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < CANONICAL_DEPTH * 100; depth += 1) deep = [deep];
    expect(refusalOf((json) => Object.assign(json.acts[0]?.["body"] ?? {}, { deep })).code).toBe("case-too-deep");
  });
});

describe("resolveBody", () => {
  const ids = new Map([["first", "a".repeat(64)]]);
  const documents = new Map([["text", "b".repeat(64)]]);

  test("puts ids and hashes in place, at any depth, and leaves the player's own objects", () => {
    const body = {
      of: [{ $id: "first" }],
      deep: { document: { $document: "text" } },
      nonce: { $commitment: "x" },
      plain: 1,
    };
    expect(resolveBody(body, ids, documents)).toEqual({
      ok: true,
      value: { of: ["a".repeat(64)], deep: { document: "b".repeat(64) }, nonce: { $commitment: "x" }, plain: 1 },
    });
  });

  test("refuses what was not made yet", () => {
    expect(resolveBody({ of: [{ $id: "later" }] }, ids, documents)).toMatchObject({
      ok: false,
      refusal: { code: "case-unresolved-reference", where: "of.0" },
    });
  });
});

test("a body that its kind does not allow is named by act and field", () => {
  const made: Act = {
    label: "leak",
    circle: "one",
    by: "aurelia",
    at: "2027-02-01T09:00:00Z",
    kind: "event",
    body: {},
  };
  const event = {
    on: "2027-02-01",
    title: inBoth("x"),
    summary: inBoth("x"),
    final: false,
    sources: [],
    confirmed: true,
  };
  expect(problemOfBody(made, event, kinds)).toBeUndefined();
  expect(problemOfBody(made, { ...event, colour: "x" }, kinds)).toMatchObject({
    code: "case-body-malformed",
    where: "colour",
  });
  expect(problemOfBody(made, { ...event, on: "2027-02-31" }, kinds)).toMatchObject({
    code: "case-body-malformed",
    where: "on",
  });
  expect(problemOfBody({ ...made, kind: "rumour" }, event, kinds)).toMatchObject({ code: "case-unknown-kind" });
});
