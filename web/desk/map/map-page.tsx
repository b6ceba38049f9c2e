/** The declared sites on a map that draws coast and nothing else, and the same as a list. A case without declared sites gets words alone. */
import { geoContains } from "d3-geo";
import { useMemo, useState } from "react";
import { declaredSites, type DeclaredSite } from "@countersign/core/declare/sites.ts";
import { mapMessages } from "../../messages/map.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, markOf, nameOf } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import exerciseCoast from "./exercise-coast.json" with { type: "json" };
import { MapDrawing, type MappedSite } from "./map-drawing.tsx";
import { degreesOf, formatPosition } from "./position.ts";
import { Disc } from "./site-mark.tsx";
import { SiteList } from "./site-list.tsx";
import { StatesSpokenOf } from "./states-spoken-of.tsx";
import type { Coast } from "./view.ts";
import styles from "./map.module.css";

export interface SiteInCircle {
  readonly circle: Circle;
  readonly declared: DeclaredSite;
}

export function MapPage() {
  const say = useWords(mapMessages);
  const language = useLanguage();
  const { circles, moment, now, own, goTo, hrefOf } = useDesk();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const sites = useMemo(() => sitesOf(circles, own, language), [circles, own, language]);
  const mapped = useMemo(() => sites.map((site) => mappedSite(site, language, hrefOf)), [sites, language, hrefOf]);
  const coast = useMemo(() => coastFor(circles, mapped), [circles, mapped]);
  const open = (id: string) => goTo("site", { site: id });
  const exercise = circles.some(({ charter }) => charter.nature === "exercise");

  return (
    <div className={styles["page"]}>
      <header>
        <h1>{say("title")}</h1>
        <p className="quiet">{say("lead", { moment: formatTime(moment ?? now) })}</p>
      </header>
      {sites.length === 0 ? (
        <Card>
          <p>{say(exercise ? "empty" : "emptyPaper")}</p>
          {exercise ? null : <p className="note">{say("noCoast")}</p>}
          <p className="note">{say("statement")}</p>
        </Card>
      ) : (
        <div className={styles["twins"]}>
          <Card padded={false} className={styles["mapCard"]}>
            <MapDrawing sites={mapped} coast={coast} chosen={chosen} onChoose={setChosen} onOpen={open}>
              <Key sites={sites} />
            </MapDrawing>
            <p className={styles["statement"]}>
              <span>{say(coast === undefined ? "noCoast" : "coastOnly")}</span> <strong>{say("statement")}</strong>
            </p>
            <p className={styles["keys"]}>{say("keys")}</p>
          </Card>
          <SiteList sites={sites} chosen={chosen} onChoose={setChosen} />
        </div>
      )}
      <StatesSpokenOf circles={circles} />
    </div>
  );
}

/** What the marks mean: one line for each owner, with and without a host. */
function Key({ sites }: { readonly sites: readonly SiteInCircle[] }) {
  const say = useWords(mapMessages);
  const language = useLanguage();
  const kinds = new Map(
    sites.map(({ circle, declared }) => [
      `${declared.owner} ${declared.site.host !== undefined}`,
      { charter: circle.charter, owner: declared.owner, hosted: declared.site.host !== undefined },
    ]),
  );
  return (
    <ul className={styles["key"]}>
      {[...kinds].map(([key, { charter, owner, hosted }]) => (
        <li key={key}>
          <svg width="26" height="26" viewBox="-13 -13 26 26" aria-hidden="true" focusable="false">
            <Disc mark={markOf(charter, owner)} hosted={hosted} />
          </svg>
          <span>{say(hosted ? "hosted" : "key", { party: nameOf(charter, owner, language) })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Own sites first on an own desk; for a reader by name. Within an owner by short name. */
function sitesOf(circles: readonly Circle[], own: string | undefined, language: "en" | "ru"): readonly SiteInCircle[] {
  return circles.flatMap((circle) => {
    const declared = declaredSites(circle.state);
    const owners = inReadersOrder(circle.charter, [...new Set(declared.map(({ owner }) => owner))], own, language);
    return declared
      .toSorted((a, b) => owners.indexOf(a.owner) - owners.indexOf(b.owner) || a.site.id.localeCompare(b.site.id))
      .map((one) => ({ circle, declared: one }));
  });
}

function mappedSite(
  { circle, declared: { site, owner } }: SiteInCircle,
  language: "en" | "ru",
  hrefOf: ReturnType<typeof useDesk>["hrefOf"],
): MappedSite {
  const name = textOf(site.name, language);
  return {
    id: site.id,
    name,
    mark: markOf(circle.charter, owner),
    hosted: site.host !== undefined,
    place: degreesOf(site.position),
    href: hrefOf("site", { site: site.id }),
    label: `${name} ${site.id}, ${nameOf(circle.charter, owner, language)}, ${formatPosition(site.position)}`,
  };
}

/** The invented coast belongs to the exercise whose sites stand on it; no other case is given one. */
function coastFor(circles: readonly Circle[], sites: readonly MappedSite[]): Coast | undefined {
  const coast = exerciseCoast as Coast;
  const exercise = circles.some(({ charter }) => charter.nature === "exercise");
  return exercise && sites.some(({ place }) => geoContains(coast, [...place])) ? coast : undefined;
}
