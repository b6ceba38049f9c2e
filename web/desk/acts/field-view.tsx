/** Shows a field and hands on what is typed. An error is one sentence at the field; what was typed stays. */
import { useId } from "react";
import { Button } from "../../parts/button.tsx";
import type { Language } from "../../parts/language.tsx";
import type { ActWords } from "./act.ts";
import {
  readInstant,
  readNumber,
  readWords,
  readWordsList,
  showInstant,
  showNumber,
  showWords,
  showWordsList,
  valueAt,
  withValue,
  type Body,
  type Field,
  type SimpleField,
} from "./fields.ts";
import styles from "./acts.module.css";

interface FieldViewProps<Some extends Field> {
  readonly field: Some;
  readonly body: Body;
  readonly language: Language;
  /** The place that does not read. */
  readonly invalid: string | undefined;
  readonly say: ActWords;
  readonly onChange: (path: string, value: unknown) => void;
}

export function FieldView(props: FieldViewProps<Field>) {
  const { field } = props;
  if (field.as === "fact")
    return (
      <p className={styles["fact"]}>
        {field.label === "" ? null : <span className={styles["label"]}>{field.label}</span>}
        <span className={field.mono === true ? styles["mono"] : undefined}>{field.value}</span>
      </p>
    );
  if (field.as === "table") return <TableField {...props} field={field} />;
  if (field.as === "many") return <ManyField {...props} field={field} />;
  return <SimpleView {...props} field={field} />;
}

type SimpleViewField = SimpleField | Extract<Field, { as: "wordsList" }>;

function SimpleView({ field, body, language, invalid, say, onChange }: FieldViewProps<SimpleViewField>) {
  const id = useId();
  const wrong = invalid !== undefined && (invalid === field.path || invalid.startsWith(`${field.path}.`));
  if (field.as === "switch")
    return (
      <label className={styles["switch"]}>
        <input
          type="checkbox"
          checked={valueAt(body, field.path) === true}
          onChange={(event) => onChange(field.path, event.target.checked)}
        />
        {field.label}
      </label>
    );
  return (
    <div className={styles["field"]}>
      <label htmlFor={id} className={styles["label"]}>
        {field.label}
      </label>
      {field.hint === undefined ? null : (
        <span id={`${id}-hint`} className="note">
          {field.hint}
        </span>
      )}
      <Input
        field={field}
        body={body}
        language={language}
        id={id}
        wrong={wrong}
        describedBy={[field.hint === undefined ? "" : `${id}-hint`, wrong ? `${id}-wrong` : ""]
          .filter(Boolean)
          .join(" ")}
        say={say}
        onChange={onChange}
      />
      {wrong ? (
        <span id={`${id}-wrong`} className={styles["error"]}>
          {say(`invalid_${field.as}`)}
        </span>
      ) : null}
    </div>
  );
}

interface InputProps {
  readonly field: Exclude<SimpleViewField, { as: "switch" }>;
  readonly body: Body;
  readonly language: Language;
  readonly id: string;
  readonly wrong: boolean;
  readonly describedBy?: string;
  /** In a table: the column's and the row's name together. */
  readonly label?: string;
  /** The place from the body's root, where the field is in a table. */
  readonly place?: string;
  readonly say: ActWords;
  readonly onChange: (path: string, value: unknown) => void;
}

function Input({ field, body, language, id, wrong, describedBy, label, place, onChange }: InputProps) {
  const value = valueAt(body, field.path);
  const shared = {
    id,
    "aria-invalid": wrong || undefined,
    "aria-describedby": describedBy === "" ? undefined : describedBy,
    "aria-label": label,
    "data-path": place ?? field.path,
    className: styles["input"],
  };
  const change = (next: unknown) => onChange(field.path, next);
  switch (field.as) {
    case "choice":
      return (
        <select
          {...shared}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => change(event.target.value === "" ? undefined : event.target.value)}
        >
          {field.none === undefined ? (
            typeof value === "string" ? null : (
              <option value="" />
            )
          ) : (
            <option value="">{field.none}</option>
          )}
          {field.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      );
    case "instant":
      return (
        <span className={styles["withUnit"]}>
          <input
            {...shared}
            type="text"
            inputMode="numeric"
            autoComplete="off"
            size={17}
            value={showInstant(value)}
            onChange={(event) => change(readInstant(event.target.value))}
          />
          <span aria-hidden="true">UTC</span>
        </span>
      );
    case "number":
      return (
        <input
          {...shared}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          size={8}
          value={showNumber(value)}
          onChange={(event) => change(readNumber(event.target.value))}
        />
      );
    case "line":
      return (
        <input
          {...shared}
          type="text"
          autoComplete="off"
          value={typeof value === "string" ? value : ""}
          onChange={(event) =>
            change(event.target.value === "" && field.optional === true ? undefined : event.target.value)
          }
        />
      );
    case "words":
      return field.lines === 1 ? (
        <input
          {...shared}
          type="text"
          autoComplete="off"
          value={showWords(value, language)}
          onChange={(event) => change(readWords(event.target.value, language))}
        />
      ) : (
        <textarea
          {...shared}
          rows={field.lines}
          value={showWords(value, language)}
          onChange={(event) => change(readWords(event.target.value, language))}
        />
      );
    case "wordsList":
      return (
        <textarea
          {...shared}
          rows={3}
          value={showWordsList(value, language)}
          onChange={(event) => change(readWordsList(event.target.value, value, language))}
        />
      );
  }
}

