/** What is done on site: briefing, diagram check, draw, object sheets, measurements, open questions, departure. */
import { cellsOf, spacesOf } from "@countersign/core/declare/sites.ts";
import type { Space } from "@countersign/core/declare/site.ts";
import { ambiguity } from "@countersign/core/inspect/ambiguity.ts";
import { courseOf } from "@countersign/core/inspect/course.ts";
import type { Designated } from "@countersign/core/inspect/designated.ts";
import { draw, frozenList } from "@countersign/core/inspect/draw.ts";
import { drawOpen } from "@countersign/core/inspect/draw-open.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { accept, refuse } from "@countersign/core/refusal.ts";
import { textOf } from "../../parts/words.tsx";
import { whyStated } from "./already.ts";
import type { Act, ActContext } from "./act.ts";
import type { Body, Option } from "./fields.ts";
import { bothLanguages, designatedOf, noGround } from "./notice-acts.ts";

export const briefTeam: Act = {
  name: "brief",
  kind: "briefing",
  begin: (context) => {
    const designated = designatedOf(context);
    if (designated === undefined) return noGround(context);
    const { site, holdings } = designated.declared;
    const counts = site.structures.map(({ id, spaces }) => ({
      structure: id,
      spaces: spaces.length,
      items: holdings?.body.items.filter((item) => spaces.some((space) => space.id === item.space)).length ?? 0,
    }));
    return accept({
      inspection: designated.intent.id,
      ended: context.desk.now,
      counts,
      safety: bothLanguages("safetyDefault"),
    });
  },
  fields: (context) => [
    { as: "instant", path: "ended", label: context.say("f_ended"), past: true },
    {
      as: "table",
      path: "counts",
      label: context.say("f_counts"),
      rowHead: context.say("f_structure"),
      rowName: (row) => structureName(context, row["structure"]),
      columns: [
        { as: "number", path: "spaces", label: context.say("f_spaces"), min: 0, max: 1000 },
        { as: "number", path: "items", label: context.say("f_items"), min: 0, max: 1000 },
      ],
    },
    { as: "words", path: "safety", label: context.say("f_safety"), lines: 2 },
  ],
  values: (context) => ({ hours: designatedOf(context)?.agreement.terms.access.onSiteHours ?? 0 }),
};

export const checkDiagram: Act = {
  name: "checkDiagram",
  kind: "diagram-check",
  begin: (context) => {
    const designated = designatedOf(context);
    if (designated === undefined) return noGround(context);
    return accept({
      inspection: designated.intent.id,
      counted: designated.declared.site.structures.map(({ id, spaces }) => ({ structure: id, spaces: spaces.length })),
      differences: [],
    });
  },
  fields: (context) => [
    {
      as: "table",
      path: "counted",
      label: context.say("f_counted"),
      rowHead: context.say("f_structure"),
      rowName: (row) => structureName(context, row["structure"]),
      columns: [{ as: "number", path: "spaces", label: context.say("f_spaces"), min: 0, max: 1000 }],
    },
    { as: "wordsList", path: "differences", label: context.say("f_differences") },
  ],
};

export const sealDraw: Act = {
  name: "sealDraw",
  kind: "draw",
  ownMembers: ["seed"],
  begin: (context) => {
    const designated = designatedOf(context);
    if (designated === undefined) return noGround(context);
    const { list, count } = frozenList(designated);
    return accept({ inspection: designated.intent.id, list, count });
  },
  fields: (context, body) => [
    {
      as: "fact",
      label: context.say("f_list"),
      value: context.say("cells", { count: (body["list"] as readonly string[]).length }),
    },
    { as: "fact", label: context.say("f_count"), value: String(body["count"]) },
  ],
  complete: async (body, { desk, circle }) => {
    const seed = await desk.seal(circle.channel);
    return seed.ok ? accept({ body: { ...body, seed: seed.value }, files: [] }) : seed;
  },
};

export const openDraw: Act = {
  name: "openDraw",
  kind: "draw-open",
  ownMembers: ["value", "nonce", "draw"],
  begin: async (context) => {
    const { state, subject, own } = context;
    const opened = new Set(state.of(drawOpen).map(({ body }) => body.draw));
    const sealed =
      subject.inspection === undefined
        ? undefined
        : state.about(draw, subject.inspection).find(({ author, id }) => author === own && !opened.has(id));
    if (sealed === undefined) return noGround(context);
    const opening = await context.desk.unseal(context.circle.channel, sealed.body.seed.commitment);
    return opening.ok
      ? accept({
          inspection: sealed.body.inspection,
          draw: sealed.id,
          value: opening.value.value,
          nonce: opening.value.nonce,
        })
      : opening;
  },
  fields: (context, body) => [{ as: "fact", label: context.say("f_seal"), value: String(body["value"]), mono: true }],
  values: ({ state, subject }) => ({
    count: (subject.inspection === undefined ? undefined : state.about(draw, subject.inspection)[0]?.body.count) ?? 0,
  }),
};

