/** One line that says what a statement is, for every kind, and where it helps a second one. */
import type { Words } from "@countersign/core/bytes/fields.ts";
import { keyChange } from "@countersign/core/channel/key-change.ts";
import { nameOfKey, shortName } from "@countersign/core/channel/key-ring.ts";
import { channelOf, type Kind, type Statement, type Statements } from "@countersign/core/channel/kind.ts";
import { publication } from "@countersign/core/channel/publication.ts";
import { receive } from "@countersign/core/channel/receive.ts";
import { release } from "@countersign/core/channel/release.ts";
import { revocation } from "@countersign/core/channel/revocation.ts";
import { sign } from "@countersign/core/channel/sign.ts";
import { concern } from "@countersign/core/consult/concern.ts";
import { consent } from "@countersign/core/consult/consent.ts";
import { reply } from "@countersign/core/consult/reply.ts";
import { opens } from "@countersign/core/declare/commitment.ts";
import { holdings } from "@countersign/core/declare/holdings.ts";
import { site } from "@countersign/core/declare/site.ts";
import { type } from "@countersign/core/declare/type.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { contact } from "@countersign/core/exchange/contact.ts";
import { differingSources } from "@countersign/core/exchange/differing-sources.ts";
import { event } from "@countersign/core/exchange/event.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { position } from "@countersign/core/exchange/position.ts";
import { stateConcerned } from "@countersign/core/exchange/state-concerned.ts";
import { ambiguity } from "@countersign/core/inspect/ambiguity.ts";
import { ambiguityStatement } from "@countersign/core/inspect/ambiguity-statement.ts";
import { arrival } from "@countersign/core/inspect/arrival.ts";
import { briefing } from "@countersign/core/inspect/briefing.ts";
import { departure } from "@countersign/core/inspect/departure.ts";
import { designation } from "@countersign/core/inspect/designation.ts";
import { diagramCheck } from "@countersign/core/inspect/diagram-check.ts";
import { draw } from "@countersign/core/inspect/draw.ts";
import { drawOpen } from "@countersign/core/inspect/draw-open.ts";
import { freeze } from "@countersign/core/inspect/freeze.ts";
import { intent } from "@countersign/core/inspect/intent.ts";
import { measurement } from "@countersign/core/inspect/measurement.ts";
import { objectSheet } from "@countersign/core/inspect/object-sheet.ts";
import { readReport } from "@countersign/core/inspect/report-document.ts";
import { report } from "@countersign/core/inspect/report.ts";
import { transport } from "@countersign/core/inspect/transport.ts";
import { draft } from "@countersign/core/text/draft.ts";
import { proposal } from "@countersign/core/text/proposal.ts";
import { support } from "@countersign/core/text/support.ts";
import { readText } from "@countersign/core/text/text-document.ts";
import { titleMessages } from "../messages/titles.ts";
import { inGroups } from "../parts/hash-text.tsx";
import { sayIn, type Language, type Say } from "../parts/language.tsx";
import { nameOf } from "../parts/party-name.tsx";
import { textOf } from "../parts/words.tsx";

export interface StatementTitle {
  readonly title: string;
  readonly detail?: string;
}

export function titleOf(statement: Statement, statements: Statements, language: Language): StatementTitle {
  const rule = rules.get(statement.kind);
  const tools = new Tools(statements, language);
  return rule === undefined
    ? { title: tools.say("unknown", { kind: statement.kind }) }
    : rule(statement as Statement<never>, tools);
}

/** Whether statements of this kind have a title of their own. */
export function hasTitle(kind: string): boolean {
  return rules.has(kind);
}

/** A site's name and id as titles have it: `Morozna (B-03)`. */
export function siteName(id: string, statements: Statements, language: Language): string {
  const declared = statements.of(site).findLast(({ body }) => body.id === id);
  return declared === undefined ? id : `${textOf(declared.body.name, language)} (${id})`;
}

interface InText {
  readonly draft: string;
  readonly provision: string;
}

class Tools {
  readonly statements: Statements;
  readonly language: Language;
  readonly say: Say<keyof (typeof titleMessages)["en"]>;

  constructor(statements: Statements, language: Language) {
    this.statements = statements;
    this.language = language;
    this.say = sayIn(titleMessages, language);
  }

  text(words: Words): string {
    return textOf(words, this.language);
  }

  name(id: string): string {
    return nameOf(this.statements.charter, id, this.language);
  }

  site(id: string): string {
    return siteName(id, this.statements, this.language);
  }

