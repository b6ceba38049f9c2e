/** The report: put together by the inspecting party, signed, signed with a comment or refused by both. */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { jointAct } from "@countersign/core/channel/documents.ts";
import { compileReport as compile } from "@countersign/core/inspect/compile-report.ts";
import { readReport } from "@countersign/core/inspect/report-document.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { accept, refuse } from "@countersign/core/refusal.ts";
import { inGroups } from "../../parts/hash-text.tsx";
import { siteName } from "../statement-titles.ts";
import type { Act, ActContext } from "./act.ts";
import { whySigned } from "./already.ts";
import { designatedOf, noGround } from "./notice-acts.ts";

export const compileReport: Act = {
  name: "compileReport",
  kind: "report",
  ownMembers: ["document"],
  begin: ({ state, subject }) => {
    const compiled = compile(state, subject.inspection ?? "");
    return compiled.ok
      ? accept({ inspection: compiled.value.document.inspection, document: compiled.value.sha256 })
      : compiled;
  },
  fields: (context, body) => {
    const compiled = compile(context.state, String(body["inspection"]));
    const { say } = context;
    return [
      {
        as: "fact",
        label: say("f_named"),
        value: siteName(designatedOf(context)?.declared.site.id ?? "", context.state, context.language),
      },
      ...(compiled.ok
        ? [{ as: "fact" as const, label: say("f_spaces"), value: String(compiled.value.document.spaces.length) }]
        : []),
      { as: "fact", label: say("f_document"), value: inGroups(String(body["document"])), mono: true },
    ];
  },
  complete: async (body, { state, say }) => {
    const compiled = compile(state, String(body["inspection"]));
    if (!compiled.ok) return compiled;
    if (compiled.value.sha256 !== body["document"]) return refuse("report-moved", say("noGround"));
    return accept({
      body,
      files: [{ name: "report.json", type: "application/json", data: toBase64(compiled.value.bytes) }],
    });
  },
};

export const signReport: Act = {
  name: "signReport",
  kind: "sign",
  begin: (context) => {
    const document = documentOf(context);
    if (document === undefined) return noGround(context);
    const { state, own, language } = context;
    const why = whySigned(jointAct(state, document, [own]).signatures, own, state.charter, language);
    return why === undefined ? accept({ document, what: "report", form: "sign" }) : refuse("signed-already", why);
  },
  fields: (context, body) => {
    const { say, state } = context;
    const report = readReport(state, String(body["document"]));
    return [
      {
        as: "fact",
        label: say("f_named"),
        value: report === undefined ? "" : siteName(report.site, state, context.language),
      },
      { as: "fact", label: say("f_document"), value: inGroups(String(body["document"])), mono: true },
      {
        as: "choice",
        path: "form",
        label: say("f_signForm"),
        options: (["sign", "sign-with-comment", "refuse"] as const).map((value) => ({
          value,
          label: say(`sign_${value}`),
        })),
      },
      ...(body["form"] === "sign"
        ? []
        : [
            {
              as: "words" as const,
              path: "comment",
              label: say("f_comment"),
              lines: 4,
              optional: body["form"] === "refuse",
            },
          ]),
    ];
  },
  adjust: (body) => {
    if (body["form"] !== "sign") return body;
    const { comment: _, ...plain } = body;
    return plain;
  },
  values: (_, body) => ({ form: String(body["form"]) }),
};

function documentOf({ state, subject }: ActContext): string | undefined {
  return (
    subject.document ?? inspections(state).find(({ id }) => id === subject.inspection)?.report?.statement.body.document
  );
}
