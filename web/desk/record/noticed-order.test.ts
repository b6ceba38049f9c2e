import { expect, test } from "vitest";
import type { Observation } from "@countersign/wire/endpoints.ts";
import { inOrderOfWeight, NOTES_SHOWN } from "./noticed-order.ts";

const note = (code: Observation["code"], at: string, more: Partial<Observation> = {}): Observation => ({ code, log: "borealia", at, sentence: at, heads: [], ...more });

test("Of very many notes a proven fork stands among those that are shown at once, and then the newest", () => {
  const many = Array.from({ length: 200 }, (_, position) => note("damaged-copy", `2027-02-26T09:${String(position % 60).padStart(2, "0")}:00Z`));
  const fork = note("fork", "2027-01-01T00:00:00Z");
  const again = note("other-answer", "2027-01-01T00:00:00Z", { last: "2027-03-01T00:00:00Z" });
  const order = inOrderOfWeight([...many, again, fork]);
  expect(order).toHaveLength(202);
  expect(order.slice(0, 2)).toEqual([fork, again]);
  expect(order.slice(2, NOTES_SHOWN).every(({ at }) => at === "2027-02-26T09:59:00Z" || at === "2027-02-26T09:58:00Z")).toBe(true);
});
