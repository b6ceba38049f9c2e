/** One entry opened: its checks, what they do not show, what it says, and the proof file. */
import { useMemo } from "react";
import { recordMessages } from "../../messages/record.ts";
import { Button } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import { VersionMark } from "../entry-link.tsx";
import { FileList, OpennessNote } from "../files.tsx";
import type { Checked } from "./check-run.ts";
import { EntryChecksList } from "./entry-checks.tsx";
import { evidenceOf, noteOf } from "./evidence.ts";
import { InertReason } from "./inert-reason.tsx";
import { proofFile, proofFileName } from "./proof-file.ts";
import type { Row } from "./rows.ts";
import { RestsOn } from "./rests-on.tsx";
import { saveText } from "./save-text.ts";
import styles from "./checks.module.css";

interface EntryPanelProps {
  readonly row: Row;
  readonly checked: Checked | undefined;
  readonly running: boolean;
  readonly onCheck: () => void;
  /** The page's own heading for it; in the list the row above already names it. */
  readonly named: boolean;
}

export function EntryPanel({ row, checked, running, onCheck, named }: EntryPanelProps) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { circle, author, index, statement, inert } = row;
  return (
    <div className={named ? styles["beside"] : styles["panel"]}>
      {named ? (
        <p className={styles["panelName"]}>
          {say("entryOf", { index, party: nameOf(circle.charter, author, language) })}{" "}
          <VersionMark channel={circle.channel} place={row} />
        </p>
      ) : null}
      <h3 className={checked?.checks.outcome === "fails" ? styles["panelDiffers"] : styles["panelTitle"]}>
        {say(headingOf(checked, running), {
          at: checked === undefined ? "" : formatTime(checked.at),
        })}
      </h3>
      {inert === undefined ? null : (
        <p className="quiet">
          <InertReason inert={inert} detailed />
        </p>
      )}
      {row.doubtful === undefined ? null : (
        <p className="quiet">
          {say("doubtfulReason", {
            party: nameOf(circle.charter, author, language),
            key: row.doubtful.key,
            index: row.doubtful.revocation.body.lastSound,
            why: textOf(row.doubtful.revocation.body.why, language),
          })}
        </p>
      )}
      {statement !== undefined && statement.at !== statement.time ? (
        <p className="note">{say("datedBefore", { at: formatTime(statement.at), time: formatTime(statement.time) })}</p>
      ) : null}
      <EntryChecksList circle={circle} author={author} checked={checked} />
      <RestsOn row={row} checks={checked?.checks} />
      <div className={styles["shows"]}>
        <h4>{say("shows")}</h4>
        <p className="quiet">{say("showsText")}</p>
      </div>
      <div className={styles["acts"]}>
        <Button look="main" large onClick={onCheck}>
          {say(checked === undefined ? "checkHere" : "checkAgain")}
        </Button>
        <SaveProof row={row} />
      </div>
      {statement === undefined ? null : (
        <>
          <OpennessNote circle={circle} statement={statement} />
          <FileList circle={circle} statement={statement} />
          <Content body={statement.body} />
        </>
      )}
    </div>
  );
}

function headingOf(checked: Checked | undefined, running: boolean) {
  if (running) return "headingRunning";
  if (checked === undefined) return "headingUnchecked";
  return ({ holds: "headingChecked", waits: "headingWaits", fails: "headingDiffers" } as const)[checked.checks.outcome];
}

/** With what it proves and how anyone checks it without this desk. */
function SaveProof({ row }: { readonly row: Row }) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { circle, author, branch, statement, versions } = row;
  const evidence = useMemo(() => evidenceOf(circle, circle.state, row, statement), [circle, row, statement]);
  const text = useMemo(() => (evidence === undefined ? undefined : proofFile(evidence.entry, noteOf(circle, author, branch))), [evidence, circle, author, branch]);
  const name = evidence === undefined ? "" : proofFileName(circle.channel, evidence.entry, versions[0]);
  return (
    <>
      <Button large off={text === undefined ? say("proofNotYet") : undefined} onClick={() => saveText(name, text ?? "", "text/plain")}>
        {say("saveProof")}
      </Button>
      {text === undefined ? null : (
        <p className={styles["proves"]}>
          {say("proves", { party: nameOf(circle.charter, author, language) })} {(evidence?.signatures.length ?? 0) > 0 ? say("provesJoint") : null}{" "}
          <code>
            <bdi>{`countersign verify ${name} --trust `}</bdi>
            {say("policyFile")}
          </code>
        </p>
      )}
    </>
  );
}

function Content({ body }: { readonly body: unknown }) {
  const say = useWords(recordMessages);
  return (
    <details className={styles["content"]}>
      <summary>{say("content")}</summary>
      {/* Focusable, so that a long body can be scrolled by keyboard. */}
      <pre className={styles["body"]} tabIndex={0} role="region" aria-label={say("content")}>
        {JSON.stringify(body, null, 2)}
      </pre>
    </details>
  );
}
