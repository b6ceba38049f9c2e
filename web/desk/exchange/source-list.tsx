/** Where a fact comes from: title, address, and how well it was seen. A missing source is said, never hidden. */
import type { Source } from "@countersign/core/bytes/fields.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { useWords } from "../../parts/language.tsx";
import styles from "./exchange.module.css";

/** `ownWord`: its author spoke for itself, so that no source is needed. */
export function SourceList({ sources, ownWord }: { readonly sources: readonly Source[]; readonly ownWord: boolean }) {
  const say = useWords(exchangeMessages);
  if (sources.length === 0) return <p className="note">{say(ownWord ? "ownWord" : "noSource")}</p>;
  return (
    <ul className={styles["sources"]}>
      {sources.map((source) => (
        <li key={`${source.title} ${source.url ?? ""}`}>
          {source.url === undefined ? (
            source.title
          ) : (
            <a href={source.url} rel="noreferrer">
              {source.title}
            </a>
          )}
          <span className={styles["seen"]}>{say(`seen${source.seen}`)}</span>
        </li>
      ))}
    </ul>
  );
}

export function Unconfirmed() {
  const say = useWords(exchangeMessages);
  return <span className={styles["unconfirmed"]}>{say("unconfirmed")}</span>;
}
