import { readFileSync } from "node:fs";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { refusal } from "@countersign/core/refusal.ts";
import { inertMessages } from "../../messages/inert.ts";
import { LanguageProvider, type Language } from "../../parts/language.tsx";
import { InertReason } from "./inert-reason.tsx";

const codes = Object.keys(inertMessages.en).flatMap((key) => (key.startsWith("why_") ? [key.slice(4)] : []));

function shown(language: Language, code: string, detailed = false): string {
  return renderToStaticMarkup(
    <LanguageProvider language={language}>
      <InertReason inert={{ waiting: false, why: refusal(code, "Its file annex.txt is not here.") }} detailed={detailed} />
    </LanguageProvider>,
  );
}

describe("why an entry has no effect", () => {
  it("is said in Russian for every code that has words, each of which a refusal has", () => {
    const refusals = readFileSync(new URL("../../../docs/refusals.md", import.meta.url), "utf8");
    for (const code of codes) {
      expect(refusals).toContain(`| \`${code}\` |`);
      expect(shown("ru", code)).not.toMatch(/[A-Za-z]/);
    }
    expect(new Set(codes.map((code) => shown("ru", code))).size).toBe(codes.length);
  });

  it("keeps what only the refusal's own sentence says: in the opened entry, and wherever there are no words", () => {
    expect(shown("ru", "entry-waits-for-file")).not.toContain("annex.txt");
    expect(shown("ru", "entry-waits-for-file", true)).toContain('<span lang="en"> Its file annex.txt is not here.</span>');
    expect(shown("ru", "entry-unreadable", true)).toBe(shown("ru", "entry-unreadable"));
    expect(shown("ru", "letter-to-stranger")).toContain("annex.txt");
  });
});
