/** The map itself: graticule, coast, and a mark for each site. Drag, wheel, arrows, plus and minus; Tab goes from site to site. */
import { geoPath, type GeoProjection } from "d3-geo";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { mapMessages } from "../../messages/map.ts";
import { Button, opensElsewhere } from "../../parts/button.tsx";
import { useElementWidth } from "../../parts/element-width.ts";
import { useWords } from "../../parts/language.tsx";
import type { MarkKind } from "../../parts/mark.tsx";
import { SiteMark } from "./site-mark.tsx";
import { formatLine } from "./position.ts";
import {
  type Coast,
  graticuleLines,
  graticuleStep,
  meridianStep,
  panBy,
  projectionFor,
  scaleBar,
  type Size,
  type View,
  WHOLE_VIEW,
  zoomAround,
} from "./view.ts";
import styles from "./map.module.css";

export interface MappedSite {
  readonly id: string;
  readonly name: string;
  readonly mark: MarkKind;
  readonly hosted: boolean;
  /** Longitude and latitude, degrees. */
  readonly place: readonly [number, number];
  readonly href: string;
  /** Whole words for a reader who does not see the drawing. */
  readonly label: string;
}

interface MapDrawingProps {
  readonly sites: readonly MappedSite[];
  readonly coast: Coast | undefined;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
  readonly onOpen: (id: string) => void;
  /** The key of marks, laid over a corner. */
  readonly children: ReactNode;
}

const STEP = 60;
const ZOOM = 1.5;

export function MapDrawing({ sites, coast, chosen, onChoose, onOpen, children }: MapDrawingProps) {
  const say = useWords(mapMessages);
  const [frame, width] = useElementWidth<HTMLDivElement>();
  const [view, setView] = useState<View>(WHOLE_VIEW);
  const size: Size = {
    width: Math.max(280, width),
    height: Math.round(Math.min(640, Math.max(360, width * 0.72))),
  };
  const places = sites.map(({ place }) => place);
  const placesKey = JSON.stringify(places);
  // oxlint-disable-next-line react/exhaustive-deps -- the places by value: a new array of the same places is the same map.
  const projection = useMemo(() => projectionFor(places, size, view), [placesKey, size.width, size.height, view]);
  const zoom = (factor: number, point = { x: size.width / 2, y: size.height / 2 }) =>
    setView((before) => zoomAround(before, factor, point, size));
  const pan = (x: number, y: number) => setView((before) => panBy(before, x, y, size));
  const drag = useDrag(pan);
  useWheel(frame, (factor, point) => zoom(factor, point));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowLeft: () => pan(STEP, 0),
      ArrowRight: () => pan(-STEP, 0),
      ArrowUp: () => pan(0, STEP),
      ArrowDown: () => pan(0, -STEP),
      "+": () => zoom(ZOOM),
      "=": () => zoom(ZOOM),
      "-": () => zoom(1 / ZOOM),
      "0": () => setView(WHOLE_VIEW),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div className={styles["drawing"]}>
      <div
        ref={frame}
        className={styles["frame"]}
        role="group"
        aria-label={say("label")}
        tabIndex={0}
        onKeyDown={onKeyDown}
        {...drag}
      >
        <svg
          className={styles["svg"]}
          width={size.width}
          height={size.height}
          viewBox={`0 0 ${size.width} ${size.height}`}
          style={{ blockSize: size.height }}
        >
          <Ground projection={projection} size={size} coast={coast} />
          {sites.map((site) => {
            const point = projection([...site.place]);
            if (point === null) return null;
            return (
              <g key={site.id} transform={`translate(${point[0].toFixed(1)} ${point[1].toFixed(1)})`}>
                <a
                  href={site.href}
                  aria-label={site.label}
                  className={site.id === chosen ? styles["siteChosen"] : styles["site"]}
                  onClick={(event) => {
                    if (opensElsewhere(event)) return;
                    event.preventDefault();
                    onOpen(site.id);
                  }}
                  onPointerEnter={() => onChoose(site.id)}
                  onPointerLeave={() => onChoose(undefined)}
                  onFocus={() => onChoose(site.id)}
                  onBlur={() => onChoose(undefined)}
                >
                  <SiteMark site={site} beforeMark={point[0] > size.width - 170} />
                </a>
              </g>
            );
          })}
        </svg>
      </div>
      <div className={styles["legend"]}>
        {children}
        <ScaleBar projection={projection} size={size} />
        <div className={styles["zoom"]} data-print="no">
          <Button aria-label={say("zoomIn")} onClick={() => zoom(ZOOM)}>
            +
          </Button>
          <Button aria-label={say("zoomOut")} onClick={() => zoom(1 / ZOOM)}>
            −
          </Button>
          <Button onClick={() => setView(WHOLE_VIEW)}>{say("whole")}</Button>
        </div>
      </div>
    </div>
  );
}

