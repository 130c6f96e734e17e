# Deutsch

## The question and its scale

question = Wie wahrscheinlich ist es, dass Sie { $company } Freunden oder Kollegen weiterempfehlen?
question_us = Wie wahrscheinlich ist es, dass Sie uns Freunden oder Kollegen weiterempfehlen?
low = Überhaupt nicht wahrscheinlich
high = Äußerst wahrscheinlich
step = { $score } von 10 Punkten

## The letters that ask

hello = Guten Tag,
hello_name = Guten Tag { $name },
invite_subject = Eine Frage von { $company }
invite_subject_about = Eine Frage zu { $subject }
remind_subject = Erinnerung: eine Frage von { $company }
remind_subject_about = Erinnerung: eine Frage zu { $subject }
preheader = Ein Klick auf eine Zahl von 0 bis 10 genügt.
invite = mit Ihrer Meinung helfen Sie uns, besser zu werden. Es ist nur eine Frage und dauert eine halbe Minute.
invite_about = mit Ihrer Meinung zu { $subject } helfen Sie uns, besser zu werden. Es ist nur eine Frage und dauert eine halbe Minute.
remind = wir haben noch nichts von Ihnen gehört, und Ihre Meinung würde uns helfen. Es ist weiterhin nur eine Frage.
remind_about = wir haben zu { $subject } noch nichts von Ihnen gehört, und Ihre Meinung würde uns helfen. Es ist weiterhin nur eine Frage.
choose = Wählen Sie Ihre Zahl. Auf der Seite, die sich öffnet, bestätigen Sie sie; vorher wird nichts gespeichert.
choose_page = Wählen Sie Ihre Zahl. Auf der Seite, die sich öffnet, bestätigen Sie sie.
or_reply = Oder antworten Sie einfach auf diese E-Mail mit einer Zahl von 0 bis 10.
pressed = Falls Sie die Seite schon einmal geöffnet haben, prüfen Sie bitte, ob Sie die Schaltfläche gedrückt haben.
regards = Vielen Dank
only_reminder = Dies ist die einzige Erinnerung.
numbers_fail = Die Zahlen funktionieren nicht?
on_the_page = Auf der Seite antworten
rather_not = Sie möchten nicht mehr gefragt werden?
unsubscribe_from = Von Umfragen von { $company } abmelden

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: Würden Sie uns empfehlen, von 0 bis 10?
sms_remind = { $company }, einzige Erinnerung: Würden Sie uns empfehlen, von 0 bis 10?
sms_stop = Abmelden: STOP antworten.

## The letter that thanks

thanks_subject = Vielen Dank von { $company }
review = Öffentliche Bewertung schreiben
thanks_why = Sie erhalten diese Nachricht, weil Sie unsere Umfrage beantwortet haben.

## The page

your_answer = Ihre Antwort
please_check = Bitte prüfen
confirm = Antwort bestätigen
not_yet = Es wird nichts gespeichert, bis Sie die Schaltfläche drücken. Über denselben Link können Sie Ihre Antwort später ändern.
saves_itself = Ihre Antwort wird gespeichert, wenn Sie die Schaltfläche drücken, oder von selbst, einige Sekunden nachdem Sie diese Seite zu benutzen beginnen. Über denselben Link können Sie Ihre Antwort später ändern.
saved_itself = Ihre Antwort ist gespeichert. Mit der Schaltfläche bestätigen Sie sie.
not_saved_itself = Ihre Antwort ist noch nicht gespeichert. Bitte drücken Sie die Schaltfläche.
your_comment = Ihr Kommentar
thank_you = Vielen Dank
thanks_answer = Vielen Dank für Ihre Antwort.
thanks_comment = Vielen Dank, Ihr Kommentar ist angekommen.
thanks_saved = Vielen Dank, das ist gespeichert.
change = Ändern
ask_detractor = Was ist aus Ihrer Sicht schiefgelaufen, und was sollten wir als Erstes ändern?
ask_passive = Was wäre das Eine, das es für Sie besser machen würde?
ask_promoter = Das freut uns! Was schätzen Sie am meisten?
ask_open = Was möchten Sie uns mitteilen?
reasons = Was steckt hinter Ihrer Antwort?
reasons_any = Kreuzen Sie alles an, was zutrifft.
as_you_like = So viel oder so wenig Sie möchten, bis zu { $most } Zeichen.
replaces = Sie haben bereits einen Kommentar hinterlassen; ein neuer tritt an seine Stelle.
may_contact = Sie dürfen mich zu meiner Antwort kontaktieren.
may_quote = Sie dürfen mich mit meinem Namen zitieren.
send = Senden
save = Änderungen speichern
already = Ihre Antwort ist bereits gespeichert. Dieser Teil ist freiwillig.

## Unsubscribing

unsubscribe = Abmelden
unsubscribe_ask = Von Umfragen abmelden?
unsubscribe_means = Wir bitten Sie dann nicht mehr um Ihre Meinung, zu keinem Thema.
unsubscribed = Sie sind abgemeldet.
unsubscribed_means = Wir senden Ihnen keine Umfragen mehr. Sie können diese Seite schließen.

## Where something is wrong

forged_title = Dieser Link funktioniert nicht
forged = Vielleicht wurde er unterwegs abgeschnitten. Bitte öffnen Sie ihn noch einmal aus der E-Mail.
expired_title = Dieser Link ist abgelaufen
expired = Er stammt aus einer E-Mail, die vor einem halben Jahr oder früher gesendet wurde. Sie brauchen nichts zu tun.
gone_title = Diese Umfrage ist beendet
gone = Was dazu gespeichert war, wurde gelöscht. Sie brauchen nichts zu tun.
later_title = Bitte versuchen Sie es gleich noch einmal
later = Wir können diese Seite gerade nicht anzeigen. Ihr Link bleibt gültig: Laden Sie die Seite in einigen Sekunden neu.
unreadable_title = Das konnten wir nicht lesen
unreadable = Bitte gehen Sie zurück und versuchen Sie es noch einmal. Ein Kommentar kann bis zu { $most } Zeichen haben.
choose_number = Bitte wählen Sie eine Zahl von 0 bis 10.
too_long = Ihr Kommentar hat { PLURAL($typed) ->
    [one] { $typed } Zeichen
   *[other] { $typed } Zeichen
}, höchstens { $most } sind möglich. Bitte kürzen Sie ihn.
too_often = Ihre Antwort wurde so oft geändert, dass sie jetzt so bleibt, wie sie ist.
not_saved = Wir konnten das gerade nicht speichern. Ihre Eingaben sind noch da: Bitte drücken Sie die Schaltfläche noch einmal.
not_unsubscribed = Das hat gerade nicht geklappt. Bitte drücken Sie die Schaltfläche noch einmal.
language_menu = Sprache
