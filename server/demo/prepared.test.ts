import { describe, expect, test } from "vitest";
import { commitment, type Opening } from "@countersign/core/declare/commitment.ts";
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { resolveBody } from "@countersign/cases/case-file.ts";
import { testRecord, type TestRecord } from "@countersign/core/channel/_test-record.ts";
import { findings } from "@countersign/core/assure/findings.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { sign } from "@countersign/core/channel/sign.ts";
import { support } from "@countersign/core/text/support.ts";
import { latestDraft, textState } from "@countersign/core/text/text-state.ts";
import { asked, guideStep } from "./guide.ts";
import { nextPrepared, type Prepared, type Sealing } from "./prepared.ts";
import { readCaseFile, readInspectionPlan } from "./open-cases.ts";

/** Seals kept in memory, one counter a party, as a node's private store does. */
function sealing(record: TestRecord, author: string, now: string, kept: Map<string, Opening>): Sealing {
  return {
    now,
    seal: (value) => {
      const number = kept.size;
      const opening = { value: value ?? toBase64(sha256(encodeUtf8(`seed ${author} ${number}`))), nonce: toBase64(sha256(encodeUtf8(`nonce ${author} ${number}`))) };
      const made = commitment(record.channel, author, number, opening) ?? "";
      kept.set(made, opening);
      return Promise.resolve({ number, commitment: made });
    },
    unseal: (sealed) => Promise.resolve(kept.get(sealed) ?? { value: "", nonce: "" }),
  };
}

async function opened(): Promise<TestRecord> {
  const read = await readCaseFile("exercise");
  if (!read.ok) throw new Error(read.refusal.sentence);
  const record = testRecord({ begins: "2027-02-01T09:00:00Z" });
  const ids = new Map<string, string>();
  const documents = new Map<string, string>();
  for (const act of read.value.acts) {
    const files = Object.entries(act.documents ?? {}).map(([label, document]) => {
      const bytes = canonicalJson(document);
      documents.set(label, toHex(sha256(bytes)));
      return bytes;
    });
    const body = resolveBody(act.body, ids, documents);
    if (!body.ok) throw new Error(body.refusal.sentence);
    const id = record.say(act.by, kinds.get(act.kind) as never, body.value as never, act.at, { files });
    expect(record.refusal(id), act.label).toBeUndefined();
    ids.set(act.label, id);
  }
  return record;
}

async function say(record: TestRecord, next: Prepared, now: string, kept: Map<string, Opening>): Promise<string> {
  const at = next.at > now ? next.at : now;
  const request = await next.make(sealing(record, next.by, at, kept));
  const files = request.files.map(({ data }) => fromBase64(data) ?? new Uint8Array(0));
  const id = record.say(next.by, kinds.get(request.kind) as never, request.body as never, at, { files });
  expect(record.refusal(id), `${next.inspection ?? 0} ${next.kind} by ${next.by}`).toBeUndefined();
  return at;
}

