/** A comparison of two texts word by word. */
import { diffWordsWithSpace, type Change } from "diff";
import type { Language } from "../../parts/language.tsx";

/** Whole words change, in every language: without a segmenter Russian words would be cut in the middle. */
export function redline(before: string, after: string, language: Language): Change[] {
  return diffWordsWithSpace(before, after, { intlSegmenter: new Intl.Segmenter(language, { granularity: "word" }) });
}
