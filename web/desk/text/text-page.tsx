/** The text under negotiation: brackets with who holds what, changes, the clean text, positions; and its signature. */
import { useEffect, useId, useMemo, useState } from "react";
import { dayOf } from "@countersign/core/bytes/instant.ts";
import { draft as draftKind } from "@countersign/core/text/draft.ts";
import { latestDraft, textState, type TextState } from "@countersign/core/text/text-state.ts";
import { textMessages } from "../../messages/text.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { Segments } from "../../parts/segments.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import { ActButton } from "../acts/act-button.tsx";
import type { Circle } from "../circle.ts";
import { useCircle, useDesk } from "../desk.tsx";
import { ChangesView } from "./changes-view.tsx";
import { PositionsView } from "./positions-view.tsx";
import { ProvisionRow } from "./provision-row.tsx";
import { Signatures } from "./signatures.tsx";
import { TermsCard } from "./terms-card.tsx";
import styles from "./text.module.css";

const views = ["working", "changes", "clean", "positions"] as const;
type View = (typeof views)[number];

export function TextPage() {
  const circle = useCircle();
  const say = useWords(textMessages);
  const [chosen, setChosen] = useState<string>();
  const state = circle?.state;
  const id = useMemo(
    () =>
      state === undefined
        ? undefined
        : state.of(draftKind).some((one) => one.id === chosen)
          ? chosen
          : latestDraft(state)?.id,
    [state, chosen],
  );
  const text = useMemo(() => (state === undefined || id === undefined ? undefined : textState(state, id)), [state, id]);
  if (circle === undefined) return null;
  if (text === undefined)
    return (
      <Card>
        <h1>{say("noDraft")}</h1>
        <p className="quiet">{say("noDraftNote")}</p>
        <p style={{ marginBlockStart: 12 }}>
          <ActButton act="letter" />
        </p>
      </Card>
    );
  return <TextOf key={text.draft.id} circle={circle} text={text} onDraft={setChosen} />;
}

function TextOf({
  circle,
  text,
  onDraft,
}: {
  readonly circle: Circle;
  readonly text: TextState;
  readonly onDraft: (id: string) => void;
}) {
  const say = useWords(textMessages);
  const language = useLanguage();
  const { narrow, place } = useDesk();
  const [view, setView] = useState<View>("working");
  const { draft, document, provisions, openBrackets } = text;
  const drafts = circle.state.of(draftKind);
  const open = provisions.filter(({ brackets }) => brackets.some(({ settled }) => settled === undefined)).length;
  const settled = provisions.length - open;
  const wanted = place.params.provision;
  useEffect(() => {
    if (wanted !== undefined)
      globalThis.document.getElementById(`provision-${wanted}`)?.scrollIntoView({ block: "center" });
  }, [wanted]);
  return (
    <div className={styles["page"]} data-narrow={narrow || undefined}>
      <header className={styles["head"]}>
        <div>
          <h1>
            <Words value={document.title} />
          </h1>
          <p className="quiet">
            {say("draftBy", {
              party: nameOf(circle.charter, draft.author, language),
              day: draft.body.on ?? dayOf(draft.time),
            })}
            . {say("counts", { all: provisions.length, settled, open })}
          </p>
          {draft.body.summary === undefined ? null : (
            <p>
              <Words value={draft.body.summary} />
            </p>
          )}
        </div>
        <Segments
          label={say("view")}
          options={views.map((value) => ({ value, label: say(`view_${value}`) }))}
          value={view}
          onChange={setView}
        />
      </header>
      {drafts.length < 2 ? null : <DraftChoice circle={circle} current={draft.id} onDraft={onDraft} />}
      {provisions.every(({ brackets }) => brackets.length === 0) ? null : (
        <div
          className={styles["share"]}
          role="img"
          aria-label={say("agreedShare", { settled, all: provisions.length })}
        >
          <span style={{ flexGrow: settled }} className={styles["shareSettled"]} />
          <span style={{ flexGrow: open }} className={styles["shareOpen"]} />
        </div>
      )}
      {view === "changes" ? (
        <ChangesView circle={circle} text={text} />
      ) : view === "positions" ? (
        <PositionsView circle={circle} text={text} />
      ) : (
        <Card padded={false} as="div">
          {view === "clean" && openBrackets > 0 ? (
            <p className={`note ${styles["cleanNote"]}`}>{say("cleanNote", { open: openBrackets })}</p>
          ) : null}
          {provisions.map((provision) => (
            <ProvisionRow
              key={provision.provision.id}
              circle={circle}
              text={text}
              provision={provision}
              clean={view === "clean"}
              wanted={provision.provision.id === wanted}
            />
          ))}
        </Card>
      )}
      <Signatures circle={circle} text={text} />
      <TermsCard text={text} />
    </div>
  );
}

function DraftChoice({
  circle,
  current,
  onDraft,
}: {
  readonly circle: Circle;
  readonly current: string;
  readonly onDraft: (id: string) => void;
}) {
  const say = useWords(textMessages);
  const language = useLanguage();
  const id = useId();
  return (
    <p className={styles["choice"]}>
      <label htmlFor={id}>{say("drafts")}</label>
      <select id={id} value={current} onChange={(event) => onDraft(event.target.value)}>
        {circle.state.of(draftKind).map((one) => (
          <option key={one.id} value={one.id}>
            {`${one.body.on ?? dayOf(one.time)} · ${nameOf(circle.charter, one.author, language)} · ${textOf(one.body.title, language)}`}
          </option>
        ))}
      </select>
    </p>
  );
}
