/** A desk of its own: one node, one page, the whole window. */
import { useCallback, useMemo } from "react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { shellMessages } from "../messages/shell.ts";
import { Button } from "../parts/button.tsx";
import { useWords, type Language } from "../parts/language.tsx";
import { formatTime } from "../parts/time-text.tsx";
import { hrefOf, pathOf, placeOf, readSearch, searchOf, type Search } from "./addresses.ts";
import { Band } from "./band.tsx";
import { DeskProvider, useDeskOf, type PageName, type PageParams, type Place } from "./desk.tsx";
import { PageOf } from "./pages.tsx";
import { FailureNotice, Reading } from "./reading-notice.tsx";
import { readerOf } from "./reading.ts";
import { Shell } from "./shell.tsx";
import { baseOf, type World } from "./world.ts";
import styles from "./shell.module.css";

const overview: Place = { page: "overview", params: {} };

export function DeskRoute({
  world,
  onLanguage,
}: {
  readonly world: World;
  readonly onLanguage: (language: Language) => void;
}) {
  const { node = "", _splat = "" } = useParams({ strict: false });
  const found: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const search = useMemo(() => readSearch(found), [found]);
  const place = useMemo(() => placeOf(_splat.split("/").filter(Boolean), search), [_splat, search]);
  const base = baseOf(world, node);
  const go = useCallback(
    (path: readonly string[], next: Search, replace = false) =>
      void navigate({
        to: `/desk/${[node, ...path].map(encodeURIComponent).join("/")}`,
        search: next as never,
        replace,
      }),
    [navigate, node],
  );
  const goTo = useCallback(
    (page: PageName, params?: PageParams) => go(pathOf(page, params), searchOf(search, params)),
    [go, search],
  );
  const setMoment = useCallback(
    (moment: Instant | undefined) => {
      const { "as-of": _, ...rest } = search;
      go(_splat.split("/").filter(Boolean), moment === undefined ? rest : { ...rest, "as-of": moment }, true);
    },
    [go, search, _splat],
  );
  const href = useCallback((page: PageName, params?: PageParams) => hrefOf(node, page, params, search), [node, search]);
  const { desk, reading } = useDeskOf({
    base,
    place: place ?? overview,
    narrow: false,
    timeIsAbove: false,
    moment: search["as-of"],
    setMoment,
    goTo,
    hrefOf: href,
  });
  const say = useWords(shellMessages);

  if (desk === undefined)
    return (
      <>
        <Band
          nature={reading.facts?.channels[0]?.nature}
          demonstration={world.kind === "demonstration"}
          onLanguage={onLanguage}
        />
        <main id="content" tabIndex={-1} className={styles["main"]}>
          {reading.failure === undefined ? (
            <Reading read={reading.read} />
          ) : (
            <FailureNotice
              failure={reading.failure.code === "unreachable" ? say("silentPage") : reading.failure}
              holds={say("silentNothing")}
            >
              <Button onClick={() => void readerOf(base).refresh()}>{say("tryAgain")}</Button>
            </FailureNotice>
          )}
        </main>
      </>
    );
  return (
    <DeskProvider desk={desk}>
      <Shell onLanguage={onLanguage}>
        {reading.failure === undefined ? null : (
          <FailureNotice
            failure={reading.failure.code === "unreachable" ? say("silentPage") : reading.failure}
            holds={say("silentHolds", { time: formatTime(desk.now) })}
          >
            <Button onClick={() => void readerOf(base).refresh()}>{say("tryAgain")}</Button>
          </FailureNotice>
        )}
        {place === undefined ? (
          <FailureNotice failure={say("noPage")} holds={say("refusedHolds")}>
            <Button onClick={() => desk.goTo("overview")}>{say("toOverview")}</Button>
          </FailureNotice>
        ) : desk.circles.length === 0 ? (
          <p className="quiet">{say("noChannel")}</p>
        ) : (
          <PageOf page={place.page} />
        )}
      </Shell>
    </DeskProvider>
  );
}
