/**
 * The dialog of an act: what is filled in, then who, what and effect, and one button that signs. Enter acts, Escape closes; closing never
 * signs and loses nothing that was typed.
 */
import { useEffect, useMemo, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { kinds } from "@countersign/core/kinds.ts";
import { accept, type Refusal, type Result } from "@countersign/core/refusal.ts";
import { call } from "@countersign/wire/client.ts";
import { demonstrationEndpoints } from "@countersign/wire/demonstration.ts";
import { actMessages } from "../../messages/acts.ts";
import { fileMessages } from "../../messages/files.ts";
import { shellMessages } from "../../messages/shell.ts";
import { Button } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { PartyName } from "../../parts/party-name.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useCircle, useDesk } from "../desk.tsx";
import type { Act, ActContext, ActName, ActSubject } from "./act.ts";
import { acts } from "./all-acts.ts";
import { AttachedSummary, AttachField } from "./attach-field.tsx";
import { filesForRequest, type AttachedFile } from "./attached-files.ts";
import { FieldView } from "./field-view.tsx";
import { cleanWordsList, fieldAt, notAhead, valueAt, withValue, type Body, type Field } from "./fields.ts";
import styles from "./acts.module.css";

interface ActDialogProps {
  readonly act: ActName;
  readonly subject: ActSubject;
  readonly onClose: () => void;
}

/** After the dialog has tried to give focus back itself. */
const FOCUS_RETURN_MS = 100;

/** What was typed and not sent, until the page is left: by circle, act and subject. */
const typed = new Map<string, Body>();
const attached = new Map<string, readonly AttachedFile[]>();

export function ActDialog({ act: name, subject, onClose }: ActDialogProps) {
  const context = useContextOf(subject);
  const act = acts[name];
  const say = useWords(actMessages);
  const key = `${context?.desk.base ?? ""} ${context?.circle.channel ?? ""} ${name} ${JSON.stringify(subject)}`;
  const [begun, setBegun] = useState<Result<Body> | undefined>(() => {
    const kept = typed.get(key);
    return kept === undefined ? undefined : accept(kept);
  });
  const begin = useRef(context);
  useFocusAfterwards();
  useEffect(() => {
    if (begun !== undefined || begin.current === undefined) return;
    let left = false;
    void bodyToBeginWith(act, begin.current).then((result) => {
      if (!left) setBegun(result);
    });
    return () => {
      left = true;
    };
  }, [act, begun]);

  return (
    <Sheet at={act.wide === true ? "wide" : "middle"} title={say(`do_${name}`)} open onClose={onClose}>
      {begun === undefined || context === undefined ? (
        <p className="quiet" role="status" style={{ minBlockSize: 80 }} />
      ) : begun.ok ? (
        <ActForm
          act={act}
          context={context}
          first={begun.value}
          firstFiles={attached.get(key) ?? []}
          onTyped={(body) => typed.set(key, body)}
          onAttached={(files) => attached.set(key, files)}
          onSent={() => {
            typed.delete(key);
            attached.delete(key);
          }}
          onClose={onClose}
        />
      ) : (
        <RefusalNotice refusal={begun.refusal} />
      )}
    </Sheet>
  );
}

interface ActFormProps {
  readonly act: Act;
  readonly context: ActContext;
  readonly first: Body;
  readonly firstFiles: readonly AttachedFile[];
  readonly onTyped: (body: Body) => void;
  readonly onAttached: (files: readonly AttachedFile[]) => void;
  readonly onSent: () => void;
  readonly onClose: () => void;
}

function ActForm({ act, context, first, firstFiles, onTyped, onAttached, onSent, onClose }: ActFormProps) {
  const { say, desk, circle, own } = context;
  const sayOfFiles = useWords(fileMessages);
  const [body, setBody] = useState(first);
  const [files, setFiles] = useState(firstFiles);
  const [refused, setRefused] = useState<Refusal>();
  const [invalid, setInvalid] = useState<string>();
  const [working, setWorking] = useState(false);
  const [draftKept, setDraftKept] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const fields = act.fields(context, body);
  const inputs = fields.some((field) => field.as !== "fact");

  const change = (path: string, value: unknown) => {
    const changed = withValue(body, path, value);
    const next = act.adjust?.(changed, context) ?? changed;
    setBody(next);
    onTyped(next);
    setDraftKept(false);
    if (invalid === path || invalid?.startsWith(`${path}.`) === true) setInvalid(undefined);
  };

  const send = async (): Promise<void> => {
    setRefused(undefined);
    const ready = cleaned(body, fields, context);
    const wrong = firstInvalid(act, ready, fields);
    setInvalid(wrong);
    if (wrong !== undefined) {
      focusPlace(form.current, wrong);
      return;
    }
    setWorking(true);
    const completed =
      act.complete === undefined ? accept({ body: ready, files: [] }) : await act.complete(ready, context);
    const own = completed.ok ? await filesForRequest(files, sayOfFiles) : completed;
    const answer =
      completed.ok && own.ok
        ? await desk.say(circle.channel, {
            kind: act.kind,
            body: completed.value.body as Record<string, unknown>,
            files: [...completed.value.files, ...own.value],
          })
        : own.ok
          ? completed
          : own;
    setWorking(false);
    if (!answer.ok) return setRefused(answer.refusal);
    onSent();
    for (const draft of circle.drafts)
      if (draft.kind === act.kind && draft.id === draftId(act, context)) void desk.dropDraft(circle.channel, draft.id);
    onClose();
  };
  const keep = async (): Promise<void> => {
    const title = body["title"] ?? body["question"];
    const kept = await desk.saveDraft(circle.channel, {
      id: draftId(act, context),
      kind: act.kind,
      title: (title ?? { [context.language]: say(`do_${act.name}`) }) as never,
      body: body as Record<string, unknown>,
    });
    if (kept.ok) setDraftKept(true);
    else setRefused(kept.refusal);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!working) void send();
  };
  // Browsers act on Enter in a line of text only; here a choice and a box act too. In a longer text Enter is a new line.
  const onKeyDown = (event: KeyboardEvent) => {
    const element = event.target;
    const acts =
      element instanceof HTMLSelectElement || (element instanceof HTMLInputElement && element.type === "checkbox");
    if (event.key !== "Enter" || !acts) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("input, select, textarea, [type=submit]")?.focus();
  }, []);

  return (
    <form ref={form} className={styles["form"]} onSubmit={submit} onKeyDown={onKeyDown} noValidate>
      {refused === undefined ? null : <RefusalNotice refusal={refused} />}
      {fields.map((field, position) => (
        <FieldView
          key={field.as === "fact" ? `fact ${position}` : field.path}
          field={field}
          body={body}
          language={context.language}
          invalid={invalid}
          say={say}
          onChange={change}
        />
      ))}
      {act.attaches === true ? (
        <AttachField
          context={context}
          files={files}
          onChange={(next) => {
            setFiles(next);
            onAttached(next);
          }}
        />
      ) : null}
      <dl className={styles["ask"]}>
        <dt>{say("who")}</dt>
        <dd>
          <PartyName charter={circle.charter} id={own} />
        </dd>
        <dt>{say("what")}</dt>
        <dd>{say(`do_${act.name}`)}</dd>
        <AttachedSummary context={context} files={files} />
        <dt>{say("effect")}</dt>
        <dd>{say(`effect_${act.name}`, act.values?.(context, body))}</dd>
      </dl>
      <p className="note">{say("once")}</p>
      {invalid === undefined ? null : (
        <p className={styles["error"]} role="alert">
          {say("invalidAbove")}
        </p>
      )}
      <div className={styles["buttons"]}>
        <Button type="submit" look="main" large off={working ? say("working") : undefined} quietlyOff>
          {say("signAndSend")}
        </Button>
        <Button large onClick={onClose}>
          {say("cancel")}
        </Button>
        {inputs ? (
          <Button look="link" onClick={() => void keep()}>
            {say("keepDraft")}
          </Button>
        ) : null}
        <span role="status" className="note">
          {working ? say("working") : draftKept ? say("draftKept") : ""}
        </span>
      </div>
    </form>
  );
}

