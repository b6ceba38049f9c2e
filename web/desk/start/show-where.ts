/** "Show me where": scrolls to the control that the guide means, outlines it for three seconds, then focuses it. */
import type { PageName, PageParams } from "../desk.tsx";

const OUTLINE_MS = 3000;
const WAIT_MS = 4000;

export interface Target {
  /** The half to look in; without it, the page. */
  readonly half?: "left" | "right";
  /** The page that the half must show first. */
  readonly page?: { readonly name: PageName; readonly params?: PageParams };
  /** The first that is there is shown. */
  readonly selectors: readonly string[];
}

const act = (name: string) => `[data-act="${name}"]`;

/** What the record says that a target depends on. */
export interface GuideFacts {
  /** The id of provision 11 in the reconstruction. */
  readonly offered: string | undefined;
  /** The inspection under way, if any. */
  readonly inspection: string | undefined;
  readonly textIsClean: boolean;
  /** Whose signature is still to come. */
  readonly missing: "left" | "right";
}

export function targetOf(step: number, { offered, inspection, textIsClean, missing }: GuideFacts): Target {
  const onInspection: Pick<Target, "page"> =
    inspection === undefined
      ? { page: { name: "inspections" } }
      : { page: { name: "inspection", params: { inspection } } };
  switch (step) {
    case 1:
      return { selectors: [`[data-provision="${CSS.escape(offered ?? "")}"]`, "main h1"] };
    case 2:
      return { selectors: ['[role="slider"]'] };
    case 3:
      return { selectors: ['[data-guide="begin"]'] };
    case 4:
      return textIsClean
        ? { half: missing, page: { name: "text" }, selectors: [act("signText")] }
        : { half: "right", page: { name: "text" }, selectors: [act("support")] };
    case 5:
      return { half: "left", page: { name: "inspections" }, selectors: [act("announce")] };
    case 6:
      return inspection === undefined
        ? { selectors: ['[data-guide="skip"]'] }
        : { half: "left", selectors: [`${act("designate")}:not([aria-disabled])`, '[data-guide="skip"]'] };
    case 7:
      return { half: "right", ...onInspection, selectors: [act("freeze")] };
    case 8:
      return {
        half: "left",
        ...onInspection,
        selectors: [act("recordSeen"), act("raiseQuestion"), act("stateOnQuestion")],
      };
    case 9:
      return { half: missing, ...onInspection, selectors: [act("signReport"), act("compileReport"), act("depart")] };
    case 10:
      return { half: "left", page: { name: "assurance" }, selectors: ["h1", "h2"] };
    case 11:
      return { half: "left", page: { name: "assurance" }, selectors: ['[data-guide="check-finding"]', "h1"] };
    default:
      return { selectors: ['[data-guide="cheat"]'] };
  }
}

/** Waits for the page that was asked for; gives up after four seconds. `outline` is the class that draws it. */
export async function showWhere(target: Target, outline: string): Promise<void> {
  const started = performance.now();
  for (;;) {
    const found = find(target);
    if (found !== undefined) return pointAt(found, outline);
    if (performance.now() - started > WAIT_MS) return undefined;
    // oxlint-disable-next-line no-await-in-loop -- looks again when the page may have changed.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function find({ half, selectors }: Target): HTMLElement | undefined {
  const root = half === undefined ? document : (document.querySelector(`[data-half="${half}"]`) ?? document);
  for (const selector of selectors) {
    const element = (selector.startsWith('[data-guide="skip"]') ? document : root).querySelector<HTMLElement>(selector);
    if (element !== null) return element;
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
