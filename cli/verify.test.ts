import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holder, SmallRecord } from "@countersign/core/bundle/_small-record.ts";
import type { Verdict } from "@countersign/core/bundle/verify.ts";
import { writeBundle } from "@countersign/core/bundle/write.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { formatInstant, parseInstant } from "@countersign/core/bytes/instant.ts";
import { channelId, type Charter } from "@countersign/core/channel/charter.ts";
import { prepareStatement, sealStatement } from "@countersign/core/channel/statement.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { openHead } from "@countersign/core/log/checkpoint.ts";
import { policyForChannel } from "@countersign/core/log/channel-policy.ts";
import { formatPolicy } from "@countersign/core/log/tlog-policy.ts";
import { findFork, findForkInStatement, forkProofBytes, type ForkProof } from "@countersign/core/log/fork.ts";
import { nobleVerify } from "@countersign/core/signing/noble.ts";
import { recordingTerminal } from "./_terminal.ts";
import { verify } from "./verify.ts";

let folder: string;
let small: SmallRecord;
let bundle: Uint8Array;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-verify-"));
  small = await new SmallRecord().begin();
  const written = writeBundle(await small.holdings());
  if (!written.ok) throw new Error(written.refusal.sentence);
  bundle = written.value;
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function run(...values: string[]): Promise<{ code: number | string; text: string }> {
  const terminal = recordingTerminal();
  const result = await verify.run(values, terminal);
  return result.ok
    ? { code: result.value, text: terminal.printed.join("\n") }
    : { code: result.refusal.code, text: result.refusal.sentence };
}

describe("countersign verify", () => {
  it("says of a whole bundle that nobody has vouched for it, and of which nature it is", async () => {
    const { code, text } = await run(file("whole.tar", bundle));
    expect(code).toBe(0);
    expect(text).toMatch(
      new RegExp(
        `^Consistent in itself; nobody has vouched for channel ${small.channel}\\. Newer copies may exist\\.\nExercise: invented States and sites\\.\n`,
      ),
    );
    expect(text).toContain("aurelia: 1 entries");
  });

  it("says how long before the moment a head was cosigned, once that is an hour or more", async () => {
    const path = file("whole.tar", bundle);
    const [, at = ""] = /cosigned by borealia \(1 entries, ([^,)]+)\)/.exec((await run(path)).text) ?? [];
    const cosigned = parseInstant(at) ?? expect.fail(at);
    const told = async (hours: number) =>
      /cosigned by borealia \(1 entries, [^,)]+(.*)\)/.exec((await run(path, "--as-of", formatInstant(cosigned + hours * 3600))).text)?.[1];
    expect(await Promise.all([-5, 0.5, 1, 47, 48, 720].map(told))).toEqual(["", "", ", 1 h before", ", 47 h before", ", 2 days before", ", 30 days before"]);
  });

  it("prints the verdict as one JSON value", async () => {
    const { code, text } = await run("--json", file("whole.tar", bundle), "--channel", small.channel);
    const verdict = JSON.parse(text) as Verdict;
    expect([code, verdict.ok, verdict.anchored, verdict.statements]).toEqual([0, true, true, 2]);
  });

  it("ends with 1 and the place where one byte was changed", async () => {
    const changed = bundle.slice();
    const at = changed.length - 1024 - 512 - 5000;
    changed[at] = (changed[at] ?? 0) ^ 1;
    const { code, text } = await run(file("changed.tar", changed));
    expect(code).toBe(1);
    expect(text).toMatch(/^Not whole: \d problems?\./);
    expect(text).toContain("log/borealia/tile/entries/000.p/1");
  });

  it("says cut short of a file that ends too early", async () => {
    for (const length of [600, 5000, bundle.length - 512]) {
      const { code, text } = await run(file("cut.tar", bundle.subarray(0, length)));
      expect(code).toBe(1);
      expect(text).toContain("cut short");
    }
  });

  it("has one sentence for what cannot be used", async () => {
    expect(await run()).toMatchObject({ code: "file-not-named" });
    expect(await run(folder)).toMatchObject({ code: "folder-without-bundle" });
    expect(await run(join(folder, "nowhere.tar"))).toMatchObject({
      code: "file-not-found",
      text: `There is no file ${join(folder, "nowhere.tar")}.`,
    });
    const whole = file("whole.tar", bundle);
    expect(await run(whole, "--as-of", "yesterday")).toMatchObject({ code: "moment-malformed" });
    expect(await run(whole, "--as-of", "2027-02-30T00:00:00Z")).toMatchObject({ code: "moment-malformed" });
    expect(await run(whole, "--channel", "abc")).toMatchObject({ code: "channel-malformed" });
    expect(await run(whole, "--trust", file("trust", "hello\n"))).toMatchObject({ code: "policy-line" });
    expect(await run(file("other.json", "{}"))).toMatchObject({ code: "verify-other-json" });
    const charter = await run(file("charter.json", '{"type":"charter"}'));
    expect(charter).toMatchObject({ code: "verify-other-json" });
    expect(JSON.stringify(charter)).toContain('of the type \\"charter\\": no bundle');
    expect(await run(file("proof.json", '{"type":"fork-proof"}'))).toMatchObject({ code: "fork-proof-malformed" });
    expect(await run(file("text", "hello"))).toMatchObject({ code: "tar-unknown" });
    expect(await run(file("empty", ""), "--json")).toMatchObject({
      code: "tar-empty",
      text: expect.stringContaining("The file is empty") as string,
    });
  });

  it("is anchored by a policy, and says of each log what the quorum lacks", async () => {
    const whole = file("whole.tar", bundle);
    const text = formatPolicy(policyForChannel(small.charter));
    const met = await run(whole, "--trust", file("trust", `# from the meeting\n${text}`));
    expect(met.code).toBe(0);
    expect(met.text).toMatch(/^Whole, and of the channel that you named\./);
    expect(met.text).toContain("Signed by a known party  by the log keys that you gave");
    const verdict = JSON.parse((await run("--json", whole, "--trust", file("trust", text))).text) as Verdict;
    expect([verdict.ok, verdict.intact, verdict.anchoredBy]).toEqual([true, true, ["log-keys"]]);
    expect(verdict.policy?.logs.map(({ log, accepted }) => [log, accepted])).toEqual(
      verdict.parties.map(({ id, cosignedBy, size }) => [id, cosignedBy.some((by) => by.size === size)]),
    );
    expect(verdict.notChecked.map(({ code }) => code)).toEqual(["newer-copies"]);
  });

  it("names the line of a policy that does not read, and what to add to a file of log lines alone", async () => {
    const whole = file("whole.tar", bundle);
    const lines = formatPolicy(policyForChannel(small.charter)).split("\n");
    const trust = (text: string) => run(whole, "--trust", file("trust", text));
    const old = await trust(`${lines.filter((line) => line.startsWith("log ")).join("\n")}\n`);
    expect(old).toMatchObject({ code: "policy-quorum-missing", text: expect.stringContaining("Add `quorum none`") as string });
    const terminal = recordingTerminal();
    const result = await verify.run([whole, "--trust", file("trust", `${lines[0]}\nwitness x\n`)], terminal);
    expect(result).toMatchObject({ ok: false, refusal: { code: "policy-line", where: `${join(folder, "trust")}, line 2` } });
    const fewer = await trust(`${lines.filter((line) => line.startsWith("log ")).slice(2).join("\n")}\nquorum none\n`);
    expect(fewer.code).toBe(1);
    expect(fewer.text).toContain("is not among the keys given");
  });
});

