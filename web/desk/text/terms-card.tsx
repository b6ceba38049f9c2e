/** The hours and numbers that the program follows, as the text sets them now. */
import type { TextState } from "@countersign/core/text/text-state.ts";
import { textMessages } from "../../messages/text.ts";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import styles from "./text.module.css";

export function TermsCard({ text }: { readonly text: TextState }) {
  const say = useWords(textMessages);
  const terms = text.agreement?.document.terms ?? text.document.terms;
  if (terms === undefined) return null;
  // While a bracket is open, the parameters that its wordings set have no value yet.
  const open = new Set(
    text.provisions.flatMap(({ brackets }) =>
      brackets.flatMap(({ settled, alternatives }) =>
        settled === undefined ? alternatives.flatMap(({ sets }) => Object.keys(sets)) : [],
      ),
    ),
  );
  return (
    <Card>
      <h2>{say("terms")}</h2>
      <dl className={styles["terms"]}>
        {Object.entries(terms.access).map(([parameter, value]) => {
          const key = `p_${parameter}`;
          return (
            <div key={parameter}>
              <dt>{say.has(key) ? say(key) : parameter}</dt>
              <dd>
                {open.has(parameter)
                  ? say("inBrackets")
                  : value === "sent" || value === "received"
                    ? say(`clocks_${value}`)
                    : parameter.endsWith("Hours")
                      ? say("hours", { hours: value })
                      : value}
              </dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}
