/** A white card on the page's ground. */
import type { ReactNode } from "react";
import styles from "./parts.module.css";

interface CardProps {
  readonly children: ReactNode;
  readonly padded?: boolean;
  /** A bar of ink on the leading edge: the guide, what is needed now, an error. */
  readonly inkBar?: boolean;
  readonly className?: string | undefined;
  /** Names the card as a region. */
  readonly label?: string;
  readonly as?: "section" | "div" | "article" | "aside";
}

export function Card({
  children,
  padded = true,
  inkBar = false,
  className,
  label,
  as: Element = "section",
}: CardProps) {
  const classes = [
    styles["card"],
    padded ? styles["padded"] : undefined,
    inkBar ? styles["inkBar"] : undefined,
    className,
  ]
    .filter(Boolean)
    .join(" ");
  return (
    <Element className={classes} {...(label === undefined ? {} : { "aria-label": label })}>
      {children}
    </Element>
  );
}
