/** Letters and events, newest first: who said what to whom, what answered it, and what waits since when. */
import type { Paper } from "@countersign/core/exchange/letters.ts";
import { dayOf } from "@countersign/core/bytes/instant.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { markOf, markOfAll, nameOf } from "../../parts/party-name.tsx";
import { DayText, TimeText } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import { ActButton } from "../acts/act-button.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { FilesNote } from "../files.tsx";
import { charterNaming, isReconstruction, statementIn } from "./circles.ts";
import { Unconfirmed } from "./source-list.tsx";
import styles from "./rail.module.css";
import pageStyles from "./exchange.module.css";

interface RailProps {
  readonly circles: readonly Circle[];
  readonly papers: readonly Paper[];
  readonly onOpen: (paper: string) => void;
}

export function Rail({ circles, papers, onOpen }: RailProps) {
  const say = useWords(exchangeMessages);
  const { canAct } = useDesk();
  const daysOnly = isReconstruction(circles);
  const mayWrite = canAct && !daysOnly;
  return (
    <Card label={say("rail")} className={pageStyles["railCard"]}>
      <header className={pageStyles["cardHead"]}>
        <h2>{say("rail")}</h2>
        <span className="note">{say("newestFirst")}</span>
      </header>
      {mayWrite ? (
        <p className={styles["railAct"]}>
          <ActButton act="letter" />
        </p>
      ) : null}
      {papers.length === 0 ? <p className="quiet">{say("noPaper")}</p> : null}
      <ol className={styles["papers"]}>
        {papers.map((paper) => (
          <PaperItem
            key={paper.id}
            circles={circles}
            paper={paper}
            papers={papers}
            daysOnly={daysOnly}
            onOpen={onOpen}
          />
        ))}
      </ol>
      {daysOnly && papers.length > 0 ? <p className="note">{say("daysOnly")}</p> : null}
    </Card>
  );
}

interface PaperItemProps extends RailProps {
  readonly paper: Paper;
  readonly daysOnly: boolean;
}

function PaperItem({ circles, paper, papers, daysOnly, onOpen }: PaperItemProps) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const charter = charterNaming(circles, paper.author);
  const mark =
    paper.marks.length === 0
      ? "other"
      : paper.marks.length === 1
        ? markOf(charter, paper.marks[0] ?? "")
        : markOfAll(charter, paper.marks);
  const names = (ids: readonly string[]) =>
    ids.map((id) => nameOf(charterNaming(circles, id), id, language)).join(", ");
  const answered = paper.answers.flatMap((id) => papers.find((other) => other.id === id) ?? []);
  const line = lineOf(paper);
  return (
    <li className={styles["paper"]} data-paper={paper.id}>
      <span className={styles["paperMark"]}>
        <Mark kind={mark} />
      </span>
      <p className={styles["paperTime"]}>
        {daysOnly || dayOf(paper.at) !== paper.on ? <DayText day={paper.on} /> : <TimeText at={paper.at} />}
        {paper.marks.length === 1 ? <span className="quiet">, {names(paper.marks)}</span> : null}
      </p>
      <h3 className={styles["paperTitle"]}>
        <Button look="link" onClick={() => onOpen(paper.id)}>
          <Words value={paper.title} />
        </Button>{" "}
        {paper.confirmed || paper.unconfirmedPart !== undefined ? null : <Unconfirmed />}
      </h3>
      {paper.to.length === 0 ? null : <p className="note">{say("to", { parties: names(paper.to) })}</p>}
      {answered.length === 0 ? null : (
        <p className="note">
          {say.rich("answers", {
            titles: answered.map((other, position) => [
              position > 0 ? "; " : "",
              <Words key={other.id} value={other.title} quiet />,
            ]),
          })}
        </p>
      )}
      <PaperFiles circles={circles} paper={paper} />
      {line === undefined ? null : (
        <p className={styles["paperSummary"]}>
          <Words value={line} />
        </p>
      )}
      {paper.content.kind === "publication" ? <PublishedBy circles={circles} paper={paper} /> : null}
      {paper.content.kind === "contact" ? <Accounts circles={circles} paper={paper} /> : null}
      {paper.differences.length > 0 ? (
        <p className="note">
          <a href={`#difference-${paper.differences[0] ?? ""}`}>{say("seeDifference")}</a>
        </p>
      ) : null}
      <PaperState circles={circles} paper={paper} />
    </li>
  );
}

