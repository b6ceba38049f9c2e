/** For tests: a site of 24 launch cells, two stores and a hall, and reports on visits to it, without a record around them. */
import type { Instant } from "../bytes/fields.ts";
import { toBase64 } from "../bytes/base64.ts";
import type { Statement, Statements } from "../channel/kind.ts";
import type { Site, Space } from "../declare/site.ts";
import type { DeclaredType, Holdings } from "../declare/sites.ts";
import type { Sheet } from "../inspect/object-sheet.ts";
import type { ReportDocument } from "../inspect/report-document.ts";
import type { SignedReport } from "../inspect/signed-reports.ts";
import type { Terms } from "../terms/terms.ts";
import { absenceFinding } from "./absence.ts";
import { jointDraw } from "./draws.ts";
import type { Finding } from "./finding.ts";
import { readVisit, type Subject } from "./visit.ts";

export const LEFT = "2027-05-12T18:30:00Z";
export const INSPECTION = "1".repeat(64);
export const CELLS = Array.from({ length: 24 }, (_, index) => `cell-${String(index + 1).padStart(2, "0")}`);
export const OTHERS = ["S-1", "S-2", "H-1"];

export const terms = {
  type: "terms",
  version: 1,
  id: "example",
  title: { en: "Example" },
  rules: 1,
  sides: ["aurelia", "borealia"],
  obligations: [{ id: "absence", provision: "art-2", kind: "absence", owedBy: ["aurelia"], title: { en: "No Long Arrow" }, item: "long-arrow" }],
  access: { noticeHours: 16, designationFromHours: 4, designationToHours: 24, freezeHours: 1, transportHours: 9, briefingHours: 1, onSiteHours: 24, extensionHours: 8, reportHours: 2, teamMaximum: 10, clocksFrom: "received" },
  quotas: [],
  methods: [
    { id: "closed-canister", name: { en: "Closed canister", ru: "Закрытый контейнер" }, recognition: "0", sees: "outside" },
    { id: "opened-end", name: { en: "Opened end", ru: "Открытый торец" }, recognition: "0.95", sees: "opened-end" },
    { id: "interior-viewed", name: { en: "Interior viewed", ru: "Осмотр изнутри" }, recognition: "0.95", sees: "interior" },
    { id: "dark-hall", name: { en: "Hall by torch", ru: "Зал с фонарём" }, recognition: "0.5", sees: "interior" },
  ],
  detection: { level: "0.90", significantHolding: 4, cellKinds: ["launch-cell"], drawnCells: 11 },
  decay: { factor: "499/500", per: "day" },
  evidenceWords: [{ from: "1", word: { en: "none" } }, { from: "10", word: { en: "moderate" } }],
} as unknown as Terms;

const plan = { x: 0, y: 0, width: 920, depth: 920 };
const space = (id: string, kind: Space["kind"], lengthMm: number, widthMm: number): Space => ({ id, name: { en: id }, kind, sides: { lengthMm, widthMm, heightMm: widthMm }, plan });

export const site: Site = {
  id: "A-01",
  name: { en: "Tarn Plateau" },
  role: { en: "Shield site" },
  position: { latitudeSeconds: 0, longitudeSeconds: 0, accuracyMetres: 6 },
  structures: [
    ...[0, 1, 2].map((module) => ({ id: `module-${module + 1}`, name: { en: `Module ${module + 1}` }, kind: "module" as const, spaces: CELLS.slice(module * 8, module * 8 + 8).map((id) => space(id, "launch-cell", 7700, 640)) })),
    { id: "store", name: { en: "Store" }, kind: "store", spaces: [space("S-1", "store", 15_000, 5000), space("S-2", "store", 15_000, 5000)] },
    { id: "hall", name: { en: "Hall" }, kind: "hall", spaces: [space("H-1", "hall", 30_000, 12_000)] },
  ],
  diagram: { en: "Deck" },
};

export const longArrow: DeclaredType = {
  id: "long-arrow",
  name: { en: "Long Arrow", ru: "Длинная стрела" },
  role: { en: "missile" },
  forms: [
    { id: "bare", name: { en: "bare" }, shape: { kind: "cylinder", lengthMm: 5560, diameterMm: 518 } },
    { id: "with-booster", name: { en: "with booster" }, shape: { kind: "cylinder", lengthMm: 6250, diameterMm: 518 } },
    { id: "in-canister", name: { en: "in canister" }, shape: { kind: "box", lengthMm: 6730, widthMm: 635, heightMm: 635 } },
  ],
  claimedRanges: [],
};

export const holdings: Holdings = { site: "A-01", on: "2027-02-12", items: CELLS.map((cell, index) => ({ space: cell, type: "lantern", form: "in-canister", identity: `LN-${index + 1}` })) };

