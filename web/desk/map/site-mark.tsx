/** A site on the map: its owner's half disc, with a ring where it stands on a host's soil, and its name. */
import type { MarkKind } from "../../parts/mark.tsx";
import styles from "./map.module.css";

interface SiteMarkProps {
  readonly site: {
    readonly id: string;
    readonly name: string;
    readonly mark: MarkKind;
    readonly hosted: boolean;
  };
  /** The name stands before the mark, near the far edge of the map. */
  readonly beforeMark: boolean;
}

export function SiteMark({ site, beforeMark }: SiteMarkProps) {
  const x = beforeMark ? -16 : 16;
  const anchor = beforeMark ? "end" : "start";
  return (
    <>
      {/* At least 24 pixels to point at. */}
      <circle className={styles["reach"]} r="14" />
      <Disc mark={site.mark} hosted={site.hosted} />
      <text className={styles["siteText"]} textAnchor={anchor}>
        <tspan className={`${styles["siteName"]} ${styles[site.mark] ?? ""}`} x={x} y="1">
          {site.name}
        </tspan>{" "}
        <tspan className={styles["siteId"]} x={x} y="16">
          {site.id}
        </tspan>
      </text>
    </>
  );
}

export function Disc({ mark, hosted }: { readonly mark: MarkKind; readonly hosted: boolean }) {
  return (
    <g className={styles[mark]}>
      {hosted ? <circle className={styles["hostRing"]} r="12" /> : null}
      <circle className={styles["discGround"]} r="9" />
      {mark === "left" ? <path className={styles["discHalf"]} d="M0-9a9 9 0 0 0 0 18z" /> : null}
      {mark === "right" ? <path className={styles["discHalf"]} d="M0-9a9 9 0 0 1 0 18z" /> : null}
      {mark === "other" ? <circle className={styles["discHalf"]} r="3.4" /> : null}
    </g>
  );
}
