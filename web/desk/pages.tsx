/** The pages by name, each loaded when it is first shown. */
import { lazy, Suspense, type ComponentType } from "react";
import type { PageName } from "./desk.tsx";
import { Reading } from "./reading-notice.tsx";

/** In the order of the bar. `site` stands under the map and `inspection` under the inspections. */
export const barPages = [
  "overview",
  "exchange",
  "text",
  "map",
  "inspections",
  "record",
  "assurance",
] as const satisfies readonly PageName[];
export type BarPage = (typeof barPages)[number];

export function barPageOf(page: PageName): BarPage {
  if (page === "site") return "map";
  return page === "inspection" ? "inspections" : page;
}

const pages: Readonly<Record<PageName, ComponentType>> = {
  overview: lazy(async () => ({ default: (await import("./overview/overview-page.tsx")).OverviewPage })),
  exchange: lazy(async () => ({ default: (await import("./exchange/exchange-page.tsx")).ExchangePage })),
  text: lazy(async () => ({ default: (await import("./text/text-page.tsx")).TextPage })),
  map: lazy(async () => ({ default: (await import("./map/map-page.tsx")).MapPage })),
  site: lazy(async () => ({ default: (await import("./site/site-page.tsx")).SitePage })),
  inspections: lazy(async () => ({ default: (await import("./inspections/inspections-page.tsx")).InspectionsPage })),
  inspection: lazy(async () => ({ default: (await import("./inspections/inspection-page.tsx")).InspectionPage })),
  record: lazy(async () => ({ default: (await import("./record/record-page.tsx")).RecordPage })),
  assurance: lazy(async () => ({ default: (await import("./assurance/assurance-page.tsx")).AssurancePage })),
};

/** One page, on whatever desk it stands; `useDesk().narrow` says whether it stands in a half. */
export function PageOf({ page }: { readonly page: PageName }) {
  const Page = pages[page];
  return (
    <Suspense fallback={<Reading read={0} />}>
      <Page />
    </Suspense>
  );
}
