/** `docs/lessons.md` has all lessons, and every test that it names is there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const rows = [...readFileSync(join(root, "docs/lessons.md"), "utf8").matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| (.*?) ?\|$/gm)].map(
  ([, number = "", happened = "", here = "", carried = ""]) => ({ number: Number(number), happened, here, carried }),
);

describe("lessons of others", () => {
  it("are all there, in order, each with where it happened", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 46 }, (_, index) => index + 1));
    expect(rows.filter(({ happened }) => !/\(.*[\w-]+(?:\/[\w.-]+)?(?:#\d+|, |\)).*$/.test(happened))).toEqual([]);
  });

  it("are carried by tests that exist, or say why they cannot happen", () => {
    const missing: string[] = [];
    for (const { number, here, carried } of rows) {
      const named = [...carried.matchAll(/`([^`]+)` "([^"]+)"(?:; |$)/g)];
      if (named.map(([whole]) => whole).join("") !== carried) missing.push(`${number}: not read: ${carried}`);
      if ((named.length === 0) !== here.startsWith("Cannot happen here: ")) missing.push(`${number}: neither a test nor a reason, or both`);
      for (const [, file = "", title = ""] of named) {
        const source = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
        if (!["\"", "`"].some((quote) => new RegExp(`\\b(?:it|test)(?:\\.\\w+)?\\(\\s*${quote}${RegExp.escape(title)}${quote}`).test(source)))
          missing.push(`${number}: ${file} has no test "${title}"`);
      }
    }
    expect(missing).toEqual([]);
  });
});
