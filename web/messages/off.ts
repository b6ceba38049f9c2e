/** Why a button is off. */
export const offMessages = {
  en: {
    offMoment: "Off: the page shows {time}. Go back to now to act.",
    offObserver: "Off: an observer makes no statements.",
    offReader: "Off: this record is for reading.",
    noCircle: "Off: this node is in no channel.",
    offSigned: "Off: {party} has signed it, {time}. A party’s first answer counts.",
    offRefused: "Off: {party} has refused to sign it, {time}. A party’s first answer counts.",
    offStated: "Off: the statement of {party} on this question stands in the record.",
    offAnswered: "Off: who asked the question has called it answered.",
  },
  ru: {
    offMoment: "Отключено: показан момент {time}. Чтобы действовать, вернитесь к настоящему.",
    offObserver: "Отключено: наблюдатель заявлений не делает.",
    offReader: "Отключено: эти записи только для чтения.",
    noCircle: "Отключено: узел не входит ни в один канал.",
    offSigned: "Отключено: {party}: уже подписано, {time}. Считается первый ответ стороны.",
    offRefused: "Отключено: {party}: в подписи уже отказано, {time}. Считается первый ответ стороны.",
    offStated: "Отключено: {party}: заявление по этому вопросу уже есть в записях.",
    offAnswered: "Отключено: задавшая вопрос сторона считает, что на него отвечено.",
  },
} as const;
