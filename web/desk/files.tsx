/** A statement's files: who may read each, what of them is readable here, and how to get it. */
import { useId, useState } from "react";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import type { Statement } from "@countersign/core/channel/kind.ts";
import { openStatements } from "@countersign/core/channel/release.ts";
import type { FileReference } from "@countersign/core/channel/statement.ts";
import type { Refusal } from "@countersign/core/refusal.ts";
import { bytePaths } from "@countersign/wire/endpoints.ts";
import { fileMessages } from "../messages/files.ts";
import { Button } from "../parts/button.tsx";
import { useLanguage, useWords, type Language } from "../parts/language.tsx";
import { inReadersOrder, nameOf } from "../parts/party-name.tsx";
import { fetchBytes } from "./ask.ts";
import type { Circle } from "./circle.ts";
import { useDesk } from "./desk.tsx";
import { saveBytes } from "./record/save-text.ts";
import styles from "./files.module.css";

/** Kinds that people attach files to. */
const ATTACHING: ReadonlySet<string> = new Set(["letter", "concern", "reply", "ambiguity", "ambiguity-statement"]);

interface FilesProps {
  readonly circle: Circle;
  readonly statement: Statement;
}

/** One line for a row: how many files, and for whom; nothing for a statement without. */
export function FilesNote({ circle, statement: { kind, files } }: FilesProps) {
  const say = useWords(fileMessages);
  const readers = useReaderWords(circle);
  const { own } = useDesk();
  // Documents that the program makes are what a statement says; a row tells of what was attached to one.
  if (!ATTACHING.has(kind) && !files.some(isAttachment)) return null;
  const groups = new Map<string, { readonly count: number; readonly file: FileReference }>();
  for (const file of files) {
    const key = file.readers?.join() ?? "";
    groups.set(key, { count: (groups.get(key)?.count ?? 0) + 1, file });
  }
  return [...groups].map(([key, { count, file }]) => (
    <span key={key} className={`note ${styles["line"]}`} data-files={key}>
      {say("count", { count })}: {readers(file)}
      {isAttachment(file) && (own === undefined || !file.readers.includes(own)) ? `. ${say("notReadableHere")}` : ""}
    </span>
  ));
}

/** Every file with what can be done with it here. */
export function FileList({ circle, statement }: FilesProps) {
  const say = useWords(fileMessages);
  const title = useId();
  if (statement.files.length === 0) return null;
  return (
    <section className={styles["files"]} aria-labelledby={title}>
      <h4 id={title}>{say("files")}</h4>
      <ul>
        {statement.files.map((file) => (
          <li key={`${file.sha256} ${file.name}`} data-file={file.name}>
            <FileLine circle={circle} statement={statement} file={file} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether anyone may see it, and by whose word. */
export function OpennessNote({ circle, statement }: FilesProps) {
  const say = useWords(fileMessages);
  const openness = openStatements(circle.state).get(statement.id);
  return openness === undefined ? null : (
    <p className="note" data-open={openness}>
      {say(openness)}
    </p>
  );
}

function FileLine({ circle, statement, file }: FilesProps & { readonly file: FileReference }) {
  const say = useWords(fileMessages);
  const language = useLanguage();
  const readers = useReaderWords(circle);
  const { own, base } = useDesk();
  const [refused, setRefused] = useState<Refusal>();
  const { channel, attachments, record } = circle;
  const forOthers = isAttachment(file) && (own === undefined || !file.readers.includes(own));
  const held = isAttachment(file) ? attachments.has(file.sha256) : record.files.has(file.sha256);
  const path = isAttachment(file) ? bytePaths.deskAttachment : bytePaths.deskFile;
  const save = async (from: string, name: string): Promise<void> => {
    const bytes = await fetchBytes(base, from, { channel, statement: statement.id, sha256: file.sha256 });
    setRefused(bytes.ok ? undefined : bytes.refusal);
    if (bytes.ok) saveBytes(name, bytes.value);
  };
  return (
    <>
      <p>
        <strong>{file.name}</strong> <span className="quiet">
          {isAttachment(file) ? say("encryptedSize", { size: sizeText(file.size, language) }) : sizeText(file.size, language)}
        </span>
      </p>
      <p className="note">
        {readers(file)}
        {forOthers ? `. ${say("notReadableHere")}` : held ? "" : `. ${say("notHeld")}`}
      </p>
      {forOthers || !held ? null : (
        <p className={styles["acts"]}>
          <Button look="link" onClick={() => void save(path, file.name)}>
            {say("save", { name: file.name })}
          </Button>
          {isAttachment(file) ? (
            <Button look="link" title={say("openingHint")} onClick={() => void save(bytePaths.deskOpening, `${file.name}.opening`)}>
              {say("saveOpening")}
            </Button>
          ) : null}
        </p>
      )}
      {refused === undefined ? null : (
        <p role="alert">
          {say("notSaved")} <span lang="en">{refused.sentence}</span>
        </p>
      )}
    </>
  );
}

/** "Readable by Aurelia and Borealia", own side first. */
export function useReaderWords(circle: Pick<Circle, "charter">): (file: Pick<FileReference, "readers">) => string {
  const say = useWords(fileMessages);
  const names = useNames(circle);
  return ({ readers }) => (readers === undefined ? say("readableByAll") : say("readableBy", { names: names(readers) }));
}

/** Parties by name, in the reader's order and language, as one phrase. */
export function useNames({ charter }: Pick<Circle, "charter">): (ids: readonly PartyId[]) => string {
  const language = useLanguage();
  const { own } = useDesk();
  return (ids) =>
    new Intl.ListFormat(language, { type: "conjunction" }).format(
      inReadersOrder(charter, ids, own, language).map((id) => nameOf(charter, id, language)),
    );
}

export function sizeText(bytes: number, language: Language): string {
  const [unit, size] = bytes < 1000 ? ["byte", bytes] : bytes < 1_000_000 ? ["kilobyte", bytes / 1000] : ["megabyte", bytes / 1_000_000];
  return new Intl.NumberFormat(language, { style: "unit", unit: String(unit), unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: 1 }).format(Number(size));
}

