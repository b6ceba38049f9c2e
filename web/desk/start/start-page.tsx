import type { DemonstrationState } from "@countersign/wire/demonstration.ts";
import type { Language } from "../../parts/language.tsx";

export function StartPage(_: { readonly opening: DemonstrationState; readonly onLanguage: (language: Language) => void }) {
  return <h1>Start</h1>;
}
