/** One paper in full: to whom, how it was handed over, its text or summary, and its sources. */
import type { Paper } from "@countersign/core/exchange/letters.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { DeskLink } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf, PartyName } from "../../parts/party-name.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import { FileList, OpennessNote } from "../files.tsx";
import type { Circle } from "../circle.ts";
import { charterNaming, isReconstruction, statementIn } from "./circles.ts";
import { SourceList, Unconfirmed } from "./source-list.tsx";
import { EntryLink } from "../entry-link.tsx";
import styles from "./exchange.module.css";

export function PaperSheet({
  circles,
  paper,
  onClose,
}: {
  readonly circles: readonly Circle[];
  readonly paper: Paper | undefined;
  readonly onClose: () => void;
}) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  if (paper === undefined) return null;
  const { content } = paper;
  const kind =
    content.kind === "letter"
      ? say(`form_${content.body.form}`)
      : content.kind === "contact"
        ? say(content.body.form)
        : say(content.kind);
  return (
    <Sheet open onClose={onClose} title={textOf(paper.title, language)} over={`${kind}, ${paper.on}`}>
      <div className={styles["sheet"]}>
        <p>
          {paper.marks.map((id) => (
            <PartyName key={id} charter={charterNaming(circles, id)} id={id} />
          ))}
        </p>
        {paper.to.length === 0 ? null : (
          <p className="quiet">
            {say("to", { parties: paper.to.map((id) => nameOf(charterNaming(circles, id), id, language)).join(", ") })}
          </p>
        )}
        {paper.confirmed ? null : (
          <p>
            {paper.unconfirmedPart === undefined ? null : <Words value={paper.unconfirmedPart} quiet />} <Unconfirmed />
          </p>
        )}
        {paper.summary === undefined ? null : (
          <p className={styles["paperText"]}>
            <Words value={paper.summary} />
          </p>
        )}
        {content.kind === "contact"
          ? content.body.accounts.map((account) => (
              <div key={account.by}>
                <h3>
                  {say.rich("account", {
                    party: nameOf(charterNaming(circles, account.by), account.by, language),
                    speaker: <Words key="speaker" value={account.speaker} quiet />,
                  })}
                </h3>
                <p>
                  <Words value={account.text} />
                </p>
              </div>
            ))
          : null}
        <Handed paper={paper} />
        {paper.copies.slice(0, 1).map((copy) => {
          const found = statementIn(circles, copy.id);
          return found === undefined ? null : (
            <div key={copy.id}>
              <OpennessNote circle={found.circle} statement={found.statement} />
              <FileList circle={found.circle} statement={found.statement} />
            </div>
          );
        })}
        {content.kind === "draft" ? (
          <p>
            <DeskLink page="text">{say("textPage")}</DeskLink>
          </p>
        ) : null}
        <h3>{say("sourceList")}</h3>
        <SourceList sources={paper.sources} ownWord={!isReconstruction(circles)} />
        <ul>
          {paper.copies.map((copy) => {
            const found = statementIn(circles, copy.id);
            return found === undefined ? null : (
              <li key={copy.id}>
                <EntryLink channel={copy.channel} place={found.statement}>
                  {say("inRecord")}
                </EntryLink>
                {paper.copies.length > 1 ? (
                  <span className="note"> {textOf(found.circle.charter.title, language)}</span>
                ) : null}
              </li>
            );
          })}
        </ul>
      </div>
    </Sheet>
  );
}

function Handed({ paper: { content } }: { readonly paper: Paper }) {
  const say = useWords(exchangeMessages);
  if (content.kind !== "letter" && content.kind !== "draft") return null;
  const { via } = content.body;
  const marking = content.kind === "letter" ? content.body.marking : undefined;
  const copies = content.kind === "letter" ? (content.body.copies ?? []) : [];
  return (
    <dl className={styles["handed"]}>
      {via === undefined ? null : (
        <div>
          <dt>{say("via")}</dt>
          <dd>
            <Words value={via} />
          </dd>
        </div>
      )}
      {marking === undefined ? null : (
        <div>
          <dt>{say("marking")}</dt>
          <dd>
            <Words value={marking} />
          </dd>
        </div>
      )}
      {copies.length === 0 ? null : (
        <div>
          <dt>{say("copies")}</dt>
          {copies.map((copy) => (
            <dd key={copy.id}>
              <Words value={copy.recipient} quiet />: <Words value={copy.marking} quiet />
            </dd>
          ))}
        </div>
      )}
    </dl>
  );
}
