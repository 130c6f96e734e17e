# Eesti

## The question and its scale

question = Kui tõenäoliselt soovitaksite ettevõtet { $company } sõbrale või kolleegile?
question_us = Kui tõenäoliselt soovitaksite meid sõbrale või kolleegile?
low = Üldse mitte tõenäoliselt
high = Väga tõenäoliselt
step = Hinne { $score } 10-st

## The letters that ask

hello = Tere!
hello_name = Tere, { $name }!
invite_subject = Üks küsimus – { $company }
invite_subject_about = Üks küsimus – { $subject }
remind_subject = Meeldetuletus: üks küsimus – { $company }
remind_subject_about = Meeldetuletus: üks küsimus – { $subject }
preheader = Piisab ühest klõpsust numbril 0 kuni 10.
invite = Teie arvamus aitaks meil paremaks saada. See on vaid üks küsimus ja võtab pool minutit.
invite_about = Teie arvamus (teema: { $subject }) aitaks meil paremaks saada. See on vaid üks küsimus ja võtab pool minutit.
remind = Me ei ole veel teie vastust saanud, kuid teie arvamus aitaks meid. See on endiselt vaid üks küsimus.
remind_about = Me ei ole veel teie vastust saanud (teema: { $subject }), kuid teie arvamus aitaks meid. See on endiselt vaid üks küsimus.
choose = Valige oma number. Avanev leht palub selle kinnitada; enne seda ei salvestata midagi.
choose_page = Valige oma number. Avanev leht palub selle kinnitada.
or_reply = Või vastake sellele e-kirjale lihtsalt numbriga 0 kuni 10.
pressed = Kui avasite selle juba varem, kontrollige palun, et vajutasite nuppu.
regards = Aitäh!
only_reminder = See on ainus meeldetuletus.
numbers_fail = Kas numbrid ei tööta?
on_the_page = Vastake lehel
rather_not = Kas soovite, et me ei küsiks?
unsubscribe_from = Loobuge küsitlustest – { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: kas soovitaksite meid, 0 kuni 10?
sms_remind = { $company } tuletab meelde: kas soovitaksite meid, 0 kuni 10?
sms_stop = Loobumiseks vastake STOP.

## The letter that thanks

thanks_subject = Tänab { $company }
review = Kirjutage avalik arvustus
thanks_why = Saate selle kirja, sest vastasite meie küsitlusele.

## The page

your_answer = Teie vastus
please_check = Palun kontrollige
confirm = Kinnitan vastuse
not_yet = Enne nupu vajutamist ei salvestata midagi. Vastust saate hiljem sama lingi kaudu muuta.
saves_itself = Teie vastus salvestatakse, kui vajutate nuppu, või iseenesest mõni sekund pärast seda, kui hakkate lehte kasutama. Vastust saate hiljem sama lingi kaudu muuta.
saved_itself = Teie vastus on salvestatud. Kinnitamiseks vajutage nuppu.
not_saved_itself = Teie vastus pole veel salvestatud. Palun vajutage nuppu.
your_comment = Teie kommentaar
thank_you = Aitäh
thanks_answer = Aitäh vastuse eest.
thanks_comment = Aitäh, saime teie kommentaari kätte.
thanks_saved = Aitäh, see on salvestatud.
change = Muuda
ask_detractor = Mis läks valesti ja mida peaksime kõigepealt muutma?
ask_passive = Mis on see üks asi, mis muudaks teie kogemuse paremaks?
ask_promoter = Tore kuulda! Mida te kõige rohkem hindate?
ask_open = Mida soovite meile öelda?
reasons = Mis on teie vastuse taga?
reasons_any = Märkige kõik, mis sobib.
as_you_like = Nii palju või vähe kui soovite, kuni { $most } tähemärki.
replaces = Jätsite juba varem kommentaari; uus asendab selle.
may_contact = Minuga võib minu vastuse asjus ühendust võtta.
may_quote = Mind võib minu nimega tsiteerida.
send = Saada
save = Salvesta muudatused
already = Teie vastus on juba salvestatud. See osa on vabatahtlik.

## Unsubscribing

unsubscribe = Loobu
unsubscribe_ask = Kas loobuda küsitlustest?
unsubscribe_means = Seejärel ei küsi me enam teie arvamust mitte millegi kohta.
unsubscribed = Olete küsitlustest loobunud.
unsubscribed_means = Me ei saada teile enam küsitlusi. Võite selle lehe sulgeda.

## Where something is wrong

forged_title = See link ei tööta
forged = Võib-olla katkes see teel. Palun avage see e-kirjast uuesti.
expired_title = See link on aegunud
expired = See pärineb e-kirjast, mis saadeti pool aastat tagasi või varem. Te ei pea midagi tegema.
gone_title = See küsitlus on lõppenud
gone = Sellega seotud andmed on kustutatud. Te ei pea midagi tegema.
later_title = Palun proovige hetke pärast uuesti
later = Me ei saa seda lehte praegu näidata. Teie link töötab endiselt: laadige leht mõne sekundi pärast uuesti.
unreadable_title = Me ei saanud seda lugeda
unreadable = Palun minge tagasi ja proovige uuesti. Kommentaaris võib olla kuni { $most } tähemärki.
choose_number = Palun valige number 0 kuni 10.
too_long = Teie kommentaaris on { PLURAL($typed) ->
    [one] { $typed } tähemärk
   *[other] { $typed } tähemärki
}, kuid mahub kuni { $most }. Palun lühendage seda.
too_often = Teie vastust on muudetud nii sageli, et nüüd jääb see selliseks, nagu see on.
not_saved = Me ei saanud seda praegu salvestada. Sisestatu on endiselt siin: palun vajutage nuppu uuesti.
not_unsubscribed = Me ei saanud seda praegu teha. Palun vajutage nuppu uuesti.
language_menu = Keel
