/** The four checks of one entry in words, with what they do not show. */
import { type ReactNode, useState } from "react";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { recordMessages } from "../../messages/record.ts";
import { Button } from "../../parts/button.tsx";
import { ageText } from "../../parts/duration.ts";
import { HashText } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { markOf, nameOf } from "../../parts/party-name.tsx";
import { formatTime, TimeText } from "../../parts/time-text.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import type { Checked } from "./check-run.ts";
import type { EntryChecks, Outcome, PlaceCheck, SignerCheck } from "./checks.ts";
import styles from "./checks.module.css";

interface PartProps {
  readonly circle: Circle;
  readonly author: PartyId;
  readonly checks: EntryChecks | undefined;
}

/** `checked` is absent before the checks have run. */
export function EntryChecksList({
  circle,
  author,
  checked,
}: {
  readonly circle: Circle;
  readonly author: PartyId;
  readonly checked: Checked | undefined;
}) {
  const say = useWords(recordMessages);
  const checks = checked?.checks;
  const joint = checks?.signed.joint === true ? checks.signed.by.length + checks.signed.missing.length : 1;
  return (
    <ol className={styles["checks"]}>
      <Check number={1} title={say("text")} outcome={checks?.text.outcome}>
        <TextCheck checks={checks} circle={circle} author={author} />
      </Check>
      <Check
        number={2}
        title={say(joint > 2 ? "signedAll" : joint === 2 ? "signedBoth" : "signed")}
        outcome={checks?.signed.outcome}
      >
        <SignedCheck checks={checks} circle={circle} author={author} />
      </Check>
      <Check number={3} title={say("inRecord")} outcome={checks?.inRecord.outcome}>
        {checks?.inRecord.places.map((place) => (
          <Place key={`${place.log} ${place.index}`} circle={circle} place={place} />
        ))}
      </Check>
      <Check number={4} title={say("same")} outcome={checks?.sameRecord.outcome}>
        <SameRecord checks={checks} circle={circle} author={author} />
      </Check>
    </ol>
  );
}

/** Without an outcome the check has not run; the words say so, the title alone claims nothing. */
function Check({
  number,
  title,
  outcome,
  children,
}: {
  readonly number: number;
  readonly title: string;
  readonly outcome: Outcome | undefined;
  readonly children: ReactNode;
}) {
  const say = useWords(recordMessages);
  return (
    <li className={styles["check"]}>
      <span className={styles["checkNumber"]} aria-hidden="true">
        {number}
      </span>
      <div className={styles["checkBody"]}>
        <h4 className={styles["checkTitle"]}>{title}</h4>
        {outcome === undefined ? <p className="quiet">{say("notRun")}</p> : null}
        {outcome === "fails" ? <p className={styles["differs"]}>{say("doesNotMatch")}</p> : null}
        {children}
      </div>
    </li>
  );
}

function TextCheck({ checks }: PartProps) {
  const say = useWords(recordMessages);
  if (checks === undefined) return null;
  const { id, files, outcome, problem } = checks.text;
  return (
    <>
      <p className="quiet">
        {outcome === "holds" ? say("textHolds") : say("textFails", { reason: problem?.sentence ?? "" })}
      </p>
      {id === undefined ? null : (
        <p>
          <HashText hex={id} /> <CopyHash hex={id} />
        </p>
      )}
      {outcome === "holds" && files > 0 ? <p className="quiet">{say("textFiles", { count: files })}</p> : null}
    </>
  );
}

function CopyHash({ hex }: { readonly hex: string }) {
  const say = useWords(recordMessages);
  const [copied, setCopied] = useState(false);
  // Off a secure address a browser gives no clipboard; the hash can still be selected.
  if (!("clipboard" in navigator)) return null;
  const copy = () =>
    void navigator.clipboard.writeText(hex).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <Button look="link" onClick={copy}>
      {say(copied ? "copied" : "copyHash")}
    </Button>
  );
}

