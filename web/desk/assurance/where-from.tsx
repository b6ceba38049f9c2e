/** Where each number comes from: the signed entry or the signed terms, with the field. */
import { useState } from "react";
import type { Finding } from "@countersign/core/assure/finding.ts";
import { useDesk } from "../desk.tsx";
import { EntryLink } from "../entry-link.tsx";
import { assuranceMessages } from "../../messages/assurance.ts";
import { Button, DeskLink } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { textOf } from "../../parts/words.tsx";
import { type FindingGrounds, methodsOnCells } from "./subject.ts";
import styles from "./finding.module.css";

interface WhereFromProps {
  readonly finding: Finding;
  readonly grounds: FindingGrounds;
  readonly channel: string;
}

interface Origin {
  readonly name: string;
  readonly value: string;
  readonly field: string;
  readonly from: "report" | "terms";
}

export function WhereFrom({ finding, grounds, channel }: WhereFromProps) {
  const say = useWords(assuranceMessages);
  const [open, setOpen] = useState(false);
  const origins = useOrigins(finding, grounds);
  const report = grounds.visit?.signed.report;
  return (
    <p className={styles["where"]}>
      <Button look="link" onClick={() => setOpen(true)}>
        {say("where")}
      </Button>
      <Sheet open={open} onClose={() => setOpen(false)} title={say("where")} over={say("whereClose")}>
        <dl className={styles["origins"]}>
          {origins.map(({ name, value, field, from }) => (
            <div key={field}>
              <dt>{name}</dt>
              <dd>
                <strong>
                  <bdi>{value}</bdi>
                </strong>
                <span className={styles["field"]}>{say("whereField", { field })}</span>
                {from === "report" && report !== undefined ? (
                  <EntryLink channel={channel} place={report}>
                    {say("whereReport")}
                  </EntryLink>
                ) : (
                  <DeskLink page="text" params={{ circle: channel.slice(0, 8) }}>
                    {say("whereTerms")}
                  </DeskLink>
                )}
              </dd>
            </div>
          ))}
        </dl>
        <EvidenceList finding={finding} channel={channel} />
      </Sheet>
    </p>
  );
}

function useOrigins(finding: Finding, grounds: FindingGrounds): readonly Origin[] {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const { terms } = grounds.subject;
  const { drawn, times } = grounds.visit?.signed.document ?? {};
  return [
    ...(drawn === undefined
      ? []
      : [
          { name: say("whereDrawn"), value: String(drawn.cells.length), field: "drawn.cells", from: "report" } as const,
        ]),
    ...methodsOnCells(grounds).map(
      ({ method }) =>
        ({
          name: say("whereRecognition", { method: textOf(method.name, language) }),
          value: method.recognition,
          field: `terms.methods.${method.id}.recognition`,
          from: "terms",
        }) as const,
    ),
    {
      name: say("whereHolding"),
      value: String(terms.detection.significantHolding),
      field: "terms.detection.significantHolding",
      from: "terms",
    },
    { name: say("whereLevel"), value: terms.detection.level, field: "terms.detection.level", from: "terms" },
    { name: say("whereDecay"), value: terms.decay.factor, field: "terms.decay.factor", from: "terms" },
    ...(times === undefined || finding.visit === undefined
      ? []
      : [{ name: say("whereDays"), value: String(finding.visit.days), field: "times.left", from: "report" } as const]),
  ];
}

/** Every entry that the finding rests on. */
function EvidenceList({ finding, channel }: { readonly finding: Finding; readonly channel: string }) {
  const say = useWords(assuranceMessages);
  const { circles } = useDesk();
  const state = circles.find((circle) => circle.channel === channel)?.state;
  const entries = finding.evidence.flatMap((id) => state?.get(id) ?? []);
  return (
    <>
      <p className="note">{say("evidence", { count: finding.evidence.length })}</p>
      <ul className={styles["evidence"]}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <EntryLink channel={channel} place={entry}>
              {entry.author} {entry.index}
            </EntryLink>
          </li>
        ))}
      </ul>
    </>
  );
}
