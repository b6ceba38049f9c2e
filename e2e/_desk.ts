/** What a desk asks of its node, without a browser. */
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { readStatement, type ReadStatement } from "@countersign/core/channel/statement.ts";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import { call, type ClientOptions } from "@countersign/wire/client.ts";
import {
  endpoints,
  type RecordAnswer,
  type StatementAnswer,
  type StatementRequest,
} from "@countersign/wire/endpoints.ts";
import type { Result } from "@countersign/core/refusal.ts";

export interface DeskClient {
  say(channel: string, request: StatementRequest): Promise<Result<StatementAnswer>>;
  /** The whole record, asked for until nothing new comes. */
  record(channel: string): Promise<RecordAnswer>;
  /** The statements held, log after log. */
  statements(channel: string): Promise<readonly ReadStatement[]>;
  /** Their ids. */
  ids(channel: string): Promise<ReadonlySet<string>>;
  bundle(channel: string): Promise<Uint8Array>;
}

/** `base` is a node's address; `fetch` may carry a cookie. */
export function deskAt(base: string, fetchAs: typeof fetch = fetch): DeskClient {
  const options: ClientOptions = { base, fetch: fetchAs };
  const record = async (channel: string): Promise<RecordAnswer> => {
    let whole: RecordAnswer | undefined;
    for (;;) {
      const have = whole?.logs.map(({ log, entries }) => `${log}:${entries.length}`).join(",");
      const answer = await call(endpoints.record, { channel }, have === undefined ? {} : { have }, options);
      if (!answer.ok) throw new Error(answer.refusal.sentence);
      const before: RecordAnswer | undefined = whole;
      whole = {
        ...answer.value,
        logs: answer.value.logs.map((log) => ({
          ...log,
          from: 0,
          entries: [...(before?.logs.find((other) => other.log === log.log)?.entries ?? []), ...log.entries],
        })),
      };
      if (answer.value.logs.every(({ entries }) => entries.length === 0)) return whole;
    }
  };
  const statements = async (channel: string): Promise<readonly ReadStatement[]> =>
    (await record(channel)).logs.flatMap(({ entries }) => entries.flatMap(readEntry));
  return {
    say: (channel, request) => call(endpoints.say, { channel }, request, options),
    record,
    statements,
    ids: async (channel) => new Set((await statements(channel)).map(({ id }) => id)),
    bundle: async (channel) => {
      const answer = await fetchAs(`${base}/api/channels/${channel}/bundle`);
      if (!answer.ok) throw new Error(`no bundle: ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
  };
}

export function letterTo(to: string, text: string): StatementRequest {
  return {
    kind: "letter",
    body: noteBody(text, { to: [to] }),
    files: [],
  };
}

function readEntry(entry: string): ReadStatement[] {
  const read = readStatement(fromBase64(entry) ?? new Uint8Array(0));
  return read.ok ? [read.value] : [];
}
