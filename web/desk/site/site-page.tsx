/** One declared site: what was done to each of its spaces, when and by whom, and three claims that never merge. */
import { useEffect, useMemo, useRef, useState } from "react";
import { declaredSites, spacesOf } from "@countersign/core/declare/sites.ts";
import { siteMessages } from "../../messages/site.ts";
import { Button, DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useElementWidth } from "../../parts/element-width.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { markOf, nameOf } from "../../parts/party-name.tsx";
import { Segments } from "../../parts/segments.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { formatPosition } from "../map/position.ts";
import type { DeclaredSite } from "@countersign/core/declare/sites.ts";
import { useChoice } from "./choice.ts";
import { SiteClaims } from "./site-claims.tsx";
import { SiteDiagram } from "./site-diagram.tsx";
import { SiteSteps } from "./site-steps.tsx";
import { SpaceLine } from "./space-line.tsx";
import { SpaceList } from "./space-list.tsx";
import { SpaceSwatch } from "./space-pattern.tsx";
import { type SiteVisit, siteVisits } from "./site-visit.ts";
import { countStates, spaceStates } from "./space-state.ts";
import styles from "./site.module.css";

/** Below this the list is closed at first. */
const PHONE = 560;

export function SitePage() {
  const say = useWords(siteMessages);
  const { circles, place } = useDesk();
  const wanted = place.params.site;
  const all = circles.flatMap((circle) => declaredSites(circle.state).map((declared) => ({ circle, declared })));
  const found = all.find(({ declared }) => wanted === undefined || declared.site.id === wanted);
  if (found === undefined)
    return (
      <Card>
        <p>{say("notFound")}</p>
        <p>
          <DeskLink page="map">{say("allSites")}</DeskLink>
        </p>
      </Card>
    );
  return (
    <SiteView
      key={`${found.circle.channel} ${found.declared.site.id}`}
      circle={found.circle}
      declared={found.declared}
    />
  );
}

function SiteView({ circle, declared }: { readonly circle: Circle; readonly declared: DeclaredSite }) {
  const say = useWords(siteMessages);
  const page = useRef<HTMLDivElement>(null);
  const [frame, width] = useElementWidth<HTMLDivElement>();
  const visits = useMemo(
    () => siteVisits(circle.state, declared.site.id, circle.partial),
    [circle.state, circle.partial, declared.site.id],
  );
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  const [listOpen, setListOpen] = useState(false);
  const visit = wanted === "declared" ? undefined : (visits.find(({ id }) => id === wanted) ?? visits[0]);
  const against = visit?.declared ?? declared;
  const states = useMemo(() => spaceStates(against, visit, circle.state), [against, visit, circle.state]);
  const ids = useMemo(() => spacesOf(against.site).map(({ id }) => id), [against]);
  const { choice, onKeyDown } = useChoice(page, ids);
  useEffect(() => setListOpen(false), [visit?.id]);
  const phone = width > 0 && width < PHONE;
  const steps =
    visit === undefined
      ? [against.statement, ...(against.holdings === undefined ? [] : [against.holdings])]
      : visit.steps;
  const shown = states.find(({ space }) => space.id === choice.shown);

  return (
    <div ref={page} className={styles["page"]} onKeyDown={onKeyDown}>
      <SiteHead circle={circle} declared={declared} visits={visits} visit={visit} onChoose={setWanted} />
      <div ref={frame} className={styles["twins"]}>
        <Card padded={false} label={say("diagram")}>
          <header className={styles["cardHead"]}>
            <h2>{say("diagram")}</h2>
            <span className="note">
              <Words value={against.site.diagram} quiet />
            </span>
          </header>
          {visits.length === 0 ? (
            <p className={styles["none"]}>
              {say(circle.partial ? "noVisitReleased" : "noVisit", { day: declared.statement.time.slice(0, 10) })}
            </p>
          ) : null}
          <div className={styles["diagramBox"]}>
            <SiteDiagram site={against.site} states={states} choice={choice} />
          </div>
          <SpaceLine charter={circle.charter} channel={circle.channel} state={circle.state} shown={shown} />
          <ul className={styles["key"]}>
            {countStates(states).map(({ pattern, words, count }) => (
              <li key={words}>
                <SpaceSwatch pattern={pattern} /> {say(words)} <strong>{count}</strong>
              </li>
            ))}
          </ul>
        </Card>
        <Card padded={false} className={styles["listCard"]} label={say("list")}>
          <header className={styles["cardHead"]}>
            <h2>{say("list")}</h2>
            <span className="note">
              {say("listNote", { shown: states.length, declared: spacesOf(declared.site).length })}
            </span>
          </header>
          {phone ? (
            <p className={styles["none"]}>
              <Button aria-expanded={listOpen} onClick={() => setListOpen(!listOpen)}>
                {say(listOpen ? "hideList" : "showList", { count: states.length })}
              </Button>
            </p>
          ) : null}
          {phone && !listOpen ? null : (
            <SpaceList
              states={states}
              choice={choice}
              day={states.find(({ at }) => at !== undefined)?.at?.slice(0, 10) ?? ""}
            />
          )}
        </Card>
        <div>
          <SiteSteps circle={circle} steps={steps} />
        </div>
      </div>
      <SiteClaims circle={circle} declared={declared} />
    </div>
  );
}

interface SiteHeadProps {
  readonly circle: Circle;
  readonly declared: DeclaredSite;
  readonly visits: readonly SiteVisit[];
  readonly visit: SiteVisit | undefined;
  readonly onChoose: (id: string) => void;
}

function SiteHead({ circle: { charter }, declared: { site, owner }, visits, visit, onChoose }: SiteHeadProps) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  const party = (id: string, key: "stationing" | "owner" | "host" | "inspecting") => (
    <span className={`${styles["party"]} ${styles[markOf(charter, id)] ?? ""}`}>
      <Mark kind={markOf(charter, id)} /> {say(key, { party: nameOf(charter, id, language) })}
    </span>
  );
  return (
    <header className={styles["head"]}>
      <div>
        <p className={styles["trail"]}>
          <DeskLink page="map">{say("map")}</DeskLink> / {say("sites")}
        </p>
        <h1>
          <Words value={site.name} />, {site.id}
        </h1>
        <p className={styles["facts"]}>
          {party(owner, site.host === undefined ? "owner" : "stationing")}
          {site.host === undefined ? null : party(site.host, "host")}
          <bdi className="quiet">
            {formatPosition(site.position)}, ± {site.position.accuracyMetres} {language === "ru" ? "м" : "m"}
          </bdi>
        </p>
      </div>
      <div className={styles["headEnd"]}>
        {visits.length === 0 ? null : (
          <Segments
            label={say("segments")}
            value={visit?.id ?? "declared"}
            onChange={onChoose}
            options={[
              { value: "declared", label: say("declared") },
              ...visits.map(({ id, number, day }) => ({ value: id, label: say("inspection", { number, day }) })),
            ]}
          />
        )}
        {visit === undefined ? null : <p>{party(visit.inspecting, "inspecting")}</p>}
        <p className="only-read-aloud">{textOf(site.role, language)}</p>
      </div>
    </header>
  );
}
