/**
 * What an observer can read: the statements that both sides released. They cannot be folded as a whole record, since the entries between
 * them are withheld; so they are listed by the times their authors gave, and nothing is derived from what is not there.
 */
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { jointAct, readDocument } from "@countersign/core/channel/documents.ts";
import { sign } from "@countersign/core/channel/sign.ts";
import { thatBind } from "@countersign/core/terms/in-force.ts";
import { agreementDocument, type AgreementDocument } from "@countersign/core/text/text-document.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import type { Kind, Statement } from "@countersign/core/channel/kind.ts";
import { readStatement, type Payload } from "@countersign/core/channel/statement.ts";
import { kinds } from "@countersign/core/kinds.ts";
import type { ChannelReading } from "./circle.ts";

/** The agreement in force, as far as texts and all their signatures are released. */
export function releasedAgreement(
  state: State,
): { readonly document: AgreementDocument; readonly since: Instant } | undefined {
  const signed = state.of(sign).flatMap(({ id, body, time }) => {
    const document = body.what === "agreement" ? readDocument(state, body.document, agreementDocument) : undefined;
    if (document === undefined || jointAct(state, body.document, document.signatories).completedBy?.id !== id) return [];
    return [{ document, since: time }];
  });
  return thatBind(state, signed).at(-1);
}

export function releasedState(reading: ChannelReading, asOf: Instant | undefined): State {
  const payloads = new Map<string, Payload>();
  const all: Statement[] = [];
  for (const [author, entries] of reading.released)
    for (const { index, leaf } of entries) {
      const read = readStatement(leaf);
      if (!read.ok || read.value.payload.author !== author || read.value.payload.channel !== reading.channel) continue;
      const { id, payload, keyId } = read.value;
      const body = kinds.get(payload.kind)?.body.safeParse(payload.body);
      if (body === undefined || !body.success || (asOf !== undefined && payload.at > asOf)) continue;
      payloads.set(id, payload);
      all.push({
        id,
        kind: payload.kind,
        author,
        index,
        at: payload.at,
        time: payload.at,
        body: body.data,
        files: payload.files,
        keyId,
      });
    }
  all.sort((a, b) =>
    a.time === b.time
      ? a.author === b.author
        ? a.index - b.index
        : a.author < b.author
          ? -1
          : 1
      : a.time < b.time
        ? -1
        : 1,
  );
  return {
    channel: reading.channel,
    charter: reading.charter,
    earlierCharters: [],
    asOf,
    all,
    inert: [],
    parted: [],
    previous: undefined,
    of: <Body>(kind: Kind<Body>) =>
      all.filter((statement) => statement.kind === kind.name) as readonly Statement<Body>[],
    about: <Body>(kind: Kind<Body>, subject: string) =>
      all.filter(
        (statement) => statement.kind === kind.name && kind.subject?.(statement.body as Body) === subject,
      ) as readonly Statement<Body>[],
    get: (id) => all.find((statement) => statement.id === id),
    by: (author: PartyId) => all.filter((statement) => statement.author === author),
    at: (author, index) => all.find((statement) => statement.author === author && statement.index === index),
    saw: (later, earlier) =>
      (payloads.get(later.id)?.seen.find(({ log }) => log === earlier.author)?.size ?? 0) > earlier.index,
    file: (sha256) => reading.record.files.get(sha256),
  };
}