describe("countersign verify on the proof of a fork", () => {
  async function proof(): Promise<ForkProof> {
    const two = await new SmallRecord().begin();
    const key = two.charter.parties[0]?.keys.log;
    const heads = [];
    for (const id of ["11", "22"]) {
      await two.say("aurelia", "release", { statements: [id.repeat(32)] });
      const opened = await openHead(
        (await two.branch("aurelia")).head,
        key ?? small.log("aurelia").keys.log.named,
        nobleVerify,
      );
      if (opened.ok) heads.push(opened.value);
      two.rewind("aurelia", 1);
    }
    const [first, second] = heads;
    const found =
      key === undefined || first === undefined || second === undefined
        ? undefined
        : findFork({ channel: two.channel, log: key, charter: two.charter }, first, second);
    if (found === undefined) throw new Error("no fork");
    return found;
  }

  it("R15 says the sentence of the screens, for people and as JSON, with a line feed at the end or without", async () => {
    const made = await proof();
    const bytes = decodeUtf8(forkProofBytes(made)) ?? "";
    const { code, text } = await run(file("proof.json", bytes));
    expect(code).toBe(0);
    expect(text).toContain("with two roots for the same 2 entries");
    const json = await run("--json", file("proof.json", `${bytes}\n`));
    expect(JSON.parse(json.text)).toMatchObject({
      ok: true,
      type: "fork-proof",
      channel: made.channel,
      keyFrom: "charter",
      problems: [],
    });
    expect(await run(file("proof.json", bytes), "--channel", "00".repeat(32))).toMatchObject({ code: 1 });
  });

  it("R15 says whose log it is and which two claims were signed, and whether anything from elsewhere vouches for it", async () => {
    const made = await proof();
    const path = file("accusation.json", forkProofBytes(made));
    const alone = await run("--accusation", path);
    expect(alone.code).toBe(0);
    expect(alone.text).toMatch(
      new RegExp(`^A proof of a fork, consistent in itself; nobody has vouched for channel ${made.channel}\\.\nExercise: `),
    );
    expect(alone.text).toMatch(/\nLog {10}aurelia\.example\/small\/log, of aurelia\n/);
    expect(alone.text.match(/\nSigned {7}a head: 2 entries, root \S+/g)).toHaveLength(2);
    const json = async (...more: string[]) => {
      const { code, text } = await run("--json", "--accusation", path, ...more);
      return { code, ...(JSON.parse(text) as { ok: boolean; anchored: boolean }) };
    };
    const claims = [{ signed: "head", size: 2 }, { signed: "head", size: 2 }];
    expect(await json()).toMatchObject({ code: 0, ok: true, anchored: false, party: "aurelia", nature: "exercise", claims });
    expect(await json("--channel", made.channel)).toMatchObject({ code: 0, ok: true, anchored: true });
    const policy = formatPolicy(policyForChannel(small.charter));
    const known = await json("--trust", file("log.trust", policy));
    expect(known).toMatchObject({ code: 0, anchored: true, keyFrom: "checker" });
    const without = policy.split("\n").filter((line) => !line.startsWith("log aurelia"));
    const stranger = await json("--trust", file("other.trust", without.join("\n")));
    expect(stranger).toMatchObject({ code: 1, ok: false, anchored: false });
    const { charter: _, ...bare } = made;
    const nameless = await run("--json", "--accusation", file("bare.json", forkProofBytes(bare)), "--channel", made.channel);
    // The id of the channel says nothing of a key that no charter names.
    expect(JSON.parse(nameless.text)).toMatchObject({ ok: true, anchored: false, keyFrom: "nobody" });
  });

  it("R15 takes no known log key for a word on whose statement it is: under a charter made up round it nobody vouches for the proof", async () => {
    const stranger = holder("elsewhere", "statement");
    const charter: Charter = {
      ...small.charter,
      parties: small.charter.parties.map((party) => (party.id === "aurelia" ? { ...party, keys: { ...party.keys, statement: [{ key: stranger.named, kinds: "all-but-receive" as const }] } } : party)),
    };
    const { head: note } = await small.branch("aurelia");
    const key = small.log("aurelia").keys.log.named;
    const opened = await openHead(note, key, nobleVerify);
    if (!opened.ok) throw new Error(opened.refusal.sentence);
    const payload = {
      channel: channelId(charter),
      author: "aurelia",
      at: "2027-03-11T02:07:00Z",
      seen: [{ log: "aurelia", size: opened.value.head.size, root: toBase64(new Uint8Array(32)) }],
      kind: "letter",
      body: {},
      files: [],
      salt: "AAAAAAAAAAAAAAAAAAAAAA==",
    };
    const prepared = prepareStatement(payload);
    if (!prepared.ok) throw new Error(prepared.refusal.sentence);
    const { ed25519, mldsa44 } = await stranger.signer.sign(prepared.value.signedBytes);
    const ids = statementKeyIds(stranger.named.name, stranger.named.pair);
    const entry = sealStatement(payload, prepared.value.payloadBytes, [{ keyid: ids.ed25519, sig: ed25519 }, { keyid: ids.mldsa44, sig: mldsa44 }]);
    const made = findForkInStatement({ channel: payload.channel, log: key, charter }, opened.value, entry, stranger.named);
    if (made === undefined) throw new Error("no fork");
    const path = file("forged.json", forkProofBytes(made));
    const { text } = await run("--json", "--accusation", path, "--trust", file("log.trust", formatPolicy(policyForChannel(small.charter))));
    expect(JSON.parse(text)).toMatchObject({ anchored: false, keyFrom: "charter" });
    expect((await run("--accusation", path, "--trust", file("log.trust", formatPolicy(policyForChannel(small.charter))))).text).toMatch(/nobody has vouched for channel/);
  });

  it("R15 ends with 1 and one sentence when the file proves nothing, and with 2 when nothing could be checked", async () => {
    const path = file("accusation.json", forkProofBytes(await proof()));
    for (const text of ["", "hello", "{}", "[1]"]) {
      const { code, text: said } = await run("--accusation", file("nothing.json", text));
      expect([code, said]).toEqual([1, expect.stringMatching(/^This file proves no fork\. [^\n]+$/)]);
    }
    expect((await run("--accusation", file("whole.tar", bundle))).code).toBe(1);
    expect(await run("--accusation", path, path)).toMatchObject({ code: "files-two" });
    expect(await run("--accusation", path, "--as-of", "2027-05-20T12:00:00Z")).toMatchObject({ code: "moment-useless" });
    expect(await run("--accusation", join(folder, "nowhere.json"))).toMatchObject({ code: "file-not-found" });
  });

  it("R15 says that a changed proof proves nothing", async () => {
    const made = await proof();
    const same = { ...made, against: { head: made.head } };
    const { code, text } = await run(file("proof.json", encodeUtf8(decodeUtf8(forkProofBytes(same)) ?? "")));
    expect([code, text]).toEqual([1, expect.stringMatching(/^This file proves no fork\./)]);
  });
});
