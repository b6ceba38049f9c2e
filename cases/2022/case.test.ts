import { expect, test } from "vitest";
import { z } from "zod";
import { source } from "@countersign/core/bytes/fields.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { contact } from "@countersign/core/exchange/contact.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { position } from "@countersign/core/exchange/position.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { textDocument } from "@countersign/core/text/text-document.ts";
import { problemOfBody, resolveBody } from "../case-file.ts";
import { openCase2022 } from "./_opened.ts";

const { read, states, row } = openCase2022();

test("every body follows the schema of its kind, and every statement applies", () => {
  const anyHash = { get: () => "a".repeat(64) } as unknown as ReadonlyMap<string, string>;
  for (const made of read.acts) {
    const body = resolveBody(made.body, anyHash, anyHash);
    expect(body.ok && problemOfBody(made, body.value, kinds), made.label).toBeUndefined();
  }
  for (const state of states) expect(state.inert).toEqual([]);
});

test("is a reconstruction from the first to the last day, and no hour is invented", () => {
  expect(read.circles.map(({ charter }) => charter.nature)).toEqual(["reconstruction", "reconstruction"]);
  for (const { at, label } of read.acts) expect(at, label).toMatch(/T1[23]:\d\d:00Z$/);
  expect(read.acts[0]?.at.slice(0, 10)).toBe("2021-12-15");
  expect(read.acts.at(-1)?.at.slice(0, 10)).toBe("2022-02-24");
});

test("speaks English and Russian everywhere", () => {
  const check = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((item: unknown, index) => check(item, `${path}.${index}`));
    else if (typeof value === "object" && value !== null) {
      if ("en" in value || "ru" in value) expect(Object.keys(value).toSorted(), path).toEqual(["en", "ru"]);
      else for (const [key, item] of Object.entries(value)) check(item, `${path}.${key}`);
    }
  };
  check(read, "case");
});

test("marks everything that rests on memory, and nothing that was seen, as unconfirmed", () => {
  const provenance = z.object({ confirmed: z.boolean(), sources: z.array(source) });
  let unconfirmed = 0;
  for (const { label, body } of read.acts) {
    const found = provenance.safeParse(body);
    if (!found.success) continue;
    const { confirmed, sources } = found.data;
    expect(confirmed, label).toBe(sources.length > 0 && sources.every(({ seen }) => seen !== "M"));
    expect("unconfirmedPart" in body && confirmed, label).toBe(false);
    if (!confirmed) unconfirmed += 1;
  }
  expect(unconfirmed).toBeGreaterThan(10);
  for (const { charter } of read.circles)
    for (const state of charter.statesConcerned) expect(state.confirmed).toBe(false);
});

test("what is known only from memory is unconfirmed, whole or in part", () => {
  const partOf = (number: number, party: string) =>
    row(number)
      .cells.find((cell) => cell.party === party)
      ?.history.map(({ statement: { body } }) => [body.confirmed, body.unconfirmedPart?.en]);
  for (const number of [2, 17]) expect(partOf(number, "russian-federation")).toEqual([[false, undefined]]);
  expect(partOf(7, "united-states")).toEqual([[false, "Bombers"]]);
  expect(partOf(12, "nato")).toEqual([[false, undefined]]);
  expect(partOf(12, "russian-federation")).toEqual([[false, "Sites, training and exercises"]]);
  expect(partOf(13, "russian-federation")?.at(-1)).toEqual([false, "Detail of Article 4"]);
  expect(partOf(14, "russian-federation")).toEqual([[false, "Brigade level"]]);
});

test("names in each circle only its own parties, and positions only on its own agenda", () => {
  for (const state of states) {
    const parties = state.charter.parties.map(({ id }) => id);
    const provisions = state.of(agenda).flatMap(({ body }) => body.provisions);
    for (const { addressedTo } of provisions) for (const party of addressedTo) expect(parties).toContain(party);
    for (const { body } of state.of(position)) expect(provisions.map(({ id }) => id)).toContain(body.provision);
  }
});

test("the two drafts have 8 and 9 articles, all summaries, unconfirmed where they are known only from memory", () => {
  const articles = (label: string) => {
    const document = read.acts.find((made) => made.label === label)?.documents?.[`${label}-text`];
    return textDocument.parse(document).provisions;
  };
  const unconfirmed = (label: string) =>
    articles(label)
      .filter(({ confirmed }) => !confirmed)
      .map(({ number }) => number);
  expect(articles("draft-treaty")).toHaveLength(8);
  expect(articles("draft-agreement")).toHaveLength(9);
  expect([...articles("draft-treaty"), ...articles("draft-agreement")].every(({ summary }) => summary)).toBe(true);
  expect(unconfirmed("draft-treaty")).toEqual(["2", "7", "8"]);
  expect(unconfirmed("draft-agreement")).toEqual(["4", "7", "8", "9"]);
});

test("every venue that is named stands on the circle's agenda", () => {
  for (const state of states) {
    const venues = state.of(agenda).flatMap(({ body }) => body.venues.map(({ id }) => id));
    const named = [
      ...state.of(letter).flatMap(({ body }) => body.venues),
      ...state.of(position).flatMap(({ body }) => body.venues),
      ...state.of(contact).flatMap(({ body }) => body.venue ?? []),
    ];
    for (const venue of named) expect(venues).toContain(venue);
  }
});
