/**
 * A log that its owner has signed in several versions (SPEC R16), from where they part: who has cosigned and seen which, what keeps effect
 * and why. The same fields for each version, in an order that is the same at every desk.
 */
import type { ReactNode } from "react";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { LogVersion, Parted } from "@countersign/core/channel/parted.ts";
import { versionMessages } from "../../messages/versions.ts";
import { Card } from "../../parts/card.tsx";
import { HashText, hexOfRoot } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, nameOf, PartyName } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { allReceipts, type Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { EntryLink } from "../entry-link.tsx";
import { titleOf } from "../statement-titles.ts";
import { InertReason } from "./inert-reason.tsx";
import styles from "./versions.module.css";

/** More stand in the list of entries. */
const SHOWN = 12;

interface VersionsProps {
  readonly circle: Circle;
  readonly parted: Parted;
}

export function Versions({ circle, parted }: VersionsProps) {
  const say = useWords(versionMessages);
  const party = nameOf(circle.charter, parted.party, useLanguage());
  const { from, versions } = parted;
  return (
    <Card inkBar label={say("title", { party, count: versions.length })}>
      <h2>{say("title", { party, count: versions.length })}</h2>
      <p className="quiet">{say("lead", { party, from })}</p>
      <ol className={styles["versions"]}>
        {versions.map((version) => (
          <li key={version.number} className={styles["version"]} data-log-version={version.number}>
            <Version circle={circle} parted={parted} version={version} />
          </li>
        ))}
      </ol>
      <p className="note">{say("foot")}</p>
      <p className="note">{say.rich("wayOn", { command: <code key="command" dir="ltr">countersign init --help</code> })}</p>
    </Card>
  );
}

function Version({ circle, parted, version }: VersionsProps & { readonly version: LogVersion }) {
  const say = useWords(versionMessages);
  const { number, size, root } = version;
  return (
    <>
      <h3>{say("version", { number })}</h3>
      <dl className={styles["facts"]}>
        <dt>{say("signed")}</dt>
        <dd>
          <PartyName charter={circle.charter} id={parted.party} /> <bdi>{say("signedAs", { size })}</bdi>{" "}
          <HashText hex={hexOfRoot(root)} groups={4} />
        </dd>
        <dt>{say("cosigned")}</dt>
        <dd>
          <Cosigned circle={circle} parted={parted} version={version} />
        </dd>
        <dt>{say("seen")}</dt>
        <dd>
          <Seen circle={circle} version={version} />
        </dd>
      </dl>
      <Effects circle={circle} parted={parted} version={version} />
    </>
  );
}

function Cosigned({ circle, parted, version }: VersionsProps & { readonly version: LogVersion }) {
  const say = useWords(versionMessages);
  const own = allReceipts(circle).find((one) => one.log === parted.party && (one.branch ?? 0) === version.branch);
  const lines = [
    ...(own?.storedBy ?? []).map(({ party, ...line }) => ({ id: party, ...line })),
    ...(own?.witnessedBy ?? []).map(({ observer, ...line }) => ({ id: observer, ...line })),
  ].filter(({ size }) => size > parted.from);
  if (lines.length === 0) return <span className="quiet">{say("nobodyCosigned")}</span>;
  return (
    <Parties circle={circle} ids={lines.map(({ id }) => id)}>
      {(id) => {
        const line = lines.find((one) => one.id === id);
        return <bdi>{say("cosignedAs", { size: line?.size ?? 0, at: formatTime(line?.time ?? "") })}</bdi>;
      }}
    </Parties>
  );
}

function Seen({ circle, version }: { readonly circle: Circle; readonly version: LogVersion }) {
  const say = useWords(versionMessages);
  if (version.seenBy.length === 0) return <span className="quiet">{say("nobodySaw")}</span>;
  return (
    <Parties circle={circle} ids={version.seenBy.map(({ party }) => party)}>
      {(id) => {
        const one = version.seenBy.find(({ party }) => party === id);
        if (one === undefined) return null;
        return (
          <bdi>
            {say.rich("seenAs", {
              size: one.size,
              entry: (
                <EntryLink key="entry" channel={circle.channel} place={{ author: id, ...one.first }}>
                  {say("entry", { index: one.first.index })}
                </EntryLink>
              ),
            })}
          </bdi>
        );
      }}
    </Parties>
  );
}

function Parties({ circle, ids, children }: { readonly circle: Circle; readonly ids: readonly PartyId[]; readonly children: (id: PartyId) => ReactNode }) {
  const { own } = useDesk();
  return (
    <ul>
      {inReadersOrder(circle.charter, ids, own, useLanguage()).map((id) => (
        <li key={id}>
          <PartyName charter={circle.charter} id={id} /> <span>{children(id)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Its entries from the parting on, each with what became of it. */
function Effects({ circle, parted, version }: VersionsProps & { readonly version: LogVersion }) {
  const say = useWords(versionMessages);
  const language = useLanguage();
  const { whole, charter, channel } = circle;
  const { party, from } = parted;
  const isIn = ({ index, branch = 0 }: { readonly index: number; readonly branch?: number }) => index >= from && version.has(index, branch);
  const kept = whole.by(party).filter((statement) => statement.earlier === undefined && isIn(statement));
  const inert = whole.inert.filter((one) => one.author === party && isIn(one));
  const entries = [...kept.map((statement) => ({ place: statement, statement, without: undefined })), ...inert.map((one) => ({ place: one, statement: undefined, without: one }))].toSorted(
    (a, b) => a.place.index - b.place.index,
  );
  const seenBy = inReadersOrder(charter, version.seenBy.map((one) => one.party), undefined, language).map((id) => nameOf(charter, id, language)).join(", ");
  return (
    <>
      <p className={styles["effect"]} dir="auto">
        {kept.length === 0 ? say("nothingKept") : say("kept", { count: kept.length, parties: seenBy })}{" "}
        {inert.length === 0 ? null : say("notKept", { count: inert.length })}
      </p>
      <ul className={styles["entries"]}>
        {entries.slice(0, SHOWN).map(({ place, statement, without }) => (
          <li key={`${place.index} ${place.branch ?? 0}`}>
            <EntryLink channel={channel} place={{ ...place, author: party }} marked>
              {say("entry", { index: place.index })}
            </EntryLink>{" "}
            <span className={styles["what"]}>{statement === undefined ? null : titleOf(statement, whole, language).title}</span>{" "}
            <span className="note">{without === undefined ? say("hasEffect") : without.why.code === "entry-after-fork" ? say("unseen") : <InertReason inert={without} />}</span>
          </li>
        ))}
      </ul>
      {entries.length > SHOWN ? <p className="note">{say("more", { count: entries.length - SHOWN })}</p> : null}
    </>
  );
}
