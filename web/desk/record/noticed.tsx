/** What the node noticed about logs: a proven fork with its file, or an observation that accuses nobody. */
import { useMemo, useState } from "react";
import { KeyRing, ringAfter } from "@countersign/core/channel/key-ring.ts";
import { revokedKey } from "@countersign/core/log/revoked-key.ts";
import { recordMessages } from "../../messages/record.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { HashText, hexOfRoot } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { fillPath } from "@countersign/wire/client.ts";
import { bytePaths, type Observation } from "@countersign/wire/endpoints.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { inOrderOfWeight, NOTES_SHOWN } from "./noticed-order.ts";
import styles from "./record.module.css";

export function Noticed({ circle }: { readonly circle: Circle }) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { base } = useDesk();
  const { charter, channel, observations } = circle;
  const [all, setAll] = useState(false);
  const ordered = useMemo(() => inOrderOfWeight(observations), [observations]);
  if (observations.length === 0) return null;
  return (
    <Card inkBar label={say("noticed")} className={styles["noticed"]}>
      <h2>{say("noticed")}</h2>
      <ul>
        {ordered.slice(0, all ? undefined : NOTES_SHOWN).map((observation) => (
          <li key={`${observation.code} ${observation.log} ${observation.from ?? ""} ${observation.at} ${observation.entry ?? ""}`}>
            <p>
              <TimeText at={observation.at} />{" "}
              <strong>
                {say(`noticed_${observation.code}`, {
                  log: nameOf(charter, observation.log, language),
                  from: nameOf(charter, observation.from ?? observation.log, language),
                })}
              </strong>
            </p>
            <p lang="en">{observation.sentence}</p>
            <Revoked circle={circle} observation={observation} />
            {observation.last === undefined || observation.times === undefined ? null : (
              <p className="note">
                {say.rich("noticedTimes", { times: observation.times, last: <TimeText key="last" at={observation.last} /> })}
              </p>
            )}
            {observation.heads.map(({ size, root, heardFrom }) => (
              <p key={`${root} ${heardFrom}`} className="note">
                {say.rich("noticedHead", {
                  size,
                  root: <HashText key="root" hex={hexOfRoot(root)} groups={4} />,
                  party: nameOf(charter, heardFrom, language),
                })}
              </p>
            ))}
            {observation.proof === undefined ? null : (
              <div className={styles["forkProof"]}>
                <a
                  href={base + fillPath(bytePaths.deskProof, { channel, sha256: observation.proof })}
                  download={`countersign-${observation.code}-${observation.log}.json`}
                >
                  {say("saveForkProof")}
                </a>
                <p className="note">
                  {say("provesFork")}{" "}
                  <code>
                    <bdi>{`countersign verify countersign-${observation.code}-${observation.log}.json`}</bdi>
                  </code>
                </p>
              </div>
            )}
          </li>
        ))}
      </ul>
      {observations.length > NOTES_SHOWN ? (
        <p>
          <Button look="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {say(all ? "noticedFewer" : "noticedAll", { count: observations.length })}
          </Button>
        </p>
      ) : null}
    </Card>
  );
}

/** A fork that a statement proves may be another's work, if its owner has revoked the key since; who noted it then may not have known. */
export function Revoked({ circle, observation: { log, key } }: { readonly circle: Circle; readonly observation: Observation }) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const held = circle.record.logs.get(log);
  const revoked = useMemo(() => {
    if (key === undefined) return undefined;
    return revokedKey(ringAfter(KeyRing.of(circle.charter, log), held?.entries ?? []), key);
  }, [circle.charter, log, key, held]);
  if (revoked === undefined) return null;
  const { name, lastSound, at } = revoked;
  return (
    <p data-revoked={name}>
      {say.rich("noticedRevoked", { party: nameOf(circle.charter, log, language), key: <bdi key="key">{name}</bdi>, index: lastSound, at })}
    </p>
  );
}
