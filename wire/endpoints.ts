/** What machines say to each other, as a table: method, path, schema in, schema out. Paths are relative to a node's base address. */
import { z } from "zod";
import { FURTHER_BRANCHES } from "@countersign/core/bundle/manifest.ts";
import { instant, name, partyId, sha256Hex, words } from "@countersign/core/bytes/fields.ts";
import { OBSERVERS_LIMIT, PARTIES_LIMIT } from "@countersign/core/channel/charter.ts";
import { fileReference } from "@countersign/core/channel/statement.ts";
import { seal } from "@countersign/core/declare/commitment.ts";
import { NOTE_LIMIT } from "@countersign/core/signing/note.ts";

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
const size = z.int().min(0).max(1_000_000_000);

export const nodeFacts = z.strictObject({
  /** The party or observer whose node this is. */
  id: partyId,
  name: words,
  role: z.enum(["party", "observer"]),
  /** The node's clock: the case clock in a demonstration. */
  clock: instant,
  demonstration: z.boolean(),
  /** Why the node only reads, e.g. because its disk is full; absent while it writes. */
  cannotWrite: z.string().max(600).exactOptional(),
  /** When the node last read all its files again, how many, and the paths under its folder of those that it found damaged. */
  readAgain: z.strictObject({ at: instant, files: size, damage: z.array(z.string().max(300)) }).exactOptional(),
  channels: z.array(
    z.strictObject({ channel: sha256Hex, nature: z.enum(["real", "reconstruction", "exercise"]), title: words }),
  ),
});
export type NodeFacts = z.infer<typeof nodeFacts>;

/** Something a node noticed that is no proof against anyone (SPEC R15), or a proven fork with its proof file. */
export const observation = z.strictObject({
  code: z.enum(["fork", "withheld", "rolled-back", "damaged-copy", "unreachable", "unreadable-answer", "future-dated", "other-answer"]),
  log: partyId,
  /** The node that answered, where it is not the log's owner. */
  from: partyId.exactOptional(),
  /** When it was seen first. */
  at: instant,
  /** When it was seen last, and how often; both absent: once. */
  last: instant.exactOptional(),
  times: z.int().min(2).exactOptional(),
  sentence: z.string().max(600),
  entry: z.int().min(0).exactOptional(),
  /** Name of the statement key that signed one of a fork's two claims, where that is no head: its owner may have revoked it, or do so yet. */
  key: z.string().max(300).exactOptional(),
  /** Of any size: a head may claim what it likes, and a note of it must be read again. */
  heads: z.array(z.strictObject({ size: z.int().min(0), root: z.string().max(44), heardFrom: partyId })).max(4),
  /** SHA-256 of the proof file, fetched under `proofs/` (`deskProof` by a desk). */
  proof: sha256Hex.exactOptional(),
});
export type Observation = z.infer<typeof observation>;

export const draftNote = z.strictObject({
  id: name,
  kind: z.string().max(40),
  title: words,
  saved: instant,
  body: z.record(z.string(), z.unknown()),
});
export type DraftNote = z.infer<typeof draftNote>;

/** That its owner has signed `size` entries, which are not all held since then, and what is missing: absent while it is being fetched. */
export const incompleteLog = z.strictObject({
  size: z.int().min(0),
  since: instant,
  missing: z.enum(["hashes", "entries", "file", "seen", "date", "harm"]).exactOptional(),
  entry: z.int().min(0).exactOptional(),
  /** Who was asked last. */
  from: partyId.exactOptional(),
});
export type IncompleteLog = z.infer<typeof incompleteLog>;

