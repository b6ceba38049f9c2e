import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { NodeFacts } from "@countersign/wire/endpoints.ts";
import { LanguageProvider, languages, type Language } from "../parts/language.tsx";
import { DeskProvider, type Desk, type PageName } from "./desk.tsx";
import { Shell } from "./shell.tsx";

const pages: readonly PageName[] = [
  "overview",
  "exchange",
  "text",
  "map",
  "site",
  "inspections",
  "inspection",
  "record",
  "assurance",
];
const facts: NodeFacts = {
  id: "aurelia",
  name: { en: "Aurelia", ru: "Аурелия" },
  role: "party",
  clock: "2027-03-11T02:07:00Z",
  demonstration: false,
  channels: [],
};
const sentence = "This node cannot write: its disk is full.";

function shown(page: PageName, language: Language, more: Partial<NodeFacts>): string {
  const unused = () => {
    throw new Error("nothing is done while a page is shown");
  };
  const desk: Desk = {
    base: "",
    facts: { ...facts, ...more },
    own: "aurelia",
    role: "party",
    language,
    now: facts.clock,
    moment: undefined,
    setMoment: unused,
    circles: [],
    before: [],
    canAct: true,
    say: unused,
    seal: unused,
    unseal: unused,
    saveDraft: unused,
    dropDraft: unused,
    place: { page, params: {} },
    narrow: false,
    timeIsAbove: false,
    goTo: unused,
    hrefOf: (other) => `/desk/aurelia/${other}`,
  };
  return renderToStaticMarkup(
    <LanguageProvider language={language}>
      <DeskProvider desk={desk}>
        <Shell onLanguage={unused}>the page</Shell>
      </DeskProvider>
    </LanguageProvider>,
  );
}

describe("a node that cannot write", () => {
  for (const language of languages)
    it(`says so on every page, in ${language}, with what the node gives as its reason`, () => {
      const words = { en: "Aurelia’s node cannot write", ru: "Узел не может записывать: Аурелия" }[language];
      for (const page of pages) {
        const markup = shown(page, language, { cannotWrite: sentence });
        expect(markup).toContain(words);
        expect(markup).toContain(`<q lang="en">${sentence}</q>`);
        expect(markup.indexOf(words)).toBeLessThan(markup.indexOf("the page"));
        expect(shown(page, language, {})).not.toContain(words);
      }
    });
});
