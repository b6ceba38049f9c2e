/** The guide: twelve sentences, each with the line below it and an explanation. */
export const guideMessages = {
  en: {
    next: "The one next thing to do",
    of: "of {count}",
    explain: "Explain",
    explainLess: "Less",
    showWhere: "Show me where",
    begin: "Begin the exercise",
    step1: "Read what was offered on 2 February 2022.",
    below1: "Provision 11: a look for missiles at two bases, against a look at two others.",
    explain1:
      "The United States wrote that it was ready to discuss a way to confirm that no Tomahawk missiles stand at the two Aegis Ashore sites. In return it asked for the same at two ground-launched missile bases in Russia, of its choosing.",
    step2: "Move the time to 24 February 2022.",
    below2: "See what was still waiting for a reply. None of it was agreed.",
    explain2:
      "The line above shows when each paper was written. What had not been written by the moment shown is not there, and the counts change with it.",
    step3: "Begin the exercise.",
    below3: "Two invented sides take up the same idea. You play both.",
    explain3:
      "Aurelia and Borealia are invented, and so are their sites. Papers of real governments stay in the reconstruction and never mix with it.",
    step4: "Play Borealia: accept 16 hours, then sign the text on both sides.",
    below4: "One bracket is left. Without it there are no terms.",
    explain4:
      "A bracket holds wordings that differ, each with who holds it. When both sides hold the same one, the text is clean and its hours become the clocks of everything that follows.",
    step5: "Play Aurelia: announce an inspection.",
    below5: "The notice names no site. The choice is sealed, so it cannot be changed later.",
    explain5:
      "Aurelia’s node puts the site’s name and 32 random bytes through a hash and sends only the hash. Nobody can read the site from it, and Aurelia cannot exchange it.",
    step6: "Skip to the arrival and name the site.",
    below6: "From 4 hours after arrival, the seal is opened for all to compare.",
    explain6:
      "Naming the site publishes the random bytes too. Every node computes the hash again and compares it with the one in the notice.",
    step7: "{planned, select, other {Play Borealia: sign the freeze at {site}.}}",
    below7:
      "{planned, select, other {Aurelia has named the site only now, after arriving. From this moment nothing may leave {site} until the inspectors are there.}}",
    explain7:
      "The clock of the terms runs from the naming. Signing late is possible and is shown as late; it keeps nobody from going on.",
    step8: "Play Aurelia: record what was seen.",
    below8: "One canister’s length is not shown. Write that down; each side adds its own statement.",
    explain8:
      "For each space there is a state, an agreed method and an hour. What was not shown is a value of its own and is never counted as seen.",
    step9: "Sign the report on both sides.",
    below9: "A signature confirms what was said and seen. It does not say who is right.",
    explain9:
      "Both sides sign the same bytes, each in its own log. The report holds facts only: no probability and no verdict.",
    step10: "Open the finding and compare two visits.",
    below10: "Here a question is open. At Tarn Plateau eleven opened ends gave 0.917.",
    explain10:
      "The finding is computed from the signed report and the terms. While a question is open, no number is given.",
    step11: "Check this finding here.",
    below11: "Your browser takes the signed report and computes the same fraction by itself.",
    explain11:
      "Nothing is sent anywhere. The signatures, the place in the record and the fraction are worked out again on this page.",
    step12: "Make Borealia cheat, then look at Aurelia’s half.",
    below12: "It says which entry does not match and offers the proof file.",
    explain12:
      "A side that changes an entry after others have stored it signs two different records. Two signed heads that cannot both be true are the proof.",
    done: "That was all of it. Act as you like, start again, or take the record with you.",
    startAgain: "Start again",
    takeRecord: "Save the whole record",
  },
  ru: {
    next: "Следующий шаг",
    of: "из {count}",
    explain: "Пояснить",
    explainLess: "Свернуть",
    showWhere: "Показать где",
    begin: "Начать учение",
    step1: "Прочтите, что предлагалось 2 февраля 2022 года.",
    below1: "Положение 11: осмотр двух баз в обмен на осмотр двух других.",
    explain1:
      "Соединённые Штаты написали, что готовы обсуждать способ подтвердить отсутствие ракет «Томагавк» на двух объектах «Эгида Эшор». Взамен просили того же на двух базах ракет наземного базирования в России по своему выбору.",
    step2: "Переведите время на 24 февраля 2022 года.",
    below2: "Посмотрите, что осталось без ответа. Ничего не было согласовано.",
    explain2:
      "На линии выше видно, когда написан каждый документ. Того, что к показанному моменту не написано, на странице нет, и числа меняются вместе с ним.",
    step3: "Начните учение.",
    below3: "Две вымышленные стороны берутся за ту же мысль. Вы играете за обе.",
    explain3:
      "Аурелия и Бореалия вымышлены, их объекты тоже. Документы настоящих правительств остаются в реконструкции и с учением не смешиваются.",
    step4: "За Бореалию: примите 16 часов, затем подпишите текст за обе стороны.",
    below4: "Осталась одна скобка. Без неё условий нет.",
    explain4:
      "В скобках стоят разные формулировки, у каждой указано, кто её придерживается. Когда стороны придерживаются одной, текст чист, и его часы становятся сроками всего дальнейшего.",
    step5: "За Аурелию: объявите инспекцию.",
    below5: "Объект не назван. Выбор запечатан, и изменить его потом нельзя.",
    explain5:
      "Узел Аурелии пропускает название объекта и 32 случайных байта через хеш и отправляет только хеш. Прочесть по нему объект нельзя, и подменить его Аурелия не может.",
    step6: "Перейдите к прибытию и назовите объект.",
    below6: "Не ранее чем через 4 часа после прибытия печать вскрывается, и её могут сравнить все.",
    explain6:
      "Вместе с названием публикуются и случайные байты. Каждый узел снова вычисляет хеш и сравнивает его с тем, что в уведомлении.",
    step7:
      "{planned, select, yes {За Бореалию: подпишите запрет перемещений в Морозне.} other {За Бореалию: подпишите запрет перемещений, объект: {site}.}}",
    below7:
      "{planned, select, yes {Аурелия назвала объект только сейчас, по прибытии. С этой минуты ничто не должно покидать Морозну до приезда инспекторов.} other {Аурелия назвала объект только сейчас, по прибытии. С этой минуты ничто не должно покидать объект {site} до приезда инспекторов.}}",
    explain7:
      "Срок по условиям идёт с названия объекта. Подписать можно и поздно; опоздание видно, но идти дальше оно не мешает.",
    step8: "За Аурелию: запишите, что увидели.",
    below8: "Длину одного контейнера не показали. Запишите это; каждая сторона добавляет своё заявление.",
    explain8:
      "У каждого помещения есть состояние, согласованный метод и час. Непоказанное — отдельное значение и осмотренным никогда не считается.",
    step9: "Подпишите отчёт за обе стороны.",
    below9: "Подпись подтверждает сказанное и увиденное. Кто прав, она не говорит.",
    explain9:
      "Обе стороны подписывают одни и те же байты, каждая в своём журнале. В отчёте только факты: ни вероятности, ни вывода.",
    step10: "Откройте вывод и сравните два посещения.",
    below10: "Здесь вопрос открыт. На Тарнском плато одиннадцать открытых торцов дали 0.917.",
    explain10: "Вывод вычисляется из подписанного отчёта и условий. Пока вопрос открыт, число не даётся.",
    step11: "Проверьте этот вывод здесь.",
    below11: "Ваш браузер берёт подписанный отчёт и сам вычисляет ту же дробь.",
    explain11: "Никуда ничего не отправляется. Подписи, место в записях и дробь вычисляются на этой странице заново.",
    step12: "Заставьте Бореалию обмануть и посмотрите на половину Аурелии.",
    below12: "Там сказано, какая запись не совпадает, и предложен файл доказательства.",
    explain12:
      "Сторона, которая меняет запись после того, как её сохранили другие, подписывает две разные истории. Два подписанных заголовка, которые не могут быть верны оба, и есть доказательство.",
    done: "Это всё. Действуйте как хотите, начните заново или заберите записи с собой.",
    startAgain: "Начать заново",
    takeRecord: "Сохранить все записи",
  },
} as const;
