/** Positions as degrees, minutes and seconds: `44°18′20″N 031°06′40″W`. Two digits of latitude and three of longitude, so that columns align. */

export interface SecondsPosition {
  /** Seconds of arc north; negative is south. */
  readonly latitudeSeconds: number;
  /** Seconds of arc east; negative is west. */
  readonly longitudeSeconds: number;
}

export function formatPosition({ latitudeSeconds, longitudeSeconds }: SecondsPosition): string {
  return `${formatAngle(latitudeSeconds, 2)}${latitudeSeconds < 0 ? "S" : "N"} ${formatAngle(longitudeSeconds, 3)}${longitudeSeconds < 0 ? "W" : "E"}`;
}

/** Degrees for a projection, longitude first. */
export function degreesOf({ latitudeSeconds, longitudeSeconds }: SecondsPosition): [number, number] {
  return [longitudeSeconds / 3600, latitudeSeconds / 3600];
}

/** A line of the graticule: `44°30′N`, `031°W`; whole degrees without minutes. */
export function formatLine(degrees: number, axis: "latitude" | "longitude"): string {
  const minutes = Math.round(Math.abs(degrees) * 60);
  const whole = String(Math.floor(minutes / 60)).padStart(axis === "latitude" ? 2 : 3, "0");
  const rest = minutes % 60 === 0 ? "" : `${String(minutes % 60).padStart(2, "0")}′`;
  const letter = axis === "latitude" ? (degrees < 0 ? "S" : "N") : degrees < 0 ? "W" : "E";
  return `${whole}°${rest}${letter}`;
}

function formatAngle(seconds: number, digits: number): string {
  const all = Math.abs(Math.round(seconds));
  const degrees = String(Math.floor(all / 3600)).padStart(digits, "0");
  const minutes = String(Math.floor(all / 60) % 60).padStart(2, "0");
  return `${degrees}°${minutes}′${String(all % 60).padStart(2, "0")}″`;
}
