/** Places as addresses and back: `/desk/aurelia/record/borealia/41?as-of=…&lang=ru`. Every object has a link, and a link is a place. */
import type { PageName, PageParams, Place } from "./desk.tsx";

/** What stands after the question mark. */
export interface Search {
  readonly "as-of"?: string;
  readonly lang?: string;
  readonly circle?: string;
  readonly provision?: string;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Keeps what is known and well formed; an address may be typed by hand. */
export function readSearch(search: Readonly<Record<string, unknown>>): Search {
  const text = (key: string, form: RegExp) => {
    const value = search[key];
    return typeof value === "string" && form.test(value)
      ? { [key]: value }
      : typeof value === "number" && form.test(String(value))
        ? { [key]: String(value) }
        : {};
  };
  return {
    ...text("as-of", INSTANT),
    ...text("lang", /^(en|ru)$/),
    ...text("circle", /^[0-9a-f]{8}$/),
    ...text("provision", /^[A-Za-z0-9.-]{1,60}$/),
  };
}

/** The page's part of the address, without the node: `["record", "borealia", "41"]`, with a version behind it where the log has several. */
export function pathOf(page: PageName, params: PageParams = {}): string[] {
  switch (page) {
    case "site":
      return ["site", params.site ?? ""];
    case "inspection":
      return ["inspections", params.inspection ?? ""];
    case "record":
      return params.log === undefined || params.index === undefined
        ? ["record"]
        : ["record", params.log, String(params.index), ...(params.version === undefined ? [] : [String(params.version)])];
    case "assurance":
      return params.site === undefined ? ["assurance"] : ["assurance", params.site];
    default:
      return [page];
  }
}

/** Undefined where no such page is. */
export function placeOf(path: readonly string[], search: Search): Place | undefined {
  const [page, first, second, third, ...more] = path;
  if (more.length > 0) return undefined;
  const shared = {
    ...(search.circle === undefined ? {} : { circle: search.circle }),
    ...(search.provision === undefined ? {} : { provision: search.provision }),
  };
  if (first === undefined) {
    if (
      page === "overview" ||
      page === "exchange" ||
      page === "text" ||
      page === "map" ||
      page === "inspections" ||
      page === "record" ||
      page === "assurance"
    )
      return { page, params: shared };
    return undefined;
  }
  if (second === undefined) {
    if (page === "site" || page === "assurance") return { page, params: { ...shared, site: first } };
    return page === "inspections" ? { page: "inspection", params: { ...shared, inspection: first } } : undefined;
  }
  if (page !== "record" || !/^\d{1,9}$/.test(second) || (third !== undefined && !/^[1-9]\d{0,2}$/.test(third))) return undefined;
  return { page, params: { ...shared, log: first, index: Number(second), ...(third === undefined ? {} : { version: Number(third) }) } };
}

/** Search of another place: language and moment stay, circle and provision are the new place's. */
export function searchOf(before: Search, params: PageParams = {}, stayInCircle = true): Search {
  const { circle = stayInCircle ? before.circle : undefined, provision } = params;
  return {
    ...(before["as-of"] === undefined ? {} : { "as-of": before["as-of"] }),
    ...(before.lang === undefined ? {} : { lang: before.lang }),
    ...(circle === undefined ? {} : { circle }),
    ...(provision === undefined ? {} : { provision }),
  };
}

/** A whole address of a place on a node's desk. */
export function hrefOf(node: string, page: PageName, params: PageParams = {}, before: Search = {}): string {
  const query = new URLSearchParams(Object.entries(searchOf(before, params))).toString();
  const path = ["desk", node, ...pathOf(page, params)].map(encodeURIComponent).join("/");
  return `/${path}${query === "" ? "" : `?${query}`}`;
}
