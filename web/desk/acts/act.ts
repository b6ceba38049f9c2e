/**
 * An act: something a side may say next. It is described by what it says, what it begins with and what its author fills in; one dialog
 * shows them all, with who, what and effect, and asks once.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import type { Result } from "@countersign/core/refusal.ts";
import type { StatementRequest } from "@countersign/wire/endpoints.ts";
import type { actMessages } from "../../messages/acts.ts";
import type { Language, Say, Values } from "../../parts/language.tsx";
import type { Circle } from "../circle.ts";
import type { Desk } from "../desk.tsx";
import type { Body, Field } from "./fields.ts";

export type ActName =
  | "letter"
  | "answer"
  | "position"
  | "support"
  | "propose"
  | "signText"
  | "consent"
  | "announce"
  | "arrive"
  | "designate"
  | "freeze"
  | "transport"
  | "brief"
  | "checkDiagram"
  | "sealDraw"
  | "openDraw"
  | "recordSeen"
  | "measure"
  | "raiseQuestion"
  | "stateOnQuestion"
  | "depart"
  | "compileReport"
  | "signReport"
  | "raiseConcern"
  | "answerConcern";

/** What the act is about: ids from the record. */
export interface ActSubject {
  readonly letter?: string;
  readonly concern?: string;
  readonly draft?: string;
  readonly provision?: string;
  readonly bracket?: string;
  readonly alternative?: string;
  readonly inspection?: string;
  readonly ambiguity?: string;
  readonly document?: string;
  readonly space?: string;
}

export type ActWords = Say<keyof (typeof actMessages)["en"]>;

export interface ActContext {
  readonly desk: Desk;
  readonly circle: Circle;
  readonly state: State;
  readonly own: PartyId;
  readonly subject: ActSubject;
  readonly language: Language;
  readonly say: ActWords;
}

export interface Act {
  readonly name: ActName;
  /** The kind of statement that it makes. */
  readonly kind: string;
  /** Its author may attach files, for all parties or for some. */
  readonly attaches?: true;
  /** For forms with many columns. */
  readonly wide?: boolean;
  /** Members of the body that a prepared one must not replace: what only the own node knows. */
  readonly ownMembers?: readonly string[];
  /** What the body begins with, from the record and the declarations; refuses when the record gives no ground for the act. */
  begin(context: ActContext): Result<Body> | Promise<Result<Body>>;
  fields(context: ActContext, body: Body): readonly Field[];
  /** After every change: what follows from it in other fields. */
  adjust?(body: Body, context: ActContext): Body;
  /** Fills `what_<name>` and `effect_<name>`. */
  values?(context: ActContext, body: Body): Values;
  /** Seals, opens and attaches; without it the body is said as it stands. */
  complete?(body: Body, context: ActContext): Promise<Result<Completed>>;
}

export interface Completed {
  readonly body: Body;
  readonly files: StatementRequest["files"];
}