  /** The site of an inspection, once it was named. */
  siteOf(inspection: string): string {
    const named = this.statements.of(designation).find(({ body }) => body.inspection === inspection);
    return named === undefined ? this.say("theSite") : this.site(named.body.site);
  }

  /** A provision of a text by its number. */
  provisionOf({ draft: id, provision }: InText): string {
    return this.#provision(id, provision)?.number ?? provision;
  }

  /** The words of an alternative, from the draft or from a proposal. */
  wording({
    draft: id,
    provision,
    bracket,
    alternative,
  }: InText & { readonly bracket: string; readonly alternative: string }): string {
    const inDraft = this.#provision(id, provision)?.pieces.flatMap((piece) =>
      "bracket" in piece && piece.bracket === bracket ? piece.alternatives : [],
    );
    const proposed = this.statements.about(proposal, id).map(({ body }) => body.alternative);
    const found = [...(inDraft ?? []), ...proposed].find((candidate) => candidate.id === alternative);
    return found === undefined ? alternative : this.text(found.text);
  }

  #provision(id: string, provision: string) {
    const source = this.statements.of(draft).find((candidate) => candidate.id === id);
    return source === undefined
      ? undefined
      : readText(this.statements, source.body.document)?.provisions.find((candidate) => candidate.id === provision);
  }

  /** A provision of the exchange by its number. */
  provision(id: string): string {
    for (const { body } of this.statements.of(agenda)) {
      const found = body.provisions.find((provision) => provision.id === id);
      if (found !== undefined) return String(found.number);
    }
    return id;
  }
}

const rules = new Map<string, (statement: Statement<never>, tools: Tools) => StatementTitle>();

