/** What the Start page asks of the demonstration that runs both sides on one machine. Paths are relative to its address. */
import { z } from "zod";
import { instant, partyId, sha256Hex, words } from "@countersign/core/bytes/fields.ts";

export const caseName = z.enum(["2022", "exercise"]);
export type CaseName = z.infer<typeof caseName>;

export const demonstrationState = z.strictObject({
  case: caseName,
  clock: instant,
  span: z.strictObject({ from: instant, to: instant }),
  /** The moment at which the case opens. */
  opensAt: instant,
  channels: z.array(z.strictObject({ case: caseName, channel: sha256Hex, title: words })),
  nodes: z.array(
    z.strictObject({
      id: partyId,
      name: words,
      role: z.enum(["party", "host", "author", "compiler", "observer", "third"]),
      side: z.enum(["left", "right", "none"]),
      case: caseName,
      base: z.string().regex(/^\/nodes\/[a-z0-9-]+$/),
      channels: z.array(sha256Hex),
    }),
  ),
  /** 1 to 12, 13 when all are done. Computed from the record; the steps that only ask to read (1, 2, 10, 11) are left by `looked`. */
  guideStep: z.int().min(1).max(13),
  nextDeadline: z.strictObject({ at: instant, what: words }).nullable(),
  /** Which side has a prepared answer, and what it is. */
  answer: z.strictObject({ by: partyId, what: words }).nullable(),
  /** What the demonstration is doing by itself right now, e.g. playing the other inspections. */
  busy: words.nullable(),
  cheat: z
    .strictObject({ side: partyId, way: z.enum(["rewrite", "two-faces"]), noticedBy: z.array(partyId) })
    .nullable(),
});
export type DemonstrationState = z.infer<typeof demonstrationState>;

const nothing = z.strictObject({});

export const demonstrationEndpoints = {
  state: { method: "GET", path: "/demo/state", input: z.undefined(), output: demonstrationState },
  choose: { method: "POST", path: "/demo/case", input: z.strictObject({ case: caseName }), output: demonstrationState },
  skip: { method: "POST", path: "/demo/skip", input: nothing, output: demonstrationState },
  answer: { method: "POST", path: "/demo/answer", input: nothing, output: demonstrationState },
  cheat: {
    method: "POST",
    path: "/demo/cheat",
    input: z.strictObject({ side: partyId, way: z.enum(["rewrite", "two-faces"]) }),
    output: demonstrationState,
  },
  /** The body of the next prepared statement of one party, to fill a form with; null where it has none. */
  prepared: {
    method: "POST",
    path: "/demo/prepared",
    input: z.strictObject({ by: partyId }),
    output: z.strictObject({ kind: z.string(), what: words, body: z.record(z.string(), z.unknown()) }).nullable(),
  },
  /** Says that a reading step (1, 2, 10, 11) was done, e.g. provision 11 was opened. */
  looked: {
    method: "POST",
    path: "/demo/looked",
    input: z.strictObject({ step: z.int().min(1).max(12) }),
    output: demonstrationState,
  },
  restart: { method: "POST", path: "/demo/restart", input: nothing, output: demonstrationState },
} as const;
