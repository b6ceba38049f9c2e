/** F6 goes from part to part of Start: guide, left half, right half, strip. Shift goes back. */
import { useEffect } from "react";

export function useF6(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "F6" || event.ctrlKey || event.altKey || event.metaKey) return;
      const parts = [...document.querySelectorAll<HTMLElement>("[data-f6]")].filter(
        (part) => part.offsetParent !== null,
      );
      if (parts.length === 0) return;
      event.preventDefault();
      const current = parts.findIndex((part) => part.contains(document.activeElement));
      const step = event.shiftKey ? -1 : 1;
      const next =
        current < 0 ? (event.shiftKey ? parts.length - 1 : 0) : (current + step + parts.length) % parts.length;
      parts[next]?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
