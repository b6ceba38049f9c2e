import { describe, expect, test } from "vitest";
import { holder, SmallRecord, rememberingVerify } from "@countersign/core/bundle/_small-record.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import { checkTlogProof } from "@countersign/core/log/tlog-proof.ts";
import {
  checkEntry,
  checkHeads,
  intactOutcome,
  ruleOf,
  type EntryChecks,
  type EntryEvidence,
  type StatementEvidence,
} from "./checks.ts";
import { receiptsOf } from "../circle.ts";
import { keyRingsOf } from "./evidence.ts";
import { proofFile } from "./proof-file.ts";

const verify = rememberingVerify();

/** Two parties and an observer; the charter is signed by both and aurelia has written a letter after it. */
async function made() {
  const record = await new SmallRecord({ observer: true }).begin();
  const id = await record.say("aurelia", "letter", noteBody("A letter"));
  const notes = new Map<string, string>();
  for (const party of ["aurelia", "borealia"]) notes.set(party, (await record.branch(party)).head);
  return { record, id, notes };
}

function entry(
  record: SmallRecord,
  author: string,
  index: number,
  leaf = record.log(author).entries[index],
): EntryEvidence {
  if (leaf === undefined) throw new Error("no such entry");
  return { author, index, leaf, proof: record.log(author).tree.inclusionProof(index) };
}

async function check(
  { record, notes }: Awaited<ReturnType<typeof made>>,
  evidence: Partial<StatementEvidence> & Pick<StatementEvidence, "entry">,
  contradicted = false,
): Promise<EntryChecks> {
  const heads = await checkHeads(record.charter, notes, verify);
  return checkEntry(
    record.charter,
    record.channel,
    { signatures: [], missing: [], files: new Map(), ...evidence },
    heads,
    contradicted,
    verify,
  );
}