/** A party's desk gets whole logs; an observer's gets heads and released entries with their proofs (SPEC R6). */
export const recordAnswer = z.strictObject({
  channel: sha256Hex,
  charter: base64,
  clock: instant,
  logs: z.array(
    z.strictObject({
      log: partyId,
      from: size,
      entries: z.array(base64),
      /** The newest head held, with every cosignature line known here; null before the first. */
      head: z.string().max(NOTE_LIMIT).nullable(),
      released: z.array(z.strictObject({ index: size, entry: base64, proof: z.array(base64) })),
      /** More of it was signed than is held here: it is not up to date. */
      incomplete: incompleteLog.exactOptional(),
    }),
  ),
  /** Further versions of logs that their owners have signed (SPEC R16), in the order in which the node folds them; only at a party's node. */
  branches: z
    .array(
      z.strictObject({
        log: partyId,
        number: z.int().min(1).max(FURTHER_BRANCHES),
        /** The first index at which it has another entry than the log above. */
        parts: size,
        /** Of the first of `entries`. */
        from: size,
        entries: z.array(base64),
        /** Its newest head here; then heads of it with cosignatures, each a note with the lines of its owner and a cosigner. */
        head: z.string().max(NOTE_LIMIT),
        cosigned: z.array(z.string().max(NOTE_LIMIT)).max(PARTIES_LIMIT + OBSERVERS_LIMIT),
      }),
    )
    .max(FURTHER_BRANCHES * PARTIES_LIMIT)
    .exactOptional(),
  files: z.array(z.strictObject({ sha256: sha256Hex, size })),
  /** Attachments whose ciphertext is here; `deskAttachment` opens those that this party may read. */
  attachments: z.array(sha256Hex),
  observations: z.array(observation),
  /** Only on the author's own desk. */
  drafts: z.array(draftNote),
});
export type RecordAnswer = z.infer<typeof recordAnswer>;

/** What an observer gets of a log: the entries that every side has released. It proves their place from the hash tiles it keeps. */
export const releasedEntries = z.strictObject({
  log: partyId,
  entries: z.array(z.strictObject({ index: size, entry: base64 })).max(100_000),
});
export type ReleasedEntries = z.infer<typeof releasedEntries>;

/** Heads of further versions in one answer; whoever was shown a version first serves it as the log itself. */
export const BRANCH_HEADS_LIMIT = 4 * PARTIES_LIMIT;

/**
 * The newest heads a node holds, one for each log, as signed notes: what `checkpoint` gives, for a whole channel in one request. And of which
 * logs it holds the proof of a fork; whoever hears of one checks it alone.
 */
export const newestHeads = z.strictObject({
  heads: z.array(z.strictObject({ log: partyId, note: z.string().max(NOTE_LIMIT) })).max(PARTIES_LIMIT),
  forks: z
    .array(z.strictObject({ log: partyId, proof: sha256Hex }))
    .max(100)
    .exactOptional(),
  /** Heads of further versions of forked logs, for parties; what lies under one is asked for by its number (`branchTile`). */
  branches: z
    .array(z.strictObject({ log: partyId, number: z.int().min(1).max(FURTHER_BRANCHES), note: z.string().max(NOTE_LIMIT) }))
    .max(BRANCH_HEADS_LIMIT)
    .exactOptional(),
});
export type NewestHeads = z.infer<typeof newestHeads>;

export const statementRequest = z.strictObject({
  /** 16 random bytes of the asker, hex: the same request under the same key makes one statement, however often it comes. */
  key: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .exactOptional(),
  kind: z.string().max(40),
  body: z.record(z.string(), z.unknown()),
  files: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(120),
        type: z.string().max(100),
        data: base64.max(12_000_000),
        /** Parties for whom the node encrypts it, the author always among them; absent: readable by every party. */
        readers: z.array(partyId).min(1).max(100).exactOptional(),
        /** A copy of its own for each reader, marked with its number and its reader's name; plain text alone. */
        copies: z.boolean().exactOptional(),
      }),
    )
    .max(16),
});
export type StatementRequest = z.infer<typeof statementRequest>;

export const statementAnswer = z.strictObject({
  id: sha256Hex,
  index: size,
  /** Signed head that covers it, and the inclusion proof. */
  head: z.string(),
  proof: z.array(base64),
});
export type StatementAnswer = z.infer<typeof statementAnswer>;

/** Where a file that came from somewhere stands in the record; see `core/channel/named-file.ts`. */
export const namedFile = z.strictObject({
  author: partyId,
  index: size,
  statement: sha256Hex,
  kind: z.string().max(40),
  file: fileReference,
  as: z.enum(["body-file", "ciphertext", "opening", "content"]),
});

