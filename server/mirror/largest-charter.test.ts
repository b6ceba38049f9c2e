import { expect, it } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { FURTHER_BRANCHES } from "@countersign/core/bundle/manifest.ts";
import { CHARTER_LIMIT, OBSERVERS_LIMIT, PARTIES_LIMIT, readCharter } from "@countersign/core/channel/charter.ts";
import { formatCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { encodeTimedSignature, NAME_BYTES } from "@countersign/core/log/head-message.ts";
import { ED25519_SIGNATURE_BYTES, MLDSA44_SIGNATURE_BYTES } from "@countersign/core/signing/algorithm.ts";
import { formatNote, parseNote, type NoteSignature } from "@countersign/core/signing/note.ts";
import { newestHeads } from "@countersign/wire/endpoints.ts";
import { BRANCHES_LIMIT } from "./log-branches.ts";
import { HEADS_LIMIT } from "./peer-client.ts";

const TIME = 4_000_000_000;
const VERSIONS = 4;

/** Quotes are escaped in JSON: no name takes more room there. */
function longName(number: number): string {
  return String(number).padEnd(NAME_BYTES, '"');
}

function linesOf(name: string): NoteSignature[] {
  const timed = (length: number) => encodeTimedSignature(TIME, new Uint8Array(length).fill(255));
  return [
    { name, id: "00000001", signature: timed(ED25519_SIGNATURE_BYTES) },
    { name, id: "00000006", signature: timed(MLDSA44_SIGNATURE_BYTES) },
  ];
}

it("R1.1 R13 a head with the lines of all whom the largest charter lets cosign fits into a note, and all such heads into one answer", () => {
  const head = { origin: longName(0), size: Number.MAX_SAFE_INTEGER, root: new Uint8Array(32).fill(255) };
  const cosigners = Array.from({ length: PARTIES_LIMIT + OBSERVERS_LIMIT }, (_, number) => linesOf(longName(number)));
  const note = formatNote({ text: formatCheckpointText(head), signatures: cosigners.flat() });
  expect(parseNote(note)).toMatchObject({ ok: true });
  const log = "x".repeat(40);
  const heads = Array.from({ length: PARTIES_LIMIT }, () => ({ log, note }));
  const own = formatNote({ text: formatCheckpointText(head), signatures: linesOf(head.origin) });
  const branches = Array.from({ length: VERSIONS * PARTIES_LIMIT }, () => ({ log, number: FURTHER_BRANCHES, note: own }));
  const forks = Array.from({ length: PARTIES_LIMIT }, () => ({ log, proof: "0".repeat(64) }));
  expect(FURTHER_BRANCHES).toBe(BRANCHES_LIMIT + PARTIES_LIMIT - 1);
  expect(newestHeads.safeParse({ heads, forks, branches }).success).toBe(true);
  const bytes = (value: unknown) => encodeUtf8(JSON.stringify(value)).length;
  expect(PARTIES_LIMIT * bytes(heads[0]) + bytes(branches) + bytes(forks)).toBeLessThan(HEADS_LIMIT - 1000);
});

it("R1.1 a charter that no proof of a fork could carry is refused before it is read", () => {
  const read = readCharter(new Uint8Array(CHARTER_LIMIT + 1));
  expect(read.ok ? "" : read.refusal.code).toBe("charter-too-large");
});
