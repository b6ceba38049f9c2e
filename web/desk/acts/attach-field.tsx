/** Where an author attaches files and says who may read each; the reader list stands here before anything is signed. */
import { useId, useState } from "react";
import { fileMessages } from "../../messages/files.ts";
import { Button } from "../../parts/button.tsx";
import { FileButton } from "../../parts/file-button.tsx";
import { useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { sizeText, useNames } from "../files.tsx";
import type { ActContext } from "./act.ts";
import { isPlainText, MOST_BYTES, MOST_FILES, type AttachedFile } from "./attached-files.ts";
import acts from "./acts.module.css";
import styles from "../files.module.css";

interface AttachFieldProps {
  readonly context: ActContext;
  readonly files: readonly AttachedFile[];
  readonly onChange: (files: readonly AttachedFile[]) => void;
}

export function AttachField({ context, files, onChange }: AttachFieldProps) {
  const say = useWords(fileMessages);
  const id = useId();
  const [refused, setRefused] = useState<string>();
  const { circle, language } = context;
  const most = Math.min(MOST_BYTES, circle.charter.caps.bodyFileBytes);
  const add = (chosen: readonly File[]): void => {
    const large = chosen.find(({ size }) => size > most);
    if (large !== undefined)
      return setRefused(say("tooLarge", { name: large.name, size: sizeText(large.size, language), most: sizeText(most, language) }));
    if (files.length + chosen.length > MOST_FILES) return setRefused(say("tooMany", { most: MOST_FILES }));
    setRefused(undefined);
    onChange([...files, ...chosen.map((file): AttachedFile => ({ file, readers: undefined, copies: false }))]);
  };
  return (
    <div className={acts["field"]}>
      <div>
        <FileButton many aria-describedby={id} onChosen={add}>
          {say("attach")}
        </FileButton>
      </div>
      <span id={id} className="note">
        {say("attachHint", { size: sizeText(most, language) })}
      </span>
      {refused === undefined ? null : (
        <span className={acts["error"]} role="alert">
          {refused}
        </span>
      )}
      <ul className={styles["chosen"]}>
        {files.map((one, position) => (
          // oxlint-disable-next-line react/no-array-index-key -- one file may be attached twice, for others each time.
          <li key={position} data-attached={one.file.name}>
            <AttachedRow
              context={context}
              attached={one}
              onChange={(next) => onChange(files.flatMap((other, place) => (place !== position ? [other] : (next ?? []))))}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface AttachedRowProps {
  readonly context: ActContext;
  readonly attached: AttachedFile;
  /** Nothing: it is not attached any more. */
  readonly onChange: (attached: AttachedFile | undefined) => void;
}

function AttachedRow({ context: { circle, own, language }, attached, onChange }: AttachedRowProps) {
  const say = useWords(fileMessages);
  const name = useId();
  const { file, readers, copies } = attached;
  const others = circle.charter.parties.map(({ id }) => id).filter((id) => id !== own);
  return (
    <fieldset>
      <legend className={`${acts["label"]} ${styles["name"]}`}>{say("whoReads", { name: file.name })}</legend>
      <label className={acts["switch"]}>
        <input type="radio" name={name} checked={readers === undefined} onChange={() => onChange({ ...attached, readers: undefined })} />
        {say("everyone")}
      </label>
      <label className={acts["switch"]}>
        <input type="radio" name={name} checked={readers !== undefined} onChange={() => onChange({ ...attached, readers: readers ?? [] })} />
        {say("onlyThese")}
      </label>
      {readers === undefined ? null : (
        <>
          <div className={acts["many"]}>
            {others.map((id) => (
              <label key={id} className={acts["switch"]}>
                <input
                  type="checkbox"
                  data-reader={id}
                  checked={readers.includes(id)}
                  onChange={(event) =>
                    onChange({ ...attached, readers: event.target.checked ? [...readers, id] : readers.filter((one) => one !== id) })
                  }
                />
                {nameOf(circle.charter, id, language)}
              </label>
            ))}
          </div>
          {isPlainText(attached) ? (
            <label className={acts["switch"]}>
              <input type="checkbox" data-copies checked={copies} onChange={(event) => onChange({ ...attached, copies: event.target.checked })} />
              {say("ownCopies")}
            </label>
          ) : (
            <p className="note">{say("ownCopiesText")}</p>
          )}
        </>
      )}
      <Button look="link" onClick={() => onChange(undefined)}>
        {say("remove", { name: file.name })}
      </Button>
    </fieldset>
  );
}

/** What will be signed of each file: its name, its size and its readers. */
export function AttachedSummary({ context, files }: Omit<AttachFieldProps, "onChange">) {
  const say = useWords(fileMessages);
  const names = useNames(context.circle);
  if (files.length === 0) return null;
  return (
    <>
      <dt>{say("files")}</dt>
      <dd>
        <ul data-will-sign>
          {files.map((one, position) => (
            // oxlint-disable-next-line react/no-array-index-key -- one file may be attached twice.
            <li key={position}>
              {say(one.readers === undefined ? "willReadAll" : one.copies && isPlainText(one) ? "willReadCopies" : "willRead", {
                name: one.file.name,
                size: sizeText(one.file.size, context.language),
                ...(one.readers === undefined
                  ? {}
                  : one.copies && isPlainText(one)
                    ? { count: one.readers.length, names: names(one.readers) }
                    : { names: names([context.own, ...one.readers]) }),
              })}
            </li>
          ))}
        </ul>
      </dd>
    </>
  );
}
