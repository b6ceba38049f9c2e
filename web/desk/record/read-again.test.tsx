import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { LanguageProvider, type Language } from "../../parts/language.tsx";
import { ReadAgain } from "./read-again.tsx";

const shown = (language: Language, last: Parameters<typeof ReadAgain>[0]["last"]): string =>
  renderToStaticMarkup(
    <LanguageProvider language={language}>
      <ReadAgain last={last} />
    </LanguageProvider>,
  ).replaceAll(/<[^>]*>/g, "");

test("a node says when it last read all its files again, how many, and in which of them it found damage", () => {
  const sound = { at: "2027-03-11T02:07:00Z", files: 5412, damage: [] };
  expect(shown("en", undefined)).toBe("");
  expect(shown("en", sound)).toBe("This node last read all its files again at 2027-03-11 02:07 UTC: 5,412 files, no damage found.");
  expect(shown("ru", sound)).toMatch(/2027-03-11 02:07 UTC: 5.412 файлов, повреждений не найдено\.$/);
  const damaged = { ...sound, damage: ["logs/a", "logs/b", "logs/c", "logs/d", "logs/e"] };
  expect(shown("en", damaged)).toContain("damage found in 5: logs/a, logs/b, logs/c, 2 more. At the node countersign fsck says");
  expect(shown("ru", damaged)).toContain("повреждённых: 5 (logs/a, logs/b, logs/c, ещё 2).");
  expect(shown("ru", { ...sound, damage: ["logs/a"] })).toContain("повреждённых: 1 (logs/a).");
});