export function RefusalNotice({ refusal }: { readonly refusal: Refusal }) {
  const say = useWords(actMessages);
  const shell = useWords(shellMessages);
  return (
    <div className={styles["refusal"]} role="alert">
      <p>
        <strong>{say("nodeRefused")}</strong>
      </p>
      <p lang={refusal.sentence === say("noGround") ? undefined : "en"}>{refusal.sentence}</p>
      <p className="note">{shell("refusedHolds")}</p>
    </div>
  );
}

/** When the button that opened the dialog is gone after the act, focus goes to the part of the page it stood in, never nowhere. */
function useFocusAfterwards(): void {
  const [part] = useState(
    () => document.activeElement?.closest<HTMLElement>("[data-half], main") ?? document.querySelector("main"),
  );
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement === null || document.activeElement === document.body)
          part?.focus({ preventScroll: true });
      }, FOCUS_RETURN_MS);
    },
    [part],
  );
}

function useContextOf(subject: ActSubject): ActContext | undefined {
  const desk = useDesk();
  const circle = useCircle();
  const language = useLanguage();
  const say = useWords(actMessages);
  return useMemo(
    () =>
      circle === undefined || desk.own === undefined
        ? undefined
        : { desk, circle, state: circle.whole, own: desk.own, subject, language, say },
    [desk, circle, subject, language, say],
  );
}

