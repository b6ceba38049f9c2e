/** One thing that a verdict says: something wrong (problems), or worth knowing that accuses nobody (observations). */
export interface Note {
  readonly code: string;
  /** A part of the bundle, or an entry: `aurelia 41`. */
  readonly where: string;
  readonly text: string;
}
