/** The reconstruction on Start: the exchange as a reader of both circles sees it, at the moment of the slider. */
import { useCallback, useEffect, useState } from "react";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { shellMessages } from "../../messages/shell.ts";
import { startMessages } from "../../messages/start.ts";
import { Button } from "../../parts/button.tsx";
import { useWords } from "../../parts/language.tsx";
import { hrefOf } from "../addresses.ts";
import { DeskProvider, useDeskOf, type PageName, type PageParams, type Place } from "../desk.tsx";
import { PageOf } from "../pages.tsx";
import { FailureNotice, Reading } from "../reading-notice.tsx";
import { readerOf } from "../reading.ts";
import type { DemoNode } from "./demo-node.ts";

interface Reader2022Props {
  readonly node: DemoNode;
  readonly moment: Instant | undefined;
  readonly setMoment: (moment: Instant | undefined) => void;
  /** Tells the guide that provision 11 was opened. */
  readonly onProvision: (step: 1) => void;
}

export function Reader2022({ node, moment, setMoment, onProvision }: Reader2022Props) {
  const say = useWords(startMessages);
  const shell = useWords(shellMessages);
  const [place, setPlace] = useState<Place>({ page: "exchange", params: {} });
  const goTo = useCallback(
    (page: PageName, params: PageParams = {}) => {
      // Start shows the exchange alone; other pages are on the reader's own desk.
      if (page === "exchange") setPlace({ page, params });
      else window.location.assign(hrefOf(node.segment, page, params));
    },
    [node.segment],
  );
  const href = useCallback((page: PageName, params?: PageParams) => hrefOf(node.segment, page, params), [node.segment]);
  const { desk, reading } = useDeskOf({
    base: node.base,
    place,
    narrow: false,
    timeIsAbove: true,
    moment,
    setMoment,
    goTo,
    hrefOf: href,
  });
  const provision = place.params.provision;
  const opened =
    desk?.circles.some(({ whole }) =>
      whole.of(agenda).some(({ body }) => body.provisions.some(({ id, number }) => id === provision && number === 11)),
    ) ?? false;
  useEffect(() => {
    if (opened) onProvision(1);
  }, [opened, onProvision]);
  if (desk === undefined)
    return reading.failure === undefined ? (
      <Reading read={reading.read} />
    ) : (
      <FailureNotice failure={shell("silentPage")} holds={shell("silentNothing")}>
        <Button onClick={() => void readerOf(node.base).refresh()}>{say("tryAgain")}</Button>
      </FailureNotice>
    );
  return (
    <section data-f6 tabIndex={-1} aria-label={say("readerOf2022")}>
      <DeskProvider desk={desk}>
        <PageOf page="exchange" />
      </DeskProvider>
    </section>
  );
}
