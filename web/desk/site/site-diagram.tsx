/** The site's diagram, drawn from the declared plan. Spaces are chosen by pointer or keyboard; arrows go by place. */
import { type KeyboardEvent, useId } from "react";
import type { Site } from "@countersign/core/declare/site.ts";
import { siteMessages } from "../../messages/site.ts";
import { useElementWidth } from "../../parts/element-width.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { textOf } from "../../parts/words.tsx";
import {
  neighbour,
  type PlanLayout,
  type PlacedSpace,
  type PlacedStructure,
  scaleLength,
  structurePlan,
  wholePlan,
} from "./diagram-layout.ts";
import type { Choice } from "./choice.ts";
import { SpaceGround, SpaceTextures } from "./space-pattern.tsx";
import { countStates, shortNumber, type SpaceState } from "./space-state.ts";
import styles from "./site.module.css";

interface SiteDiagramProps {
  readonly site: Site;
  readonly states: readonly SpaceState[];
  readonly choice: Choice;
}

/** Below this width the structures stand one below the other. */
const WHOLE = 560;

const DIRECTIONS: Readonly<Record<string, "left" | "right" | "up" | "down">> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

export function SiteDiagram({ site, states, choice }: SiteDiagramProps) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  const [frame, width] = useElementWidth<HTMLDivElement>();
  const whole = width >= WHOLE;
  const layouts =
    width === 0
      ? []
      : whole
        ? [wholePlan(site, width)]
        : site.structures.map((structure) => structurePlan(structure, width));
  const places = placesIn(whole && layouts.length > 0 ? layouts : width === 0 ? [] : [wholePlan(site, width)]);

  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (direction === undefined || choice.focused === undefined) return;
    event.preventDefault();
    const next = neighbour(places, choice.focused, direction);
    if (next !== undefined) choice.focus(next, "diagram");
  };

  return (
    <div
      ref={frame}
      className={styles["diagram"]}
      data-twin="diagram"
      role="group"
      aria-label={say("diagramLabel", { site: textOf(site.name, language) })}
      onKeyDown={onKeyDown}
    >
      {layouts.map((layout) => (
        <div key={layout.structures[0]?.structure.id ?? ""} className={whole ? undefined : styles["onePlan"]}>
          {whole ? null : <StructureHeading placed={layout.structures[0]} />}
          <PlanDrawing layout={layout} states={states} choice={choice} named={whole} />
          {whole ? null : <StructureWords placed={layout.structures[0]} states={states} />}
        </div>
      ))}
      {whole
        ? layouts
            .flatMap((layout) => layout.structures.filter(({ roomBelow }) => !roomBelow))
            .map((placed) => <StructureWords key={placed.structure.id} placed={placed} states={states} named />)
        : null}
    </div>
  );
}

function placesIn(layouts: readonly PlanLayout[]): readonly PlacedSpace[] {
  return layouts.flatMap(({ structures }) => structures.flatMap(({ spaces }) => spaces));
}

function StructureHeading({ placed }: { readonly placed: PlacedStructure | undefined }) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  if (placed === undefined) return null;
  return (
    <p className={styles["structureHead"]}>
      <strong>{textOf(placed.structure.name, language)}</strong>{" "}
      <span className="quiet">
        {placed.spaces.length > 1 ? say("structureCount", { count: placed.spaces.length }) : ""}
      </span>
    </p>
  );
}

/** A structure's spaces by state, in words. */
function StructureWords({
  placed,
  states,
  named = false,
}: {
  readonly placed: PlacedStructure | undefined;
  readonly states: readonly SpaceState[];
  readonly named?: boolean;
}) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  if (placed === undefined) return null;
  return (
    <p className="note">
      {named ? <strong>{textOf(placed.structure.name, language)}. </strong> : null}
      {structureLines(say, placed, states).join(". ")}
    </p>
  );
}

type SaySite = ReturnType<typeof useWords<keyof (typeof siteMessages)["en"]>>;

/** One line for each state of its spaces, with their numbers. */
function structureLines(
  say: SaySite,
  { structure }: PlacedStructure,
  states: readonly SpaceState[],
  short = false,
): readonly string[] {
  const own = states.filter(({ space }) => structure.spaces.some(({ id }) => id === space.id));
  return countStates(own).map(({ words }) => {
    const list = own
      .filter((state) => state.words === words)
      .map(({ space }) => shortNumber(space.id).replace(/^0/, ""));
    const name = say(short ? `short_${words}` : words);
    return own.length === 1 ? name : say("seenShort", { words: name, list: list.join(", ") });
  });
}

