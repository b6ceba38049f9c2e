/** One provision: its words with the brackets in them, and on the side where it stands and what this side may do. */
import { Fragment } from "react";
import type { BracketState, ProvisionState, TextState } from "@countersign/core/text/text-state.ts";
import { textMessages } from "../../messages/text.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { inReadersOrder, markOfAll, nameOf, PartyName } from "../../parts/party-name.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import { ActButton } from "../acts/act-button.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import styles from "./text.module.css";

interface ProvisionRowProps {
  readonly circle: Circle;
  readonly text: TextState;
  readonly provision: ProvisionState;
  /** Brackets left out; a settled one shows its wording alone. */
  readonly clean: boolean;
  readonly wanted: boolean;
}

export function ProvisionRow({ circle, text, provision, clean, wanted }: ProvisionRowProps) {
  const say = useWords(textMessages);
  const { number, heading, summary, confirmed, id } = provision.provision;
  const hasBrackets = text.provisions.some(({ brackets }) => brackets.length > 0);
  return (
    <article id={`provision-${id}`} className={styles["provision"]} data-wanted={wanted || undefined}>
      <p className={styles["number"]}>{number}</p>
      <div className={styles["words"]}>
        {heading === undefined ? null : (
          <h2 className={styles["heading"]}>
            <Words value={heading} />
          </h2>
        )}
        <p className={styles["treaty"]}>
          {provision.pieces.map((piece, position) => (
            // oxlint-disable-next-line react/no-array-index-key -- pieces have no identity but their place.
            <Fragment key={position}>
              {position === 0 ? null : " "}
              {"bracket" in piece ? (
                <Bracket circle={circle} bracket={piece.bracket} clean={clean} />
              ) : (
                <Words value={piece.text} quiet />
              )}
            </Fragment>
          ))}
        </p>
        {summary || !confirmed ? (
          <p className="note">
            {summary ? say("summary") : ""}{" "}
            {confirmed ? null : <span className={styles["unconfirmed"]}>{say("unconfirmed")}</span>}
          </p>
        ) : null}
      </div>
      <div className={styles["aside"]}>
        {clean || !hasBrackets ? null : <Aside circle={circle} text={text} provision={provision} />}
      </div>
    </article>
  );
}

function Bracket({
  circle,
  bracket,
  clean,
}: {
  readonly circle: Circle;
  readonly bracket: BracketState;
  readonly clean: boolean;
}) {
  const say = useWords(textMessages);
  const language = useLanguage();
  const { own } = useDesk();
  if (bracket.settled !== undefined) return <Words value={bracket.settled.text} quiet />;
  if (clean) return <span className={styles["leftOut"]}>({say("leftOut")})</span>;
  const shown = bracket.alternatives.filter(({ holders }) => holders.length > 0);
  const order = inReadersOrder(circle.charter, [...new Set(shown.flatMap(({ holders }) => holders))], own, language);
  const first = (holders: readonly string[]) => order.findIndex((party) => holders.includes(party));
  return (
    <span className={styles["bracket"]}>
      {"["}
      {shown
        .toSorted((a, b) => first(a.holders) - first(b.holders))
        .map(({ id, text, holders }, position) => {
          const mark = markOfAll(circle.charter, holders);
          return (
            <Fragment key={id}>
              {position === 0 ? null : " / "}
              <span className={`${styles["wording"]} ${styles[mark] ?? ""}`}>
                <span className={styles["holder"]}>
                  <Mark kind={mark} size={12} />{" "}
                  {holders.map((party) => nameOf(circle.charter, party, language)).join(", ")}:{" "}
                </span>
                <Words value={text} quiet />
              </span>
            </Fragment>
          );
        })}
      {"]"}
    </span>
  );
}

function Aside({ circle, text, provision }: Pick<ProvisionRowProps, "circle" | "text" | "provision">) {
  const say = useWords(textMessages);
  const open = provision.brackets.filter(({ settled }) => settled === undefined);
  if (provision.brackets.length === 0) return <p className="note">{say("noBracket")}</p>;
  if (open.length === 0)
    return (
      <p className={styles["status"]}>
        <Mark
          kind={markOfAll(
            circle.charter,
            provision.brackets.flatMap(({ settled }) => settled?.holders ?? []),
          )}
        />{" "}
        <strong>{say("settled")}</strong>
      </p>
    );
  return (
    <>
      <p>
        <strong>{say("inBrackets")}</strong>
      </p>
      <p className="note">{say("openBrackets", { count: open.length })}</p>
      {open.map((bracket) => (
        <BracketActs key={bracket.id} circle={circle} text={text} provision={provision} bracket={bracket} />
      ))}
    </>
  );
}

function BracketActs({
  circle,
  text,
  provision,
  bracket,
}: Pick<ProvisionRowProps, "circle" | "text" | "provision"> & { readonly bracket: BracketState }) {
  const say = useWords(textMessages);
  const language = useLanguage();
  const { own } = useDesk();
  const gap = gapOf(bracket);
  const subject = { draft: text.draft.id, provision: provision.provision.id, bracket: bracket.id };
  const mine = own !== undefined && text.draft.body.signatories.includes(own);
  return (
    <div className={styles["bracketActs"]}>
      {gap === undefined ? null : <p className="note">{say("gap", { gap: say("hours", { hours: gap }) })}</p>}
      <ul>
        {bracket.alternatives.map(({ id, holders, proposedBy }) => (
          <li key={id} className="note">
            {holders.length === 0
              ? `${say("heldByNobody")}; ${say("proposedBy", { parties: proposedBy.map((party) => nameOf(circle.charter, party, language)).join(", ") })}`
              : holders.map((party) => <PartyName key={party} charter={circle.charter} id={party} />)}
          </li>
        ))}
      </ul>
      {mine
        ? bracket.alternatives
            .filter(({ holders }) => !holders.includes(own))
            .map(({ id, text: wording }) => (
              <ActButton
                key={id}
                act="support"
                subject={{ ...subject, alternative: id }}
                label={say("accept", { text: textOf(wording, language) })}
              />
            ))
        : null}
      {mine ? <ActButton act="propose" subject={subject} look="link" /> : null}
    </div>
  );
}

/** How far the held wordings are apart where each sets the same one parameter. */
export function gapOf({ alternatives }: BracketState): number | undefined {
  const held = alternatives.filter(({ holders }) => holders.length > 0).map(({ sets }) => Object.entries(sets));
  const parameter = held[0]?.[0]?.[0];
  if (held.length < 2 || parameter === undefined || !parameter.endsWith("Hours")) return undefined;
  if (!held.every((entries) => entries.length === 1 && entries[0]?.[0] === parameter)) return undefined;
  const values = held.flatMap((entries) => entries.map(([, value]) => value));
  return Math.max(...values) - Math.min(...values);
}
