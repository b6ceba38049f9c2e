/** Who has signed a statement, in one line: its author, or for a joint act all who have and who have not. */
import { useMemo } from "react";
import { recordMessages } from "../../messages/record.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { inReadersOrder, markOf, markOfAll, nameOf } from "../../parts/party-name.tsx";
import { useDesk } from "../desk.tsx";
import { signersOf } from "./evidence.ts";
import type { Row } from "./rows.ts";
import styles from "./record.module.css";

export function SignatureLine({ row: { circle, author, statement } }: { readonly row: Row }) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { own } = useDesk();
  const { charter, state } = circle;
  const act = useMemo(() => (statement === undefined ? undefined : signersOf(state, statement)), [state, statement]);
  const names = (ids: readonly string[]) =>
    inReadersOrder(charter, ids, own, language)
      .map((id) => nameOf(charter, id, language))
      .join(", ");
  const signed =
    act?.signatures
      .filter(({ body }) => (body as { form?: string }).form !== "refuse")
      .map((signature) => signature.author) ?? [];
  const refused =
    act?.signatures.filter(({ author: by }) => !signed.includes(by)).map((signature) => signature.author) ?? [];
  if (act === undefined || signed.length + refused.length === 0)
    return (
      <span className={styles["signatures"]}>
        <Mark kind={markOf(charter, author)} />{" "}
        <span>{say("signedBy", { party: nameOf(charter, author, language) })}</span>
      </span>
    );
  const words =
    refused.length > 0
      ? say("refusedBy", { parties: names(refused) })
      : act.missing.length > 0
        ? say("partlySigned", { parties: names(signed), missing: names(act.missing) })
        : signed.length === 2
          ? say("signedByBoth")
          : say("signedByAll", { count: signed.length });
  return (
    <span className={styles["signatures"]}>
      <Mark kind={markOfAll(charter, signed)} /> <span>{words}</span>
    </span>
  );
}
