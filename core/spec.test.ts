import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const rules = [...readFileSync(join(root, "core/SPEC.md"), "utf8").matchAll(/^## R(\d+) /gm)].map(([, number]) =>
  Number(number),
);

/** Every file of the rooms whose tests name rules. */
function files(ending: RegExp): string[] {
  const rooms = ["core", "wire", "server", "cli"];
  return rooms
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((path) => join(root, room, path)),
    )
    .filter((path) => ending.test(path) && !path.includes("node_modules"));
}

describe("SPEC.md", () => {
  it("numbers its rules from R1 on, without a gap", () => {
    expect(rules).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
  });

  it("has a rule for every number that a test's title or a comment names", () => {
    const unknown: string[] = [];
    for (const file of files(/\.tsx?$/)) {
      const text = readFileSync(file, "utf8");
      for (const [, number] of text.matchAll(
        /(?:\b(?:it|test|describe)(?:\.\w+)?(?:\([^"'`]*\))?\(\s*["'`]|SPEC )R(\d+)/g,
      ))
        if (!rules.includes(Number(number))) unknown.push(`${file}: R${number}`);
    }
    expect(unknown).toEqual([]);
  });

  it("has a test for every rule", () => {
    const titles = files(/\.test\.ts$/).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\b(?:it|test)(?:\.\w+)?(?:\([^"'`]*\))?\(\s*["'`]R(\d+)/g)].map(
        ([, number]) => Number(number),
      ),
    );
    expect(rules.filter((rule) => !titles.includes(rule))).toEqual([]);
  });
});
