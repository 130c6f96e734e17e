# Polski

## The question and its scale

question = Na ile prawdopodobne jest, że polecą Państwo firmę { $company } znajomym lub współpracownikom?
question_us = Na ile prawdopodobne jest, że polecą nas Państwo znajomym lub współpracownikom?
low = Zupełnie nieprawdopodobne
high = Niezwykle prawdopodobne
step = Ocena { $score } na 10

## The letters that ask

hello = Dzień dobry,
hello_name = Dzień dobry, { $name },
invite_subject = Jedno pytanie od { $company }
invite_subject_about = Jedno pytanie: { $subject }
remind_subject = Przypomnienie: jedno pytanie od { $company }
remind_subject_about = Przypomnienie: jedno pytanie: { $subject }
preheader = Wystarczy kliknąć liczbę od 0 do 10.
invite = Państwa opinia pomogłaby nam działać lepiej. To tylko jedno pytanie i pół minuty.
invite_about = Państwa opinia na temat „{ $subject }” pomogłaby nam działać lepiej. To tylko jedno pytanie i pół minuty.
remind = nie otrzymaliśmy jeszcze Państwa odpowiedzi, a Państwa opinia by nam pomogła. To nadal tylko jedno pytanie.
remind_about = nie otrzymaliśmy jeszcze Państwa odpowiedzi na temat „{ $subject }”, a Państwa opinia by nam pomogła. To nadal tylko jedno pytanie.
choose = Proszę wybrać swoją liczbę. Strona, która się otworzy, poprosi o jej potwierdzenie; wcześniej nic nie zostanie zapisane.
choose_page = Proszę wybrać swoją liczbę. Strona, która się otworzy, poprosi o jej potwierdzenie.
or_reply = Można też po prostu odpowiedzieć na tę wiadomość liczbą od 0 do 10.
pressed = Jeśli strona była już otwierana, prosimy sprawdzić, czy przycisk został naciśnięty.
regards = Dziękujemy,
only_reminder = To jedyne przypomnienie.
numbers_fail = Liczby nie działają?
on_the_page = Odpowiedz na stronie
rather_not = Nie chcą Państwo otrzymywać pytań?
unsubscribe_from = Wypisz z ankiet firmy { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: polecą nas Państwo, od 0 do 10?
sms_remind = { $company }, przypomnienie: ocena 0-10?
sms_stop = STOP w odpowiedzi: rezygnacja.

## The letter that thanks

thanks_subject = Podziękowania od { $company }
review = Napisz publiczną opinię
thanks_why = Otrzymują Państwo tę wiadomość, ponieważ odpowiedzieli Państwo na naszą ankietę.

## The page

your_answer = Państwa odpowiedź
please_check = Prosimy sprawdzić
confirm = Potwierdzam odpowiedź
not_yet = Nic nie zostanie zapisane przed naciśnięciem przycisku. Odpowiedź można później zmienić, korzystając z tego samego linku.
saves_itself = Odpowiedź zostaje zapisana po naciśnięciu przycisku albo samoczynnie, kilka sekund po rozpoczęciu korzystania z tej strony. Odpowiedź można później zmienić, korzystając z tego samego linku.
saved_itself = Odpowiedź jest zapisana. Aby ją potwierdzić, proszę nacisnąć przycisk.
not_saved_itself = Odpowiedź nie jest jeszcze zapisana. Prosimy nacisnąć przycisk.
your_comment = Państwa komentarz
thank_you = Dziękujemy
thanks_answer = Dziękujemy za odpowiedź.
thanks_comment = Dziękujemy, otrzymaliśmy komentarz.
thanks_saved = Dziękujemy, zapisano.
change = Zmień
ask_detractor = Co poszło nie tak i co powinniśmy zmienić w pierwszej kolejności?
ask_passive = Co jednego najbardziej poprawiłoby Państwa doświadczenie?
ask_promoter = Miło nam to słyszeć! Co cenią Państwo najbardziej?
ask_open = Co chcieliby nam Państwo powiedzieć?
reasons = Co stoi za tą odpowiedzią?
reasons_any = Proszę zaznaczyć wszystko, co pasuje.
as_you_like = Tyle, ile Państwo zechcą, do { $most } znaków.
replaces = Mamy już wcześniejszy komentarz; nowy go zastąpi.
may_contact = Zgadzam się na kontakt w sprawie mojej odpowiedzi.
may_quote = Zgadzam się na cytowanie z podaniem mojego nazwiska.
send = Wyślij
save = Zapisz zmiany
already = Odpowiedź jest już zapisana. Ta część jest dobrowolna.

## Unsubscribing

unsubscribe = Wypisz mnie
unsubscribe_ask = Wypisać z ankiet?
unsubscribe_means = Nie będziemy już pytać Państwa o opinię, w żadnej sprawie.
unsubscribed = Adres został wypisany.
unsubscribed_means = Nie będziemy już wysyłać Państwu ankiet. Można zamknąć tę stronę.

## Where something is wrong

forged_title = Ten link nie działa
forged = Mógł zostać po drodze ucięty. Prosimy otworzyć go ponownie z wiadomości e-mail.
expired_title = Ten link wygasł
expired = Pochodzi z wiadomości wysłanej pół roku temu lub wcześniej. Nie trzeba nic robić.
gone_title = Ta ankieta jest zakończona
gone = To, co do niej należało, zostało usunięte. Nie trzeba nic robić.
later_title = Prosimy spróbować ponownie za chwilę
later = W tej chwili nie możemy pokazać tej strony. Link nadal działa: prosimy odświeżyć stronę za kilka sekund.
unreadable_title = Nie udało nam się tego odczytać
unreadable = Prosimy wrócić i spróbować ponownie. Komentarz może mieć do { $most } znaków.
choose_number = Prosimy wybrać liczbę od 0 do 10.
too_long = Komentarz ma { PLURAL($typed) ->
    [one] { $typed } znak
    [few] { $typed } znaki
    [many] { $typed } znaków
   *[other] { $typed } znaku
}, a mieści się najwyżej { $most }. Prosimy go skrócić.
too_often = Odpowiedź zmieniano tak często, że pozostaje teraz bez zmian.
not_saved = W tej chwili nie udało się tego zapisać. Wprowadzona treść nadal tu jest: prosimy nacisnąć przycisk jeszcze raz.
not_unsubscribed = W tej chwili się to nie udało. Prosimy nacisnąć przycisk jeszcze raz.
language_menu = Język
