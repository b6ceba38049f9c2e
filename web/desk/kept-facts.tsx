/** What this node keeps, and what others have said they keep of it. */
import type { ReactNode } from "react";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { otherSide } from "@countersign/core/channel/charter.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { listMessages } from "../messages/list.ts";
import { ageText } from "../parts/duration.ts";
import { HashText } from "../parts/hash-text.tsx";
import { useLanguage, useWords } from "../parts/language.tsx";
import { nameOf } from "../parts/party-name.tsx";
import { formatTime } from "../parts/time-text.tsx";
import { useCircle, useDesk } from "./desk.tsx";
import styles from "./kept-facts.module.css";

export function KeptFacts() {
  const { own, now } = useDesk();
  const circle = useCircle();
  const language = useLanguage();
  const say = useWords(listMessages);
  if (circle === undefined || own === undefined) return null;
  const { charter, record, receipts } = circle;
  const others = otherSide(charter, own).map(({ id }) => id);
  const name = (id: PartyId) => nameOf(charter, id, language);
  const size = (id: PartyId) => record.logs.get(id)?.entries.length ?? 0;
  const root = (id: PartyId) => {
    const tree = record.logs.get(id)?.tree;
    return tree === undefined || tree.size === 0 ? null : <HashText hex={toHex(tree.root())} groups={2} />;
  };
  const mine = receipts.find(({ log }) => log === own);
  const witness = mine?.witnessedBy.toSorted((a, b) => b.size - a.size)[0];
  return (
    <section className={styles["kept"]} aria-label={say("keptOn", { name: name(own) })}>
      <h3 className="note">{say("keptOn", { name: name(own) })}</h3>
      <dl className={styles["facts"]}>
        <Fact label={say("ownLog")} value={say("entries", { count: size(own) })} below={root(own)} />
        {others.map((id) => (
          <Fact
            key={`copy ${id}`}
            label={say("copyOf", { name: name(id) })}
            value={say("entries", { count: size(id) })}
            below={root(id)}
          />
        ))}
        {others.map((id) => {
          const stored = mine?.storedBy.find(({ party }) => party === id);
          const missing = size(own) - (stored?.size ?? 0);
          const how = missing > 0 ? say("missing", { count: missing }) : say("allOfIt");
          return (
            <Fact
              key={`stored ${id}`}
              label={say("ownStoredBy", { name: name(id) })}
              value={stored === undefined ? say("notStored") : say("upTo", { size: stored.size })}
              below={stored === undefined ? how : say("cosignedAgo", { what: how, age: ageText(stored.time, now, language) })}
            />
          );
        })}
        {charter.observers.length === 0 ? null : (
          <Fact
            label={say("witnessed")}
            value={witness === undefined ? say("notStored") : say("upTo", { size: witness.size })}
            below={witness === undefined ? "" : say("at", { time: formatTime(witness.time) })}
          />
        )}
      </dl>
    </section>
  );
}

function Fact({ label, value, below }: { readonly label: string; readonly value: string; readonly below: ReactNode }) {
  return (
    <div>
      <dt className="note">{label}</dt>
      <dd>
        <strong>{value}</strong>
        <span className="note">{below}</span>
      </dd>
    </div>
  );
}
