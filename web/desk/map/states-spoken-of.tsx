/** States whose territory is spoken of and that are no party, in words: with whether they were asked. No territory is drawn. */
import type { Words as WordsInLanguages } from "@countersign/core/bytes/fields.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { stateConcerned } from "@countersign/core/exchange/state-concerned.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import { mapMessages } from "../../messages/map.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import styles from "./map.module.css";

export function StatesSpokenOf({ circles }: { readonly circles: readonly Circle[] }) {
  const say = useWords(mapMessages);
  const language = useLanguage();
  const ids = new Set(
    circles.flatMap(({ charter }) => [
      ...charter.statesConcerned.map(({ id }) => id),
      ...charter.parties.filter(({ role, side }) => role === "host" || (role === "party" && side === undefined)).map(({ id }) => id),
    ]),
  );
  const rows = [...ids]
    .map((id) => ({
      id,
      circle: circles.find(({ charter }) =>
        [...charter.statesConcerned, ...charter.parties].some((one) => one.id === id),
      ),
      host: circles.some(({ charter }) => charter.parties.some((party) => party.id === id && party.role === "host")),
      third: circles.some(({ charter }) =>
        charter.parties.some((party) => party.id === id && party.role === "party" && party.side === undefined),
      ),
      territories: territoriesOf(id, circles),
      asked: circles.flatMap(({ charter }) => charter.statesConcerned.filter((one) => one.id === id)).at(0)?.asked,
      notes: circles.flatMap((circle) =>
        circle.state
          .of(stateConcerned)
          .filter(({ body }) => body.state === id)
          .map((note) => ({ circle, note })),
      ),
    }))
    .flatMap(({ circle, ...row }) =>
      circle === undefined ? [] : [{ ...row, circle, name: nameOf(circle.charter, row.id, language) }],
    )
    .toSorted((a, b) => a.name.localeCompare(b.name, language));
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
        {rows.map(({ name, id, host, third, asked, territories, notes }) => (
          <li key={id}>
            <p>
              <Mark kind="other" /> <strong>{name}</strong>
              {host ? <span className="quiet">, {say("hostIn")}</span> : null}
              {third ? <span className="quiet">, {say("third")}</span> : null}
            </p>
            {asked === undefined || notes.length > 0 ? null : (
              <p className="quiet">
                <Words value={asked} />
              </p>
            )}
            {territories.map((territory) => (
              <p key={JSON.stringify(territory)} className="quiet">
                <Words value={territory} />
              </p>
            ))}
            {notes.map(({ circle, note }) => (
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

/** What the terms in force say of its territory, in their words. */
function territoriesOf(state: string, circles: readonly Circle[]): readonly WordsInLanguages[] {
  const said = circles
    .flatMap((circle) => agreementInForce(circle.state)?.terms.obligations ?? [])
    .flatMap((obligation) => (obligation.state === state ? [obligation.title] : []));
  return [...new Map(said.map((words) => [JSON.stringify(words), words])).values()];
}
