/**
 * What is kept when something about one party's log does not fit (SPEC R15). Only what checks as a proof is called a fork; everything else is
 * an observation that accuses nobody.
 */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { Charter, CharterParty } from "@countersign/core/channel/charter.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import type { PlacedLeaf } from "@countersign/core/channel/record.ts";
import type { HeldStatement, SeenHead } from "@countersign/core/channel/statement.ts";
import { parseCheckpointText, type Head, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { checkForkProof, findFork, findForkInStatement, keyThatSigned, readForkProof, type ForkProof, type ShownRoot } from "@countersign/core/log/fork.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import type { Observation } from "@countersign/wire/endpoints.ts";
import type { Clock } from "../clock.ts";
import { nativeVerify } from "../signing.ts";
import type { Observations } from "./observations.ts";
import type { Obstacle } from "./obstacle.ts";

export interface EvidenceContext {
  readonly self: PartyId;
  readonly channel: string;
  readonly charter: Charter;
  /** A party's keys as its log gives them here. */
  readonly ring: (party: PartyId) => KeyRing;
  readonly clock: Clock;
  readonly observations: Observations;
}

type Noted = Pick<Observation, "code" | "sentence"> & { readonly from: PartyId } & Partial<
    Pick<Observation, "heads" | "entry" | "key">
  > & {
    /** Of what the log is short by it. */
    readonly missing?: Obstacle["missing"];
  };

export class Evidence {
  readonly #context: EvidenceContext;
  readonly #party: CharterParty;

  readonly #hindered: (obstacle: Obstacle) => void;

  /** About the log of `party`. `hindered` hears of what is missing of it. */
  constructor(context: EvidenceContext, party: CharterParty, hindered: (obstacle: Obstacle) => void = () => undefined) {
    this.#context = context;
    this.#party = party;
    this.#hindered = hindered;
  }

  note({ missing, ...made }: Noted, proof?: ForkProof): Promise<void> {
    const { observations, clock } = this.#context;
    if (missing !== undefined) this.#hindered({ missing, from: made.from, ...(made.entry === undefined ? {} : { entry: made.entry }) });
    // What was cut out of another party's words may end in half a character, which nothing that is kept can hold.
    const sentence = made.sentence.slice(0, 600).toWellFormed();
    return observations.note({ heads: [], ...made, sentence, log: this.#party.id, at: clock.now() }, proof);
  }

  /** That it passed: it was noted as `code` before, heard from `from`. */
  clear(code: "withheld" | "future-dated", from: PartyId): void {
    this.#context.observations.clear(code, this.#party.id, from);
  }

  /**
   * A head heard from a node does not fit the one held. `larger` is the tree of the larger of the two, `entry` the first that differs,
   * where that is known. True if that is a proven fork.
   */
  headsDiffer(held: OpenedHead | undefined, heard: OpenedHead, from: PartyId, larger: MerkleTree, entry?: number): Promise<boolean> {
    const proof = held === undefined ? undefined : findFork(this.#proofContext(larger), held, heard);
    const own = held === undefined ? [] : [shown(held.head, this.#context.self)];
    return this.#noteFork(proof, [...own, shown(heard.head, from)], from, entry);
  }

  /** As `headsDiffer`, of a head that was submitted to the witness here; `seen` is what shows that the two differ, if their sizes do. */
  submittedDiffers(held: OpenedHead | undefined, submitted: OpenedHead, seen: { readonly larger?: MerkleTree; readonly shown?: ShownRoot }): Promise<boolean> {
    const { channel, charter } = this.#context;
    const { id, keys } = this.#party;
    const proof = held === undefined ? undefined : findFork({ channel, log: keys.log, charter, ...seen }, held, submitted);
    const own = held === undefined ? [] : [shown(held.head, this.#context.self)];
    // Who submitted it is not known; the log's owner has signed it.
    return this.#noteFork(proof, [...own, shown(submitted.head, id)], id);
  }

  /**
   * A statement of the log's owner says something else of the log than its head, which `tree` gives. `entryAt` reads an entry of the
   * log as it is held. True if that is a proven fork.
   */
  async claimDiffers(
    entry: Uint8Array,
    statement: HeldStatement,
    claim: SeenHead,
    opened: OpenedHead,
    tree: MerkleTree,
    entryAt: (index: number) => Promise<Uint8Array | undefined>,
  ): Promise<boolean> {
    const key = await keyThatSigned(entry, this.#ring.statementKeysOf(statement.keyId), nativeVerify);
    const keyEntries: PlacedLeaf[] = [];
    for (const index of key === undefined ? [] : this.#ring.leadingTo(key.name)) {
      const leaf = await entryAt(index);
      if (leaf !== undefined) keyEntries.push({ index, leaf });
    }
    const proof =
      key === undefined
        ? undefined
        : findForkInStatement({ ...this.#proofContext(tree), keyEntries }, opened, entry, key);
    const { id } = this.#party;
    return this.#noteFork(proof, [shown(opened.head, id), { size: claim.size, root: claim.root, heardFrom: id }], id);
  }

  /** A proof that another node has found. It counts only if it holds with the log's key as the charter names it; false if it does not. */
  async told(bytes: Uint8Array, from: PartyId): Promise<boolean> {
    const { channel } = this.#context;
    const proof = readForkProof(bytes);
    if (!proof.ok || proof.value.channel !== channel) return false;
    const checked = await this.#check(proof.value);
    if (!checked.ok) return false;
    const notes = [proof.value.head, ...("head" in proof.value.against ? [proof.value.against.head] : [])];
    const heads = notes.flatMap((note) => headOf(note)).map((head) => shown(head, from));
    await this.note({ code: "fork", from, sentence: checked.value.sentence, heads, ...signingKey(proof.value) }, proof.value);
    return true;
  }

  get #ring(): KeyRing {
    return this.#context.ring(this.#party.id);
  }

  #check(proof: ForkProof) {
    return checkForkProof(proof, this.#party.keys.log, nativeVerify, this.#ring.statementKeys, this.#ring);
  }

  #proofContext(larger: MerkleTree) {
    const { channel, charter } = this.#context;
    return { channel, log: this.#party.keys.log, charter, larger };
  }

  async #noteFork(proof: ForkProof | undefined, heads: Observation["heads"], from: PartyId, entry?: number): Promise<boolean> {
    const at = entry === undefined ? {} : { entry };
    const checked = proof === undefined ? undefined : await this.#check(proof);
    if (proof !== undefined && checked?.ok === true) {
      await this.note({ code: "fork", from, sentence: checked.value.sentence, heads, ...at, ...signingKey(proof) }, proof);
      return true;
    }
    const sentence = `What ${from} serves of ${this.#party.id}'s log does not fit what this node holds of it. It is no proof of anything yet.`;
    await this.note({ code: "other-answer", from, sentence, heads, ...at });
    return false;
  }
}

function signingKey({ against }: ForkProof): Pick<Observation, "key"> {
  return "head" in against || against.key.name.length > 300 ? {} : { key: against.key.name };
}

function headOf(note: string): Head[] {
  const parsed = parseNote(note);
  const head = parsed.ok ? parseCheckpointText(parsed.value.text) : parsed;
  return head.ok ? [head.value] : [];
}

/** A head as an observation shows it. */
export function shown(head: Head, heardFrom: PartyId): Observation["heads"][number] {
  return { size: head.size, root: toBase64(head.root), heardFrom };
}
