/** Hosts, parties of no side, States concerned and observers: each with what it has done. */
import { consents } from "@countersign/core/consult/consultation.ts";
import { overviewMessages } from "../../messages/overview.ts";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import { PartyName } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import styles from "./overview.module.css";

export function OtherParties({ circle }: { readonly circle: Circle }) {
  const say = useWords(overviewMessages);
  const { charter, state } = circle;
  const others = charter.parties.filter(({ side }) => side === undefined);
  const given = consents(state);
  if (others.length + charter.observers.length + charter.statesConcerned.length === 0) return null;
  return (
    <Card as="section" label={say("hosts")}>
      <ul className={styles["others"]}>
        {others.map(({ id, role }) => {
          const consent = given.findLast(({ author }) => author === id);
          return (
            <li key={id}>
              <strong>
                <PartyName charter={charter} id={id} />
              </strong>
              , {say(role === "party" ? "role_noSide" : `role_${role}`)}
              {role === "host" ? (
                <p className="note">
                  {consent === undefined ? say("noConsent") : say("consented", { time: formatTime(consent.time) })}
                </p>
              ) : null}
            </li>
          );
        })}
        {charter.statesConcerned.map(({ id, asked }) => (
          <li key={id}>
            <strong>
              <PartyName charter={charter} id={id} />
            </strong>
            <p className="note">
              <Words value={asked} />
            </p>
          </li>
        ))}
        {charter.observers.map(({ id }) => (
          <li key={id}>
            <strong>
              <PartyName charter={charter} id={id} />
            </strong>
            <p className="note">{say("witness")}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
