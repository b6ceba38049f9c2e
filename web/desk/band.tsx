/** The first thing on every page: whether what follows is real, reconstructed or invented. Its bold sentence is in the page's title too. */
import { useEffect } from "react";
import { shellMessages } from "../messages/shell.ts";
import { languages, rememberLanguage, useLanguage, useWords, type Language } from "../parts/language.tsx";
import styles from "./shell.module.css";

export type Nature = "real" | "reconstruction" | "exercise";

export const natureKey = {
  real: "natureReal",
  reconstruction: "natureReconstruction",
  exercise: "natureExercise",
} as const;

interface BandProps {
  readonly nature: Nature | undefined;
  readonly demonstration: boolean;
  readonly onLanguage: (language: Language) => void;
}

export function Band({ nature, demonstration, onLanguage }: BandProps) {
  const say = useWords(shellMessages);
  const chosen = useLanguage();
  return (
    <>
      <a href="#content" className={styles["skip"]} data-print="no">
        {say("toContent")}
      </a>
      <div
        className={styles["band"]}
        role="region"
        aria-label={nature === undefined ? say("product") : say(natureKey[nature])}
      >
        {nature === undefined ? null : <strong>{say(natureKey[nature])}</strong>}
        <span className={styles["bandNote"]}>{demonstration ? say("demonstrationKeys") : ""}</span>
        <span className={styles["languages"]} role="group" aria-label={say("languages")} data-print="no">
          {languages.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={language === chosen}
              onClick={() => {
                rememberLanguage(language);
                onLanguage(language);
              }}
            >
              {say(language === "en" ? "english" : "russian")}
            </button>
          ))}
        </span>
      </div>
    </>
  );
}

/** The page's title, with the nature's sentence, and the document's language. */
export function useTitle(page: string, nature: Nature | undefined): void {
  const say = useWords(shellMessages);
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = [page, nature === undefined ? undefined : say(natureKey[nature]), say("product")]
      .filter(Boolean)
      .join(" · ");
  }, [page, nature, say, language]);
}
