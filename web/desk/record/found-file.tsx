/** Looks up which statement a file belongs to, and whose copy it is. The file stays on this machine; its hash is asked of the own node. */
import { useState } from "react";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import type { NamedFile } from "@countersign/core/channel/named-file.ts";
import type { Refusal } from "@countersign/core/refusal.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { fileMessages } from "../../messages/files.ts";
import { Card } from "../../parts/card.tsx";
import { FileButton } from "../../parts/file-button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { EntryLink } from "../entry-link.tsx";
import { useNames } from "../files.tsx";
import { StatementTitle } from "../statement-title.tsx";
import styles from "../files.module.css";

type Looked =
  | { readonly stage: "looking"; readonly name: string }
  | { readonly stage: "done"; readonly name: string; readonly found: readonly { readonly circle: Circle; readonly named: NamedFile }[] }
  | { readonly stage: "refused"; readonly refusal: Refusal };

export function FoundFile() {
  const say = useWords(fileMessages);
  const { base, circles } = useDesk();
  const [looked, setLooked] = useState<Looked>();
  const look = async (file: File): Promise<void> => {
    setLooked({ stage: "looking", name: file.name });
    const hash = await hashOf(file);
    if (hash === undefined)
      return setLooked({ stage: "refused", refusal: { code: "file-unread", sentence: say("unread", { name: file.name }) } });
    const found: { circle: Circle; named: NamedFile }[] = [];
    for (const circle of circles) {
      const answer = await call(endpoints.match, { channel: circle.channel }, { sha256: hash }, { base });
      if (!answer.ok) return setLooked({ stage: "refused", refusal: answer.refusal });
      found.push(...answer.value.found.map((named) => ({ circle, named })));
    }
    setLooked({ stage: "done", name: file.name, found });
  };
  return (
    <Card label={say("found")} className={styles["found"]}>
      <h2>{say("found")}</h2>
      <p className="quiet">{say("foundLead")}</p>
      <p>
        <FileButton onChosen={([file]) => (file === undefined ? undefined : void look(file))}>{say("choose")}</FileButton>
      </p>
      <div role="status" data-found>
        {looked?.stage === "looking" ? say("looking") : null}
        {looked?.stage === "refused" ? looked.refusal.sentence : null}
        {looked?.stage === "done" && looked.found.length === 0 ? say("foundNone", { name: looked.name }) : null}
        {looked?.stage === "done"
          ? looked.found.map(({ circle, named }) => (
              <FoundIn key={`${named.statement} ${named.file.sha256} ${named.as}`} circle={circle} named={named} name={looked.name} />
            ))
          : null}
      </div>
    </Card>
  );
}

function FoundIn({ circle, named, name }: { readonly circle: Circle; readonly named: NamedFile; readonly name: string }) {
  const say = useWords(fileMessages);
  const language = useLanguage();
  const names = useNames(circle);
  const { author, index, file, as } = named;
  const statement = circle.state.get(named.statement);
  return (
    <div>
      <p>
        {say(`found_${as}`, {
          name,
          author: nameOf(circle.charter, author, language),
          names: names(file.readers ?? []),
        })}
      </p>
      <p>
        <EntryLink channel={circle.channel} place={statement ?? { author, index }} marked={statement !== undefined}>
          {statement === undefined ? `${nameOf(circle.charter, author, language)}, ${index}` : <StatementTitle statement={statement} statements={circle.state} />}
        </EntryLink>
      </p>
    </div>
  );
}

/** SHA-256, hex; `undefined` where the file has gone. */
async function hashOf(file: File): Promise<string | undefined> {
  try {
    return toHex(sha256(new Uint8Array(await file.arrayBuffer())));
  } catch {
    return undefined;
  }
}
