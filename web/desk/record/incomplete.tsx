/** Logs of which more was signed than this node holds: what is missing, and since when. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { IncompleteLog } from "@countersign/wire/endpoints.ts";
import { recordMessages } from "../../messages/record.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import type { Circle } from "../circle.ts";
import { headSize } from "../head-size.ts";
import styles from "./record.module.css";

export function Incomplete({ circle }: { readonly circle: Circle }) {
  const say = useWords(recordMessages);
  if (circle.incomplete.size === 0) return null;
  return (
    <Card inkBar label={say("incomplete")} className={styles["noticed"]}>
      <h2>{say("incomplete")}</h2>
      <ul>
        {[...circle.incomplete].map(([log, incomplete]) => (
          <Missing key={log} circle={circle} log={log} incomplete={incomplete} />
        ))}
      </ul>
      <p className="note">{say("incompleteGoesOn")}</p>
    </Card>
  );
}

function Missing({ circle, log, incomplete }: { readonly circle: Circle; readonly log: PartyId; readonly incomplete: IncompleteLog }) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { size, since, missing = "underway", entry, from } = incomplete;
  const head = circle.heads.get(log);
  const held = circle.partial ? (head === undefined ? 0 : headSize(head)) : (circle.leaves.get(log)?.length ?? 0);
  return (
    <li data-incomplete={log}>
      <p>
        {say.rich("incompleteLog", {
          log: nameOf(circle.charter, log, language),
          size,
          held,
          since: <TimeText key="since" at={since} />,
        })}
      </p>
      <p>{say(`incomplete_${missing}`, { entry: entry ?? "", from: nameOf(circle.charter, from ?? log, language) })}</p>
    </li>
  );
}
