/**
 * Where a text stands: which wording each party holds in each bracket, which brackets are settled, and the agreement that
 * follows when all are. What a signature was given for stays: later proposals do not change a text that was signed.
 */
import type { PartyId } from "../bytes/fields.ts";
import type { Charter } from "../channel/charter.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { jointAct, type JointAct, type Signature } from "../channel/documents.ts";
import { charterOf, logOrder, type BodyOf, type Statement, type Statements } from "../channel/kind.ts";
import { sign } from "../channel/sign.ts";
import { draft } from "./draft.ts";
import { proposal } from "./proposal.ts";
import { bracketPlace, settledAgreement, type SettledAgreement } from "./settled-agreement.ts";
import { support } from "./support.ts";
import {
  bracketsOf,
  isBracket,
  provisionHash,
  readText,
  type Alternative,
  type Bracket,
  type Provision,
  type TextDocument,
} from "./text-document.ts";

export type Draft = Statement<BodyOf<typeof draft>>;

export interface AlternativeState extends Pick<Alternative, "id" | "text" | "sets"> {
  readonly proposedBy: readonly PartyId[];
  /** Who holds it now. */
  readonly holders: readonly PartyId[];
  /** The proposal it comes from; absent where the draft itself has it. */
  readonly statement?: string;
}

export interface BracketState {
  readonly id: string;
  readonly alternatives: readonly AlternativeState[];
  /** The one that all who hold one hold, with at least one party of every side. */
  readonly settled?: AlternativeState;
}

export type PieceState = Exclude<Provision["pieces"][number], Bracket> | { readonly bracket: BracketState };

export interface ProvisionState {
  readonly provision: Provision;
  /** SHA-256 of its canonical bytes: what a proposal or support is made against. */
  readonly hash: string;
  readonly pieces: readonly PieceState[];
  /** The brackets among the pieces, in order. */
  readonly brackets: readonly BracketState[];
}

export interface TextState {
  readonly draft: Draft;
  readonly document: TextDocument;
  readonly provisions: readonly ProvisionState[];
  readonly openBrackets: number;
  /** There as soon as no bracket is open, if the text has terms. */
  readonly agreement?: SettledAgreement;
  /** The signatories' joint act on it. */
  readonly signature?: JointAct;
}

/** `undefined` if there is no such draft or its document does not read. */
export function textState(state: Statements, draftId: string): TextState | undefined {
  const source = draftOf(state, draftId);
  if (source === undefined) return undefined;
  const signed = signedFor(state, source);
  return signed ?? textAt(state, source);
}

/** The newest draft that no other draft replaces. */
export function latestDraft(state: Statements): Draft | undefined {
  const drafts = state.of(draft);
  const replaced = new Set(drafts.flatMap(({ body }) => (body.replaces === undefined ? [] : [body.replaces])));
  return drafts.findLast(({ id }) => !replaced.has(id));
}

/** The settled agreement with this SHA-256, as the given signature saw it; with the draft it was made from. */
export function agreementSigned(
  state: Statements,
  document: string,
): { readonly agreement: SettledAgreement; readonly draft: Draft; readonly act: JointAct } | undefined {
  const first = state.about(sign, document).find(({ body }) => body.what === "agreement");
  if (first === undefined) return undefined;
  for (const source of state.of(draft)) {
    if (!state.saw(first, source) || settledHash(state, source, first) !== document) continue;
    const text = textAt(state, source, first);
    if (text?.agreement?.sha256 === document && text.signature !== undefined)
      return { agreement: text.agreement, draft: source, act: text.signature };
  }
  return undefined;
}

function draftOf(state: Statements, id: string): Draft | undefined {
  const found = state.get(id);
  return found?.kind === draft.name ? (found as Draft) : undefined;
}

/** SHA-256 of the agreement that a draft has led to, or would if it were signed now; `undefined` while a bracket is open. */
export function agreementHash(state: Statements, source: Draft): string | undefined {
  return signatureFor(state, source)?.body.document ?? settledHash(state, source);
}

/** The text as it stood for the first signature of an agreement that all its signatories have signed. */
function signedFor(state: Statements, source: Draft): TextState | undefined {
  const signature = signatureFor(state, source);
  return signature === undefined ? undefined : textAt(state, source, signature);
}

/** That signature. */
function signatureFor(state: Statements, source: Draft): Signature | undefined {
  const tried = new Set<string>();
  // Without a proposal or support there is one wording, and only what signs that can be meant, whichever channel's parties settled on it.
  const onlyWording = () => [state.charter, ...state.earlierCharters].flatMap((charter) => state.about(sign, settledHash(state, source, undefined, charter) ?? ""));
  const signatures = movesOn(state, source).length > 0 ? state.of(sign) : onlyWording();
  for (const signature of signatures) {
    const { document, what } = signature.body;
    if (what !== "agreement" || tried.has(document)) continue;
    tried.add(document);
    if (!state.saw(signature, source) || settledHash(state, source, signature) !== document) continue;
    if (jointAct(state, document, source.body.signatories).status === "signed") return signature;
  }
  return undefined;
}

/**
 * The agreement that a text settles on, as far as everything held goes or as far as one signature saw. It follows from the draft, the moves
 * on it and the charter alone, and is kept: a rule asks it of every draft of a record, and nobody may make others read all texts again and
 * again.
 */
