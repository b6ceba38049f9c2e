/** Stands above every page of a node that only reads, e.g. because its disk is full. What it holds is still shown and still served. */
import { shellMessages } from "../messages/shell.ts";
import { useLanguage, useWords } from "../parts/language.tsx";
import { textOf } from "../parts/words.tsx";
import { useDesk } from "./desk.tsx";
import styles from "./shell.module.css";

export function CannotWriteNotice() {
  const { facts } = useDesk();
  const say = useWords(shellMessages);
  const language = useLanguage();
  if (facts.cannotWrite === undefined) return null;
  return (
    <p className={styles["asOf"]} role="status">
      <span>
        <strong>{say("cannotWrite", { name: textOf(facts.name, language) })}</strong> {say("cannotWriteHolds")}{" "}
        <span className="quiet">
          {say("nodeSays")} <q lang="en">{facts.cannotWrite}</q>
        </span>
      </span>
    </p>
  );
}