describe("the exercise, played by its plan", () => {
  test("every prepared statement applies, and the findings are those of the plan", async () => {
    const plan = await readInspectionPlan();
    if (!plan.ok) throw new Error(plan.refusal.sentence);
    const record = await opened();
    const kept = new Map<string, Opening>();
    const steps: number[] = [];
    let now = "2027-02-26T09:00:00Z";
    for (let count = 0; ; count++) {
      const state = record.fold();
      const next = nextPrepared(state, plan.value);
      steps.push(guideStep(state, true, new Set([10, 11]), false));
      if (next === undefined) break;
      if (count > 200) throw new Error(`no end: ${next.kind} by ${next.by}`);
      now = await say(record, next, now, kept);
    }
    expect([...new Set(steps)]).toEqual([4, 5, 6, 7, 8, 9, 12]);
    const state = record.fold();
    expect(state.inert).toEqual([]);
    expect(inspections(state).map(({ stage, site }) => [stage, site?.site.id])).toEqual([
      ["signed", "B-03"],
      ["signed", "A-01"],
      ["signed", "A-01"],
      ["signed", "B-05"],
    ]);
    const absent = new Map(findings(state, plan.value.endsAt).filter(({ claim }) => claim === "item-absent").map((finding) => [finding.site, finding]));
    expect(absent.get("A-01")?.verdict).toBe("nothing-found-at-level");
    expect(absent.get("B-05")?.verdict).toBe("nothing-found-at-level");
    expect(absent.get("B-03")?.verdict).toBe("open");
    expect(absent.get("A-02")?.verdict).toBe("not-examined");
    expect(absent.get("A-01")?.estimate?.atVisit.detection).toMatchObject({ fraction: "14171207/15456000", decimal: "0.917" });
    expect(absent.get("A-01")?.detection?.decimal).toBe("0.911");
    expect(absent.get("A-01")?.visit?.days).toBe(3);
    expect(absent.get("B-05")?.estimate?.atVisit.detection.fraction).toBe("14171207/15456000");
  });

  test("24 hours accepted in place of 16 lead on as well, and so does a refused report", async () => {
    const plan = await readInspectionPlan();
    if (!plan.ok) throw new Error(plan.refusal.sentence);
    const record = await opened();
    const kept = new Map<string, Opening>();
    const draft = latestDraft(record.fold());
    const text = draft === undefined ? undefined : textState(record.fold(), draft.id);
    const provision = text?.provisions.find(({ brackets }) => brackets.length > 0);
    const bracket = provision?.brackets[0];
    if (draft === undefined || provision === undefined || bracket === undefined) throw new Error("no bracket");
    let now = "2027-02-26T09:00:00Z";
    record.say("aurelia", support, { draft: draft.id, provision: provision.provision.id, against: provision.hash, bracket: bracket.id, alternative: "hours-24" }, now);
    let refused = false;
    for (let count = 0; count < 200; count++) {
      const next = nextPrepared(record.fold(), plan.value);
      if (next === undefined) break;
      if (next.kind === "sign" && next.inspection === 1 && !refused) {
        refused = true;
        const report = inspections(record.fold())[0]?.report?.statement.body.document ?? "";
        record.say(next.by, sign, { document: report, what: "report", form: "refuse" }, next.at > now ? next.at : now);
        // The other side is still asked for its word.
        expect(nextPrepared(record.fold(), plan.value)).toMatchObject({ kind: "sign", by: "borealia" });
        continue;
      }
      now = await say(record, next, now, kept);
    }
    const state = record.fold();
    expect(state.inert).toEqual([]);
    expect(inspections(state)).toHaveLength(4);
    const absent = new Map(findings(state, plan.value.endsAt).filter(({ claim }) => claim === "item-absent").map((finding) => [finding.site, finding.verdict]));
    expect([absent.get("B-03"), absent.get("A-01")]).toEqual(["open", "nothing-found-at-level"]);
  });

  test("a base chosen by hand is followed", async () => {
    const plan = await readInspectionPlan();
    if (!plan.ok) throw new Error(plan.refusal.sentence);
    const record = await opened();
    const kept = new Map<string, Opening>();
    const changed = { ...plan.value, inspections: plan.value.inspections.map((one) => (one.number === 1 ? { ...one, site: "B-06" } : one)) };
    let now = "2027-02-26T09:00:00Z";
    // Announced for B-06 by hand; the plan, which has B-03, goes on from there.
    for (let count = 0; count < 200; count++) {
      const state = record.fold();
      const next = nextPrepared(state, inspections(state).length === 0 ? changed : plan.value);
      if (next === undefined || next.inspection === 2) break;
      now = await say(record, next, now, kept);
    }
    expect(inspections(record.fold())[0]?.site?.site.id).toBe("B-06");
    expect(inspections(record.fold())[0]?.stage).toBe("signed");
  });
});

describe("the guide", () => {
  test("asks nobody for what hosts and third States do", () => {
    for (let step = 1; step <= 13; step++) expect(asked(step as Parameters<typeof asked>[0], "aurelia", "borealia").by).not.toContain("carpathia");
  });
});
