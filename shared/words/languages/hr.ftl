# Hrvatski

## The question and its scale

question = Kolika je vjerojatnost da ćete { $company } preporučiti prijatelju ili kolegi?
question_us = Kolika je vjerojatnost da ćete nas preporučiti prijatelju ili kolegi?
low = Nimalo vjerojatno
high = Izuzetno vjerojatno
step = Ocjena { $score } od 10

## The letters that ask

hello = Dobar dan,
hello_name = Dobar dan, { $name },
invite_subject = Jedno pitanje: { $company }
invite_subject_about = Jedno pitanje: { $subject }
remind_subject = Podsjetnik, jedno pitanje: { $company }
remind_subject_about = Podsjetnik, jedno pitanje: { $subject }
preheader = Dovoljan je jedan klik na broj od 0 do 10.
invite = vaše mišljenje pomoglo bi nam da budemo bolji. Riječ je o jednom pitanju i pola minute.
invite_about = vaše mišljenje (tema: { $subject }) pomoglo bi nam da budemo bolji. Riječ je o jednom pitanju i pola minute.
remind = još nismo dobili vaš odgovor, a vaše bi nam mišljenje pomoglo. I dalje je riječ o samo jednom pitanju.
remind_about = još nismo dobili vaš odgovor (tema: { $subject }), a vaše bi nam mišljenje pomoglo. I dalje je riječ o samo jednom pitanju.
choose = Odaberite svoj broj. Stranica koja se otvori zatražit će potvrdu; prije toga ništa se ne bilježi.
choose_page = Odaberite svoj broj. Stranica koja se otvori zatražit će potvrdu.
or_reply = Ili jednostavno odgovorite na ovu e-poruku brojem od 0 do 10.
pressed = Ako ste je već otvorili, provjerite jeste li pritisnuli gumb.
regards = Hvala vam,
only_reminder = Ovo je jedini podsjetnik.
numbers_fail = Brojevi ne rade?
on_the_page = Odgovorite na stranici
rather_not = Ne želite da vas pitamo?
unsubscribe_from = Odjava od anketa – { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: preporučate li nas, od 0 do 10?
sms_remind = { $company } podsjeća: preporučate li nas, 0-10?
sms_stop = Odjava: odgovorite STOP.

## The letter that thanks

thanks_subject = Zahvala – { $company }
review = Napišite javnu recenziju
thanks_why = Ovu poruku primate jer ste odgovorili na našu anketu.

## The page

your_answer = Vaš odgovor
please_check = Provjerite
confirm = Potvrđujem odgovor
not_yet = Ništa se ne bilježi dok ne pritisnete gumb. Odgovor možete kasnije promijeniti istom poveznicom.
saves_itself = Vaš se odgovor sprema kad pritisnete gumb ili sam, nekoliko sekundi nakon što se počnete služiti stranicom. Odgovor možete kasnije promijeniti istom poveznicom.
saved_itself = Vaš je odgovor spremljen. Pritisnite gumb da ga potvrdite.
not_saved_itself = Vaš odgovor još nije spremljen. Pritisnite gumb.
your_comment = Vaš komentar
thank_you = Hvala vam
thanks_answer = Hvala vam na odgovoru.
thanks_comment = Hvala vam, primili smo vaš komentar.
thanks_saved = Hvala vam, spremljeno je.
change = Promijeni
ask_detractor = Što nije bilo dobro i što bismo trebali prvo promijeniti?
ask_passive = Što bi najviše poboljšalo vaše iskustvo?
ask_promoter = Drago nam je! Što najviše cijenite?
ask_open = Što biste nam htjeli reći?
reasons = Što stoji iza vašeg odgovora?
reasons_any = Označite sve što vrijedi.
as_you_like = Koliko god želite, do { $most } znakova.
replaces = Već ste ostavili komentar; novi će ga zamijeniti.
may_contact = Možete me kontaktirati u vezi s mojim odgovorom.
may_quote = Možete me citirati uz moje ime.
send = Pošalji
save = Spremi promjene
already = Vaš je odgovor već zabilježen. Ovaj dio nije obavezan.

## Unsubscribing

unsubscribe = Odjava
unsubscribe_ask = Odjaviti se od anketa?
unsubscribe_means = Tada vas više nećemo pitati za mišljenje, ni o čemu.
unsubscribed = Odjava je zabilježena.
unsubscribed_means = Više vam nećemo slati ankete. Možete zatvoriti ovu stranicu.

## Where something is wrong

forged_title = Ova poveznica ne radi
forged = Možda je putem odrezana. Otvorite je ponovno iz e-poruke.
expired_title = Ova je poveznica istekla
expired = Potječe iz e-poruke poslane prije pola godine ili ranije. Ne trebate ništa učiniti.
gone_title = Ova je anketa završila
gone = Podaci koji su joj pripadali izbrisani su. Ne trebate ništa učiniti.
later_title = Pokušajte ponovno za koji trenutak
later = Trenutačno ne možemo prikazati ovu stranicu. Vaša poveznica i dalje radi: ponovno učitajte stranicu za nekoliko sekundi.
unreadable_title = To nismo mogli pročitati
unreadable = Vratite se i pokušajte ponovno. Komentar može imati do { $most } znakova.
choose_number = Odaberite broj od 0 do 10.
too_long = Vaš komentar ima { PLURAL($typed) ->
    [one] { $typed } znak
    [few] { $typed } znaka
   *[other] { $typed } znakova
}, a stane ih najviše { $most }. Skratite ga.
too_often = Vaš je odgovor mijenjan tako često da sada ostaje kakav jest.
not_saved = To trenutačno nismo mogli spremiti. Vaš je unos još ovdje: ponovno pritisnite gumb.
not_unsubscribed = To trenutačno nije uspjelo. Ponovno pritisnite gumb.
language_menu = Jezik
