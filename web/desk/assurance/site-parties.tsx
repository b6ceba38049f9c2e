/** Who is who at a site: stationing or inspected party, inspecting party, host. */
import type { Finding } from "@countersign/core/assure/finding.ts";
import { siteById } from "@countersign/core/declare/sites.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { markOf, nameOf } from "../../parts/party-name.tsx";
import type { Circle } from "../circle.ts";
import styles from "./assurance.module.css";

export function SiteParties({
  circle,
  finding,
  inspecting,
}: {
  readonly circle: Circle;
  readonly finding: Finding;
  readonly inspecting: string | undefined;
}) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const { charter, state } = circle;
  const host = siteById(state, finding.site)?.site.host;
  const party = (id: string, key: "stationing" | "owner" | "host" | "inspecting") => (
    <span className={`${styles["party"]} ${styles[markOf(charter, id)] ?? ""}`}>
      <Mark kind={markOf(charter, id)} /> {say(key, { party: nameOf(charter, id, language) })}
    </span>
  );
  return (
    <p className={styles["parties"]}>
      {party(finding.owner, host === undefined ? "owner" : "stationing")}
      {inspecting === undefined ? null : party(inspecting, "inspecting")}
      {host === undefined ? null : party(host, "host")}
    </p>
  );
}
