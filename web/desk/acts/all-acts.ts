/** Every act by its name. */
import type { Act, ActName } from "./act.ts";
import { answerConcern, answerLetter, raiseConcern, takePosition, writeLetter } from "./exchange-acts.ts";
import { announce, arrive, designate, signFreeze, stateTransport } from "./notice-acts.ts";
import { compileReport, signReport } from "./report-acts.ts";
import {
  briefTeam,
  checkDiagram,
  depart,
  openDraw,
  raiseQuestion,
  recordMeasurements,
  recordSeen,
  sealDraw,
  stateOnQuestion,
} from "./site-acts.ts";
import { consentToInspections, proposeWording, signText, supportWording } from "./text-acts.ts";

export const acts: Readonly<Record<ActName, Act>> = {
  letter: writeLetter,
  answer: answerLetter,
  position: takePosition,
  support: supportWording,
  propose: proposeWording,
  signText,
  consent: consentToInspections,
  announce,
  arrive,
  designate,
  freeze: signFreeze,
  transport: stateTransport,
  brief: briefTeam,
  checkDiagram,
  sealDraw,
  openDraw,
  recordSeen,
  measure: recordMeasurements,
  raiseQuestion,
  stateOnQuestion,
  depart,
  compileReport,
  signReport,
  raiseConcern,
  answerConcern,
};