describe("the four checks of an entry", () => {
  test("R14 a mirror's new key counts as the one before did, and a revoked one no more", async () => {
    const { record } = await made();
    const next = holder("borealia", "root/mirror-2");
    const { root, mirror } = record.log("borealia").keys;
    const body = { add: [{ role: "mirror", key: next.named }], retire: [mirror.named.name] };
    await record.say("borealia", "key-change", body, [], root);
    const storedBy = async () => {
      const leaves = new Map(record.charter.parties.map(({ id }) => [id, [...record.log(id).entries]]));
      const reading = { charter: record.charter, channel: record.channel, leaves, released: new Map() };
      const notes = new Map([["aurelia", (await record.branch("aurelia")).head]]);
      const heads = await checkHeads(record.charter, notes, verify, await keyRingsOf(reading, verify));
      const [answer, receipts] = [heads.get("aurelia")?.storedBy.map(({ party }) => party), notes.get("aurelia") ?? ""];
      const read = receiptsOf(record.charter, "aurelia", receipts, undefined, await keyRingsOf(reading, verify));
      expect(read?.storedBy.map(({ party }) => party)).toEqual(answer);
      return answer;
    };
    expect(await storedBy()).toEqual(["borealia"]);
    record.mirrors.set("borealia", next);
    expect(await storedBy()).toEqual(["borealia"]);
    record.mirrors.delete("borealia");
    await record.say("borealia", "revocation", { key: mirror.named.name, lastSound: 0, why: { en: "Lost" } }, [], root);
    expect(await storedBy()).toEqual([]);
    record.mirrors.set("borealia", next);
    expect(await storedBy()).toEqual(["borealia"]);
  });

  test("all hold for an entry that its author signed, that stands under a signed head and that the other side stored", async () => {
    const world = await made();
    const checks = await check(world, { entry: entry(world.record, "aurelia", 1) });
    expect(checks.outcome).toBe("holds");
    expect(checks.text.id).toBe(world.id);
    expect(checks.signed.by).toMatchObject([{ party: "aurelia", holds: true }]);
    expect(checks.inRecord.places).toMatchObject([{ log: "aurelia", index: 1, size: 2, outcome: "holds" }]);
    expect(checks.sameRecord.head?.storedBy.map(({ party }) => party)).toEqual(["borealia"]);
    expect(checks.sameRecord.head?.witnessedBy.map(({ observer }) => observer)).toEqual(["observer"]);
  });

  test("one changed byte anywhere in the entry is found", async () => {
    const world = await made();
    const leaf = world.record.log("aurelia").entries[1] ?? new Uint8Array();
    for (let at = 0; at < leaf.length; at += Math.ceil(leaf.length / 40)) {
      const changed = leaf.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      // oxlint-disable-next-line no-await-in-loop -- one after another, to say which byte it was.
      const checks = await check(world, { entry: entry(world.record, "aurelia", 1, changed) });
      expect({ at, outcome: checks.outcome, place: checks.inRecord.outcome }).toEqual({
        at,
        outcome: "fails",
        place: "fails",
      });
    }
  });

  test("R18 intact, signed and accepted by the rule are three answers, and one does not carry the others", async () => {
    const world = await made();
    const answers = (checks: EntryChecks, index: number) => [
      intactOutcome(checks),
      checks.signed.outcome,
      ruleOf(checks, index),
    ];
    const met = { accepted: true, threshold: 1, missing: [] };
    const whole = await check(world, { entry: entry(world.record, "aurelia", 1) });
    expect(answers(whole, 1)).toEqual(["holds", "holds", met]);

    const uncosigned = (world.notes.get("aurelia") ?? "")
      .split("\n")
      .filter((line) => !line.includes(" borealia.example/small/mirror "))
      .join("\n");
    const alone = await check(
      { ...world, notes: new Map([...world.notes, ["aurelia", uncosigned]]) },
      { entry: entry(world.record, "aurelia", 1) },
    );
    expect(answers(alone, 1)).toEqual(["holds", "holds", { accepted: false, threshold: 1, missing: ["borealia"] }]);

    const uncovered = { ...entry(world.record, "aurelia", 1), index: 2, proof: undefined };
    expect(answers(await check(world, { entry: uncovered }), 2)).toEqual(["waits", "holds", undefined]);
    expect(answers(await check(world, { entry: entry(world.record, "aurelia", 1) }, true), 1)).toEqual([
      "holds",
      "holds",
      "fails",
    ]);

    const missing = await check(world, { entry: entry(world.record, "aurelia", 1), missing: ["borealia"] });
    expect(answers(missing, 1)).toEqual(["holds", "waits", met]);
    const stranger = await world.record.say("aurelia", "receive", {}, [], world.record.log("borealia").keys.statement);
    expect(stranger).not.toBe("");
    const notes = new Map([["aurelia", (await world.record.branch("aurelia")).head]]);
    const foreign = await check({ ...world, notes }, { entry: entry(world.record, "aurelia", 2) });
    expect(answers(foreign, 2)).toEqual(["holds", "fails", met]);
  });

  test("an entry of one log is not taken for an entry of another", async () => {
    const world = await made();
    const leaf = world.record.log("aurelia").entries[0];
    const checks = await check(world, { entry: entry(world.record, "borealia", 0, leaf) });
    expect(checks.signed.outcome).toBe("fails");
    expect(checks.inRecord.outcome).toBe("fails");
  });

  test("an entry that no signed head covers yet waits, and nothing is said to differ", async () => {
    const world = await made();
    await world.record.say("aurelia", "receive", {});
    const checks = await check(world, { entry: { ...entry(world.record, "aurelia", 2), proof: undefined } });
    expect(checks.inRecord.outcome).toBe("waits");
    expect(checks.sameRecord).toMatchObject({ outcome: "waits", missing: ["borealia"] });
  });

  test("a head that its log did not sign fails, whoever cosigned it", async () => {
    const world = await made();
    const forged = (world.notes.get("aurelia") ?? "").replace(/\n2\n/, "\n3\n");
    const checks = await check(
      { ...world, notes: new Map([...world.notes, ["aurelia", forged]]) },
      { entry: entry(world.record, "aurelia", 1) },
    );
    expect(checks.inRecord.places[0]?.problem?.code).toBe("head-line-fails");
    expect(checks.outcome).toBe("fails");
  });

  test("another head of the log that was noticed is a mismatch although everything held here holds", async () => {
    const world = await made();
    const checks = await check(world, { entry: entry(world.record, "aurelia", 1) }, true);
    expect([checks.text.outcome, checks.signed.outcome, checks.inRecord.outcome, checks.sameRecord.outcome]).toEqual([
      "holds",
      "holds",
      "holds",
      "fails",
    ]);
  });

  test("R7 a joint act names both signers, and waits while one is missing", async () => {
    const world = await made();
    const both = ["aurelia", "borealia"].map((party) => entry(world.record, party, 0));
    const whole = await check(world, { entry: entry(world.record, "aurelia", 0), signatures: both });
    expect(whole.signed).toMatchObject({ outcome: "holds", joint: true });
    expect(whole.signed.by.map(({ party }) => party)).toEqual(["aurelia", "borealia"]);
    expect(whole.inRecord.places.map(({ log }) => log)).toEqual(["aurelia", "borealia"]);
    const half = await check(world, {
      entry: entry(world.record, "aurelia", 0),
      signatures: both.slice(0, 1),
      missing: ["borealia"],
    });
    expect(half.signed.outcome).toBe("waits");
  });

  test("a body file with other bytes than its hash says is found", async () => {
    const world = await made();
    const checks = await check(world, {
      entry: entry(world.record, "aurelia", 1),
      files: new Map([["00".repeat(32), new Uint8Array([1])]]),
    });
    expect(checks.text).toMatchObject({ outcome: "fails", problem: { code: "file-differs" } });
  });
});

describe("the proof file", () => {
  test("holds the entry, its place in C2SP form and the signed head as received", async () => {
    const world = await made();
    const evidence = entry(world.record, "aurelia", 1);
    const note = world.notes.get("aurelia") ?? "?";
    const file = proofFile(evidence, note) ?? "";
    const [head, extra, index] = file.split("\n");
    expect([head, index]).toEqual(["c2sp.org/tlog-proof@v1", "index 1"]);
    expect(extra).toBe(`extra ${toBase64(evidence.leaf)}`);
    expect(file.endsWith(note)).toBe(true);
    const { keys } = world.record.charter.parties.find(({ id }) => id === "aurelia") ?? expect.fail("no party");
    const checked = await checkTlogProof(file, { entry: evidence.leaf }, keys.log, verify);
    expect(checked).toMatchObject({ ok: true, value: { index: 1 } });
  });

  test("says that there is none where no head covers the entry", async () => {
    const { record } = await made();
    expect(proofFile({ ...entry(record, "aurelia", 1), proof: undefined }, undefined)).toBeUndefined();
  });

  test("is made of nothing that does not fit together, as an observer may be given it", async () => {
    const { record, notes } = await made();
    const whole = entry(record, "aurelia", 1);
    for (const odd of [{ index: 2 ** 40 }, { proof: [] }, { proof: [new Uint8Array(31)] }, { leaf: new Uint8Array(70_000) }])
      expect(proofFile({ ...whole, ...odd }, notes.get("aurelia"))).toBeUndefined();
    for (const note of [undefined, "", "no note", "a\nb\nc\n"]) expect(proofFile(whole, note)).toBeUndefined();
  });
});