export const problem = z.strictObject({ code: z.string(), sentence: z.string(), where: z.string().exactOptional() });
export type Problem = z.infer<typeof problem>;

export const opening = z.strictObject({ value: z.string().max(200), nonce: z.string().max(44) });

/**
 * JSON endpoints. `:channel` and the like are filled by the client; `have` is `log:size,log:size`, of a further version `log/number:size`. A record answer is bounded: a client asks again
 * with what it has until no entries come.
 */
export const endpoints = {
  node: { method: "GET", path: "/api/node", input: z.undefined(), output: nodeFacts },
  record: {
    method: "GET",
    path: "/api/channels/:channel/record",
    input: z.strictObject({ have: z.string().max(6000).exactOptional() }),
    output: recordAnswer,
  },
  say: { method: "POST", path: "/api/channels/:channel/statements", input: statementRequest, output: statementAnswer },
  /** Seals a value on this node and keeps nonce and value in its private store. */
  seal: {
    method: "POST",
    path: "/api/channels/:channel/seals",
    input: z.strictObject({ value: z.string().min(1).max(200).exactOptional() }),
    output: seal,
  },
  unseal: {
    method: "POST",
    path: "/api/channels/:channel/seals/open",
    input: z.strictObject({ commitment: sha256Hex }),
    output: opening,
  },
  /** Which statements a file of this hash belongs to; attachments that this party may read are opened and compared, too. */
  match: {
    method: "POST",
    path: "/api/channels/:channel/match",
    input: z.strictObject({ sha256: sha256Hex }),
    output: z.strictObject({ found: z.array(namedFile) }),
  },
  saveDraft: {
    method: "POST",
    path: "/api/channels/:channel/drafts",
    input: draftNote.omit({ saved: true }),
    output: draftNote,
  },
  dropDraft: {
    method: "POST",
    path: "/api/channels/:channel/drafts/drop",
    input: z.strictObject({ id: name }),
    output: z.strictObject({ dropped: z.boolean() }),
  },
} as const;

/** Byte endpoints, C2SP tlog-tiles under `/log/<channel>/<party>/`; entries and files only for parties of the channel. */
export const bytePaths = {
  checkpoint: "/log/:channel/:log/checkpoint",
  /** JSON of `newestHeads`. */
  heads: "/log/:channel/heads",
  tile: "/log/:channel/:log/tile/*",
  /** Of a further version of a forked log. */
  branchTile: "/log/:channel/:log/:branch{branch-[1-9][0-9]*}/tile/*",
  /** JSON of `releasedEntries`. */
  released: "/log/:channel/:log/released",
  file: "/log/:channel/files/:sha256",
  proof: "/log/:channel/proofs/:sha256",
  charter: "/log/:channel/charter",
  /** `POST`, without a body: there is something new at the node that asks. */
  hint: "/log/:channel/hint",
  /** C2SP tlog-witness, of an observer's node alone: the submission prefix ends before `/add-checkpoint`. */
  addCheckpoint: "/log/:channel/cosigner/add-checkpoint",
  /** Of the same nodes: the cosignature of a subtree of a head that was cosigned there. */
  signSubtree: "/log/:channel/cosigner/sign-subtree",
  /** The last head of a log that this node cosigned; `:origin` is the SHA-256 of the log's origin. */
  cosigned: "/log/:channel/cosigner/:origin/checkpoint",
  /** For a desk. */
  bundle: "/api/channels/:channel/bundle",
  /** The bundle of the channel that this one continues, as this node keeps it. */
  previous: "/api/channels/:channel/previous",
  deskFile: "/api/channels/:channel/files/:sha256",
  deskProof: "/api/channels/:channel/proofs/:sha256",
  /** The content of an attachment, opened by the node with its reading key. */
  deskAttachment: "/api/channels/:channel/statements/:statement/attachments/:sha256",
  /** Salt and content: whoever has both can show what was sent, since their SHA-256 stands in the statement. */
  deskOpening: "/api/channels/:channel/statements/:statement/attachments/:sha256/opening",
  events: "/api/events",
} as const;
