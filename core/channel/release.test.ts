import { describe, expect, test } from "vitest";
import type { BodyOf } from "./kind.ts";
import { concern } from "../consult/concern.ts";
import { letter } from "../exchange/letter.ts";
import { kinds } from "../kinds.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { testRecord, type SayOptions, type TestRecord } from "./_test-record.ts";
import { publication } from "./publication.ts";
import type { FileReference } from "./statement.ts";
import { bodyFilesOf, openFiles, openStatements, OWN_PAPERS, release } from "./release.ts";

const DAY = "2027-02-03";
let hour = 0;
const next = () => `${DAY}T${String(10 + Math.floor(hour / 60)).padStart(2, "0")}:${String(hour++ % 60).padStart(2, "0")}:00Z`;

const write = (record: TestRecord, author: string, options: SayOptions = {}) =>
  record.say(author, letter, { form: "note", title: { en: "N" }, text: { en: "words" }, to: ["borealia"], answers: [], asksReply: false, venues: [], sources: [], confirmed: true }, next(), options);
const agree = (record: TestRecord, author: string, statements: string[], options: SayOptions = {}) => record.say(author, release, { statements }, next(), options);
const publish = (record: TestRecord, author: string, of: string[], by: BodyOf<typeof publication>["by"]) =>
  record.say(author, publication, { on: DAY, title: { en: "P" }, summary: { en: "published" }, of, by, sources: [], confirmed: true }, next());
const open = (record: TestRecord) => Object.fromEntries(openStatements(record.fold()));

describe("what may be shown to anyone", () => {
  test("R17 a statement is released once its author and both sides have released it, in any order", () => {
    const record = testRecord();
    const said = write(record, "aurelia");
    agree(record, "borealia", [said]);
    expect(open(record)).toEqual({});
    agree(record, "aurelia", [said]);
    expect(open(record)).toEqual({ [said]: "released" });
  });

  test("R17 nobody releases another's words: a host's are released only with the host", () => {
    const record = testRecord();
    const said = record.say("carpathia", concern, { title: { en: "Q" }, text: { en: "a host's" } }, next());
    agree(record, "aurelia", [said]);
    agree(record, "borealia", [said]);
    expect(open(record)).toEqual({});
    agree(record, "carpathia", [said]);
    expect(open(record)).toEqual({ [said]: "released" });
  });

  test("R17 parties without a side, however many, release nothing for a side", () => {
    const record = testRecord();
    const said = write(record, "aurelia");
    for (const author of ["aurelia", "carpathia", "pomeria", "meridia"]) agree(record, author, [said]);
    expect(open(record)).toEqual({});
  });

  test("R17 a release of what its author had not seen counts for nothing", () => {
    const record = testRecord();
    const said = write(record, "aurelia");
    agree(record, "aurelia", [said]);
    agree(record, "borealia", [said], { sees: { aurelia: 1 } });
    expect(open(record)).toEqual({});
  });

  test("R17 a paper that its author publishes alone is open with the publication, and marked as published", () => {
    const record = testRecord();
    const said = write(record, "aurelia");
    const other = write(record, "aurelia");
    const published = publish(record, "aurelia", [said], { party: "aurelia" });
    expect(open(record)).toEqual({ [said]: "published", [published]: "published" });
    agree(record, "aurelia", [said, other]);
    agree(record, "borealia", [said, other]);
    expect(open(record)).toEqual({ [said]: "released", [other]: "released", [published]: "published" });
  });

  test("R17 a publication opens nothing of another's, nothing that is no paper of one party, and nothing through outsiders", () => {
    const record = testRecord();
    const said = write(record, "aurelia");
    const asked = record.say("borealia", concern, { title: { en: "Q" }, text: { en: "own, and no paper" } }, next());
    publish(record, "borealia", [said, asked], { party: "borealia" });
    publish(record, "borealia", [said], { party: "aurelia" });
    publish(record, "aurelia", [said], { outsiders: { en: "A newspaper" } });
    publish(record, "aurelia", [said], { party: "borealia" });
    expect(open(record)).toEqual({});
  });

  test("R17 body files go with what is open; attachments never", () => {
    const record = testRecord();
    const attachment = { sha256: "a".repeat(64), size: 5, type: "text/plain", name: "secret.txt", readers: ["aurelia", "borealia"], plain: "b".repeat(64) };
    const said = write(record, "aurelia", { files: [encodeUtf8("{}")], named: [attachment] });
    write(record, "aurelia", { files: [encodeUtf8("[]")] });
    agree(record, "aurelia", [said]);
    agree(record, "borealia", [said]);
    const [body] = record.fold().get(said)?.files ?? [];
    expect([...openFiles(record.fold())]).toEqual([body?.sha256]);
  });

  test("R17 who says a body file's hash in own words opens the bytes, whoever named it first; another's ciphertext stays closed", () => {
    const record = testRecord();
    const cipher = { sha256: "a".repeat(64), size: 5, type: "text/plain", name: "secret.txt" };
    const attachment = { ...cipher, readers: ["aurelia", "borealia"], plain: "b".repeat(64) };
    const theirs = write(record, "borealia", { files: [encodeUtf8("[]")], named: [attachment] });
    const [body] = record.fold().get(theirs)?.files ?? [];
    // Nothing of this is held as the fold asks for it but what Borealia itself has sent.
    const named = (author: string, files: readonly FileReference[]) => ({ author, files });
    const all = [named("borealia", [attachment, ...(body === undefined ? [] : [body])]), named("aurelia", body === undefined ? [cipher] : [cipher, body])];
    expect([...bodyFilesOf(all.slice(1), all)]).toEqual([body?.sha256]);
    expect([...bodyFilesOf(all.slice(1), all.slice(1))]).toEqual([cipher.sha256, body?.sha256]);
    const own = [...all, named("borealia", [cipher])];
    expect([...bodyFilesOf(own.slice(1), own)]).toEqual([cipher.sha256, body?.sha256]);
    const said = write(record, "aurelia", { files: [encodeUtf8("[]")] });
    publish(record, "aurelia", [said], { party: "aurelia" });
    expect([...openFiles(record.fold())]).toEqual([body?.sha256]);
  });

  test("R17 the kinds that an author may publish alone are kinds of statements", () => {
    expect([...OWN_PAPERS].filter((name) => !kinds.has(name))).toEqual([]);
  });
});