export const ids = { site: "a".repeat(64), type: "b".repeat(64), holdings: "c".repeat(64), sheet: "d".repeat(64), measured: "e".repeat(64), report: "f".repeat(64), draws: ["2".repeat(64), "3".repeat(64)], openings: ["4".repeat(64), "5".repeat(64)] } as const;

const values = [1, 2].map((byte) => toBase64(new Uint8Array(32).fill(byte)));
export const DRAWN = jointDraw(CELLS, 11, [{ party: "aurelia", value: values[1] ?? "" }, { party: "borealia", value: values[0] ?? "" }], { inspection: INSPECTION });

export type Row = ReportDocument["spaces"][number];

export function row(spaceId: string, state: Sheet["state"], change: Partial<Row> = {}): Row {
  return { space: spaceId, state, at: "2027-05-12T13:00:00Z", recognised: state === "seen" ? "none" : "not-recognisable", sheet: ids.sheet, ...change };
}

export function seen(spaces: readonly string[], method: string, change: Partial<Row> = {}): Row[] {
  return spaces.map((id) => row(id, "seen", { method, ...change }));
}

/** By default: eleven cells drawn, their ends opened, and the other three spaces viewed. */
export function document(change: Partial<ReportDocument> = {}): ReportDocument {
  return {
    type: "report",
    version: 1,
    agreement: "9".repeat(64),
    inspection: INSPECTION,
    obligation: "absence",
    site: "A-01",
    siteDeclaration: ids.site,
    holdings: ids.holdings,
    inspecting: "borealia",
    inspected: "aurelia",
    team: 10,
    times: { notice: "2027-05-10T06:00:00Z", arrival: "2027-05-10T22:30:00Z", designation: "2027-05-11T02:35:00Z", freeze: "2027-05-11T03:10:00Z", left: LEFT },
    briefed: [],
    counted: site.structures.map(({ id, spaces }) => ({ structure: id, spaces: spaces.length })),
    differences: [],
    drawn: { list: [...CELLS], cells: [...DRAWN], seeds: [...ids.openings] },
    spaces: [...seen(DRAWN, "opened-end"), ...seen(OTHERS, "interior-viewed")],
    measured: [],
    ambiguities: [],
    ...change,
  };
}

export function signed(report: ReportDocument, change: Partial<SignedReport> = {}): SignedReport {
  const signatures = ["borealia", "aurelia"].map((author, index) => statement(String(index + 6).repeat(64), "sign", author, { document: "0".repeat(64), what: "report", form: "sign" }));
  return {
    report: statement(ids.report, "report", "borealia", { inspection: INSPECTION, document: "0".repeat(64) }),
    document: report,
    act: { document: "0".repeat(64), status: "signed", signatures, missing: [] } as SignedReport["act"],
    signedAt: "2027-05-12T20:15:00Z",
    disputed: false,
    number: 3,
    ...change,
  };
}

export function subject(change: Partial<Subject> = {}): Subject {
  const [obligation] = terms.obligations;
  if (obligation === undefined) throw new Error("the example has an obligation");
  return {
    agreement: "9".repeat(64),
    terms,
    obligation,
    declared: { statement: statement(ids.site, "site", "aurelia", site), site, owner: "aurelia", holdings: statement(ids.holdings, "holdings", "aurelia", holdings) },
    types: [{ statement: statement(ids.type, "type", "aurelia", longArrow), type: longArrow }],
    ...change,
  };
}

/** Holds the declaration, the holdings and the draw; nothing else. */
export function state(others: readonly Statement[] = []): Statements {
  const draws = ["borealia", "aurelia"].flatMap((author, index) => [
    statement(ids.draws[index] ?? "", "draw", author, { inspection: INSPECTION, list: CELLS, count: 11, seed: { number: 1, commitment: "0".repeat(64) } }),
    statement(ids.openings[index] ?? "", "draw-open", author, { inspection: INSPECTION, draw: ids.draws[index], value: values[index], nonce: values[index] }),
  ]);
  const all = [statement(ids.site, "site", "aurelia", site), statement(ids.holdings, "holdings", "aurelia", holdings), ...draws, ...others];
  return { channel: "0".repeat(64), charter: undefined as unknown as Statements["charter"], earlierCharters: [], of: () => [], about: () => [], get: (id) => all.findLast((each) => each.id === id), saw: () => true, file: () => undefined };
}

/** The finding of one visit with this report. */
export function visited(change: Partial<ReportDocument> = {}, asOf: Instant = LEFT, about: Subject = subject(), more: Partial<SignedReport> = {}): Finding {
  return absenceFinding(about, readVisit(state(), about, signed(document(change), more)), asOf);
}

export function statement<Body>(id: string, kind: string, author: string, body: Body): Statement<Body> {
  return { id, kind, author, index: 1, at: "2027-02-12T08:00:00Z", time: "2027-02-12T08:00:00Z", body, files: [], keyId: "00000000" };
}