function rule<Body>(
  kind: Kind<Body>,
  titled: (body: Body, tools: Tools, statement: Statement<Body>) => StatementTitle,
): void {
  rules.set(kind.name, (statement, tools) => titled(statement.body, tools, statement));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

rule(sign, (body, tools) => {
  const { say } = tools;
  const signed = body.what === "report" ? readReport(tools.statements, body.document) : undefined;
  const title =
    signed === undefined
      ? say(
          (
            {
              charter: "signCharter",
              agreement: "signAgreement",
              report: "signReport",
              document: "signDocument",
            } as const
          )[body.what],
        )
      : say("signReportOn", { site: tools.site(signed.site) });
  if (body.form === "refuse") return { title, detail: say("refused") };
  if (body.form === "sign-with-comment")
    return { title, detail: body.comment === undefined ? say("withComment") : tools.text(body.comment) };
  return { title, detail: say("documentHash", { hash: inGroups(body.document, 2) }) };
});
rule(receive, (_, { say }) => ({ title: say("receive"), detail: say("receiveDetail") }));
rule(release, (body, { say }) => ({ title: say("release", { count: body.statements.length }) }));
rule(keyChange, ({ add, retire }, { say }) => ({
  title: say("keyChange", { added: add.length, retired: retire.length }),
  detail: [...add.map(nameOfKey), ...retire].map(shortName).join(", "),
}));
rule(revocation, (body, tools) => ({
  title: tools.say("revocation", { key: shortName(body.key) }),
  detail: tools.text(body.why),
}));
rule(publication, (body, tools) => ({
  title: tools.say("publication", { title: tools.text(body.title) }),
  detail: tools.text(body.summary),
}));

rule(letter, (body, tools) => ({
  title: tools.say(`letter_${body.form}`, { title: tools.text(body.title) }),
  detail: tools.say("toParties", { parties: body.to.map((id) => tools.name(id)).join(", ") }),
}));
rule(position, (body, tools) => ({
  title: tools.say("position", { number: tools.provision(body.provision), word: tools.say(`word_${body.word}`) }),
  ...(body.note === undefined ? {} : { detail: tools.text(body.note) }),
}));
rule(contact, (body, tools) => ({
  title: tools.say(`contact_${body.form}`, { title: tools.text(body.title) }),
  detail: body.on,
}));
rule(agenda, (body, { say }) => ({ title: say("agenda", { count: body.provisions.length }) }));
rule(event, (body, tools) => ({ title: tools.say("event", { title: tools.text(body.title) }), detail: body.on }));
rule(differingSources, (body, tools) => ({ title: tools.say("differing", { title: tools.text(body.question) }) }));
rule(stateConcerned, (body, tools) => ({
  title: tools.say("stateConcerned", { name: tools.name(body.state) }),
  detail: tools.say("onProvision", { number: tools.provision(body.provision) }),
}));

rule(draft, (body, tools) => ({ title: tools.say("draft", { title: tools.text(body.title) }) }));
rule(proposal, (body, tools) => ({
  title: tools.say("proposal", { number: tools.provisionOf(body) }),
  detail: tools.text(body.alternative.text),
}));
rule(support, (body, tools) => ({
  title: tools.say("support", { number: tools.provisionOf(body) }),
  detail: tools.wording(body),
}));

rule(type, (body, tools) => ({
  title: tools.say("type", { name: tools.text(body.name) }),
  detail: tools.text(body.role),
}));
rule(site, (body, tools) => ({
  title: tools.say("site", { name: `${tools.text(body.name)} (${body.id})` }),
  detail: tools.say("siteDetail", { count: sum(body.structures.map(({ spaces }) => spaces.length)) }),
}));
rule(holdings, (body, tools) => ({
  title: tools.say("holdings", { site: tools.site(body.site) }),
  detail: tools.say("holdingsDetail", { count: body.items.length, day: body.on }),
}));

rule(intent, (body, { say }) => ({
  title: say("intent"),
  detail: say("intentDetail", { hash: inGroups(body.choice.commitment, 2) }),
}));
rule(arrival, (body, tools) => ({
  title: tools.say("arrival"),
  detail: tools.say("arrivalDetail", { place: tools.text(body.pointOfEntry), team: body.team }),
}));
rule(designation, (body, tools, statement) => {
  const notice = tools.statements.of(intent).find(({ id }) => id === body.inspection);
  const equal =
    notice !== undefined &&
    opens(channelOf(notice, tools.statements), statement.author, notice.body.choice, { value: body.site, nonce: body.nonce });
  return {
    title: tools.say("designation", { site: tools.site(body.site) }),
    detail: tools.say(equal ? "designationEqual" : "designationDiffers"),
  };
});
rule(freeze, (body, tools) => ({
  title: tools.say("freeze", { site: tools.site(body.site) }),
  detail: tools.text(body.measures),
}));
rule(transport, (body, tools) => ({ title: tools.say("transport", { site: tools.siteOf(body.inspection) }) }));
rule(briefing, (body, tools) => ({
  title: tools.say("briefing", { site: tools.siteOf(body.inspection) }),
  detail: tools.say("briefingDetail", {
    spaces: sum(body.counts.map(({ spaces }) => spaces)),
    items: sum(body.counts.map(({ items }) => items)),
  }),
}));
rule(diagramCheck, (body, tools) => ({
  title: tools.say("diagramCheck", { site: tools.siteOf(body.inspection) }),
  detail:
    body.differences.length === 0
      ? tools.say("diagramSame", { spaces: sum(body.counted.map(({ spaces }) => spaces)) })
      : tools.say("diagramDiffers", { differences: body.differences.length }),
}));
rule(draw, (body, { say }) => ({ title: say("draw", { count: body.count, of: body.list.length }) }));
rule(drawOpen, (_, { say }) => ({ title: say("drawOpen") }));
rule(objectSheet, (body, tools) => ({
  title: tools.say("objectSheet", { site: tools.siteOf(body.inspection) }),
  detail: tools.say("objectSheetDetail", { count: body.sheets.length }),
}));
rule(measurement, (body, tools) => ({
  title: tools.say("measurement", { site: tools.siteOf(body.inspection) }),
  detail: tools.say("measurementDetail", { count: body.measured.length }),
}));
rule(ambiguity, (body, tools) => ({
  title: tools.say("ambiguity", { title: tools.text(body.question) }),
  detail: tools.text(body.statement),
}));
rule(ambiguityStatement, (body, tools) => ({
  title: tools.say("ambiguityStatement"),
  detail: body.answered ? tools.say("answered") : tools.text(body.statement),
}));
rule(departure, (body, tools) => ({ title: tools.say("departure", { site: tools.siteOf(body.inspection) }) }));
rule(report, (body, tools) => ({
  title: tools.say("report", { site: tools.siteOf(body.inspection) }),
  detail: tools.say("documentHash", { hash: inGroups(body.document, 2) }),
}));

rule(consent, (body, { say }) => ({
  title: say("consent"),
  detail: say("consentDetail", { count: body.sites.length, conditions: body.conditions.length }),
}));
rule(concern, (body, tools) => ({ title: tools.say("concern", { title: tools.text(body.title) }) }));
rule(reply, (body, tools) => ({ title: tools.say("reply"), detail: tools.text(body.text) }));
