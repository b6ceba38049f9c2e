/** Who has signed the clean text, and the button for the own side. */
import { agreementsOnceInForce, canBind } from "@countersign/core/terms/in-force.ts";
import type { TextState } from "@countersign/core/text/text-state.ts";
import { textMessages } from "../../messages/text.ts";
import { Card } from "../../parts/card.tsx";
import { HashText } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { inReadersOrder, markOfAll, PartyName } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import { ActButton } from "../acts/act-button.tsx";
import { whySigned } from "../acts/already.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import styles from "./text.module.css";

export function Signatures({ circle, text }: { readonly circle: Circle; readonly text: TextState }) {
  const say = useWords(textMessages);
  const language = useLanguage();
  const { own } = useDesk();
  const { charter } = circle;
  const { signatories } = text.draft.body;
  const { agreement, signature } = text;
  const given = signature?.signatures ?? [];
  const signed = given.filter(({ body }) => body.form !== "refuse").map(({ author }) => author);
  const { terms } = text.document;
  const once = agreementsOnceInForce(circle.state);
  const inForce = agreement !== undefined && once.at(-1)?.sha256 === agreement.sha256;
  const between =
    terms !== undefined &&
    !once.some(({ sha256 }) => sha256 === agreement?.sha256) &&
    !canBind(circle.state, { signatories, terms }, once.at(-1)?.document);
  const signer = own !== undefined && signatories.includes(own) ? own : undefined;
  const already = signer === undefined ? undefined : whySigned(given, signer, charter, language);
  const off =
    already !== undefined
      ? already
      : agreement === undefined
      ? text.document.terms === undefined
        ? say("noTerms")
        : say("cannotSign", { open: text.openBrackets })
      : undefined;
  return (
    <Card>
      <h2>
        <Mark kind={markOfAll(charter, signed)} />{" "}
        {signature?.status === "signed"
          ? say(inForce ? "inForce" : "signedByAll", { count: signatories.length })
          : say("signatures")}
      </h2>
      <ul className={styles["signatures"]}>
        {inReadersOrder(charter, signatories, own, language).map((id) => {
          const statement = given.find(({ author }) => author === id);
          return (
            <li key={id}>
              <PartyName charter={charter} id={id} />
              <span className="quiet">
                {statement === undefined
                  ? say("notSigned")
                  : say(
                      ({ sign: "signedBy", "sign-with-comment": "signedComment", refuse: "refusedBy" } as const)[
                        statement.body.form
                      ],
                      { time: formatTime(statement.time) },
                    )}
              </span>
              {statement?.body.comment === undefined ? null : <Words value={statement.body.comment} />}
            </li>
          );
        })}
      </ul>
      {between ? <p className="note">{say("betweenSigners")}</p> : null}
      {agreement === undefined ? null : (
        <p className="note">
          {say("hash")} <HashText hex={agreement.sha256} groups={8} />
        </p>
      )}
      {signer !== undefined ? (
        <p className={styles["signAct"]}>
          <ActButton act="signText" subject={{ draft: text.draft.id }} look="main" large off={off} />
        </p>
      ) : null}
    </Card>
  );
}
