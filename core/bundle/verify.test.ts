import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { channelId, charterBytes, type Charter } from "../channel/charter.ts";
import { FileMap } from "../channel/held-files.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { kinds } from "../kinds.ts";
import { forge } from "./_forge.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import { readTar } from "./tar.ts";
import { policyForChannel } from "../log/channel-policy.ts";
import { formatPolicy, parsePolicy, type Policy } from "../log/tlog-policy.ts";
import { verifyBundle, type VerifyOptions } from "./verify.ts";
import { writeBundle, writeReleasedBundle, type WholeBundle } from "./write.ts";

const verify = rememberingVerify();
let small: SmallRecord;
let holdings: WholeBundle;
let bundle: Uint8Array;

beforeAll(async () => {
  small = await new SmallRecord({ observer: true }).begin();
  const id = await small.say("aurelia", "release", { statements: ["00".repeat(32)] });
  await small.say("borealia", "release", { statements: [id] });
  holdings = await small.holdings();
  bundle = written(writeBundle(holdings));
});

function written(result: ReturnType<typeof writeBundle>): Uint8Array {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}

const check = (bytes: Uint8Array, options: Partial<VerifyOptions> = {}) =>
  verifyBundle(bytes, { verify, kinds, ...options });

describe("the verdict on a bundle", () => {
  it("R18 says what a whole bundle holds, and that nobody has vouched for its channel", async () => {
    const verdict = await check(bundle);
    expect(Object.keys(verdict)).toEqual([
      "ok",
      "intact",
      "channel",
      "nature",
      "anchored",
      "anchoredBy",
      "policy",
      "asOf",
      "rules",
      "parties",
      "continues",
      "statements",
      "inert",
      "observations",
      "problems",
      "notChecked",
      "findings",
    ]);
    expect(verdict).toMatchObject({
      ok: true,
      channel: small.channel,
      nature: "exercise",
      anchored: false,
      asOf: holdings.asOf,
      rules: 1,
      statements: 4,
      inert: [],
      observations: [],
      problems: [],
      findings: [],
    });
    expect(
      verdict.parties.map(({ id, size, cosignedBy }) => [id, size, cosignedBy.map((cosigned) => cosigned.id)]),
    ).toEqual([
      ["aurelia", 2, ["borealia", "observer"]],
      ["borealia", 2, ["aurelia", "observer"]],
    ]);
    expect(verdict.parties[0]?.fingerprints.root).toMatch(/^[0-9a-f]{64}$/);
    expect(await check(bundle)).toEqual(verdict);
  });

  it("R1 is anchored by a channel id or by log keys from elsewhere, and says when they are others", async () => {
    expect(await check(bundle, { channel: small.channel })).toMatchObject({ ok: true, anchored: true });
    expect(await check(bundle, { channel: "00".repeat(32) })).toMatchObject({
      ok: false,
      anchored: false,
      problems: [{ code: "another-channel" }],
    });
    const all = policyForChannel(small.charter);
    expect(await check(bundle, { policy: all })).toMatchObject({ ok: true, anchored: true, anchoredBy: ["log-keys"] });
    expect(await check(bundle, { policy: all, channel: small.channel })).toMatchObject({
      ok: true,
      anchoredBy: ["channel", "log-keys"],
    });
    for (const logs of [all.logs.slice(0, 2), all.logs.slice(0, 3)])
      expect(await check(bundle, { policy: { ...all, logs } })).toMatchObject({
        ok: false,
        intact: true,
        anchored: false,
        anchoredBy: [],
        problems: [{ code: "key-not-trusted" }],
        policy: { accepted: false, logs: [{ log: "aurelia", accepted: true }, { log: "borealia", listed: false }] },
      });
  });

  it("R18 keeps apart whether it is intact, whose it is and whether a policy accepts each log's newest head", async () => {
    const policy = policyForChannel(small.charter);
    const ahead = await new SmallRecord({ observer: true }).begin();
    await ahead.say("aurelia", "release", { statements: ["11".repeat(32)] });
    const { branches, ...rest } = await ahead.holdings();
    const byObserver = branches.map(({ head, ...branch }) => ({
      ...branch,
      head: head.split("\n").filter((line) => branch.party !== "aurelia" || !line.includes("borealia")).join("\n"),
    }));
    const uncosigned = written(writeBundle({ ...rest, branches: byObserver }));
    expect(ahead.channel).toBe(small.channel);
    const verdict = await check(uncosigned, { policy });
    expect([verdict.ok, verdict.intact, verdict.anchored, verdict.policy?.accepted]).toEqual([true, true, true, false]);
    expect(verdict.policy?.logs).toEqual([
      {
        log: "aurelia",
        size: 2,
        accepted: false,
        listed: true,
        cosignedBy: ["observer/witness/ed25519", "observer/witness/ml-dsa-44"],
        missing: [
          { name: "mirrors", threshold: 1, met: [], unmet: ["aurelia/mirror", "borealia/mirror"] },
          { name: "aurelia/mirror", threshold: 2, met: [], unmet: ["aurelia/mirror/ed25519", "aurelia/mirror/ml-dsa-44"] },
          { name: "borealia/mirror", threshold: 2, met: [], unmet: ["borealia/mirror/ed25519", "borealia/mirror/ml-dsa-44"] },
        ],
      },
      expect.objectContaining({ log: "borealia", accepted: true, missing: [] }),
    ]);
    const one = (text: string): Policy => {
      const parsed = parsePolicy(formatPolicy(policy).replace("quorum mirrors\n", text));
      if (!parsed.ok) throw new Error(parsed.refusal.sentence);
      return parsed.value;
    };
    expect((await check(uncosigned, { policy: one("quorum none\n") })).policy?.accepted).toBe(true);
    expect((await check(uncosigned, { policy: one("quorum observer/witness\n") })).policy?.accepted).toBe(true);
    expect((await check(bundle, { policy })).policy?.accepted).toBe(true);
  });

  it("R1 R18 log keys vouch for no charter that their logs have not signed: the same logs under another one are not anchored", async () => {
    const policy = policyForChannel(small.charter);
    const other: Charter = { ...small.charter, nature: "real", title: { en: "What nobody has signed" } };
    const under = (bytes: Uint8Array) =>
      forge(bytes, (parts) => parts.set("charter.json", charterBytes(other)), { channel: channelId(other), nature: other.nature });
    const released = written(
      writeReleasedBundle({
        ...holdings,
        logs: holdings.branches.map(({ party, head }) => ({ party, head, tree: small.log(party).tree, entries: new Map() })),
      }),
    );
    for (const bytes of [under(bundle), under(released), released]) {
      const verdict = await check(bytes, { policy });
      expect([verdict.intact, verdict.anchored, verdict.anchoredBy]).toEqual([true, false, []]);
      expect(verdict.notChecked).toContainEqual(expect.objectContaining({ code: "charter-not-shown", where: "borealia" }));
    }
    expect(await check(under(bundle), { policy, channel: small.channel })).toMatchObject({ ok: false, anchored: false });
    // Whose entries stand in a log that was released was signed under this charter.
    const shown = written(
      writeReleasedBundle({
        ...holdings,
        logs: holdings.branches.map(({ party, head, entries: [first = new Uint8Array(0)] }) => ({ party, head, tree: small.log(party).tree, entries: new Map([[0, first]]) })),
      }),
    );
    expect(await check(shown, { policy })).toMatchObject({ ok: true, anchored: true, anchoredBy: ["log-keys"] });
  });

  it("R18 lists what was not checked: no anchor, no policy, newer copies, entries that are not there", async () => {
    const codes = async (bytes: Uint8Array, options: Partial<VerifyOptions> = {}) =>
      (await check(bytes, options)).notChecked.map(({ code }) => code);
    const policy = policyForChannel(small.charter);
    expect(await codes(bundle)).toEqual(["no-anchor", "no-policy", "newer-copies"]);
    expect(await codes(bundle, { channel: small.channel })).toEqual(["no-policy", "newer-copies"]);
    expect(await codes(bundle, { policy })).toEqual(["newer-copies"]);
    expect(await codes(new Uint8Array(5), { policy })).toEqual(["unread", "newer-copies"]);
  });

  it("R9 folds to an earlier moment and says what comes after it", async () => {
    const verdict = await check(bundle, { asOf: "2027-02-28T00:00:00Z" });
    expect(verdict).toMatchObject({ ok: true, asOf: "2027-02-28T00:00:00Z", statements: 0 });
    expect(verdict.observations.map(({ code, where }) => [code, where])).toEqual([
      ["later", "aurelia 0"],
      ["later", "borealia 0"],
    ]);
  });

  it("R11 keeps a badly signed entry of a sound log as inert, not as a problem", async () => {
    const other = await new SmallRecord().begin();
    await other.say("aurelia", "release", { statements: ["00".repeat(32)] });
    const entry = other.log("aurelia").entries[1]?.slice() ?? new Uint8Array(0);
    other.rewind("aurelia", 1);
    const text = new TextDecoder().decode(entry);
    const at = text.lastIndexOf('"sig":"') + 20;
    other.append("aurelia", encodeUtf8(`${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`));
    const verdict = await check(written(writeBundle(await other.holdings())));
    expect(verdict).toMatchObject({ ok: true, statements: 2, problems: [] });
    expect(verdict.inert).toEqual([{ author: "aurelia", index: 1, why: expect.stringContaining("not its author's") }]);
  });

  it.each(["badly signed", "larger than the charter allows"])(
    "R18 asks for no body file that is %s: nobody could make another's bundle less than whole by naming what no one has",
    async (how) => {
      const other = await new SmallRecord().begin();
      const large = how !== "badly signed";
      await other.say("aurelia", "release", { statements: ["00".repeat(32)] }, [new Uint8Array(large ? 1_000_001 : 9)]);
      if (!large) {
        const text = new TextDecoder().decode(other.log("aurelia").entries[1]);
        other.rewind("aurelia", 1);
        const at = text.lastIndexOf('"sig":"') + 20;
        other.append("aurelia", encodeUtf8(`${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`));
      }
      const verdict = await check(written(writeBundle({ ...(await other.holdings()), files: new FileMap() })));
      expect(verdict).toMatchObject({ ok: true, problems: [], inert: [{ author: "aurelia", index: 1 }] });
    },
  );

  it("R13 says whose cosignature is missing", async () => {
    const branches = holdings.branches.map((branch) => ({
      ...branch,
      head: branch.party === "aurelia" ? branch.head.replace(/— borealia.*\n/g, "") : branch.head,
    }));
    expect(await check(written(writeBundle({ ...holdings, branches })))).toMatchObject({
      ok: true,
      observations: [{ code: "not-stored-by", where: "aurelia" }],
    });
  });

  it("R18 says whose log is not there", async () => {
    const branches = holdings.branches.filter(({ party }) => party === "aurelia");
    const verdict = await check(written(writeBundle({ ...holdings, branches })));
    expect(verdict.observations.map(({ code, where }) => [code, where])).toEqual([["no-log", "borealia"]]);
    expect(verdict.inert.map(({ author, index }) => [author, index])).toEqual([["aurelia", 1]]);
    expect(verdict.parties[1]).toMatchObject({ id: "borealia", size: 0, cosignedBy: [] });
  });

  it("R18 gives a verdict on any bytes", async () => {
    for (const bytes of [
      new Uint8Array(0),
      encodeUtf8("hello"),
      bundle.subarray(0, 700),
      bundle.subarray(0, bundle.length / 2),
      forge(bundle, (parts) => parts.clear()),
    ]) {
      const verdict = await check(bytes);
      expect(verdict.ok).toBe(false);
      expect(verdict.problems.length).toBeGreaterThan(0);
      for (const { text } of verdict.problems) expect(text).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe("a forger with time", () => {
  it("R18 changes no part unnoticed, though every hash is made to fit again, and no change ends the reading", async () => {
    const paths = readTar(bundle)
      .members.map(({ path }) => path)
      .filter((path) => !path.startsWith("manifest"));
    const change = fc.oneof(
      fc.record({
        how: fc.constant("flip" as const),
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        bit: fc.nat(7),
      }),
      fc.record({
        how: fc.constant("cut" as const),
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        bit: fc.nat(7),
      }),
      fc.record({
        how: fc.constant("other" as const),
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        bit: fc.nat(7),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), change, async (path, { how, at, bit }) => {
        const forged = forge(bundle, (parts) => {
          const bytes = parts.get(path) ?? new Uint8Array(0);
          const place = Math.floor(at * bytes.length);
          if (how === "cut") parts.set(path, bytes.subarray(0, place));
          else if (how === "other") parts.set(path, parts.get(paths[bit % paths.length] ?? path) ?? bytes);
          else bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        });
        const same = forged.length === bundle.length && forged.every((byte, index) => byte === bundle[index]);
        expect((await check(forged)).ok).toBe(same);
      }),
      { numRuns: 150, seed: 20_270_301 },
    );
  });
});

describe("older cosigned heads", () => {
  /** Aurelia's newest head has no lines of others; each of them has cosigned an earlier one. */
  async function behind(): Promise<{ record: SmallRecord; holdings: WholeBundle }> {
    const record = await new SmallRecord({ observer: true }).begin();
    const cosigned: string[] = [(await record.branch("aurelia")).head];
    for (let index = 0; index < 2; index += 1) {
      await record.say("aurelia", "release", { statements: ["11".repeat(32)] });
      cosigned.push((await record.branch("aurelia")).head);
    }
    const withoutBorealia = (head: string) => head.replace(/— borealia.*\n/g, "");
    const all = await record.holdings();
    const [first = "", second = "", third = ""] = cosigned;
    const branches = all.branches.map((branch) =>
      branch.party === "aurelia"
        ? {
            ...branch,
            head: withoutBorealia(third).replace(/— observer.*\n/g, ""),
            cosigned: [first, withoutBorealia(second), "no note"],
          }
        : branch,
    );
    return { record, holdings: { ...all, branches } };
  }

  it("R13 shows the newest that each has cosigned, and who is behind", async () => {
    const { holdings: held } = await behind();
    const verdict = await check(written(writeBundle(held)));
    expect(verdict).toMatchObject({ ok: true, problems: [] });
    expect(verdict.parties[0]?.cosignedBy.map(({ id, size }) => [id, size])).toEqual([
      ["borealia", 1],
      ["observer", 2],
    ]);
    expect(verdict.observations.map(({ code, text }) => [code, text])).toEqual([
      ["not-stored-by", "Not all have cosigned the newest head of aurelia (3 entries): borealia has cosigned 1."],
    ]);
  });

  it("R13 takes no older head that the log did not have, nor one without the cosignature it is kept for", async () => {
    const { record, holdings: held } = await behind();
    const bundle = written(writeBundle(held));
    const path = "log/aurelia/cosigned/borealia";
    const other = await new SmallRecord({ observer: true }).begin();
    await other.say("aurelia", "release", { statements: ["99".repeat(32)] });
    other.rewind("aurelia", 0);
    await other.say("aurelia", "release", { statements: ["99".repeat(32)] });
    const forked = (await other.branch("aurelia")).head.replace(/— observer.*\n/g, "");
    const verdict = await check(forge(bundle, (parts) => parts.set(path, encodeUtf8(forked))));
    expect(verdict.problems.map(({ code, where }) => [code, where])).toEqual([
      ["older-head-differs", path],
      ["fork", "log/aurelia"],
    ]);
    const bare = (await record.branch("aurelia")).head.replace(/— (?:borealia|observer).*\n/g, "");
    expect(
      (await check(forge(bundle, (parts) => parts.set(path, encodeUtf8(bare))))).problems.map(({ code }) => code),
    ).toEqual(["older-head-differs", "older-head-lines"]);
    const unknown = forge(bundle, (parts) =>
      parts.set("log/aurelia/cosigned/cimmeria", parts.get(path) ?? new Uint8Array(0)),
    );
    expect((await check(unknown)).problems.map(({ code }) => code)).toEqual(["part-unexpected"]);
  });
});

describe("an observer's bundle", () => {
  it("R18 is marked partial, with how many of how many, and has no finding", async () => {
    const logs = holdings.branches.map(({ party, head, entries }) => ({
      party,
      head,
      tree: small.log(party).tree,
      entries: new Map(party === "aurelia" ? [[0, entries[0] ?? new Uint8Array(0)]] : []),
    }));
    const verdict = await check(written(writeReleasedBundle({ ...holdings, logs })), { channel: small.channel });
    expect(verdict).toMatchObject({
      ok: true,
      statements: 1,
      inert: [],
      findings: [],
      observations: [{ code: "partial", text: expect.stringContaining("1 of 4 entries") }],
      notChecked: [
        { code: "entries-withheld", text: expect.stringContaining("3 of 4 entries") },
        { code: "no-policy" },
        { code: "newer-copies" },
      ],
    });
  });
});