function settledHash(state: Statements, source: Draft, seenBy?: Statement, charter = charterOf(seenBy ?? {}, state)): string | undefined {
  const moves = movesOn(state, source, seenBy).map(({ id }) => id);
  const key = moves.length === 0 ? "" : toHex(sha256(encodeUtf8(moves.join())));
  const byCharter = settled.get(source) ?? new WeakMap<Charter, Map<string, string | undefined>>();
  settled.set(source, byCharter);
  const known = byCharter.get(charter) ?? new Map<string, string | undefined>();
  byCharter.set(charter, known);
  if (!known.has(key)) known.set(key, textAt(state, source, seenBy, charter)?.agreement?.sha256);
  return known.get(key);
}

const settled = new WeakMap<Draft, WeakMap<Charter, Map<string, string | undefined>>>();

/** Proposals and supports on a draft, as far as everything held goes or as far as one signature saw. */
function movesOn(state: Statements, source: Draft, seenBy?: Statement): readonly Statement[] {
  const moves = [...state.about(proposal, source.id), ...state.about(support, source.id)];
  return seenBy === undefined ? moves : moves.filter((statement) => state.saw(seenBy, statement));
}

/**
 * The text as far as everything held goes, or as far as one signature saw: then among the parties of the channel that it was signed in, so
 * that what they settled stays settled in a channel of others (SPEC R1.10).
 */
function textAt(state: Statements, source: Draft, seenBy?: Statement, charter = charterOf(seenBy ?? {}, state)): TextState | undefined {
  const document = readText(state, source.body.document);
  if (document === undefined) return undefined;
  const counts = (statement: Statement) => seenBy === undefined || state.saw(seenBy, statement);
  const proposals = state.about(proposal, source.id).filter(counts);
  const supports = state.about(support, source.id).filter(counts);
  const provisions = document.provisions.map((provision): ProvisionState => {
    const hash = provisionHash(provision);
    const states = new Map(
      bracketsOf(provision).map((bracket) => [
        bracket.bracket,
        bracketState(state, charter, provision, bracket, proposals, supports),
      ]),
    );
    const pieces = provision.pieces.map((piece): PieceState => {
      const bracket = isBracket(piece) ? states.get(piece.bracket) : undefined;
      return bracket === undefined ? (piece as Exclude<typeof piece, Bracket>) : { bracket };
    });
    return { provision, hash, pieces, brackets: [...states.values()] };
  });
  const chosen = new Map<string, Pick<Alternative, "id" | "text" | "sets">>();
  let openBrackets = 0;
  for (const { provision, brackets } of provisions)
    for (const { id, settled } of brackets) {
      if (settled === undefined) openBrackets += 1;
      else chosen.set(bracketPlace(provision.id, id), { id: settled.id, text: settled.text, sets: settled.sets });
    }
  const agreement = openBrackets === 0 ? settledAgreement(source, document, chosen) : undefined;
  const text = { draft: source, document, provisions, openBrackets };
  return agreement === undefined
    ? text
    : { ...text, agreement, signature: jointAct(state, agreement.sha256, source.body.signatories) };
}

interface Wording extends Pick<Alternative, "id" | "text" | "sets"> {
  readonly proposedBy: readonly PartyId[];
  readonly from?: Statement<BodyOf<typeof proposal>>;
}

function bracketState(
  state: Statements,
  charter: Charter,
  provision: Provision,
  bracket: Bracket,
  proposals: readonly Statement<BodyOf<typeof proposal>>[],
  supports: readonly Statement<BodyOf<typeof support>>[],
): BracketState {
  const here = ({ body }: Statement<{ provision: string; bracket: string }>) =>
    body.provision === provision.id && body.bracket === bracket.bracket;
  const wordings: Wording[] = [
    ...bracket.alternatives.map(({ id, by, text, sets }) => ({ id, proposedBy: by, text, sets })),
    ...proposals.filter(here).map((from) => ({ ...from.body.alternative, proposedBy: [from.author], from })),
  ];
  const held = new Map<PartyId, { readonly wording: Wording; readonly by: Statement | undefined }>();
  for (const wording of wordings)
    for (const party of wording.proposedBy) hold(held, party, wording, wording.from);
  for (const made of supports.filter(here)) {
    // Two parties may give one name to two wordings at the same time; a support means the one that its author had before it.
    const wording = wordings.find(
      ({ id, from }) => id === made.body.alternative && (from === undefined || state.saw(made, from)),
    );
    if (wording !== undefined) hold(held, made.author, wording, made);
  }
  const holders = (wording: Wording) =>
    charter.parties.filter(({ id }) => held.get(id)?.wording === wording).map(({ id }) => id);
  const alternatives = wordings.map((wording): AlternativeState => {
    const { id, text, sets, proposedBy, from } = wording;
    return {
      id,
      text,
      sets,
      proposedBy,
      holders: holders(wording),
      ...(from === undefined ? {} : { statement: from.id }),
    };
  });
  const settled = alternatives.find(
    (alternative) => alternative.holders.length === held.size && everySide(charter, alternative.holders),
  );
  return settled === undefined ? { id: bracket.bracket, alternatives } : { id: bracket.bracket, alternatives, settled };
}

/** A party holds the wording of its own newest act on the bracket. */
function hold(
  held: Map<PartyId, { readonly wording: Wording; readonly by: Statement | undefined }>,
  party: PartyId,
  wording: Wording,
  by: Statement | undefined,
): void {
  const before = held.get(party)?.by;
  if (!held.has(party) || (by !== undefined && (before === undefined || logOrder(by, before) > 0))) held.set(party, { wording, by });
}

function everySide(charter: Charter, parties: readonly PartyId[]): boolean {
  return charter.sides.every(({ id }) =>
    charter.parties.some((party) => party.side === id && parties.includes(party.id)),
  );
}
