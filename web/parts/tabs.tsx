/** Tabs: arrows move, digits jump, the panel is the caller's. One stop for the Tab key. */
import { useRef, type KeyboardEvent } from "react";
import styles from "./parts.module.css";

interface TabsProps<Value extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** The id of the panel that the caller renders with `role="tabpanel"`. */
  readonly panel: string;
}

export function Tabs<Value extends string>({ label, tabs, value, onChange, panel }: TabsProps<Value>) {
  const list = useRef<HTMLDivElement>(null);
  const choose = (position: number) => {
    const tab = tabs[(position + tabs.length) % tabs.length];
    if (tab === undefined) return;
    onChange(tab.value);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[tabs.indexOf(tab)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const current = tabs.findIndex((tab) => tab.value === value);
    const forward = getComputedStyle(event.currentTarget).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : undefined;
    const target =
      event.key === forward
        ? current + 1
        : event.key === backward
          ? current - 1
          : event.key === "Home"
            ? 0
            : event.key === "End"
              ? tabs.length - 1
              : digit !== undefined && digit <= tabs.length
                ? digit - 1
                : undefined;
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className={styles["tabs"]} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          className={styles["tab"]}
          aria-selected={tab.value === value}
          aria-controls={panel}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onChange(tab.value)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