function ManyField({ field, body, invalid, say, onChange }: FieldViewProps<Extract<Field, { as: "many" }>>) {
  const chosen: readonly unknown[] = (valueAt(body, field.path) as readonly unknown[] | undefined) ?? [];
  const wrong = invalid === field.path;
  return (
    <fieldset className={styles["field"]}>
      <legend className={styles["label"]}>{field.label}</legend>
      <div className={styles["many"]}>
        {field.options.map(({ value, label }) => (
          <label key={value} className={styles["switch"]}>
            <input
              type="checkbox"
              data-path={field.path}
              checked={chosen.includes(value)}
              onChange={(event) =>
                onChange(
                  field.path,
                  event.target.checked ? [...chosen, value] : chosen.filter((other) => other !== value),
                )
              }
            />
            {label}
          </label>
        ))}
      </div>
      {wrong ? <span className={styles["error"]}>{say("invalid_many")}</span> : null}
    </fieldset>
  );
}

function TableField({
  field,
  body,
  language,
  invalid,
  say,
  onChange,
}: FieldViewProps<Extract<Field, { as: "table" }>>) {
  const id = useId();
  const rows = (valueAt(body, field.path) as readonly Body[] | undefined) ?? [];
  const wrongRow = invalid?.startsWith(`${field.path}.`) === true ? Number(invalid.split(".")[1]) : undefined;
  const { newRow } = field;
  return (
    <div className={styles["field"]}>
      <span id={id} className={styles["label"]}>
        {field.label}
      </span>
      <div className={styles["scroller"]} role="region" aria-labelledby={id} tabIndex={0}>
        <table className={styles["table"]} aria-labelledby={id}>
          <thead>
            <tr>
              <th scope="col">{field.rowHead}</th>
              {field.columns.map((column) => (
                <th key={column.path} scope="col">
                  {column.label}
                </th>
              ))}
              {newRow === undefined ? null : <td />}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, position) => (
              // oxlint-disable-next-line react/no-array-index-key -- rows have no identity but their place.
              <tr key={position}>
                <th scope="row">{field.rowName(row, position)}</th>
                {field.columns.map((column) => (
                  <td key={column.path}>
                    {column.hidden?.(row) === true || column.as === "switch" ? null : (
                      <Input
                        field={column}
                        body={row}
                        language={language}
                        id={`${id}-${position}-${column.path}`}
                        label={`${column.label}, ${field.rowName(row, position)}`}
                        place={`${field.path}.${position}.${column.path}`}
                        wrong={invalid?.startsWith(`${field.path}.${position}.${column.path}`) === true}
                        say={say}
                        onChange={(path, value) =>
                          onChange(
                            field.path,
                            rows.map((other, index) => (index === position ? withValue(other, path, value) : other)),
                          )
                        }
                      />
                    )}
                  </td>
                ))}
                {newRow === undefined ? null : (
                  <td>
                    <Button
                      look="link"
                      aria-label={`${say("removeRow")}, ${field.rowName(row, position)}`}
                      onClick={() =>
                        onChange(
                          field.path,
                          rows.filter((_, index) => index !== position),
                        )
                      }
                    >
                      {say("removeRow")}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {newRow === undefined ? null : (
        <p>
          <Button look="link" onClick={() => onChange(field.path, [...rows, newRow.row])}>
            {newRow.label}
          </Button>
        </p>
      )}
      {wrongRow === undefined || Number.isNaN(wrongRow) ? null : (
        <span className={styles["error"]}>{say("invalid_table", { row: wrongRow + 1 })}</span>
      )}
    </div>
  );
}
