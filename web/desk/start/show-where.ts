/** "Show me where": scrolls to the control that the guide means, outlines it for three seconds, then focuses it. */
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import type { PageName, PageParams } from "../desk.tsx";

const OUTLINE_MS = 3000;
const WAIT_MS = 8000;

export interface Target {
  /** The half to look in; without it, the page. */
  readonly half?: "left" | "right";
  /** The page that the half must show first. */
  readonly page?: { readonly name: PageName; readonly params?: PageParams };
  /** The first that is there is shown. */
  readonly selectors: readonly string[];
}

const answer = '[data-guide="answer"]';
const act = (name: string) => `[data-act="${name}"]`;

/** What the record says that a target depends on. */
export interface GuideFacts {
  /** The id of provision 11 in the reconstruction. */
  readonly offered: string | undefined;
  /** The inspection under way, if any. */
  readonly inspection: Inspection | undefined;
  readonly textIsClean: boolean;
  /** The site whose visits can be compared: one with two reports. */
  readonly compared: string | undefined;
  /** Whose signature is still to come; undefined if it is neither side's. */
  readonly missing: "left" | "right" | undefined;
}

export function targetOf(step: number, { offered, inspection, textIsClean, compared, missing }: GuideFacts): Target {
  const onInspection: Pick<Target, "page"> =
    inspection === undefined
      ? { page: { name: "inspections" } }
      : { page: { name: "inspection", params: { inspection: inspection.id } } };
  const onFinding: Pick<Target, "page"> = {
    page: { name: "assurance", ...(compared === undefined ? {} : { params: { site: compared } }) },
  };
  switch (step) {
    case 1:
      return { selectors: [`[data-provision="${CSS.escape(offered ?? "")}"]`, "main h1"] };
    case 2:
      return { selectors: ['[role="slider"]'] };
    case 3:
      return { selectors: ['[data-guide="begin"]'] };
    case 4:
      if (missing === undefined) return { selectors: [answer] };
      return textIsClean
        ? { half: missing, page: { name: "text" }, selectors: [act("signText")] }
        : { half: "right", page: { name: "text" }, selectors: [act("support")] };
    case 5:
      return { half: "left", page: { name: "inspections" }, selectors: [act("announce")] };
    case 6:
      return inspection === undefined
        ? { selectors: ['[data-guide="skip"]'] }
        : {
            half: "left",
            ...onInspection,
            selectors: [`${act("designate")}:not([aria-disabled])`, '[data-guide="skip"]'],
          };
    case 7:
      return { half: "right", ...onInspection, selectors: [act("freeze")] };
    case 8:
      return { ...onInspection, ...seenTarget(inspection) };
    case 9:
      return { ...onInspection, ...reportTarget(inspection, missing) };
    case 10:
      return { half: "left", ...onFinding, selectors: ['[role="tabpanel"] h1'] };
    case 11:
      return { half: "left", ...onFinding, selectors: ['[data-check="finding"]'] };
    default:
      return { selectors: ['[data-guide="cheat"]'] };
  }
}

/** What is still to be written down on site; before the team is there, the other side has to act. */
function seenTarget(inspection: Inspection | undefined): Pick<Target, "half" | "selectors"> {
  if (inspection?.briefing === undefined) return { selectors: [answer] };
  if (inspection.sheets.length === 0) return { half: "left", selectors: [act("recordSeen")] };
  const open = inspection.ambiguities.find(({ statements }) => statements.length < 2);
  if (open === undefined) return { half: "left", selectors: [act("raiseQuestion")] };
  return { half: open.by === inspection.inspecting ? "right" : "left", selectors: [act("stateOnQuestion")] };
}

function reportTarget(
  inspection: Inspection | undefined,
  missing: GuideFacts["missing"],
): Pick<Target, "half" | "selectors"> {
  if (inspection?.departure === undefined) return { half: "left", selectors: [act("depart")] };
  if (inspection.report === undefined) return { half: "left", selectors: [act("compileReport")] };
  return { half: missing ?? "left", selectors: [act("signReport")] };
}

/** Waits for the page that was asked for; gives up after eight seconds. `outline` is the class that draws it. */
export async function showWhere(target: Target, outline: string): Promise<void> {
  const started = performance.now();
  for (;;) {
    // First the half must have left the page that it showed; then looks again when the page may have changed.
    // oxlint-disable-next-line no-await-in-loop -- as said.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const found = find(target);
    if (found !== undefined) return pointAt(found, outline);
    if (performance.now() - started > WAIT_MS) return undefined;
  }
}

function find({ half, selectors }: Target): HTMLElement | undefined {
  const root = half === undefined ? document : (document.querySelector(`[data-half="${half}"]`) ?? document);
  for (const selector of selectors) {
    // A page that is being replaced stays in the document, hidden, until the next one is loaded.
    const elements = [
      ...(selector.startsWith("[data-guide") ? document : root).querySelectorAll<HTMLElement>(selector),
    ];
    const element = elements.find((one) => one.checkVisibility());
    if (element !== undefined) return element;
  }
  return undefined;
}

function pointAt(element: HTMLElement, outline: string): void {
  element.scrollIntoView({ block: "center", behavior: "smooth" });
  element.classList.add(outline);
  setTimeout(() => {
    element.classList.remove(outline);
    if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }, OUTLINE_MS);
}
