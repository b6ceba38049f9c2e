/** The files of every released version under today's code: a record must be checkable, with the same findings, years after it was made. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { FILES, whatItSays } from "./_golden.ts";

const folder = new URL(".", import.meta.url);
const versions = readdirSync(folder, { withFileTypes: true }).flatMap((found) =>
  found.isDirectory() ? [found.name] : [],
);
const kept = z.record(z.string(), z.unknown());

describe("the files of released versions", () => {
  it("are here", () => expect(versions).toContain("v0.1.0"));

  it.each(versions)("R18 R19 say what they said: %s", { timeout: 120_000 }, async (version) => {
    const read = (name: string) => readFileSync(new URL(`${version}/${name}`, folder));
    const said = kept.parse(JSON.parse(read(FILES.says).toString()));
    // As JSON, because that is how they were kept. Later versions may say more about each thing, and nothing else.
    const says = kept.parse(JSON.parse(JSON.stringify(await whatItSays(read))));
    expect(Object.keys(said).sort()).toEqual(["entry", "fork", "tenYearsLater", "verdict"]);
    expect(says).toMatchObject(said);
    expect(said["verdict"]).toMatchObject({ ok: true, intact: true, anchored: true, policy: { accepted: true } });
    expect(says["tenYearsLater"]).not.toEqual(says["verdict"]);
  });
});