function SignedCheck({ circle, checks }: PartProps) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  if (checks === undefined) return null;
  const { by, joint, missing } = checks.signed;
  return (
    <>
      <p className="quiet">{say(joint ? "signedPair" : "signedOne")}</p>
      <ul className={styles["people"]}>
        {by.map((signer) => (
          <Signer key={signer.party} circle={circle} signer={signer} />
        ))}
        {missing.map((party) => (
          <li key={party}>
            <Mark kind="open" /> <span>{say("signedMissing", { party: nameOf(circle.charter, party, language) })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Signer({ circle, signer }: { readonly circle: Circle; readonly signer: SignerCheck }) {
  const say = useWords(recordMessages);
  const party = nameOf(circle.charter, signer.party, useLanguage());
  return (
    <li>
      <Mark kind={markOf(circle.charter, signer.party)} />
      {signer.holds ? (
        <span>
          {say.rich("signedKey", { party, id: <HashText key="id" hex={signer.key?.id ?? ""} /> })}
          {signer.at === undefined ? null : (
            <span className={styles["below"]}>
              <TimeText at={signer.at} />
            </span>
          )}
        </span>
      ) : (
        <span>{say("signedFails", { party, reason: signer.problem?.sentence ?? "" })}</span>
      )}
    </li>
  );
}

function Place({ circle, place }: { readonly circle: Circle; readonly place: PlaceCheck }) {
  const say = useWords(recordMessages);
  const party = nameOf(circle.charter, place.log, useLanguage());
  const { index, size, outcome, problem } = place;
  if (outcome === "holds") return <p className="quiet">{say("inRecordPlace", { index, size: size ?? 0, party })}</p>;
  if (outcome === "waits") return <p className="quiet">{say("inRecordWaits", { index, party })}</p>;
  return (
    <p className="quiet">
      {problem === undefined
        ? say("inRecordFails", { index, party })
        : say("inRecordHeadFails", { party, reason: problem.sentence })}
    </p>
  );
}

function SameRecord({ circle, author, checks }: PartProps) {
  const { now } = useDesk();
  const say = useWords(recordMessages);
  const language = useLanguage();
  if (checks === undefined) return null;
  const { head: checkedHead, missing, contradicted } = checks.sameRecord;
  const head = checkedHead?.head;
  const name = (party: PartyId) => nameOf(circle.charter, party, language);
  return (
    <>
      {contradicted ? <p className="quiet">{say("sameFork")}</p> : null}
      {head === undefined ? null : (
        <>
          <p className="quiet">
            {say("sameHeads", { party: name(author), size: head.size })} <HashText hex={toHex(head.root)} groups={4} />
          </p>
          <ul className={styles["heads"]}>
            <HeadRow circle={circle} party={author} words={say("sameOwner")} />
            {checkedHead?.storedBy.map(({ party, time }) => (
              <HeadRow key={party} circle={circle} party={party} words={say("sameStored", { at: formatTime(time), age: ageText(time, now, language) })} />
            ))}
            {checkedHead?.witnessedBy.map(({ observer, time }) => (
              <HeadRow
                key={observer}
                circle={circle}
                party={observer}
                words={say("sameHeadOnly", { at: formatTime(time) })}
              />
            ))}
          </ul>
        </>
      )}
      {missing.map((party) => (
        <p key={party} className="quiet">
          {say("sameMissing", { party: name(party) })}
        </p>
      ))}
    </>
  );
}

function HeadRow({
  circle,
  party,
  words,
}: {
  readonly circle: Circle;
  readonly party: PartyId;
  readonly words: string;
}) {
  return (
    <li>
      <span className={styles["headName"]}>
        <Mark kind={markOf(circle.charter, party)} /> {nameOf(circle.charter, party, useLanguage())}
      </span>
      <span className="note">{words}</span>
    </li>
  );
}
