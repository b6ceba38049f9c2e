/** The two half discs: whose it is, in shape as well as in colour. Decoration only: the name or the words always stand beside it. */
import styles from "./parts.module.css";

/** A side's half, both, `other` for a host, observer, State concerned or outsider, `open` for nobody yet. */
export type MarkKind = "left" | "right" | "whole" | "other" | "open";

export function Mark({ kind, size = 14 }: { readonly kind: MarkKind; readonly size?: number }) {
  return (
    <svg
      className={styles["mark"]}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      style={{ inlineSize: size, blockSize: size }}
      aria-hidden="true"
      focusable="false"
    >
      {shapes[kind]}
    </svg>
  );
}

const left = "M8 1a7 7 0 0 0 0 14z";
const right = "M8 1a7 7 0 0 1 0 14z";

const shapes = {
  left: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="var(--side-left)" strokeWidth="1.2" />
      <path d={left} fill="var(--side-left)" />
    </>
  ),
  right: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="var(--side-right)" strokeWidth="1.2" />
      <path d={right} fill="var(--side-right)" />
    </>
  ),
  whole: (
    <>
      <path d={left} fill="var(--side-left)" />
      <path d={right} fill="var(--side-right)" />
    </>
  ),
  other: (
    <>
      <circle cx="8" cy="8" r="6.4" fill="none" stroke="var(--slate)" strokeWidth="1.2" />
      <circle cx="8" cy="8" r="2.4" fill="var(--slate)" />
    </>
  ),
  open: <circle cx="8" cy="8" r="6.4" fill="none" stroke="var(--control)" strokeWidth="1.2" />,
} as const;