/** Sea, land, and the lines of degrees with their numbers. */
function Ground({
  projection,
  size,
  coast,
}: {
  readonly projection: GeoProjection;
  readonly size: Size;
  readonly coast: Coast | undefined;
}) {
  const path = geoPath(projection).digits(1);
  const step = graticuleStep(projection, size);
  const wide = meridianStep(projection, size, step);
  const lines = graticuleLines(projection, size, step, wide);
  return (
    <>
      <rect className={styles["sea"]} width={size.width} height={size.height} />
      {coast === undefined ? null : <path className={styles["land"]} d={path(coast) ?? ""} />}
      {lines.map((line) => (
        <path
          key={line.name}
          className={styles["graticule"]}
          d={path({ type: "LineString", coordinates: [...line.points] }) ?? ""}
        />
      ))}
      {edgeLabels(projection, size, step, wide).map(({ text, x, y, anchor }) => (
        <text key={`${text} ${anchor}`} className={styles["degree"]} x={x} y={y} textAnchor={anchor}>
          {text}
        </text>
      ))}
    </>
  );
}

interface EdgeLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle";
}

/** Latitudes at the left edge, longitudes at the top one: found by walking the edge, since a cone bends the lines. */
function edgeLabels(projection: GeoProjection, size: Size, step: number, wide: number): readonly EdgeLabel[] {
  const labels: EdgeLabel[] = [];
  const latitudeAt = (y: number) => projection.invert?.([2, y])?.[1];
  const longitudeAt = (x: number) => projection.invert?.([x, 2])?.[0];
  for (let y = 26; y < size.height - 8; y += 1)
    crossed(latitudeAt(y), latitudeAt(y + 1), step, (degrees) =>
      labels.push({ text: formatLine(degrees, "latitude"), x: 6, y: y - 4, anchor: "start" }),
    );
  for (let x = 40; x < size.width - 60; x += 1)
    crossed(longitudeAt(x), longitudeAt(x + 1), wide, (degrees) =>
      labels.push({ text: formatLine(degrees, "longitude"), x: x + 4, y: 15, anchor: "start" }),
    );
  return labels;
}

function crossed(
  from: number | undefined,
  to: number | undefined,
  step: number,
  found: (degrees: number) => void,
): void {
  if (from === undefined || to === undefined || Math.abs(from - to) > step) return;
  const line = Math.ceil(Math.min(from, to) / step) * step;
  if (line <= Math.max(from, to)) found(line);
}

function ScaleBar({ projection, size }: { readonly projection: GeoProjection; readonly size: Size }) {
  const say = useWords(mapMessages);
  const bar = scaleBar(projection, size, 120);
  if (bar === undefined) return null;
  return (
    <p className={styles["scale"]}>
      <svg
        width={bar.pixels + 2}
        height="10"
        viewBox={`-1 0 ${bar.pixels + 2} 10`}
        aria-hidden="true"
        focusable="false"
      >
        <path className={styles["scaleLine"]} d={`M0 1V9M0 5H${bar.pixels}M${bar.pixels} 1V9`} />
      </svg>
      <span>{say("scale", { kilometres: bar.kilometres })}</span>
    </p>
  );
}

/** A drag of the background moves the map; a click on a site stays a click. */
function useDrag(pan: (x: number, y: number) => void) {
  const last = useRef<{ x: number; y: number } | undefined>(undefined);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest("a") !== null) return;
      last.current = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (last.current === undefined) return;
      pan(event.clientX - last.current.x, event.clientY - last.current.y);
      last.current = { x: event.clientX, y: event.clientY };
    },
    onPointerUp: () => {
      last.current = undefined;
    },
    onPointerCancel: () => {
      last.current = undefined;
    },
  };
}

/** The wheel zooms while the map has the focus or with Ctrl; otherwise it scrolls the page. */
function useWheel(
  frame: RefObject<HTMLDivElement | null>,
  zoom: (factor: number, point: { x: number; y: number }) => void,
): void {
  const act = useRef(zoom);
  act.current = zoom;
  useEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !current.contains(document.activeElement)) return;
      event.preventDefault();
      const box = current.getBoundingClientRect();
      act.current(Math.exp(-event.deltaY * 0.002), {
        x: event.clientX - box.left,
        y: event.clientY - box.top,
      });
    };
    current.addEventListener("wheel", onWheel, { passive: false });
    return () => current.removeEventListener("wheel", onWheel);
  }, [frame]);
}
