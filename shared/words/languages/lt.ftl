# Lietuvių

## The question and its scale

question = Kokia tikimybė, kad rekomenduosite { $company } draugui ar kolegai?
question_us = Kokia tikimybė, kad rekomenduosite mus draugui ar kolegai?
low = Visai netikėtina
high = Itin tikėtina
step = Įvertinimas { $score } iš 10

## The letters that ask

hello = Laba diena,
hello_name = Laba diena, { $name },
invite_subject = Vienas klausimas: { $company }
invite_subject_about = Vienas klausimas: { $subject }
remind_subject = Priminimas, vienas klausimas: { $company }
remind_subject_about = Priminimas, vienas klausimas: { $subject }
preheader = Pakanka spustelėti skaičių nuo 0 iki 10.
invite = Jūsų nuomonė padėtų mums tobulėti. Tai tik vienas klausimas, užtruksiantis pusę minutės.
invite_about = Jūsų nuomonė (tema: { $subject }) padėtų mums tobulėti. Tai tik vienas klausimas, užtruksiantis pusę minutės.
remind = Dar negavome Jūsų atsakymo, o Jūsų nuomonė mums padėtų. Tai vis dar tik vienas klausimas.
remind_about = Dar negavome Jūsų atsakymo (tema: { $subject }), o Jūsų nuomonė mums padėtų. Tai vis dar tik vienas klausimas.
choose = Pasirinkite savo skaičių. Atsivėręs puslapis paprašys jį patvirtinti; iki tol niekas neįrašoma.
choose_page = Pasirinkite savo skaičių. Atsivėręs puslapis paprašys jį patvirtinti.
or_reply = Arba tiesiog atsakykite į šį el. laišką skaičiumi nuo 0 iki 10.
pressed = Jei jau buvote jį atvėrę, patikrinkite, ar paspaudėte mygtuką.
regards = Dėkojame
only_reminder = Tai vienintelis priminimas.
numbers_fail = Skaičiai neveikia?
on_the_page = Atsakyti puslapyje
rather_not = Nenorite, kad klaustume?
unsubscribe_from = Atsisakyti { $company } apklausų

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: ar rekomenduotumėte mus, 0-10?
sms_remind = { $company } primena: rekomenduotumėte mus, 0-10?
sms_stop = Atsisakyti: atsakykite STOP.

## The letter that thanks

thanks_subject = Padėka: { $company }
review = Parašyti viešą atsiliepimą
thanks_why = Gavote šį laišką, nes atsakėte į mūsų apklausą.

## The page

your_answer = Jūsų atsakymas
please_check = Patikrinkite
confirm = Patvirtinti atsakymą
not_yet = Niekas neįrašoma, kol nepaspausite mygtuko. Vėliau atsakymą galėsite pakeisti ta pačia nuoroda.
saves_itself = Atsakymas įrašomas, kai paspaudžiate mygtuką, arba savaime, praėjus kelioms sekundėms nuo tada, kai pradedate naudotis puslapiu. Vėliau atsakymą galėsite pakeisti ta pačia nuoroda.
saved_itself = Jūsų atsakymas įrašytas. Patvirtinkite jį paspausdami mygtuką.
not_saved_itself = Jūsų atsakymas dar neįrašytas. Paspauskite mygtuką.
your_comment = Jūsų komentaras
thank_you = Dėkojame
thanks_answer = Dėkojame už Jūsų atsakymą.
thanks_comment = Dėkojame, gavome Jūsų komentarą.
thanks_saved = Dėkojame, išsaugota.
change = Pakeisti
ask_detractor = Kas buvo ne taip ir ką turėtume pakeisti pirmiausia?
ask_passive = Kas labiausiai pagerintų Jūsų patirtį?
ask_promoter = Malonu girdėti! Ką labiausiai vertinate?
ask_open = Ką norėtumėte mums pasakyti?
reasons = Kas lėmė Jūsų atsakymą?
reasons_any = Pažymėkite viską, kas tinka.
as_you_like = Tiek, kiek norite, iki { $most } ženklų.
replaces = Jau esate palikę komentarą; naujas jį pakeis.
may_contact = Galite su manimi susisiekti dėl mano atsakymo.
may_quote = Galite mane cituoti nurodydami mano vardą.
send = Siųsti
save = Išsaugoti pakeitimus
already = Jūsų atsakymas jau įrašytas. Ši dalis neprivaloma.

## Unsubscribing

unsubscribe = Atsisakyti
unsubscribe_ask = Atsisakyti apklausų?
unsubscribe_means = Tuomet daugiau neklausime Jūsų nuomonės jokiais klausimais.
unsubscribed = Apklausų atsisakyta.
unsubscribed_means = Daugiau nebesiųsime Jums apklausų. Šį puslapį galite užverti.

## Where something is wrong

forged_title = Ši nuoroda neveikia
forged = Galbūt ji pakeliui buvo nutraukta. Atverkite ją dar kartą iš el. laiško.
expired_title = Šios nuorodos galiojimas baigėsi
expired = Ji iš laiško, išsiųsto prieš pusmetį ar anksčiau. Nieko daryti nereikia.
gone_title = Ši apklausa baigta
gone = Su ja susiję duomenys ištrinti. Nieko daryti nereikia.
later_title = Pabandykite dar kartą po akimirkos
later = Šiuo metu negalime parodyti šio puslapio. Jūsų nuoroda tebeveikia: po kelių sekundžių įkelkite puslapį iš naujo.
unreadable_title = Nepavyko to perskaityti
unreadable = Grįžkite ir bandykite dar kartą. Komentare gali būti iki { $most } ženklų.
choose_number = Pasirinkite skaičių nuo 0 iki 10.
too_long = Jūsų komentare yra { PLURAL($typed) ->
    [one] { $typed } ženklas
    [few] { $typed } ženklai
    [many] { $typed } ženklo
   *[other] { $typed } ženklų
}, o telpa ne daugiau kaip { $most }. Sutrumpinkite jį.
too_often = Jūsų atsakymas keistas taip dažnai, kad dabar lieka toks, koks yra.
not_saved = Šiuo metu nepavyko to išsaugoti. Tai, ką įvedėte, tebėra čia: paspauskite mygtuką dar kartą.
not_unsubscribed = Šiuo metu nepavyko to padaryti. Paspauskite mygtuką dar kartą.
language_menu = Kalba
