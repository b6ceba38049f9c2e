/** What has changed: against the draft that this one replaces, word by word; and what was proposed and supported since. */
import { draft as draftKind } from "@countersign/core/text/draft.ts";
import { proposal } from "@countersign/core/text/proposal.ts";
import { support } from "@countersign/core/text/support.ts";
import { readText, type Provision } from "@countersign/core/text/text-document.ts";
import type { TextState } from "@countersign/core/text/text-state.ts";
import { textMessages } from "../../messages/text.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords, type Language } from "../../parts/language.tsx";
import { PartyName } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { redline } from "./redline.ts";
import styles from "./text.module.css";

export function ChangesView({ circle, text }: { readonly circle: Circle; readonly text: TextState }) {
  const say = useWords(textMessages);
  const { state, charter } = circle;
  const moves = [...state.about(proposal, text.draft.id), ...state.about(support, text.draft.id)].toSorted((a, b) =>
    a.time < b.time ? 1 : -1,
  );
  const before =
    text.draft.body.replaces === undefined
      ? undefined
      : state.of(draftKind).find(({ id }) => id === text.draft.body.replaces);
  const old = before === undefined ? undefined : readText(state, before.body.document);
  const changed =
    old === undefined
      ? []
      : text.document.provisions.filter(
          (provision) =>
            plain(provision, "en") !== plainOf(old.provisions, provision, "en") ||
            plain(provision, "ru") !== plainOf(old.provisions, provision, "ru"),
        );
  if (moves.length === 0 && changed.length === 0)
    return (
      <Card>
        <p className="quiet">{say("noChanges")}</p>
      </Card>
    );
  return (
    <>
      {changed.length === 0 || old === undefined ? null : (
        <Card padded={false} as="div">
          {changed.map((provision) => (
            <article key={provision.id} className={styles["provision"]}>
              <p className={styles["number"]}>{provision.number}</p>
              <Redline before={old.provisions} provision={provision} />
              <div className={styles["aside"]} />
            </article>
          ))}
        </Card>
      )}
      {moves.length === 0 ? null : (
        <Card>
          <h2>{say("changed")}</h2>
          <ul className={styles["moves"]}>
            {moves.map((move) => (
              <li key={move.id}>
                <PartyName charter={charter} id={move.author} />{" "}
                <span className="note">
                  {say(move.kind === proposal.name ? "proposedSince" : "supportedSince", {
                    time: formatTime(move.time),
                  })}
                </span>{" "}
                <Wording
                  text={text}
                  provision={move.body.provision}
                  bracket={move.body.bracket}
                  alternative={
                    typeof move.body.alternative === "string" ? move.body.alternative : move.body.alternative.id
                  }
                />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Wording({
  text,
  provision,
  bracket,
  alternative,
}: {
  readonly text: TextState;
  readonly provision: string;
  readonly bracket: string;
  readonly alternative: string;
}) {
  const found = text.provisions.find((one) => one.provision.id === provision);
  const words = found?.brackets
    .find(({ id }) => id === bracket)
    ?.alternatives.find(({ id }) => id === alternative)?.text;
  return (
    <span className={styles["treaty"]}>
      {found?.provision.number}: {words === undefined ? alternative : <Words value={words} />}
    </span>
  );
}

function Redline({ before, provision }: { readonly before: readonly Provision[]; readonly provision: Provision }) {
  const language = useLanguage();
  const changes = redline(plainOf(before, provision, language), plain(provision, language), language);
  return (
    <p className={`${styles["words"]} ${styles["treaty"]}`}>
      {changes.map(({ value, added, removed }, position) =>
        added ? (
          // oxlint-disable-next-line react/no-array-index-key -- parts of a comparison have no identity but their place.
          <ins key={position}>{value}</ins>
        ) : removed ? (
          // oxlint-disable-next-line react/no-array-index-key -- as above.
          <del key={position}>{value}</del>
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- as above.
          <span key={position}>{value}</span>
        ),
      )}
    </p>
  );
}

function plainOf(provisions: readonly Provision[], { id }: Provision, language: Language): string {
  const found = provisions.find((provision) => provision.id === id);
  return found === undefined ? "" : plain(found, language);
}

function plain(provision: Provision, language: Language): string {
  return provision.pieces
    .map((piece) =>
      "bracket" in piece
        ? `[${piece.alternatives.map(({ text }) => textOf(text, language)).join(" / ")}]`
        : textOf(piece.text, language),
    )
    .join(" ");
}
