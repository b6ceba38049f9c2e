/** In a bundle of what was released: which of it one party made public alone (SPEC R17). Of the rest its writer says that its author and both sides agreed. */
import { publication } from "../channel/publication.ts";
import { publishedAlone, type Published } from "../channel/release.ts";
import { statementsIn } from "../channel/named-file.ts";
import type { HeldRecord } from "../channel/record.ts";
import type { Note } from "./verdict-note.ts";

export function publicationNotes(record: HeldRecord): Note[] {
  const placed = new Map(statementsIn(record).map((one) => [one.statement.id, one]));
  const publications = [...placed.values()].flatMap(({ author, statement: { id, payload } }): Published[] => {
    const body = payload.kind === publication.name ? publication.body.safeParse(payload.body) : undefined;
    return body?.success === true ? [{ id, author, body: body.data }] : [];
  });
  const paper = (id: string) => {
    const found = placed.get(id);
    return found === undefined ? undefined : { author: found.author, kind: found.statement.payload.kind };
  };
  return publishedAlone(publications, paper).flatMap(({ id, author, of }) =>
    of.map((one) => ({
      code: "published-alone",
      where: `${author} ${placed.get(one)?.index ?? ""}`,
      text: `Entry ${placed.get(one)?.index ?? ""} of ${author} was published by ${author} alone, in its entry ${placed.get(id)?.index ?? ""}. Whether the other side agreed is not shown here.`,
    })),
  );
}
