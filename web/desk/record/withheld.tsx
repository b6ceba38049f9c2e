/** For an observer: how many entries there are, how many were released, and how many are held back by agreement. */
import { recordMessages } from "../../messages/record.ts";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { headSize } from "../head-size.ts";

export function Withheld({ circles }: { readonly circles: readonly Circle[] }) {
  const say = useWords(recordMessages);
  if (useDesk().role !== "observer") return null;
  const all = circles.reduce(
    (sum, { heads }) => sum + [...heads.values()].reduce((sizes, note) => sizes + headSize(note), 0),
    0,
  );
  const released = circles.reduce(
    (sum, circle) => sum + [...circle.released.values()].reduce((count, entries) => count + entries.length, 0),
    0,
  );
  return (
    <Card>
      <p>{say("observer", { all, released, held: Math.max(0, all - released) })}</p>
      <p className="note">{say("observerWhat")}</p>
    </Card>
  );
}
