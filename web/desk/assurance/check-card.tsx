/** The check of a finding, made here: three lines that become statements, or the line that does not match. */
import { useEffect, useRef, useState } from "react";
import type { Finding } from "@countersign/core/assure/finding.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { fillPath } from "@countersign/wire/client.ts";
import { bytePaths } from "@countersign/wire/endpoints.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { browserVerify } from "../browser-verifier.ts";
import type { Circle } from "../circle.ts";
import { useDesk, useLooked } from "../desk.tsx";
import { noteOf } from "../record/evidence.ts";
import { proofFile, proofFileName } from "../record/proof-file.ts";
import { saveText } from "../record/save-text.ts";
import { isRefused } from "./subject.ts";
import { checkFinding, comparable, type EntryName, type FindingCheck, type Step } from "./check-finding.ts";
import styles from "./beside.module.css";

interface CheckCardProps {
  readonly circle: Circle;
  readonly finding: Finding;
  readonly asOf: Instant;
}

type Progress =
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly step: Step }
  | { readonly kind: "done"; readonly check: FindingCheck; readonly at: Instant };

export function CheckCard({ circle, finding, asOf }: CheckCardProps) {
  const say = useWords(assuranceMessages);
  const { now, moment, base, role } = useDesk();
  const [progress, setProgress] = useState<Progress>({ kind: "none" });
  const looked = useLooked();
  const run = useRef(0);
  // What was checked is what was shown: another finding, number or moment is not checked by it.
  const shown = `${finding.site} ${finding.report ?? ""} ${comparable(finding)}`;
  useEffect(() => {
    run.current += 1;
    setProgress({ kind: "none" });
  }, [shown, moment]);

  const check = () => {
    run.current += 1;
    const own = run.current;
    setProgress({ kind: "running", step: 1 });
    void checkFinding(circle, finding, asOf, browserVerify, (step) => {
      if (run.current === own) setProgress({ kind: "running", step });
    }).then((result) => {
      if (run.current !== own) return;
      setProgress({ kind: "done", check: result, at: now });
      if (result.failed === undefined) looked(11);
    });
  };
  const done = progress.kind === "done" ? progress.check : undefined;
  const { evidence } = done ?? {};
  const proof = evidence === undefined ? undefined : proofFile(evidence.entry, noteOf(circle, evidence.entry.author, evidence.entry.branch));

  return (
    <Card label={say("check")} className={styles["check"]}>
      <h2>{say("check")}</h2>
      <p className="quiet">{say("checkLead")}</p>
      <ol className={styles["steps"]}>
        {([1, 2, 3] as const).map((step) => (
          <li key={step}>
            <StepWords step={step} circle={circle} finding={finding} check={done} />
          </li>
        ))}
      </ol>
      <Button look="main" large onClick={check} data-check="finding">
        {say(done === undefined ? "checkHere" : "checkAgain")}
      </Button>
      <p className={done?.failed === undefined ? styles["checkState"] : styles["checkFails"]} role="status">
        {progress.kind === "none"
          ? say("notChecked")
          : progress.kind === "running"
            ? say("checking", { step: progress.step })
            : done?.failed === undefined
              ? say("checkedAt", { at: formatTime(progress.at) })
              : say("doesNotMatch", { step: done.failed })}
      </p>
      {done?.failed === undefined || evidence === undefined || proof === undefined ? null : (
        <Button onClick={() => saveText(proofFileName(circle.channel, evidence.entry), proof, "text/plain")}>
          {say("saveProof")}
        </Button>
      )}
      <p className={styles["command"]}>
        <a href={base + fillPath(bytePaths.bundle, { channel: circle.channel })} download>
          {say("takeRecord")}
        </a>
        {role === "observer" ? null : <code>countersign verify {circle.channel.slice(0, 8)}….tar</code>}
      </p>
    </Card>
  );
}

function StepWords({
  step,
  circle,
  finding,
  check,
}: {
  readonly step: Step;
  readonly circle: Circle;
  readonly finding: Finding;
  readonly check: FindingCheck | undefined;
}) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const numbered = finding.detection !== undefined || finding.part !== undefined;
  const plain =
    step === 1
      ? say(isRefused(finding) ? "step1Refused" : "step1", { number: finding.visit?.number ?? 0 })
      : step === 2
        ? say("step2")
        : say(numbered ? "step3" : "step3Verdict");
  // Not reached: what stands before it failed.
  if (check === undefined || (check.failed !== undefined && check.failed < step)) return plain;
  const entries = (names: readonly EntryName[]) =>
    names.map(({ author, index }) => `${nameOf(circle.charter, author, language)} ${index}`).join(", ");
  if (check.failed === step)
    return (
      <>
        {plain}.{" "}
        <strong className={styles["checkFails"]}>
          {step === 1
            ? say("fail1")
            : step === 2
              ? say("fail2")
              : say("fail3", { computed: check.computed, shown: check.shown })}
        </strong>
      </>
    );
  if (step === 1)
    return say("done1", {
      parties: [...new Set(check.signedBy.map(({ author }) => nameOf(circle.charter, author, language)))].join(", "),
      entries: entries(check.signedBy),
    });
  if (step === 2) return say("done2", { count: check.inRecord.length, entries: entries(check.inRecord) });
  return numbered
    ? say("done3", {
        count: check.entries,
        fraction: finding.estimate?.atVisit.detection.fraction ?? finding.part?.atVisit.detection.fraction ?? "",
      })
    : say("done3Verdict", { count: check.entries, verdict: say(finding.verdict) });
}
