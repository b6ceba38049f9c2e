import { readdirSync } from "node:fs";
import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { describe, expect, test } from "vitest";

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
const banned =
  /\b(verified|trusted|secure|compliant|violation|safe|guaranteed|all good)\b|проверен[оа] и верн|надёжн|гарантирован|нарушени/i;

/** Names of the arguments and elements of a sentence, sorted. */
function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  const names = new Set<string>();
  const walk = (list: readonly MessageFormatElement[]): void => {
    for (const element of list) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      names.add(element.value);
      if (element.type === TYPE.tag) walk(element.children);
      if (element.type === TYPE.plural || element.type === TYPE.select)
        for (const option of Object.values(element.options)) walk(option.value);
    }
  };
  walk(elements);
  return [...names].sort();
}

describe.each(files)("messages/%s", async (file) => {
  const exported = Object.values(
    (await import(`./${file}`)) as Record<string, { en: Record<string, string>; ru: Record<string, string> }>,
  );

  test("both languages have the same keys with the same arguments", () => {
    expect(exported.length).toBeGreaterThan(0);
    for (const { en, ru } of exported) {
      expect(Object.keys(ru).sort()).toEqual(Object.keys(en).sort());
      for (const [key, sentence] of Object.entries(en))
        expect({ key, arguments: argumentsOf(parse(ru[key] ?? "")) }).toEqual({
          key,
          arguments: argumentsOf(parse(sentence)),
        });
    }
  });

  test("words that judge are never used", () => {
    for (const { en, ru } of exported)
      for (const [key, sentence] of [...Object.entries(en), ...Object.entries(ru)])
        expect(banned.test(sentence) ? `${key}: ${sentence}` : "").toBe("");
  });
});
