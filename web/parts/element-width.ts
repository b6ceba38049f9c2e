/** How wide an element is now, for a page that stands on a desk of its own, in a half of Start or on a phone. */
import { useLayoutEffect, useRef, useState, type RefObject } from "react";

/** CSS pixels; 0 before the first measure. */
export function useElementWidth<Some extends Element>(): readonly [RefObject<Some | null>, number] {
  const element = useRef<Some>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    setWidth(Math.round(current.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
