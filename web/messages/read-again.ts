/** What a node says of its own files, which it reads again once in a while. */
export const readAgainMessages = {
  en: {
    sound: "This node last read all its files again at {at}: {files, plural, one {# file} other {# files}}, no damage found.",
    damaged:
      "This node last read all its files again at {at}: {files, plural, one {# file} other {# files}}, damage found in {count}: {paths}. At the node {command} says what to do.",
    more: "{count} more",
  },
  ru: {
    sound:
      "Все свои файлы узел в последний раз перечитал {at}: {files, plural, one {# файл} few {# файла} many {# файлов} other {# файла}}, повреждений не найдено.",
    damaged:
      "Все свои файлы узел в последний раз перечитал {at}: {files, plural, one {# файл} few {# файла} many {# файлов} other {# файла}}, повреждённых: {count} ({paths}). Что делать, говорит {command} на самом узле.",
    more: "ещё {count}",
  },
} as const;
