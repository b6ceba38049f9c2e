/** Every statement kind that this version knows, by its name on the wire. An entry of another kind is kept, inert and listed (SPEC R11). */
import { agenda } from "./exchange/agenda.ts";
import { ambiguity } from "./inspect/ambiguity.ts";
import { ambiguityStatement } from "./inspect/ambiguity-statement.ts";
import { arrival } from "./inspect/arrival.ts";
import { briefing } from "./inspect/briefing.ts";
import type { Kind } from "./channel/kind.ts";
import { concern } from "./consult/concern.ts";
import { consent } from "./consult/consent.ts";
import { contact } from "./exchange/contact.ts";
import { departure } from "./inspect/departure.ts";
import { designation } from "./inspect/designation.ts";
import { diagramCheck } from "./inspect/diagram-check.ts";
import { differingSources } from "./exchange/differing-sources.ts";
import { draft } from "./text/draft.ts";
import { draw } from "./inspect/draw.ts";
import { drawOpen } from "./inspect/draw-open.ts";
import { event } from "./exchange/event.ts";
import { freeze } from "./inspect/freeze.ts";
import { holdings } from "./declare/holdings.ts";
import { intent } from "./inspect/intent.ts";
import { keyChange } from "./channel/key-change.ts";
import { letter } from "./exchange/letter.ts";
import { measurement } from "./inspect/measurement.ts";
import { objectSheet } from "./inspect/object-sheet.ts";
import { position } from "./exchange/position.ts";
import { proposal } from "./text/proposal.ts";
import { publication } from "./channel/publication.ts";
import { receive } from "./channel/receive.ts";
import { release } from "./channel/release.ts";
import { reply } from "./consult/reply.ts";
import { report } from "./inspect/report.ts";
import { revocation } from "./channel/revocation.ts";
import { sign } from "./channel/sign.ts";
import { mayAnswerAgreement } from "./text/sign-agreement.ts";
import { mayAnswerReport } from "./inspect/sign-report.ts";
import { site } from "./declare/site.ts";
import { stateConcerned } from "./exchange/state-concerned.ts";
import { support } from "./text/support.ts";
import { transport } from "./inspect/transport.ts";
import { type } from "./declare/type.ts";

/** `sign` with the rules of the rooms whose documents it answers: they need the statements that led to the document. */
const signDocument: typeof sign = {
  ...sign,
  allowed: (statement, seen) => {
    switch (statement.body.what) {
      case "agreement":
        return mayAnswerAgreement(statement, seen);
      case "report":
        return mayAnswerReport(statement, seen);
      default:
        return sign.allowed(statement, seen);
    }
  },
};

// `any` would be needed to say "a kind of some body"; `never` says the same to a caller that first parses the body.
const all: readonly Kind<never>[] = [
  signDocument,
  receive,
  keyChange,
  revocation,
  release,
  publication,
  letter,
  position,
  contact,
  agenda,
  event,
  differingSources,
  stateConcerned,
  draft,
  proposal,
  support,
  type,
  site,
  holdings,
  intent,
  arrival,
  designation,
  freeze,
  transport,
  briefing,
  diagramCheck,
  draw,
  drawOpen,
  objectSheet,
  measurement,
  ambiguity,
  ambiguityStatement,
  departure,
  report,
  consent,
  concern,
  reply,
] as unknown as readonly Kind<never>[];

export const kinds: ReadonlyMap<string, Kind<never>> = new Map(all.map((kind) => [kind.name, kind]));
