/** A bundle with a log that its owner has signed in several versions. */
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { toBase64 } from "../bytes/base64.ts";
import { prepareStatement, readStatement, sealStatement } from "../channel/statement.ts";
import { kinds } from "../kinds.ts";
import { statementKeyIds } from "../signing/key-id.ts";
import { forge } from "./_forge.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import { verifyBundle, type VerifyOptions } from "./verify.ts";
import { writeBundle } from "./write.ts";

const verify = rememberingVerify();

function written(result: ReturnType<typeof writeBundle>): Uint8Array {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}

const check = (bytes: Uint8Array, options: Partial<VerifyOptions> = {}) => verifyBundle(bytes, { verify, kinds, ...options });

describe("forks in a bundle", () => {
  async function forked(): Promise<Uint8Array> {
    const two = await new SmallRecord().begin();
    await two.say("aurelia", "release", { statements: ["11".repeat(32)] });
    const first = await two.branch("aurelia");
    two.rewind("aurelia", 1);
    await two.say("aurelia", "release", { statements: ["22".repeat(32)] });
    await two.say("aurelia", "release", { statements: ["33".repeat(32)] });
    const { branches, ...rest } = await two.holdings();
    return written(writeBundle({ ...rest, branches: [first, ...branches] }));
  }

  it("R15 names the fork with the sentence of its proof; R16 keeps both branches", async () => {
    const verdict = await check(await forked());
    expect(verdict).toMatchObject({ ok: false, problems: [{ code: "fork", where: "log/aurelia/branch-1" }] });
    expect(verdict.problems[0]?.text).toContain("signed a head of size 2 and a head of size 3");
    expect(verdict.parties[0]?.size).toBe(2);
  });

  it("R16 counts what another party saw in either branch, whichever comes first", async () => {
    const paper = (hex: string) => ({ document: hex.repeat(32), what: "document", form: "sign" });
    const two = await new SmallRecord().begin();
    await two.say("aurelia", "sign", paper("11"), [encodeUtf8("told to borealia")]);
    await two.say("borealia", "sign", paper("11"));
    await two.say("aurelia", "sign", paper("12"));
    const told = await two.branch("aurelia");
    two.rewind("aurelia", 1);
    await two.say("aurelia", "sign", paper("22"), [encodeUtf8("told to nobody")]);
    await two.say("aurelia", "sign", paper("33"));
    const other = await two.branch("aurelia");
    const { branches, ...rest } = await two.holdings();
    const borealia = branches.filter(({ party }) => party === "borealia");
    const of = (...aurelia: typeof branches) => check(written(writeBundle({ ...rest, branches: [...aurelia, ...borealia] })));
    const [one, swapped] = [await of(told, other), await of(other, told)];
    for (const verdict of [one, swapped]) {
      expect(verdict.problems.map(({ code }) => code)).toEqual(["fork"]);
      // Two charters, what borealia heard, and its answer.
      expect(verdict.statements).toBe(4);
      expect(verdict.observations.filter(({ code }) => code === "log-parted")).toEqual([
        {
          code: "log-parted",
          where: "aurelia 1",
          text: "The log of aurelia was signed in several versions, 2 of them here, that part at entry 1. From there on 1 entry has effect because statements of borealia saw it; 3 entries have none.",
        },
      ]);
    }
    const places = ({ inert }: typeof one) => inert.map(({ author, index, branch }) => [author, index, branch]);
    expect(places(one)).toEqual([["aurelia", 1, 1], ["aurelia", 2, undefined], ["aurelia", 2, 1]]);
    expect(places(swapped)).toEqual([["aurelia", 1, undefined], ["aurelia", 2, undefined], ["aurelia", 2, 1]]);
    const early = await check(written(writeBundle({ ...rest, branches: [told, other, ...borealia] })), { asOf: "2027-03-01T00:02:00Z" });
    expect(early.observations.filter(({ code }) => code === "later").map(({ text }) => text)).toEqual([
      "aurelia: 2 entries in the versions of its log are dated after 2027-03-01T00:02:00Z and are not counted.",
      "borealia: entries from number 1 on are dated after 2027-03-01T00:02:00Z and are not counted.",
    ]);
  });

  it("R16 folds no branch whose head its owner has not signed", async () => {
    const verdict = await check(forge(await forked(), (parts) => {
      const path = "log/aurelia/branch-1/checkpoint";
      const lines = new TextDecoder().decode(parts.get(path)).split("\n");
      parts.set(path, encodeUtf8(lines.map((line) => (line.startsWith("— aurelia") ? line.replace(/.{8}$/, "AAAAAAA=") : line)).join("\n")));
    }));
    expect(verdict.ok).toBe(false);
    expect(verdict.observations.filter(({ code }) => code === "log-parted")).toEqual([]);
    expect(verdict.inert).toEqual([]);
  });

  it("R16 takes no branch that contradicts nothing", async () => {
    const two = await new SmallRecord().begin();
    const first = await two.branch("aurelia");
    await two.say("aurelia", "release", { statements: ["11".repeat(32)] });
    const { branches, ...rest } = await two.holdings();
    expect(await check(written(writeBundle({ ...rest, branches: [first, ...branches] })))).toMatchObject({
      ok: false,
      problems: [{ code: "branch-without-fork" }],
    });
  });

  it("R15 notices a statement that contradicts the log it stands in", async () => {
    const two = await new SmallRecord().begin();
    const log = two.log("aurelia");
    await two.say("aurelia", "release", { statements: ["11".repeat(32)] });
    const honest = readStatement(log.entries[1] ?? new Uint8Array(0));
    if (!honest.ok) throw new Error(honest.refusal.sentence);
    const payload = {
      ...honest.value.payload,
      seen: honest.value.payload.seen.map((head) =>
        head.log === "aurelia" ? { ...head, root: toBase64(new Uint8Array(32)) } : head,
      ),
    };
    const prepared = prepareStatement(payload);
    if (!prepared.ok) throw new Error(prepared.refusal.sentence);
    const made = await log.keys.statement.signer.sign(prepared.value.signedBytes);
    const ids = statementKeyIds(log.keys.statement.named.name, log.keys.statement.named.pair);
    two.append(
      "aurelia",
      sealStatement(payload, prepared.value.payloadBytes, [
        { keyid: ids.ed25519, sig: made.ed25519 },
        { keyid: ids.mldsa44, sig: made.mldsa44 },
      ]),
    );
    const verdict = await check(written(writeBundle(await two.holdings())));
    expect(verdict.problems.map(({ code, where }) => [code, where])).toEqual([["fork", "aurelia 2"]]);
    expect(verdict.inert.map(({ author, index }) => [author, index])).toEqual([["aurelia", 2]]);
  });
});
