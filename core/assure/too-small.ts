/**
 * Whether the signed measurements of a space prove that it cannot hold the item (R19): no declared form of it fits at the upper
 * bound of every measured side, side plus tolerance. Only measurements of a report that both sides signed prove this; declared
 * sides are one party's word and prove nothing. If no form of the item is declared, nothing is too small.
 *
 * What a measurement bounds depends on what was measured:
 * - `interior` bounds the space itself;
 * - `opening` bounds what can be brought in, and counts only beside a measured interior, in a space declared with one opening;
 * - `canister` and `outline` bound what stands in a cell that holds one thing, and count only where the rest of the cell was
 *   seen: a canister in a cell seen, an outline in a cell seen or under its cover. The outline of a vehicle is the vehicle.
 */
import type { Instant } from "../bytes/fields.ts";
import type { Sides, Space } from "../declare/site.ts";
import type { Form } from "../declare/type.ts";
import type { Measured } from "../inspect/measurement.ts";
import type { Sheet } from "../inspect/object-sheet.ts";
import { fitsInside, passesOpening, type Certificate } from "./geometry.ts";

export type MeasuredRow = Measured & { readonly sheet: string };
export type DeclaredForm = Form & { readonly type: string };

export interface TooSmall {
  readonly what: Measured["what"];
  /** The upper bounds that the certificates are about, millimetres. */
  readonly sides: Sides;
  /** One for each form of the item. */
  readonly forms: readonly { readonly type: string; readonly form: string; readonly certificate: Certificate }[];
  /** The statement of the last measurement used, and its hour. */
  readonly sheet: string;
  readonly at: Instant;
}

/** `state` is what the sheets say of the space; absent: nothing was done to it but measuring. */
export function provenTooSmall(space: Space, forms: readonly DeclaredForm[], measured: readonly MeasuredRow[], state: Sheet["state"] | undefined): TooSmall | undefined {
  if (forms.length === 0) return undefined;
  for (const what of ["interior", "outline", "canister", "opening"] as const) {
    if (!bounds(what, space, measured, state)) continue;
    const rows = measured.filter((row) => row.what === what);
    const last = rows.reduce<MeasuredRow | undefined>((latest, row) => (latest === undefined || row.at > latest.at ? row : latest), undefined);
    if (last === undefined) continue;
    const sides = upperBound(rows);
    const certificates: TooSmall["forms"][number][] = [];
    for (const form of forms) {
      const fit = what === "opening" ? passesOpening(form.shape, sides) : fitsInside(form.shape, sides);
      if (fit.fits) break;
      certificates.push({ type: form.type, form: form.id, certificate: fit.certificate });
    }
    if (certificates.length === forms.length) return { what, sides, forms: certificates, sheet: last.sheet, at: last.at };
  }
  return undefined;
}

function bounds(what: Measured["what"], space: Space, measured: readonly MeasuredRow[], state: Sheet["state"] | undefined): boolean {
  const holdsOne = space.kind === "launch-cell" || space.kind === "canister-bay";
  switch (what) {
    case "interior":
      return true;
    case "opening":
      return space.opening !== undefined && measured.some((row) => row.what === "interior");
    case "canister":
      return holdsOne && state === "seen";
    case "outline":
      return space.kind === "vehicle" || (holdsOne && (state === "seen" || state === "covered"));
  }
}

/** Measured more than once: the largest of each side. */
function upperBound(rows: readonly MeasuredRow[]): Sides {
  const largest = (side: keyof Sides) => Math.max(...rows.map((row) => row.sides[side] + row.toleranceMm));
  return { lengthMm: largest("lengthMm"), widthMm: largest("widthMm"), heightMm: largest("heightMm") };
}
