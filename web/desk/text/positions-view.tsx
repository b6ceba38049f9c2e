/** For every bracket: which wording each party holds, since when, and how far they are apart. */
import { proposal } from "@countersign/core/text/proposal.ts";
import { support } from "@countersign/core/text/support.ts";
import type { BracketState, ProvisionState, TextState } from "@countersign/core/text/text-state.ts";
import { logOrder } from "@countersign/core/channel/kind.ts";
import { textMessages } from "../../messages/text.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, PartyName } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { gapOf } from "./provision-row.tsx";
import styles from "./text.module.css";

export function PositionsView({ circle, text }: { readonly circle: Circle; readonly text: TextState }) {
  const say = useWords(textMessages);
  const places = text.provisions.flatMap((provision) => provision.brackets.map((bracket) => ({ provision, bracket })));
  if (places.length === 0)
    return (
      <Card>
        <p className="quiet">{say("noPositions")}</p>
      </Card>
    );
  return (
    <>
      {places.map(({ provision, bracket }) => (
        <BracketTable
          key={`${provision.provision.id} ${bracket.id}`}
          circle={circle}
          text={text}
          provision={provision}
          bracket={bracket}
        />
      ))}
    </>
  );
}

interface BracketTableProps {
  readonly circle: Circle;
  readonly text: TextState;
  readonly provision: ProvisionState;
  readonly bracket: BracketState;
}

function BracketTable({ circle, text, provision, bracket }: BracketTableProps) {
  const say = useWords(textMessages);
  const language = useLanguage();
  const { own } = useDesk();
  const { charter, state } = circle;
  const holders = inReadersOrder(
    charter,
    [...new Set(bracket.alternatives.flatMap((alternative) => alternative.holders))],
    own,
    language,
  );
  const gap = gapOf(bracket);
  const sinceOf = (party: string) =>
    [...state.about(proposal, text.draft.id), ...state.about(support, text.draft.id)]
      .filter(
        ({ author, body }) =>
          author === party && body.provision === provision.provision.id && body.bracket === bracket.id,
      )
      .toSorted(logOrder)
      .at(-1)?.time;
  const { number, heading } = provision.provision;
  return (
    <Card padded={false}>
      <h2 className={styles["cardTitle"]}>
        {say("positionsOn", { provision: number })} {heading === undefined ? null : <Words value={heading} />}
      </h2>
      <table className={styles["table"]}>
        <thead>
          <tr>
            <th scope="col">{say("who")}</th>
            <th scope="col">{say("holdsNow")}</th>
            <th scope="col">{say("since")}</th>
          </tr>
        </thead>
        <tbody>
          {holders.map((party) => {
            const held = bracket.alternatives.find((alternative) => alternative.holders.includes(party));
            const since = sinceOf(party);
            return (
              <tr key={party}>
                <th scope="row">
                  <PartyName charter={charter} id={party} />
                </th>
                <td>{held === undefined ? "" : <Words value={held.text} />}</td>
                <td>{since === undefined ? say("sinceDraft") : <TimeText at={since} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {gap === undefined ? null : (
        <p className={`note ${styles["empty"]}`}>{say("gap", { gap: say("hours", { hours: gap }) })}</p>
      )}
    </Card>
  );
}
