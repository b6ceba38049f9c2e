import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { misdeeds } from "./_misdeeds.ts";
import { misdeedTable } from "./_misdeed-table.ts";
import { play } from "./_misdeed-stage.ts";

describe("a party that does what no honest one does, among two others and an observer", () => {
  for (const { what, act, noticed } of misdeeds)
    it(`R11 R13 R15 ${what}`, async () => {
      expect(await play(act)).toEqual(noticed);
    });
});

describe("docs/misdeeds.md", () => {
  it("is as the table makes it: after a change run `npm run misdeeds`", () => {
    expect(readFileSync(new URL("../docs/misdeeds.md", import.meta.url), "utf8")).toBe(misdeedTable());
  });
});
