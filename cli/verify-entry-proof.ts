/** `countersign verify` on the proof of one entry (C2SP tlog-proof): that it stands in a log whose head the reader's policy accepts. */
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { checkTlogProof, parseTlogProof } from "@countersign/core/log/tlog-proof.ts";
import type { Policy } from "@countersign/core/log/tlog-policy.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import type { Terminal } from "./terminal.ts";

const BEGINNING = "c2sp.org/tlog-proof@";

export function isEntryProof(bytes: Uint8Array): boolean {
  return decodeUtf8(bytes.subarray(0, BEGINNING.length)) === BEGINNING;
}

/** `entry`: the entry's bytes where the proof does not carry them. */
export async function verifyEntryProof(
  bytes: Uint8Array,
  policy: Policy | undefined,
  entry: Uint8Array | undefined,
  json: boolean,
  terminal: Terminal,
): Promise<Result<number>> {
  if (policy === undefined)
    return refuse("proof-no-policy", "A proof of an entry names no channel: bring the log's keys with --trust FILE.");
  const read = parseTlogProof(bytes);
  if (!read.ok) return read;
  const proven = entry ?? read.value.extra;
  if (proven === undefined)
    return refuse("proof-entry-missing", "This proof does not carry its entry. Name the entry's file with --entry FILE.");
  const checked = await checkTlogProof(bytes, { entry: proven }, policy, nativeVerify);
  const notChecked = [
    "The signatures of the entry itself, and whether it has effect: that takes the record. Check a bundle.",
    "Whether newer entries change what it says: a file cannot show that.",
  ];
  const statement = readStatement(proven);
  const said = statement.ok
    ? { id: statement.value.id, ...about(statement.value.payload) }
    : null;
  if (!checked.ok) {
    const { sentence } = checked.refusal;
    terminal.print(
      json
        ? JSON.stringify({ ok: false, type: "tlog-proof", index: read.value.index, problems: [sentence] }, undefined, 2)
        : `This file does not prove that the entry is in the log. ${sentence}`,
    );
    return accept(1);
  }
  const { index, head, cosignatures } = checked.value;
  const cosignedBy = cosignatures.map(({ witness }) => witness);
  if (json)
    terminal.print(
      JSON.stringify(
        { ok: true, type: "tlog-proof", log: head.origin, index, size: head.size, quorum: policy.quorum, cosignedBy, entry: said, problems: [], notChecked },
        undefined,
        2,
      ),
    );
  else
    terminal.print(
      [
        `The entry stands at number ${index} of the log ${head.origin}, under its head of ${head.size} entries.`,
        `That head meets the quorum ${policy.quorum} of your policy; cosigned by ${cosignedBy.length === 0 ? "nobody it lists" : cosignedBy.join(", ")}.`,
        ...(said === null ? [] : [`It says that it is a ${said.kind} of ${said.author}, dated ${said.at}, in the channel ${said.channel}.`]),
        "",
        "Not checked",
        ...notChecked.map((text) => `  ${text}`),
      ].join("\n"),
    );
  return accept(0);
}

function about({ kind, author, at, channel }: { kind: string; author: string; at: string; channel: string }) {
  return { kind, author, at, channel };
}
