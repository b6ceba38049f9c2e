/** Why an entry has no effect, by the code of the refusal: the commonest ones. The others are in English alone. */
export const inertMessages = {
  en: {
    inert: "Kept, listed and without effect: {reason}",
    waiting: "It waits and blocks nobody: {reason}",
    "why_entry-after-fork":
      "Its author has signed its log in versions that differ from here on, and no statement of another party saw this entry.",
    "why_entry-waits-for-log": "It rests on entries that are not held here yet.",
    "why_entry-waits-for-file": "A file of it is not held here yet.",
    "why_entry-before-charter": "A signature of the charter has to come before it, and did not.",
    "why_previous-missing": "The record of the channel that this one continues is not held here.",
    "why_entry-saw-another-log": "It saw another version of a log than is held here.",
    "why_entry-unknown-log": "It says that it saw a log which is not held here.",
    "why_entry-unknown-kind": "This version of the program does not know its kind.",
    "why_entry-body-malformed": "Its body does not follow the schema of its kind.",
    "why_entry-unreadable": "The entry does not read.",
    "why_entry-badly-signed": "A signature of the entry is not its author's.",
    "why_entry-repeated": "The same statement stands in the log already.",
    "why_entry-other-channel": "The entry belongs to another channel.",
  },
  ru: {
    inert: "Хранится, указано в списке и не действует: {reason}",
    waiting: "Ждёт и никому не мешает: {reason}",
    "why_entry-after-fork":
      "Её автор подписал свой журнал в версиях, которые с этого места расходятся, и ни одно заявление другой стороны эту запись не видело.",
    "why_entry-waits-for-log": "Она опирается на записи, которых здесь ещё нет.",
    "why_entry-waits-for-file": "Её файла здесь ещё нет.",
    "why_entry-before-charter": "Перед ней должна стоять подпись под уставом, а её там нет.",
    "why_previous-missing": "Записи канала, который продолжен этим, здесь не хранятся.",
    "why_entry-saw-another-log": "Она видела не ту версию журнала, которая хранится здесь.",
    "why_entry-unknown-log": "В ней назван как увиденный журнал, который здесь не хранится.",
    "why_entry-unknown-kind": "Эта версия программы не знает её вида.",
    "why_entry-body-malformed": "Её содержание не соответствует схеме её вида.",
    "why_entry-unreadable": "Запись не читается.",
    "why_entry-badly-signed": "Одна из подписей под записью сделана не её автором.",
    "why_entry-repeated": "Такое же заявление уже есть в журнале.",
    "why_entry-other-channel": "Запись относится к другому каналу.",
  },
} as const;
