/** Sentences of the shared controls. */
export const partsMessages = {
  en: {
    versionMark: "{count, plural, one {Version {numbers} of {all}} other {Versions {numbers} of {all}}} of this log",
    close: "Close",
    inRussian: "in Russian",
    inEnglish: "in English",
  },
  ru: {
    versionMark: "{count, plural, one {Версия {numbers} из {all}} other {Версии {numbers} из {all}}} этого журнала",
    close: "Закрыть",
    inRussian: "по-русски",
    inEnglish: "по-английски",
  },
} as const;
