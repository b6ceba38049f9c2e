/** The way on after a fork (SPEC R16.7): a channel that continues the one whose log stands in two versions. */
import { cpSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { letter } from "@countersign/core/exchange/letter.ts";
import { Folders } from "./_folders.ts";
import { exportCommand } from "./export.ts";
import { fsck } from "./fsck.ts";
import { importCommand } from "./import.ts";
import { init } from "./init.ts";
import { verify } from "./verify.ts";

const PARTIES = ["aurelia", "borealia", "corvia"] as const;
/** Their folders in the new channel. */
const SUCCESSORS = ["anew", "borealia", "corvia"] as const;
let folders: Folders;
let before: string;
let after: string;
const at = (...path: string[]) => folders.at(...path);

beforeAll(async () => {
  folders = new Folders();
  for (const id of PARTIES) {
    await folders.done(init, "--dir", at(id), "--party", id);
  }
  for (const [position, id] of PARTIES.entries()) await folders.done(init, "--dir", at(SUCCESSORS[position] ?? ""), "--party", id, "--circle", "two");
  before = (JSON.parse((await folders.found("charter.json", PARTIES, "public-keys.json")).text) as { channel: string }).channel;
  for (const id of PARTIES) await folders.done(init, "--dir", at(id), "--join", at("charter.json"));
  const around: [string, string][] = [["aurelia", "borealia"], ["borealia", "corvia"], ["corvia", "aurelia"], ["aurelia", "borealia"]];
  for (const [position, [from, to]] of around.entries()) await folders.carry(from, to, before, `round-${position}.tar`);
  // Two folders of one party, each of which goes on and is believed by another.
  cpSync(at("aurelia"), at("double"), { recursive: true });
  await folders.say("aurelia", before, "to borealia", ["borealia"]);
  await folders.say("double", before, "to corvia", ["corvia"]);
  await folders.carry("aurelia", "borealia", before, "one.tar");
  await folders.carry("double", "corvia", before, "other.tar", "aurelia");
  await folders.say("borealia", before, "heard one", ["aurelia"]);
  await folders.say("corvia", before, "heard the other", ["aurelia"]);
  await folders.done(exportCommand, "--dir", at("borealia"), "--channel", before, "--out", at("from-borealia.tar"));
  await folders.done(exportCommand, "--dir", at("corvia"), "--channel", before, "--out", at("from-corvia.tar"));
});

afterAll(() => folders.remove());

const titles = (folder: string) => folders.atRest(folder, async (node) => node.state(after).of(letter).map(({ body, earlier }) => `${body.title.en ?? ""}${earlier === undefined ? "" : ", before"}`));

describe("a channel that continues one whose log was forked", () => {
  it("R16.7 is founded on a bundle that holds both versions, and names the heads of both", async () => {
    // What proves a fork is taken in, and said (1): both then hold both versions.
    for (const [to, from] of [["borealia", "corvia"], ["corvia", "borealia"]] as const)
      expect((await folders.run(importCommand, "--dir", at(to), at(`from-${from}.tar`), "--from", from)).code).toBe(1);
    await folders.done(exportCommand, "--dir", at("borealia"), "--channel", before, "--out", at("both.tar"));
    expect(await folders.run(verify, at("both.tar"))).toMatchObject({ code: 1, text: expect.stringContaining("signed in several versions, 2 of them here") });
    const made = JSON.parse((await folders.found("new.json", SUCCESSORS, "public-keys-two.json", "--previous", at("both.tar"))).text) as { channel: string; previous: { heads: { log: string }[] } };
    after = made.channel;
    expect(made.previous.heads.map(({ log }) => log)).toEqual(["aurelia", "aurelia", "borealia", "corvia"]);
  });

  it("R16.7 a charter that names one of the versions alone is not joined by who holds the other", async () => {
    await folders.found("one-version.json", SUCCESSORS, "public-keys-two.json", "--previous", at("from-borealia.tar"));
    const refused = await folders.run(init, "--dir", at("borealia"), "--join", at("one-version.json"), "--previous", at("from-borealia.tar"));
    expect([refused.code, refused.text]).toEqual(["previous-copy-version", expect.stringContaining("a version of the log of aurelia that the charter does not name")]);
  });

  it("R16.7 is joined by those who hold both versions, and from a new folder by the party whose own is lost", async () => {
    rmSync(at("aurelia"), { recursive: true });
    rmSync(at("double"), { recursive: true });
    const join = (folder: string, charter: string, bundle: string) => folders.run(init, "--dir", at(folder), "--join", at(charter), "--previous", at(bundle));
    // Corvia has not seen all that Borealia went on to say.
    expect((await join("corvia", "new.json", "both.tar")).code).toBe("previous-copy-behind");
    await folders.run(importCommand, "--dir", at("corvia"), at("both.tar"), "--from", "borealia");
    for (const folder of SUCCESSORS) expect(await join(folder, "new.json", "both.tar")).toMatchObject({ code: 0 });
  });

  it("R16.7 every log goes on in it, and all who read it are told the same of both versions", async () => {
    const around: [string, string, string][] = [["anew", "borealia", "aurelia"], ["borealia", "corvia", "borealia"], ["corvia", "anew", "corvia"], ["anew", "borealia", "aurelia"]];
    for (const [position, [from, to, by]] of around.entries()) await folders.carry(from, to, after, `next-${position}.tar`, by);
    await folders.say("anew", after, "gone on", ["borealia"]);
    await folders.carry("anew", "borealia", after, "next-4.tar", "aurelia");
    await folders.carry("borealia", "corvia", after, "next-5.tar");
    const expected = ["to borealia, before", "to corvia, before", "heard one, before", "heard the other, before", "gone on"];
    for (const folder of SUCCESSORS) expect((await titles(folder)).toSorted(), folder).toEqual(expected.toSorted());
    for (const folder of ["borealia", "corvia"]) {
      await folders.done(exportCommand, "--dir", at(folder), "--channel", after, "--out", at(`end-${folder}.tar`));
      const verdict = JSON.parse(await folders.done(verify, at(`end-${folder}.tar`), "--channel", after, "--json")) as { ok: boolean; observations: { code: string }[] };
      expect([verdict.ok, verdict.observations.filter(({ code }) => code === "previous-fork").length], folder).toEqual([true, 1]);
      await folders.done(fsck, "--dir", at(folder));
    }
  });
});
