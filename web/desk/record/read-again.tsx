/** When this node last read all its files again, and what it found. Nothing before the first time, and in a demonstration. */
import type { NodeFacts } from "@countersign/wire/endpoints.ts";
import { readAgainMessages } from "../../messages/read-again.ts";
import { useWords } from "../../parts/language.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import styles from "./record.module.css";

/** `countersign fsck` lists all. */
const PATHS_SHOWN = 3;

export function ReadAgain({ last }: { readonly last: NodeFacts["readAgain"] }) {
  const say = useWords(readAgainMessages);
  if (last === undefined) return null;
  const { at, files, damage } = last;
  const count = damage.length;
  const more = count > PATHS_SHOWN ? `, ${say("more", { count: count - PATHS_SHOWN })}` : "";
  return (
    <p className={`note ${styles["readAgain"]}`}>
      {say.rich(count === 0 ? "sound" : "damaged", {
        at: <TimeText key="at" at={at} />,
        files,
        count,
        paths: <bdi key="paths">{damage.slice(0, PATHS_SHOWN).join(", ") + more}</bdi>,
        command: <code key="command" dir="ltr">countersign fsck</code>,
      })}
    </p>
  );
}
