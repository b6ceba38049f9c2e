/**
 * How a space is drawn by what was done to it. Thirteen grounds that differ in shape and texture, never in colour, and that read at
 * 20 pixels, in print and in the same way in every list, key and diagram. Side hatches (/ and \) are kept for owners.
 */
import { useId } from "react";
import styles from "./space-pattern.module.css";

export type SpacePattern =
  | "seen-opened"
  | "seen-closed"
  | "seen-identity"
  | "seen-inside"
  | "seen-plain"
  | "measured"
  | "not-drawn"
  | "not-chosen"
  | "covered"
  | "not-shown"
  | "refused"
  | "not-examined"
  | "declared";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Texture = "dots" | "dashes" | "cross" | "level" | "upright";

const textureOf: { readonly [pattern in SpacePattern]?: Texture } = {
  "not-drawn": "dots",
  "not-chosen": "dashes",
  covered: "cross",
  "not-examined": "level",
  "not-shown": "upright",
  refused: "upright",
};

/** The textures of a drawing, once in it; `prefix` keeps those of several drawings on a page apart. */
export function SpaceTextures({ prefix }: { readonly prefix: string }) {
  return (
    <defs>
      {(["dots", "dashes", "cross", "level", "upright"] as const).map((texture) => (
        <TexturePattern key={texture} prefix={prefix} texture={texture} />
      ))}
    </defs>
  );
}

function TexturePattern({ prefix, texture }: { readonly prefix: string; readonly texture: Texture }) {
  const size = texture === "dots" ? 7 : 6;
  return (
    <pattern id={`${prefix}-${texture}`} width={size} height={size} patternUnits="userSpaceOnUse">
      {texture === "dots" ? <circle className={styles["dot"]} cx="3.5" cy="3.5" r="1" /> : null}
      {texture === "dashes" ? <path className={styles["line"]} d="M0 3H3" /> : null}
      {texture === "cross" ? <path className={styles["line"]} d="M0 0 6 6M6 0 0 6" /> : null}
      {texture === "level" ? <path className={styles["line"]} d="M0 3H6" /> : null}
      {texture === "upright" ? <path className={styles["line"]} d="M3 0V6" /> : null}
    </pattern>
  );
}

/** One space's ground in a drawing that has the textures of `prefix`. */
export function SpaceGround({
  pattern,
  prefix,
  box,
}: {
  readonly pattern: SpacePattern;
  readonly prefix: string;
  readonly box: Box;
}) {
  const outline = pattern === "refused" ? cutCorner(box) : rectangle(box);
  const texture = textureOf[pattern];
  return (
    <>
      <path className={`${styles["frame"]} ${styles[pattern] ?? ""}`} d={outline} />
      {texture === undefined ? null : (
        <path className={styles["texture"]} fill={`url(#${prefix}-${texture})`} d={outline} />
      )}
      <SpaceSign pattern={pattern} box={box} />
    </>
  );
}

/** The same as a small picture of its own, beside words; hidden from readers of the words. */
export function SpaceSwatch({
  pattern,
  width = 20,
  height = 16,
}: {
  readonly pattern: SpacePattern;
  readonly width?: number;
  readonly height?: number;
}) {
  const prefix = useId();
  const texture = textureOf[pattern];
  return (
    <svg
      className={styles["swatch"]}
      width={width + 4}
      height={height + 4}
      viewBox={`-2 -2 ${width + 4} ${height + 4}`}
      aria-hidden="true"
      focusable="false"
    >
      {texture === undefined ? null : (
        <defs>
          <TexturePattern prefix={prefix} texture={texture} />
        </defs>
      )}
      <SpaceGround pattern={pattern} prefix={prefix} box={{ x: 0, y: 0, width, height }} />
    </svg>
  );
}

/**
 * Ring in a ring: opened end. Solid square: closed. Solid square with a label: closed, marking read. Empty square: inside viewed.
 * Two bars: measured.
 */
function SpaceSign({ pattern, box }: { readonly pattern: SpacePattern; readonly box: Box }) {
  const reach = Math.min(box.width, box.height);
  // In a large cell the number stands above, so the sign moves down a little.
  const large = reach > 30;
  const x = box.x + box.width / 2 + (large ? reach * 0.08 : 0);
  const y = box.y + box.height / 2 + (large ? reach * 0.14 : 0);
  const radius = large ? Math.min(14, reach * 0.23) : reach * 0.34;
  const side = radius * 1.7;
  const square = (share: number, ratio = 1) =>
    `M${x - (side * share) / 2} ${y - (side * share * ratio) / 2}h${side * share}v${side * share * ratio}h${-side * share}z`;
  switch (pattern) {
    case "seen-opened":
      return (
        <>
          <circle className={styles["sign"]} cx={x} cy={y} r={radius} />
          <circle className={styles["sign"]} cx={x} cy={y} r={radius * 0.45} />
        </>
      );
    case "seen-closed":
      return <path className={styles["solid"]} d={square(1)} />;
    case "seen-identity":
      return (
        <>
          <path className={styles["solid"]} d={square(1)} />
          <path className={styles["label"]} d={square(0.64, 0.45)} />
        </>
      );
    case "seen-inside":
      return <path className={styles["sign"]} d={square(1)} />;
    case "measured":
      return (
        <path
          className={styles["sign"]}
          d={`M${x - side / 2} ${y - side / 2}v${side}M${x + side / 2} ${y - side / 2}v${side}M${x - side / 2} ${y}h${side}`}
        />
      );
    default:
      return null;
  }
}

function rectangle({ x, y, width, height }: Box): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

function cutCorner({ x, y, width, height }: Box): string {
  const cut = Math.min(width, height) * 0.35;
  return `M${x} ${y}H${x + width - cut}L${x + width} ${y + cut}V${y + height}H${x}Z`;
}