export const recordSeen: Act = {
  name: "recordSeen",
  kind: "object-sheet",
  wide: true,
  begin: (context) => {
    const designated = designatedOf(context);
    if (designated === undefined) return noGround(context);
    const { site } = designated.declared;
    const cells = new Set(cellsOf(site, designated.agreement.terms).map(({ id }) => id));
    const drawn = courseOf(context.state, designated.intent.id)?.draw?.cells;
    const spaces = spacesOf(site).filter(({ id }) => !cells.has(id) || drawn === undefined || drawn.includes(id));
    return accept({
      inspection: designated.intent.id,
      sheets: spaces.map((space) => ({
        space: space.id,
        state: "seen",
        method: usualMethod(designated, cells.has(space.id)),
        at: context.desk.now,
        recognised: "none",
        ...identityOf(designated, space),
      })),
    });
  },
  fields: (context) => {
    const { say, language } = context;
    const designated = designatedOf(context);
    const methods = designated?.agreement.terms.methods ?? [];
    return [
      {
        as: "table",
        path: "sheets",
        label: say("f_sheets"),
        rowHead: say("f_space"),
        rowName: (row) => spaceName(context, row["space"]),
        columns: [
          {
            as: "choice",
            path: "state",
            label: say("f_state"),
            options: (["seen", "covered", "not-shown", "refused"] as const).map((value) => ({
              value,
              label: say(`state_${value}`),
            })),
          },
          {
            as: "choice",
            path: "method",
            label: say("f_method"),
            options: methods.map(({ id, name }) => ({ value: id, label: textOf(name, language) })),
            hidden: (row) => row["state"] !== "seen",
          },
          {
            as: "choice",
            path: "recognised",
            label: say("f_recognised"),
            options: (["none", "item", "not-recognisable"] as const).map((value) => ({
              value,
              label: say(`recognised_${value}`),
            })),
          },
          { as: "instant", path: "at", label: say("f_at"), past: true },
          { as: "line", path: "identity", label: say("f_identity"), optional: true },
          { as: "words", path: "remark", label: say("f_remark"), lines: 1, optional: true },
        ],
      },
    ];
  },
  adjust: (body, context) => {
    const designated = designatedOf(context);
    if (designated === undefined) return body;
    const cells = new Set(cellsOf(designated.declared.site, designated.agreement.terms).map(({ id }) => id));
    const sheets = body["sheets"] as readonly Body[];
    const adjusted = sheets.map((sheet) => {
      const { method, ...rest } = sheet;
      if (sheet["state"] === "seen")
        return method === undefined
          ? { ...rest, method: usualMethod(designated, cells.has(String(sheet["space"]))) }
          : sheet;
      return method === undefined ? sheet : { ...rest, recognised: "not-recognisable" };
    });
    return adjusted.every((sheet, index) => sheet === sheets[index]) ? body : { ...body, sheets: adjusted };
  },
};

export const recordMeasurements: Act = {
  name: "measure",
  kind: "measurement",
  wide: true,
  begin: (context) => {
    const designated = designatedOf(context);
    const space =
      context.subject.space ?? (designated === undefined ? undefined : spacesOf(designated.declared.site)[0]?.id);
    if (designated === undefined || space === undefined) return noGround(context);
    return accept({ inspection: designated.intent.id, measured: [newMeasurement(context, space)] });
  },
  fields: (context) => {
    const { say } = context;
    const options = spaceOptions(context);
    return [
      {
        as: "table",
        path: "measured",
        label: say("f_measured"),
        rowHead: "",
        rowName: (_, position) => String(position + 1),
        columns: [
          { as: "choice", path: "space", label: say("f_space"), options },
          {
            as: "choice",
            path: "what",
            label: say("f_measure"),
            options: (["interior", "outline", "opening", "canister"] as const).map((value) => ({
              value,
              label: say(`measure_${value}`),
            })),
          },
          { as: "number", path: "sides.lengthMm", label: say("f_length"), min: 0, max: 10_000_000 },
          { as: "number", path: "sides.widthMm", label: say("f_width"), min: 0, max: 10_000_000 },
          { as: "number", path: "sides.heightMm", label: say("f_height"), min: 0, max: 10_000_000 },
          { as: "number", path: "toleranceMm", label: say("f_tolerance"), min: 0, max: 10_000_000 },
          { as: "instant", path: "at", label: say("f_at"), past: true },
        ],
        newRow: { label: say("addRow"), row: newMeasurement(context, options[0]?.value ?? "") },
      },
    ];
  },
};

