/** Three questions about an entry that must not be taken for one another, and what nobody looked at. */
import type { ReactNode } from "react";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { recordMessages } from "../../messages/record.ts";
import { HashText } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { type EntryChecks, intactOutcome, ruleOf } from "./checks.ts";
import type { Row } from "./rows.ts";
import styles from "./checks.module.css";

/** `checks` is absent before they have run: then each question says so. */
export function RestsOn({ row, checks }: { readonly row: Row; readonly checks: EntryChecks | undefined }) {
  const say = useWords(recordMessages);
  const attachments = row.statement?.files.filter(isAttachment).length ?? 0;
  const answer = (title: string, words: ReactNode) => (
    <div>
      <dt>{title}</dt>
      <dd>{words}</dd>
    </div>
  );
  return (
    <section className={styles["rests"]}>
      <h4>{say("rests")}</h4>
      <dl>
        {answer(say("restsIntact"), checks === undefined ? say("notRun") : <Intact checks={checks} />)}
        {answer(say("restsKnown"), checks === undefined ? say("notRun") : <Known row={row} checks={checks} />)}
        {answer(say("restsRule"), checks === undefined ? say("notRun") : <Rule row={row} checks={checks} />)}
        <div>
          <dt>{say("restsUnlooked")}</dt>
          <dd>{say("restsNewer")}</dd>
          <dd>{say("restsOwnPolicy")}</dd>
          {attachments === 0 ? null : <dd>{say("restsAttachments", { count: attachments })}</dd>}
        </div>
      </dl>
    </section>
  );
}

function Intact({ checks }: { readonly checks: EntryChecks }) {
  const say = useWords(recordMessages);
  const words = { holds: "restsIntactHolds", waits: "restsIntactWaits", fails: "restsFails" } as const;
  return say(words[intactOutcome(checks)]);
}

function Known({ row, checks }: { readonly row: Row; readonly checks: EntryChecks }) {
  const say = useWords(recordMessages);
  const { outcome } = checks.signed;
  if (outcome === "fails") return say("restsFails");
  if (outcome === "waits") return say("restsKnownWaits");
  return say.rich("restsKnownHolds", { id: <HashText key="id" hex={row.circle.channel} /> });
}

function Rule({ row, checks }: { readonly row: Row; readonly checks: EntryChecks }) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const rule = ruleOf(checks, row.index);
  if (rule === "fails") return say("restsFails");
  if (rule === undefined) return say("restsRuleNoHead");
  const { accepted, threshold, missing } = rule;
  if (accepted) return say("restsRuleHolds", { threshold });
  const parties = missing.map((party) => nameOf(row.circle.charter, party, language)).join(", ");
  return say("restsRuleWaits", { threshold, parties });
}