/** Focuses the input at a place of the body, or the one that holds it: an error may lie deeper than any input. */
function focusPlace(form: HTMLElement | null, where: string): void {
  const members = where.split(".");
  for (let length = members.length; length > 0; length -= 1) {
    const input = form?.querySelector<HTMLElement>(`[data-path="${CSS.escape(members.slice(0, length).join("."))}"]`);
    if (input === null || input === undefined) continue;
    input.focus();
    return;
  }
}

function draftId(act: Act, { subject }: ActContext): string {
  const about = subject.inspection ?? subject.letter ?? subject.draft ?? subject.ambiguity ?? "";
  return [act.name, about.slice(0, 12)].filter(Boolean).join("-");
}

/** A kept draft, or what the record gives; in the demonstration also what the case has prepared. */
async function bodyToBeginWith(act: Act, context: ActContext): Promise<Result<Body>> {
  const draft = context.circle.drafts.find(({ id }) => id === draftId(act, context));
  const begun = await act.begin(context);
  if (!begun.ok) return begun;
  const own = (body: Body): Body =>
    Object.fromEntries(Object.entries(body).filter(([member]) => !(act.ownMembers ?? []).includes(member)));
  if (draft !== undefined) return accept({ ...begun.value, ...own(draft.body) });
  const { desk } = context;
  if (!desk.facts.demonstration || desk.base === "") return begun;
  const prepared = await call(demonstrationEndpoints.prepared, {}, { by: context.own }, { base: "" });
  if (
    !prepared.ok ||
    prepared.value === null ||
    prepared.value.kind !== act.kind ||
    !isAboutTheSame(begun.value, prepared.value.body)
  )
    return begun;
  const filled = { ...begun.value, ...own(prepared.value.body) };
  const adjusted = act.adjust?.(filled, context) ?? filled;
  return accept(notAhead(adjusted, act.fields(context, adjusted), desk.now));
}

/** A prepared statement fits only what the act is about here. */
function isAboutTheSame(begun: Body, prepared: Body): boolean {
  return [
    "inspection",
    "draft",
    "provision",
    "bracket",
    "alternative",
    "ambiguity",
    "document",
    "agreement",
    "to",
  ].every(
    (member) =>
      begun[member] === undefined ||
      typeof begun[member] !== "string" ||
      prepared[member] === undefined ||
      begun[member] === prepared[member],
  );
}

function cleaned(body: Body, fields: readonly Field[], { language }: ActContext): Body {
  let clean = body;
  for (const field of fields) {
    if (field.as !== "wordsList") continue;
    const value = valueAt(clean, field.path);
    if (Array.isArray(value)) clean = withValue(clean, field.path, cleanWordsList(value, language));
  }
  return clean;
}

/** The place of the first member that the kind's schema does not take, if a field is there for it. Members made on completion are not there yet. */
function firstInvalid(act: Act, body: Body, fields: readonly Field[]): string | undefined {
  const parsed = kinds.get(act.kind)?.body.safeParse(body);
  if (parsed === undefined || parsed.success) return undefined;
  for (const issue of parsed.error.issues) {
    const where = issue.path.join(".");
    if (fieldAt(fields, where) !== undefined) return where;
  }
  return undefined;
}