export const raiseQuestion: Act = {
  name: "raiseQuestion",
  kind: "ambiguity",
  attaches: true,
  begin: (context) => {
    const designated = designatedOf(context);
    const { space } = context.subject;
    return designated === undefined
      ? noGround(context)
      : accept({ inspection: designated.intent.id, ...(space === undefined ? {} : { space }) });
  },
  fields: (context) => [
    {
      as: "choice",
      path: "space",
      label: context.say("f_space"),
      none: context.say("wholeSite"),
      options: spaceOptions(context),
    },
    { as: "words", path: "question", label: context.say("f_question"), lines: 2 },
    { as: "words", path: "statement", label: context.say("f_statement"), lines: 3 },
  ],
};

export const stateOnQuestion: Act = {
  name: "stateOnQuestion",
  kind: "ambiguity-statement",
  attaches: true,
  begin: (context) => {
    const question = questionOf(context);
    if (question === undefined) return noGround(context);
    const { state, own, language } = context;
    const asked = inspections(state).flatMap(({ ambiguities }) => ambiguities).find(({ id }) => id === question.id);
    const why = asked === undefined ? undefined : whyStated(asked, own, state.charter, language);
    return why === undefined ? accept({ ambiguity: question.id, answered: false }) : refuse("stated-already", why);
  },
  fields: (context) => {
    const question = questionOf(context);
    if (question === undefined) return [];
    return [
      { as: "fact", label: context.say("f_question"), value: textOf(question.body.question, context.language) },
      { as: "words", path: "statement", label: context.say("f_statement"), lines: 3 },
      // Whether it is answered is for its asker to say.
      ...(question.author === context.own
        ? [{ as: "switch" as const, path: "answered", label: context.say("f_answered") }]
        : []),
    ];
  },
};

export const depart: Act = {
  name: "depart",
  kind: "departure",
  begin: (context) => {
    const designated = designatedOf(context);
    return designated === undefined
      ? noGround(context)
      : accept({ inspection: designated.intent.id, left: context.desk.now });
  },
  fields: ({ say }) => [{ as: "instant", path: "left", label: say("f_left"), past: true }],
  values: (context) => ({ hours: designatedOf(context)?.agreement.terms.access.reportHours ?? 0 }),
};

function questionOf({ state, subject }: ActContext) {
  return state.of(ambiguity).find(({ id }) => id === subject.ambiguity);
}

/** The method of the terms that recognises best where it can be used: into an opened end for cells, into the interior for other spaces. */
function usualMethod({ agreement }: Designated, isCell: boolean): string | undefined {
  const { methods } = agreement.terms;
  const wanted = isCell ? "opened-end" : "interior";
  return (methods.find(({ sees }) => sees === wanted) ?? methods[0])?.id;
}

function identityOf({ declared }: Designated, space: Space): { identity?: string } {
  const identity = declared.holdings?.body.items.find((item) => item.space === space.id)?.identity;
  return identity === undefined ? {} : { identity };
}

function newMeasurement({ desk }: ActContext, space: string): Body {
  return { space, what: "outline", sides: { lengthMm: "", widthMm: "", heightMm: "" }, toleranceMm: 30, at: desk.now };
}

function spaceOptions(context: ActContext): Option[] {
  const site = designatedOf(context)?.declared.site;
  return site === undefined ? [] : spacesOf(site).map(({ id }) => ({ value: id, label: spaceName(context, id) }));
}

function spaceName(context: ActContext, id: unknown): string {
  const found = designatedOf(context)?.declared.site;
  const space = found === undefined ? undefined : spacesOf(found).find((candidate) => candidate.id === id);
  return space === undefined ? String(id) : textOf(space.name, context.language);
}

function structureName(context: ActContext, id: unknown): string {
  const structure = designatedOf(context)?.declared.site.structures.find((candidate) => candidate.id === id);
  return structure === undefined ? String(id) : textOf(structure.name, context.language);
}
