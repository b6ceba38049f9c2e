/**
 * Plays a case's acts into the record, each by its author's node at its time. What is already there is recognised by its place:
 * the n-th act of a party is the n-th statement in its log that its node did not write by itself. So an interrupted start goes on.
 */
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { resolveBody, type Case } from "@countersign/cases/case-file.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { receive } from "@countersign/core/channel/receive.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { CaseClock } from "./case-clock.ts";
import type { Circles } from "./circles.ts";
import { whenEnded } from "./ended.ts";

/** Refuses with the act's label in the sentence. `progress` is told how many acts are in the record. */
export async function playOpening(read: Case, circles: Circles, clock: CaseClock, progress: (made: number, of: number) => void, signal?: AbortSignal): Promise<Result<undefined>> {
  const ids = new Map<string, string>();
  const documents = new Map<string, string>();
  const ordinals = new Map<string, number>();
  let made = 0;
  for (const act of read.acts) {
    const ended = whenEnded(signal);
    if (ended !== undefined) return ended;
    const log = `${act.circle} ${act.by}`;
    const ordinal = ordinals.get(log) ?? 0;
    ordinals.set(log, ordinal + 1);
    const files = [];
    for (const [label, document] of Object.entries(act.documents ?? {})) {
      const resolved = resolveBody(document, ids, documents);
      if (!resolved.ok) return resolved;
      const bytes = canonicalJson(resolved.value);
      documents.set(label, toHex(sha256(bytes)));
      files.push({ name: `${label}.json`, type: "application/json", data: toBase64(bytes) });
    }
    const channel = circles.channelOf(act.circle);
    const node = circles.node(act.by);
    const there = statementsByHand(node.state(channel), act.by)[ordinal];
    if (there === undefined) {
      await clock.moveTo(act.at);
      await circles.catchUp(act.by, channel);
      const body = resolveBody(act.body, ids, documents);
      if (!body.ok) return body;
      const answer = await node.say(channel, { kind: act.kind, body: body.value, files });
      if (!answer.ok) return refuse(answer.refusal.code, `The act "${act.label}" of the case was refused: ${answer.refusal.sentence}`, answer.refusal.where);
      circles.spoke(act.by, channel);
      ids.set(act.label, answer.value.id);
    } else ids.set(act.label, there);
    progress(++made, read.acts.length);
  }
  return accept(undefined);
}

/** Ids of a party's statements without the charter's signature and those that its node writes by itself. */
function statementsByHand(state: State, party: string): readonly string[] {
  return state.by(party).filter(({ kind, index }) => index > 0 && kind !== receive.name).map(({ id }) => id);
}
