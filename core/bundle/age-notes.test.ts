import { beforeAll, describe, expect, it } from "vitest";
import { kinds } from "../kinds.ts";
import { formatInstant, parseInstant } from "../bytes/instant.ts";
import { forge } from "./_forge.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import { verifyBundle } from "./verify.ts";
import { writeBundle } from "./write.ts";

const verify = rememberingVerify();
let bundle: Uint8Array;
let newest: string;

beforeAll(async () => {
  const holdings = await (await new SmallRecord({ observer: true }).begin()).holdings();
  const written = writeBundle(holdings);
  if (!written.ok) throw new Error(written.refusal.sentence);
  bundle = written.value;
  const { parties } = await verifyBundle(bundle, { verify, kinds });
  newest = parties.flatMap(({ cosignedBy }) => cosignedBy.map(({ at }) => at)).reduce((latest, at) => (at > latest ? at : latest), "");
});

const datedAfter = (seconds: number) => formatInstant((parseInstant(newest) ?? 0) + seconds);
const said = async (asOf: string, asked?: string) => {
  const { ok, observations } = await verifyBundle(forge(bundle, () => undefined, { asOf }), { verify, kinds, ...(asked === undefined ? {} : { asOf: asked }) });
  expect(ok).toBe(true);
  return observations.filter(({ code }) => code === "nothing-signed-since").map(({ text }) => text);
};

describe("the age of a bundle", () => {
  it("R18 is told where the moment on it is more than a day after the last thing that was signed in it", async () => {
    const [text = "", ...more] = await said(datedAfter(86_401));
    expect([text.includes(newest), text.includes(datedAfter(86_401)), more]).toEqual([true, true, []]);
    for (const seconds of [86_400, 0, -3600]) expect(await said(datedAfter(seconds))).toEqual([]);
  });

  it("R18 is that of the bundle, whatever moment its reader asks for", async () => {
    expect(await said(datedAfter(60), datedAfter(864_000))).toEqual([]);
    expect(await said(datedAfter(864_000), datedAfter(60))).toHaveLength(1);
  });
});
