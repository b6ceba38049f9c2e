/** A proven fork, or another answer than before: which entry of whose log, both heads, and the proof file. */
import { fillPath } from "@countersign/wire/client.ts";
import { bytePaths, type Observation } from "@countersign/wire/endpoints.ts";
import { startMessages } from "../../messages/start.ts";
import { HashText, hexOfRoot } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { useCircle, useDesk } from "../desk.tsx";
import { Revoked } from "../record/noticed.tsx";
import styles from "./start.module.css";

export function Mismatch() {
  const circle = useCircle();
  if (circle === undefined) return null;
  const forks = circle.observations.filter(
    ({ code }) => code === "fork" || code === "other-answer" || code === "rolled-back",
  );
  // One box for each log: the proof, if there is one, else the newest observation.
  const byLog = new Map<string, Observation>();
  for (const one of forks) if (byLog.get(one.log)?.code !== "fork") byLog.set(one.log, one);
  return (
    <>
      {[...byLog.values()].map((one) => (
        <MismatchBox key={one.log} observation={one} />
      ))}
    </>
  );
}

function MismatchBox({ observation }: { readonly observation: Observation }) {
  const say = useWords(startMessages);
  const language = useLanguage();
  const { base } = useDesk();
  const circle = useCircle();
  if (circle === undefined) return null;
  const { charter, channel } = circle;
  const name = nameOf(charter, observation.log, language);
  const { proof, entry, heads } = observation;
  return (
    <div className={styles["mismatch"]} role="alert" data-mismatch={observation.log}>
      <p className={styles["mismatchTitle"]}>
        {entry === undefined ? say("mismatchLog", { name }) : say("mismatch", { entry, name })}
      </p>
      <p className="note" lang="en">
        {observation.sentence}
      </p>
      <Revoked circle={circle} observation={observation} />
      {heads.map((head) => (
        <p key={`${head.root} ${head.heardFrom}`}>
          {say.rich("headFrom", {
            size: head.size,
            root: <HashText key="root" hex={hexOfRoot(head.root)} groups={4} />,
            name: nameOf(charter, head.heardFrom, language),
          })}
        </p>
      ))}
      {proof === undefined ? (
        <p className="note">{say("noProof")}</p>
      ) : (
        <a
          className={styles["linkButton"]}
          href={base + fillPath(bytePaths.deskProof, { channel, sha256: proof })}
          download={`countersign-fork-${observation.log}.json`}
        >
          {say("saveProof")}
        </a>
      )}
    </div>
  );
}