function PaperFiles({ circles, paper }: { readonly circles: readonly Circle[]; readonly paper: Paper }) {
  const found = statementIn(circles, paper.id);
  return found === undefined ? null : <FilesNote circle={found.circle} statement={found.statement} />;
}

/** What a letter says is read in its sheet; the rail says what else cannot be told from its title. */
function lineOf(paper: Paper) {
  return paper.content.kind === "letter" ? undefined : paper.summary;
}

function PublishedBy({ circles, paper }: { readonly circles: readonly Circle[]; readonly paper: Paper }) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  if (paper.content.kind !== "publication") return null;
  const { by } = paper.content.body;
  if ("party" in by)
    return (
      <p className="note">
        {say("publishedBy", { party: nameOf(charterNaming(circles, by.party), by.party, language) })}
      </p>
    );
  return (
    <p className="note">{say.rich("publishedByOutsiders", { who: <Words key="who" value={by.outsiders} quiet /> })}</p>
  );
}

/** Each side's own account of a call or meeting, side by side and of equal size. */
function Accounts({ circles, paper }: { readonly circles: readonly Circle[]; readonly paper: Paper }) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  if (paper.content.kind !== "contact") return null;
  const { accounts } = paper.content.body;
  if (accounts.length === 0) return <p className="note">{say("noAccount")}</p>;
  return (
    <ul className={styles["accounts"]}>
      {accounts.map((account) => {
        const mark = markOf(charterNaming(circles, account.by), account.by);
        return (
          <li key={`${account.by} ${account.speaker.en ?? account.speaker.ru ?? ""}`}>
            <p className={`${styles["speaker"]} ${styles[mark] ?? ""}`}>
              <Mark kind={mark} size={12} />{" "}
              <span className="only-read-aloud">
                {nameOf(charterNaming(circles, account.by), account.by, language)}:{" "}
              </span>
              <Words value={account.speaker} quiet />
            </p>
            <p className={styles["account"]}>
              <Words value={account.text} />
            </p>
          </li>
        );
      })}
    </ul>
  );
}

/** Answered, waiting, or with no answer that our sources know of. */
function PaperState({ circles, paper }: { readonly circles: readonly Circle[]; readonly paper: Paper }) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const { own, canAct } = useDesk();
  const { waiting, answeredBy, publicSince } = paper;
  const quietly = [
    ...answeredBy.map(({ id, by, on, afterDays }) => ({
      key: id,
      text: say("answered", { on, days: afterDays, party: nameOf(charterNaming(circles, by), by, language) }),
    })),
    ...publicSince.slice(0, 1).map(({ id, on }) => ({ key: `public ${id}`, text: say("public", { on }) })),
  ];
  return (
    <>
      {quietly.map(({ key, text }) => (
        <p key={key} className={styles["quietly"]}>
          {text}
        </p>
      ))}
      {waiting === undefined ? null : (
        <p className={styles["waiting"]}>
          <strong>
            {waiting.kind === "waits-for-a-reply" ? say("waits", { days: waiting.days }) : say("unknownAnswer")}
          </strong>
          <span>
            {waiting.kind === "waits-for-a-reply"
              ? say("waitsSince", { since: waiting.since })
              : say("unknownSince", { since: waiting.since, days: waiting.days })}
          </span>
        </p>
      )}
      {canAct &&
      !isReconstruction(circles) &&
      own !== undefined &&
      waiting?.kind === "waits-for-a-reply" &&
      paper.to.includes(own) ? (
        <p className={styles["answerAct"]}>
          <ActButton act="answer" subject={{ letter: paper.id }} />
        </p>
      ) : null}
    </>
  );
}
