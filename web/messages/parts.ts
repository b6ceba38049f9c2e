/** Sentences of the shared controls. */
export const partsMessages = {
  en: {
    close: "Close",
    inRussian: "in Russian",
    inEnglish: "in English",
  },
  ru: {
    close: "Закрыть",
    inRussian: "по-русски",
    inEnglish: "по-английски",
  },
} as const;
