/** Below the halves: hosts, the third State and the observer, each read from its own node. */
import { consents } from "@countersign/core/consult/consultation.ts";
import { sign } from "@countersign/core/channel/sign.ts";
import { startMessages } from "../../messages/start.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import { hrefOf } from "../addresses.ts";
import { circleAt } from "../circle.ts";
import { useNodeReading } from "../desk.tsx";
import type { DemoNode } from "./demo-node.ts";
import styles from "./start.module.css";

export function Strip({ nodes }: { readonly nodes: readonly DemoNode[] }) {
  const say = useWords(startMessages);
  return (
    <section className={styles["strip"]} data-f6 tabIndex={-1} aria-label={say("strip")}>
      {nodes.map((node) => (
        <StripNode key={node.base} node={node} />
      ))}
    </section>
  );
}

function StripNode({ node }: { readonly node: DemoNode }) {
  const say = useWords(startMessages);
  const language = useLanguage();
  const reading = useNodeReading(node.base, "polling");
  const channel = reading.channels[0];
  const state = channel === undefined ? undefined : circleAt(channel, undefined).whole;
  const role = node.role === "host" ? say("host") : node.role === "observer" ? undefined : say("third");
  return (
    <div className={styles["stripNode"]}>
      <Mark kind="other" />
      <div>
        <p>
          <a href={hrefOf(node.segment, "overview")}>
            <strong>{textOf(node.name, language)}</strong>
          </a>
          {role === undefined ? "" : `, ${role}`}
        </p>
        <p className="note">{state === undefined ? " " : factOf()}</p>
      </div>
    </div>
  );

  function factOf(): string {
    if (node.role === "observer")
      return say("observerHas", {
        count: [...(channel?.released.values() ?? [])].reduce((sum, entries) => sum + entries.length, 0),
      });
    if (state === undefined) return "";
    if (node.role === "host") {
      const consent = consents(state).findLast(({ author }) => author === node.id);
      return consent === undefined ? say("noConsent") : say("hostConsent", { time: formatTime(consent.time) });
    }
    const signed = state
      .of(sign)
      .find(({ author, body }) => author === node.id && body.what === "agreement" && body.form !== "refuse");
    return signed === undefined ? say("thirdNotSigned") : say("thirdSigned", { time: formatTime(signed.time) });
  }
}
