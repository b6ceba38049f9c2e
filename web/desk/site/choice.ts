/** Which space is chosen, shared by the diagram and the list: a click or Enter selects, hover previews, `D` jumps, digits choose by number. */
import { type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { shortNumber } from "./space-state.ts";

export type Twin = "diagram" | "list";

export interface Choice {
  readonly selected: string | undefined;
  /** What the one line of words is about: the preview, else the selection. */
  readonly shown: string | undefined;
  /** The space that has or last had the focus. */
  readonly focused: string | undefined;
  readonly select: (id: string) => void;
  readonly preview: (id: string | undefined) => void;
  /** Moves the focus to a space in one twin. */
  readonly focus: (id: string, twin: Twin) => void;
  readonly focusIn: (id: string) => void;
  /** Whether Tab stops at this space: one in each twin. */
  readonly isStop: (id: string) => boolean;
}

const TYPING_MS = 900;

/** `page` holds both twins; `ids` are all spaces in the order of the diagram. */
export function useChoice(
  page: RefObject<HTMLElement | null>,
  ids: readonly string[],
): { readonly choice: Choice; readonly onKeyDown: (event: KeyboardEvent) => void } {
  const [selected, setSelected] = useState<string | undefined>(undefined);
  const [previewed, setPreviewed] = useState<string | undefined>(undefined);
  const [focused, setFocused] = useState<string | undefined>(undefined);
  const typed = useRef({ digits: "", at: 0 });
  const known = (id: string | undefined) => (id !== undefined && ids.includes(id) ? id : undefined);
  const stop = known(focused) ?? known(selected) ?? ids[0];

  const focus = (id: string, twin: Twin) => {
    setFocused(id);
    setPreviewed(undefined);
    page.current?.querySelector<HTMLElement>(`[data-twin="${twin}"] [data-space="${CSS.escape(id)}"]`)?.focus();
  };
  const select = (id: string) => {
    setSelected(id);
    setPreviewed(undefined);
  };
  const choice: Choice = {
    selected: known(selected),
    shown: known(previewed) ?? known(selected),
    focused: stop,
    select,
    preview: setPreviewed,
    focus,
    focusIn: (id) => {
      setFocused(id);
      setPreviewed(id);
    },
    isStop: (id) => id === stop,
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const twin =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-twin]")?.dataset["twin"] : undefined;
    if (twin === undefined || stop === undefined) return;
    if (event.key.toLowerCase() === "d") focus(stop, twin === "diagram" ? "list" : "diagram");
    if (!/^\d$/.test(event.key)) return;
    const digits = event.timeStamp - typed.current.at < TYPING_MS ? typed.current.digits + event.key : event.key;
    typed.current = { digits, at: event.timeStamp };
    const found = ids.find((id) => Number(shortNumber(id)) === Number(digits));
    if (found === undefined) return;
    select(found);
    focus(found, twin === "list" ? "list" : "diagram");
  };
  return { choice, onKeyDown };
}
