/** A channel that continues another: which one, from which heads, and that its record stands below to be read. */
import { recordMessages } from "../../messages/record.ts";
import { Card } from "../../parts/card.tsx";
import { HashText, hexOfRoot } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import styles from "./record.module.css";

export function Continues({ circle }: { readonly circle: Circle }) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { previous } = circle.charter;
  if (previous === undefined) return null;
  const [nearest] = circle.earlier;
  const names = nearest?.charter ?? circle.charter;
  return (
    <Card label={say("continues")} className={styles["continued"]}>
      <h2>{say("continues")}</h2>
      <p>
        {say.rich("continuesWhat", {
          title: textOf(circle.charter.title, language),
          before: <HashText key="before" hex={previous.channel} groups={4} />,
        })}
      </p>
      <ul>
        {previous.heads.map(({ log, size, root }) => (
          <li key={`${log} ${root}`} className="note">
            {say.rich("continuesHead", {
              party: nameOf(names, log, language),
              size,
              root: <HashText key="root" hex={hexOfRoot(root)} groups={4} />,
            })}
          </li>
        ))}
      </ul>
      <p className="note">{say(nearest === undefined ? "continuesNotHere" : "continuesBelow")}</p>
    </Card>
  );
}
