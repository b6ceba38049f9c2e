/** A statement's title, with its second line where there is one. */
import { useMemo } from "react";
import type { Statement, Statements } from "@countersign/core/channel/kind.ts";
import { useLanguage } from "../parts/language.tsx";
import styles from "../parts/parts.module.css";
import { VersionMark } from "./entry-link.tsx";
import { titleOf } from "./statement-titles.ts";

export function StatementTitle({
  statement,
  statements,
  detail = true,
}: {
  readonly statement: Statement;
  readonly statements: Statements;
  readonly detail?: boolean;
}) {
  const language = useLanguage();
  const titled = useMemo(() => titleOf(statement, statements, language), [statement, statements, language]);
  return (
    <>
      <span className={styles["title"]}>{titled.title}</span>
      <VersionMark channel={statements.channel} place={statement} />
      {detail && titled.detail !== undefined ? <span className={styles["detail"]}>{titled.detail}</span> : null}
    </>
  );
}
