/**
 * How a space is drawn by what was done to it. Ten grounds that differ in shape and texture, never in colour, and that read at
 * 20 pixels, in print and in the same way in every list, key and diagram. Side hatches (/ and \) are kept for owners.
 */
export type SpacePattern =
  | "seen-opened"
  | "seen-closed"
  | "seen-inside"
  | "measured-too-small"
  | "not-drawn"
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

/** The textures, once in each drawing; `prefix` keeps those of several drawings on a page apart. */
export function SpaceTextures({ prefix }: { readonly prefix: string }) {
  return (
    <defs>
      <pattern id={`${prefix}-dots`} width="7" height="7" patternUnits="userSpaceOnUse">
        <circle className="space-texture-dot" cx="3.5" cy="3.5" r="1" />
      </pattern>
      <pattern id={`${prefix}-cross`} width="6" height="6" patternUnits="userSpaceOnUse">
        <path className="space-texture-line" d="M0 0 6 6M6 0 0 6" />
      </pattern>
      <pattern id={`${prefix}-level`} width="6" height="6" patternUnits="userSpaceOnUse">
        <path className="space-texture-line" d="M0 3H6" />
      </pattern>
      <pattern id={`${prefix}-upright`} width="6" height="6" patternUnits="userSpaceOnUse">
        <path className="space-texture-line" d="M3 0V6" />
      </pattern>
    </defs>
  );
}

/** One space's ground in a drawing that has the textures of `prefix`. */
export function SpaceGround({ pattern, prefix, box }: { readonly pattern: SpacePattern; readonly prefix: string; readonly box: Box }) {
  const { x, y, width, height } = box;
  const frame = { x, y, width, height, rx: Math.min(2, width / 12) };
  const texture = textureOf[pattern];
  return (
    <>
      <rect
        className={`space-frame space-frame-${pattern}`}
        {...(pattern === "refused" ? {} : frame)}
        {...(pattern === "refused" ? { width: 0, height: 0 } : {})}
      />
      {pattern === "refused" ? <path className="space-frame space-frame-refused" d={cutCorner(box)} /> : null}
      {texture === undefined ? null : pattern === "refused" ? (
        <path className="space-texture" fill={`url(#${prefix}-${texture})`} d={cutCorner(box)} />
      ) : (
        <rect className="space-texture" fill={`url(#${prefix}-${texture})`} {...frame} />
      )}
      <SpaceSign pattern={pattern} box={box} />
    </>
  );
}

/** The same as a small picture of its own, beside words; hidden from readers of the words. */
export function SpaceSwatch({
  pattern,
  prefix,
  width = 20,
  height = 16,
}: {
  readonly pattern: SpacePattern;
  readonly prefix: string;
  readonly width?: number;
  readonly height?: number;
}) {
  return (
    <svg
      className="space-swatch"
      width={width + 2}
      height={height + 2}
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      aria-hidden="true"
      focusable="false"
    >
      <SpaceTextures prefix={prefix} />
      <SpaceGround pattern={pattern} prefix={prefix} box={{ x: 0, y: 0, width, height }} />
    </svg>
  );
}

const textureOf: { readonly [pattern in SpacePattern]?: "dots" | "cross" | "level" | "upright" } = {
  "not-drawn": "dots",
  covered: "cross",
  "not-examined": "level",
  "not-shown": "upright",
  refused: "upright",
};

/** Ring in a ring: opened end. Solid square: closed. Empty square: looked inside. Two bars: measured, too small to hold the item. */
function SpaceSign({ pattern, box }: { readonly pattern: SpacePattern; readonly box: Box }) {
  const reach = Math.min(box.width, box.height);
  // In a large cell the number stands above, so the sign moves to the lower part.
  const large = reach > 30;
  const x = box.x + box.width / 2 + (large ? reach * 0.08 : 0);
  const y = box.y + box.height / 2 + (large ? reach * 0.14 : 0);
  const radius = reach * (large ? 0.23 : 0.34);
  if (pattern === "seen-opened")
    return (
      <>
        <circle className="space-sign" cx={x} cy={y} r={radius} />
        <circle className="space-sign" cx={x} cy={y} r={radius * 0.45} />
      </>
    );
  const side = radius * 1.7;
  if (pattern === "seen-closed") return <rect className="space-sign-solid" x={x - side / 2} y={y - side / 2} width={side} height={side} />;
  if (pattern === "seen-inside") return <rect className="space-sign" x={x - side / 2} y={y - side / 2} width={side} height={side} />;
  if (pattern === "measured-too-small")
    return (
      <path
        className="space-sign"
        d={`M${x - side / 2} ${y - side / 2}v${side}M${x + side / 2} ${y - side / 2}v${side}M${x - side / 2} ${y}h${side}`}
      />
    );
  return null;
}

function cutCorner({ x, y, width, height }: Box): string {
  const cut = Math.min(width, height) * 0.35;
  return `M${x} ${y}H${x + width - cut}L${x + width} ${y + cut}V${y + height}H${x}Z`;
}
