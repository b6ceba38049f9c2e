import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { HYBRID_RECIPIENT } from "../channel/attachment.ts";
import { kinds } from "../kinds.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import { verifyBundle, type Verdict } from "./verify.ts";
import { writeBundle, writeContinuingBundle, writeReleasedBundle } from "./write.ts";

const verify = rememberingVerify();
const BOTH = ["aurelia", "borealia"];
const body = { on: "2027-03-01", title: { en: "T" }, summary: { en: "S" }, of: [], by: { outsiders: { en: "a paper" } }, sources: [], confirmed: true };
const ageFile = (...kindsOf: string[]) =>
  encodeUtf8(`age-encryption.org/v1\n${kindsOf.map((kind) => `-> ${kind} AAAA\nAAAA\n`).join("")}--- ${"A".repeat(43)}\nciphertext`);

async function noted(
  ciphertext: Uint8Array,
  write: (small: SmallRecord) => Promise<ReturnType<typeof writeBundle>> = async (small) => writeBundle(await small.holdings()),
): Promise<Verdict> {
  const small = await new SmallRecord().begin();
  await small.say("aurelia", "publication", body, [{ ciphertext, readers: BOTH }]);
  const bundle = await write(small);
  if (!bundle.ok) throw new Error(bundle.refusal.sentence);
  return verifyBundle(bundle.value, { verify, kinds });
}

const codes = ({ observations }: Verdict) => observations.map(({ code }) => code);

describe("attachments in a verdict", () => {
  it("R6 R18 says that what stands in them was not checked, and leaves the bundle whole", async () => {
    const verdict = await noted(ageFile(HYBRID_RECIPIENT, HYBRID_RECIPIENT));
    expect([verdict.ok, verdict.statements, codes(verdict)]).toEqual([true, 3, ["attachments-closed"]]);
  });

  it("R6 says of a header that it names more recipients than readers, others than hybrid ones, or that it is none", async () => {
    for (const [file, code, words] of [
      [ageFile(HYBRID_RECIPIENT, HYBRID_RECIPIENT, HYBRID_RECIPIENT), "attachment-readers-differ", "2 readers and is encrypted to 3 recipients"],
      [ageFile(HYBRID_RECIPIENT, "X25519"), "attachment-mixed", "not hybrid"],
      [encodeUtf8("in clear"), "attachment-malformed", "no age file"],
    ] as const) {
      const verdict = await noted(file);
      expect([verdict.ok, codes(verdict)]).toEqual([true, [code, "attachments-closed"]]);
      expect(verdict.observations[0]).toMatchObject({ where: "aurelia 1", text: expect.stringContaining(words) });
    }
  });

  it("R6 R18 lists one that is not there, in a whole bundle and in one that continues", async () => {
    for (const write of [writeBundle, (holdings: Parameters<typeof writeBundle>[0]) => writeContinuingBundle(holdings, new Map([["aurelia", 1]]))]) {
      const verdict = await noted(ageFile(HYBRID_RECIPIENT, HYBRID_RECIPIENT), async (small) => write({ ...(await small.holdings()), files: new Map() }));
      expect([verdict.ok, codes(verdict).filter((code) => code.startsWith("attachment"))]).toEqual([true, ["attachment-missing"]]);
      expect(verdict.observations.find(({ code }) => code === "attachment-missing")).toMatchObject({ where: "aurelia 1", text: expect.stringContaining("for aurelia, borealia, is not in this bundle") });
    }
  });

  it("R17 R18 go into no bundle of what was released, though another statement has named the same bytes as a body file", async () => {
    const verdict = await noted(ageFile(HYBRID_RECIPIENT), async (small) => {
      const [ciphertext] = small.files.values();
      await small.say("aurelia", "publication", body, [ciphertext ?? new Uint8Array(0)]);
      const { branches, ...rest } = await small.holdings();
      const released = branches.map(({ party, head, entries: [, first] }) => ({
        party,
        head,
        tree: small.log(party).tree,
        entries: new Map(party === "aurelia" && first !== undefined ? [[1, first]] : []),
      }));
      return writeReleasedBundle({ ...rest, logs: released });
    });
    expect([verdict.ok, codes(verdict)]).toEqual([true, ["partial", "attachments-withheld"]]);
  });
});
