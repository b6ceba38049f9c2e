/** A computed sentence on the page: numbers strong, fractions apart, each in its own direction. */
import type { Run } from "@countersign/core/assure/runs.ts";
import styles from "./finding.module.css";

export function RunsText({ runs }: { readonly runs: readonly Run[] }) {
  return runs.map((run, position) => {
    // Runs have no names; their order is fixed by the sentence.
    const key = `${position} ${run.text}`;
    if (run.kind === "strong")
      return (
        <strong key={key}>
          <bdi>{run.text}</bdi>
        </strong>
      );
    if (run.kind === "fraction")
      return (
        <bdi key={key} className={styles["fraction"]}>
          {run.text}
        </bdi>
      );
    return <span key={key}>{run.text}</span>;
  });
}
