# Srpski

## The question and its scale

question = Koliko je verovatno da ćete { $company } preporučiti prijatelju ili kolegi?
question_us = Koliko je verovatno da ćete nas preporučiti prijatelju ili kolegi?
low = Nimalo verovatno
high = Izuzetno verovatno
step = Ocena { $score } od 10

## The letters that ask

hello = Dobar dan,
hello_name = Dobar dan, { $name },
invite_subject = Jedno pitanje: { $company }
invite_subject_about = Jedno pitanje: { $subject }
remind_subject = Podsetnik, jedno pitanje: { $company }
remind_subject_about = Podsetnik, jedno pitanje: { $subject }
preheader = Dovoljan je jedan klik na broj od 0 do 10.
invite = vaše mišljenje bi nam pomoglo da budemo bolji. Reč je o jednom pitanju i pola minuta.
invite_about = vaše mišljenje (tema: { $subject }) bi nam pomoglo da budemo bolji. Reč je o jednom pitanju i pola minuta.
remind = još nismo dobili vaš odgovor, a vaše mišljenje bi nam pomoglo. I dalje je reč o samo jednom pitanju.
remind_about = još nismo dobili vaš odgovor (tema: { $subject }), a vaše mišljenje bi nam pomoglo. I dalje je reč o samo jednom pitanju.
choose = Izaberite svoj broj. Stranica koja se otvori zatražiće potvrdu; pre toga se ništa ne beleži.
choose_page = Izaberite svoj broj. Stranica koja se otvori zatražiće potvrdu.
or_reply = Ili jednostavno odgovorite na ovaj imejl brojem od 0 do 10.
pressed = Ako ste je već otvorili, proverite da li ste pritisnuli dugme.
regards = Hvala vam,
only_reminder = Ovo je jedini podsetnik.
numbers_fail = Brojevi ne rade?
on_the_page = Odgovorite na stranici
rather_not = Ne želite da vas pitamo?
unsubscribe_from = Odjava sa anketa – { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: preporučujete li nas, 0-10?
sms_remind = { $company } podseća: preporučujete nas, 0-10?
sms_stop = Odjava: odgovorite STOP.

## The letter that thanks

thanks_subject = Zahvalnica – { $company }
review = Napišite javnu recenziju
thanks_why = Ovu poruku primate jer ste odgovorili na našu anketu.

## The page

your_answer = Vaš odgovor
please_check = Proverite
confirm = Potvrđujem odgovor
not_yet = Ništa se ne beleži dok ne pritisnete dugme. Odgovor kasnije možete promeniti istom vezom.
saves_itself = Vaš odgovor se čuva kada pritisnete dugme ili sam, nekoliko sekundi pošto počnete da koristite stranicu. Odgovor kasnije možete promeniti istom vezom.
saved_itself = Vaš odgovor je sačuvan. Pritisnite dugme da ga potvrdite.
not_saved_itself = Vaš odgovor još nije sačuvan. Pritisnite dugme.
your_comment = Vaš komentar
thank_you = Hvala vam
thanks_answer = Hvala vam na odgovoru.
thanks_comment = Hvala vam, primili smo vaš komentar.
thanks_saved = Hvala vam, sačuvano je.
change = Promeni
ask_detractor = Šta nije bilo dobro i šta bi trebalo prvo da promenimo?
ask_passive = Šta bi najviše poboljšalo vaše iskustvo?
ask_promoter = Drago nam je! Šta najviše cenite?
ask_open = Šta biste želeli da nam kažete?
reasons = Šta stoji iza vašeg odgovora?
reasons_any = Označite sve što važi.
as_you_like = Koliko god želite, do { $most } znakova.
replaces = Već ste ostavili komentar; novi će ga zameniti.
may_contact = Možete me kontaktirati u vezi sa mojim odgovorom.
may_quote = Možete me citirati uz moje ime.
send = Pošalji
save = Sačuvaj izmene
already = Vaš odgovor je već zabeležen. Ovaj deo nije obavezan.

## Unsubscribing

unsubscribe = Odjava
unsubscribe_ask = Odjaviti se sa anketa?
unsubscribe_means = Tada vas više nećemo pitati za mišljenje, ni o čemu.
unsubscribed = Odjava je zabeležena.
unsubscribed_means = Više vam nećemo slati ankete. Možete zatvoriti ovu stranicu.

## Where something is wrong

forged_title = Ova veza ne radi
forged = Možda je usput odsečena. Otvorite je ponovo iz imejla.
expired_title = Ova veza je istekla
expired = Potiče iz imejla poslanog pre pola godine ili ranije. Ne treba ništa da uradite.
gone_title = Ova anketa je završena
gone = Podaci koji su joj pripadali su izbrisani. Ne treba ništa da uradite.
later_title = Pokušajte ponovo za koji trenutak
later = Trenutno ne možemo da prikažemo ovu stranicu. Vaša veza i dalje radi: ponovo učitajte stranicu za nekoliko sekundi.
unreadable_title = To nismo mogli da pročitamo
unreadable = Vratite se i pokušajte ponovo. Komentar može imati do { $most } znakova.
choose_number = Izaberite broj od 0 do 10.
too_long = Vaš komentar ima { PLURAL($typed) ->
    [one] { $typed } znak
    [few] { $typed } znaka
   *[other] { $typed } znakova
}, a stane ih najviše { $most }. Skratite ga.
too_often = Vaš odgovor je menjan tako često da sada ostaje kakav jeste.
not_saved = To trenutno nismo mogli da sačuvamo. Vaš unos je još ovde: ponovo pritisnite dugme.
not_unsubscribed = To trenutno nije uspelo. Ponovo pritisnite dugme.
language_menu = Jezik
