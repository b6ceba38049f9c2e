/** States whose territory is spoken of and that are no party, in words: with whether they were asked. No territory is drawn. */
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { stateConcerned } from "@countersign/core/exchange/state-concerned.ts";
import { mapMessages } from "../../messages/map.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { inReadersOrder, nameOf } from "../../parts/party-name.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import styles from "./map.module.css";

export function StatesSpokenOf({ circles }: { readonly circles: readonly Circle[] }) {
  const say = useWords(mapMessages);
  const language = useLanguage();
  const rows = circles.flatMap((circle) => {
    const { charter, state } = circle;
    const hosts = charter.parties.filter(({ role }) => role === "host").map(({ id }) => id);
    const concerned = charter.statesConcerned.map(({ id }) => id);
    return inReadersOrder(charter, [...concerned, ...hosts], undefined, language).map((id) => ({
      key: `${circle.channel} ${id}`,
      circle,
      id,
      host: hosts.includes(id),
      asked: charter.statesConcerned.find((one) => one.id === id)?.asked,
      notes: state.of(stateConcerned).filter(({ body }) => body.state === id),
    }));
  });
  if (rows.length === 0) return null;
  const numberOf = (circle: Circle, provision: string) =>
    circle.state
      .of(agenda)
      .flatMap(({ body }) => body.provisions)
      .find(({ id }) => id === provision)?.number ?? provision;
  return (
    <Card label={say("concerned")}>
      <h2>{say("concerned")}</h2>
      <p className="note">{say("concernedLead")}</p>
      <ul className={styles["states"]}>
        {rows.map(({ key, circle, id, host, asked, notes }) => (
          <li key={key}>
            <p>
              <Mark kind="other" /> <strong>{nameOf(circle.charter, id, language)}</strong>
              {host ? <span className="quiet">, {say("hostIn")}</span> : null}
            </p>
            {asked === undefined ? null : (
              <p className="quiet">
                <Words value={asked} />
              </p>
            )}
            {notes.map((note) => (
              <p key={note.id} className="quiet">
                <DeskLink page="exchange" params={{ provision: note.body.provision }}>
                  {say("spokenOf", { numbers: String(numberOf(circle, note.body.provision)) })}
                </DeskLink>
                : <Words value={note.body.note} />
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
}
