# Slovenščina

## The question and its scale

question = Kako verjetno je, da bi { $company } priporočili prijateljem ali sodelavcem?
question_us = Kako verjetno je, da bi nas priporočili prijateljem ali sodelavcem?
low = Sploh ni verjetno
high = Izjemno verjetno
step = Ocena { $score } od 10

## The letters that ask

hello = Pozdravljeni,
hello_name = Pozdravljeni, { $name },
invite_subject = Eno vprašanje: { $company }
invite_subject_about = Eno vprašanje: { $subject }
remind_subject = Opomnik, eno vprašanje: { $company }
remind_subject_about = Opomnik, eno vprašanje: { $subject }
preheader = Dovolj je en klik na število od 0 do 10.
invite = vaše mnenje bi nam pomagalo, da bi bili boljši. Gre za eno samo vprašanje in pol minute.
invite_about = vaše mnenje (tema: { $subject }) bi nam pomagalo, da bi bili boljši. Gre za eno samo vprašanje in pol minute.
remind = od vas še nismo prejeli odgovora, vaše mnenje pa bi nam pomagalo. Še vedno gre za eno samo vprašanje.
remind_about = od vas še nismo prejeli odgovora (tema: { $subject }), vaše mnenje pa bi nam pomagalo. Še vedno gre za eno samo vprašanje.
choose = Izberite svoje število. Stran, ki se odpre, vas prosi za potrditev; pred tem se nič ne zabeleži.
choose_page = Izberite svoje število. Stran, ki se odpre, vas prosi za potrditev.
or_reply = Ali pa na to e-pošto preprosto odgovorite s številom od 0 do 10.
pressed = Če ste jo že odprli, preverite, ali ste pritisnili gumb.
regards = Hvala,
only_reminder = To je edini opomnik.
numbers_fail = Števila ne delujejo?
on_the_page = Odgovorite na strani
rather_not = Bi raje, da vas ne sprašujemo?
unsubscribe_from = Odjava od anket – { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: bi nas priporočili, od 0 do 10?
sms_remind = { $company } opominja: bi nas priporočili, 0-10?
sms_stop = Odjava: odgovorite STOP.

## The letter that thanks

thanks_subject = Zahvala – { $company }
review = Napišite javno mnenje
thanks_why = To sporočilo prejemate, ker ste odgovorili na našo anketo.

## The page

your_answer = Vaš odgovor
please_check = Preverite
confirm = Potrjujem odgovor
not_yet = Nič se ne zabeleži, dokler ne pritisnete gumba. Odgovor lahko pozneje spremenite z isto povezavo.
saves_itself = Vaš odgovor se shrani, ko pritisnete gumb, ali sam od sebe nekaj sekund po tem, ko začnete uporabljati stran. Odgovor lahko pozneje spremenite z isto povezavo.
saved_itself = Vaš odgovor je shranjen. Pritisnite gumb, da ga potrdite.
not_saved_itself = Vaš odgovor še ni shranjen. Pritisnite gumb.
your_comment = Vaš komentar
thank_you = Hvala
thanks_answer = Hvala za vaš odgovor.
thanks_comment = Hvala, vaš komentar smo prejeli.
thanks_saved = Hvala, shranjeno je.
change = Spremeni
ask_detractor = Kaj ni bilo v redu in kaj bi morali najprej spremeniti?
ask_passive = Kaj bi najbolj izboljšalo vašo izkušnjo?
ask_promoter = Veseli nas! Kaj najbolj cenite?
ask_open = Kaj bi nam želeli povedati?
reasons = Kaj stoji za vašim odgovorom?
reasons_any = Označite vse, kar drži.
as_you_like = Kolikor želite, do { $most } znakov.
replaces = Komentar ste že pustili; novi ga bo nadomestil.
may_contact = Glede mojega odgovora me lahko kontaktirate.
may_quote = Lahko me citirate z imenom.
send = Pošlji
save = Shrani spremembe
already = Vaš odgovor je že zabeležen. Ta del ni obvezen.

## Unsubscribing

unsubscribe = Odjava
unsubscribe_ask = Se želite odjaviti od anket?
unsubscribe_means = Potem vas ne bomo več spraševali za mnenje, o ničemer.
unsubscribed = Odjava je zabeležena.
unsubscribed_means = Anket vam ne bomo več pošiljali. To stran lahko zaprete.

## Where something is wrong

forged_title = Ta povezava ne deluje
forged = Morda se je med potjo odrezala. Odprite jo znova iz e-pošte.
expired_title = Ta povezava je potekla
expired = Je iz e-pošte, poslane pred pol leta ali prej. Ničesar vam ni treba storiti.
gone_title = Ta anketa je končana
gone = Podatki o njej so izbrisani. Ničesar vam ni treba storiti.
later_title = Poskusite znova čez trenutek
later = Te strani trenutno ne moremo prikazati. Vaša povezava še deluje: čez nekaj sekund znova naložite stran.
unreadable_title = Tega nismo mogli prebrati
unreadable = Vrnite se in poskusite znova. Komentar ima lahko do { $most } znakov.
choose_number = Izberite število od 0 do 10.
too_long = Vaš komentar ima { PLURAL($typed) ->
    [one] { $typed } znak
    [two] { $typed } znaka
    [few] { $typed } znake
   *[other] { $typed } znakov
}, največ pa jih je lahko { $most }. Skrajšajte ga.
too_often = Vaš odgovor je bil spremenjen tako pogosto, da zdaj ostane, kakršen je.
not_saved = Tega trenutno nismo mogli shraniti. Vaš vnos je še tu: znova pritisnite gumb.
not_unsubscribed = To trenutno ni uspelo. Znova pritisnite gumb.
language_menu = Jezik