function PlanDrawing({
  layout,
  states,
  choice,
  named,
}: {
  readonly layout: PlanLayout;
  readonly states: readonly SpaceState[];
  readonly choice: Choice;
  readonly named: boolean;
}) {
  const say = useWords(siteMessages);
  const prefix = useId();
  const { width, height, scale, structures } = layout;
  // Where the whole words do not fit below one structure, all have the short ones.
  const short = structures.some((placed) =>
    structureLines(say, placed, states).some((line) => !fits(line, placed.frame.width)),
  );
  return (
    <svg className={styles["plan"]} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <SpaceTextures prefix={prefix} />
      {structures.map((placed) => (
        <g key={placed.structure.id}>
          <rect
            className={styles["structure"]}
            x={placed.frame.x}
            y={placed.frame.y}
            width={placed.frame.width}
            height={placed.frame.height}
            rx="3"
          />
          {named ? <StructureName placed={placed} /> : null}
          {named && placed.roomBelow ? <WordsBelow placed={placed} states={states} short={short} /> : null}
          {placed.spaces.map((one) => {
            const state = states.find(({ space }) => space.id === one.space.id);
            return state === undefined ? null : (
              <SpaceInPlan key={one.space.id} placed={one} state={state} prefix={prefix} choice={choice} />
            );
          })}
        </g>
      ))}
      {named ? <Scale scale={scale} width={width} height={height} /> : null}
    </svg>
  );
}

function StructureName({ placed: { structure, frame, spaces } }: { readonly placed: PlacedStructure }) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  const name = textOf(structure.name, language);
  const count = say("structureCount", { count: spaces.length });
  return (
    <>
      <text className={styles["structureName"]} x={frame.x + 2} y={frame.y - 7}>
        {name}
      </text>
      {spaces.length > 1 && frame.width > (name.length + count.length) * 8 ? (
        <text className={styles["structureCount"]} x={frame.x + frame.width - 2} y={frame.y - 7} textAnchor="end">
          {count}
        </text>
      ) : null}
    </>
  );
}

function WordsBelow({
  placed,
  states,
  short,
}: {
  readonly placed: PlacedStructure;
  readonly states: readonly SpaceState[];
  readonly short: boolean;
}) {
  const say = useWords(siteMessages);
  const { x, y, width, height } = placed.frame;
  return (
    <text className={styles["structureCount"]}>
      {structureLines(say, placed, states, short)
        .slice(0, 2)
        .map((line, position) => (
          <tspan key={line} x={x + 2} y={y + height + 16 + position * 17}>
            {shortened(line, width)}
          </tspan>
        ))}
    </text>
  );
}

/** A long list of numbers ends with an ellipsis in the drawing; the list beside it has all. */
function shortened(line: string, width: number): string {
  if (fits(line, width)) return line;
  return `${line.slice(0, Math.max(1, lettersIn(width) - 1)).replace(/[\s,;:]+$/, "")}…`;
}

function fits(line: string, width: number): boolean {
  return line.length <= lettersIn(width);
}

/** By the mean width of a letter at 13 pixels, and the gap to the next structure. */
function lettersIn(width: number): number {
  return Math.floor((width + 20) / 6.5);
}

function SpaceInPlan({
  placed: { space, box },
  state,
  prefix,
  choice,
}: {
  readonly placed: PlacedSpace;
  readonly state: SpaceState;
  readonly prefix: string;
  readonly choice: Choice;
}) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  const number = shortNumber(space.id);
  const chosen = choice.shown === space.id;
  const chip = number.length * 8 + 8;
  return (
    <g
      role="button"
      data-space={space.id}
      className={styles["space"]}
      tabIndex={choice.isStop(space.id) ? 0 : -1}
      aria-pressed={choice.selected === space.id}
      onClick={() => choice.select(space.id)}
      onPointerEnter={() => choice.preview(space.id)}
      onPointerLeave={() => choice.preview(undefined)}
      onFocus={() => choice.focusIn(space.id)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choice.select(space.id);
      }}
    >
      <title>{`${textOf(space.name, language)}: ${say(state.words)}`}</title>
      <SpaceGround pattern={state.pattern} prefix={prefix} box={box} />
      <rect className={styles["chip"]} x={box.x + 2} y={box.y + 2} width={chip} height="17" rx="2" />
      <text className={styles["chipText"]} x={box.x + 6} y={box.y + 15}>
        {number}
      </text>
      {chosen ? (
        <rect
          className={styles["chosenFrame"]}
          x={box.x - 3}
          y={box.y - 3}
          width={box.width + 6}
          height={box.height + 6}
          rx="3"
        />
      ) : null}
    </g>
  );
}

function Scale({ scale, width, height }: { readonly scale: number; readonly width: number; readonly height: number }) {
  const say = useWords(siteMessages);
  const { metres, pixels } = scaleLength(scale, 110);
  const x = width - pixels - 44;
  const y = height - 12;
  return (
    <g aria-hidden="true">
      <text className={styles["structureCount"]} x={x + pixels / 2} y={y - 8} textAnchor="middle">
        {say("metres", { count: metres })}
      </text>
      <path className={styles["scaleLine"]} d={`M${x} ${y - 4}v8M${x} ${y}h${pixels}M${x + pixels} ${y - 4}v8`} />
      <path className={styles["scaleLine"]} d={`M${width - 20} ${y + 4}v-22m-5 6 5-6 5 6`} />
      <text className={styles["structureCount"]} x={width - 11} y={y + 4}>
        {say("north")}
      </text>
    </g>
  );
}
