/** Which side cheats, and in which of two ways. */
import { useState, type FormEvent } from "react";
import { startMessages } from "../../messages/start.ts";
import { Button } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { textOf } from "../../parts/words.tsx";
import type { DemoNode } from "./demo-node.ts";
import styles from "./start.module.css";

type Way = "rewrite" | "two-faces";
const ways: readonly Way[] = ["rewrite", "two-faces"];

interface CheatDialogProps {
  readonly sides: readonly DemoNode[];
  readonly onClose: () => void;
  readonly onCheat: (side: string, way: Way) => void;
}

export function CheatDialog({ sides, onClose, onCheat }: CheatDialogProps) {
  const say = useWords(startMessages);
  const language = useLanguage();
  // The guide speaks of the side on the right.
  const [side, setSide] = useState(sides.find((node) => node.side === "right")?.id ?? sides[0]?.id ?? "");
  const [way, setWay] = useState<Way>("rewrite");
  const name = textOf(sides.find(({ id }) => id === side)?.name ?? {}, language);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCheat(side, way);
    onClose();
  };
  return (
    <Sheet at="middle" title={say("cheatTitle")} open onClose={onClose}>
      <form className={styles["cheat"]} onSubmit={submit}>
        <fieldset>
          <legend>{say("cheatWhich")}</legend>
          {sides.map((node) => (
            <label key={node.id}>
              <input
                type="radio"
                name="side"
                value={node.id}
                autoFocus={node.id === side}
                checked={node.id === side}
                onChange={() => setSide(node.id)}
              />
              {textOf(node.name, language)}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{say("cheatHow")}</legend>
          {ways.map((value) => (
            <label key={value}>
              <input type="radio" name="way" value={value} checked={value === way} onChange={() => setWay(value)} />
              {say(`way_${value}`)}
            </label>
          ))}
        </fieldset>
        <p className="quiet">{say("cheatWhat")}</p>
        <p className={styles["guideButtons"]}>
          <Button type="submit" look="main" large>
            {say("cheatDo", { name })}
          </Button>
          <Button large onClick={onClose}>
            {say("cheatNot")}
          </Button>
        </p>
      </form>
    </Sheet>
  );
}
