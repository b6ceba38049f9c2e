import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { incompleteLog, type IncompleteLog } from "@countersign/wire/endpoints.ts";
import { LanguageProvider, languages, type Language } from "../../parts/language.tsx";
import type { Circle } from "../circle.ts";
import { Incomplete } from "./incomplete.tsx";

const parties = [{ id: "aurelia", name: { en: "Aurelia", ru: "Аурелия" } }];

function shown(language: Language, incomplete: IncompleteLog | undefined): string {
  const logs = new Map(incomplete === undefined ? [] : [["aurelia", incomplete]]);
  const circle = { charter: { parties, observers: [] }, incomplete: logs, heads: new Map(), partial: false, leaves: new Map([["aurelia", [new Uint8Array(1)]]]) };
  return renderToStaticMarkup(
    <LanguageProvider language={language}>
      <Incomplete circle={circle as unknown as Circle} />
    </LanguageProvider>,
  );
}

describe("a log that is not complete here", () => {
  it.each(languages)("is said to be, with what is held, what is missing and since when (%s)", (language) => {
    const base = { size: 9, since: "2027-03-11T02:07:00Z" };
    const plain = shown(language, base);
    expect(plain).toContain(language === "en" ? "9 entries, of which 1" : "9 записей, здесь хранится: 1");
    expect(plain).toContain("02:07");
    const reasons = incompleteLog.shape.missing.unwrap().options.map((missing) => shown(language, { ...base, missing, entry: 1, from: "aurelia" }));
    expect(new Set([plain, ...reasons]).size).toBe(reasons.length + 1);
    expect(shown(language, undefined)).toBe("");
  });
});
