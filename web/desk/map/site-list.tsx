/** The map's twin: every declared site with its position and its last inspection. */
import { useMemo } from "react";
import { mapMessages } from "../../messages/map.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { PartyName, nameOf } from "../../parts/party-name.tsx";
import { Words } from "../../parts/words.tsx";
import { siteVisits } from "../site/site-visit.ts";
import type { SiteInCircle } from "./map-page.tsx";
import { formatPosition } from "./position.ts";
import styles from "./map.module.css";

interface SiteListProps {
  readonly sites: readonly SiteInCircle[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}

export function SiteList({ sites, chosen, onChoose }: SiteListProps) {
  const say = useWords(mapMessages);
  return (
    <Card padded={false} label={say("list")}>
      <header className={styles["listHead"]}>
        <h2>{say("list")}</h2>
        <span className="note">{say("count", { count: sites.length })}</span>
      </header>
      <ul>
        {sites.map((site) => (
          <SiteRow
            key={`${site.circle.channel} ${site.declared.site.id}`}
            site={site}
            chosen={chosen === site.declared.site.id}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </Card>
  );
}

function SiteRow({
  site: { circle, declared },
  chosen,
  onChoose,
}: {
  readonly site: SiteInCircle;
  readonly chosen: boolean;
  readonly onChoose: (id: string | undefined) => void;
}) {
  const say = useWords(mapMessages);
  const language = useLanguage();
  const { id, name, host, position } = declared.site;
  const visit = useMemo(() => siteVisits(circle.state, id, circle.partial)[0], [circle, id]);
  const choose = () => onChoose(id);
  return (
    <li
      className={chosen ? styles["rowChosen"] : styles["row"]}
      onPointerEnter={choose}
      onPointerLeave={() => onChoose(undefined)}
      onFocus={choose}
      onBlur={() => onChoose(undefined)}
    >
      <DeskLink page="site" params={{ site: id }} className={styles["rowLink"]}>
        <span className={styles["rowName"]}>
          <strong>
            <Words value={name} quiet />
          </strong>{" "}
          <span className="mono">{id}</span>
        </span>
        <span>
          <PartyName charter={circle.charter} id={declared.owner} />
          {host === undefined ? null : (
            <span className="quiet">, {say("host", { party: nameOf(circle.charter, host, language) })}</span>
          )}
        </span>
        <span className={styles["rowPosition"]}>
          <bdi>{formatPosition(position)}</bdi> {say("accuracy", { metres: position.accuracyMetres })}
        </span>
        <span className="note">
          {visit === undefined
            ? say(circle.partial ? "noVisitReleased" : "noVisit")
            : say("visited", { number: visit.number, day: visit.day })}
        </span>
      </DeskLink>
    </li>
  );
}
