/** Why a button is off. */
export const offMessages = {
  en: {
    offMoment: "Off: the page shows {time}. Go back to now to act.",
    offObserver: "Off: an observer makes no statements.",
    offReader: "Off: this record is for reading.",
    noCircle: "Off: this node is in no channel.",
  },
  ru: {
    offMoment: "Отключено: показан момент {time}. Чтобы действовать, вернитесь к настоящему.",
    offObserver: "Отключено: наблюдатель заявлений не делает.",
    offReader: "Отключено: эти записи только для чтения.",
    noCircle: "Отключено: узел не входит ни в один канал.",
  },
} as const;
