# Suomi

## The question and its scale

question = Kuinka todennäköisesti suosittelisitte yritystä { $company } ystävälle tai työtoverille?
question_us = Kuinka todennäköisesti suosittelisitte meitä ystävälle tai työtoverille?
low = En lainkaan todennäköisesti
high = Erittäin todennäköisesti
step = Arvosana { $score }/10

## The letters that ask

hello = Hei,
hello_name = Hei { $name },
invite_subject = Yksi kysymys: { $company }
invite_subject_about = Yksi kysymys: { $subject }
remind_subject = Muistutus, yksi kysymys: { $company }
remind_subject_about = Muistutus, yksi kysymys: { $subject }
preheader = Yksi napsautus riittää: valitkaa luku 0–10.
invite = Mielipiteenne auttaisi meitä parantamaan. Kysymyksiä on yksi, ja vastaaminen vie puoli minuuttia.
invite_about = Mielipiteenne (aihe: { $subject }) auttaisi meitä parantamaan. Kysymyksiä on yksi, ja vastaaminen vie puoli minuuttia.
remind = Emme ole vielä saaneet vastaustanne, ja mielipiteenne auttaisi meitä. Kysymyksiä on edelleen vain yksi.
remind_about = Emme ole vielä saaneet vastaustanne (aihe: { $subject }), ja mielipiteenne auttaisi meitä. Kysymyksiä on edelleen vain yksi.
choose = Valitkaa lukunne. Avautuva sivu pyytää vahvistamaan sen; sitä ennen mitään ei tallenneta.
choose_page = Valitkaa lukunne. Avautuva sivu pyytää vahvistamaan sen.
or_reply = Tai vastatkaa yksinkertaisesti tähän viestiin luvulla 0–10.
pressed = Jos avasitte sen jo aiemmin, tarkistakaa, että painoitte painiketta.
regards = Kiittäen
only_reminder = Tämä on ainoa muistutus.
numbers_fail = Eivätkö luvut toimi?
on_the_page = Vastatkaa sivulla
rather_not = Ettekö halua kysymyksiä?
unsubscribe_from = Peruuttakaa kyselyt: { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: suosittelisitteko meitä, 0-10?
sms_remind = { $company }, ainoa muistutus: suosittelisitteko meitä, 0-10?
sms_stop = Peruuta vastaamalla STOP.

## The letter that thanks

thanks_subject = Kiitos vastauksesta, terveisin { $company }
review = Kirjoittakaa julkinen arvostelu
thanks_why = Saitte tämän viestin, koska vastasitte kyselyymme.

## The page

your_answer = Vastauksenne
please_check = Tarkistakaa
confirm = Vahvistan vastaukseni
not_yet = Mitään ei tallenneta, ennen kuin painatte painiketta. Voitte muuttaa vastaustanne myöhemmin samalla linkillä.
saves_itself = Vastauksenne tallennetaan, kun painatte painiketta, tai itsestään muutaman sekunnin kuluttua siitä, kun alatte käyttää sivua. Voitte muuttaa vastaustanne myöhemmin samalla linkillä.
saved_itself = Vastauksenne on tallennettu. Vahvistakaa se painamalla painiketta.
not_saved_itself = Vastaustanne ei ole vielä tallennettu. Painakaa painiketta.
your_comment = Kommenttinne
thank_you = Kiitos
thanks_answer = Kiitos vastauksestanne.
thanks_comment = Kiitos, saimme kommenttinne.
thanks_saved = Kiitos, se on tallennettu.
change = Muuta
ask_detractor = Mikä meni pieleen, ja mitä meidän pitäisi muuttaa ensimmäiseksi?
ask_passive = Mikä yksi asia parantaisi kokemustanne eniten?
ask_promoter = Hienoa kuulla! Mitä arvostatte eniten?
ask_open = Mitä haluaisitte kertoa meille?
reasons = Mikä vaikutti vastaukseenne?
reasons_any = Merkitkää kaikki sopivat.
as_you_like = Niin paljon tai vähän kuin haluatte, enintään { $most } merkkiä.
replaces = Jätitte jo aiemmin kommentin; uusi korvaa sen.
may_contact = Minuun saa ottaa yhteyttä vastaukseni vuoksi.
may_quote = Minua saa lainata nimelläni.
send = Lähetä
save = Tallenna muutokset
already = Vastauksenne on jo tallennettu. Tämä osa on vapaaehtoinen.

## Unsubscribing

unsubscribe = Peruuta kyselyt
unsubscribe_ask = Peruutetaanko kyselyt?
unsubscribe_means = Sen jälkeen emme enää kysy mielipidettänne mistään.
unsubscribed = Kyselyt on peruutettu.
unsubscribed_means = Emme enää lähetä teille kyselyitä. Voitte sulkea tämän sivun.

## Where something is wrong

forged_title = Tämä linkki ei toimi
forged = Se on saattanut katketa matkalla. Avatkaa se uudelleen sähköpostista.
expired_title = Tämä linkki on vanhentunut
expired = Se on sähköpostista, joka lähetettiin puoli vuotta sitten tai aiemmin. Teidän ei tarvitse tehdä mitään.
gone_title = Tämä kysely on päättynyt
gone = Siihen kuuluneet tiedot on poistettu. Teidän ei tarvitse tehdä mitään.
later_title = Yrittäkää hetken kuluttua uudelleen
later = Emme voi juuri nyt näyttää tätä sivua. Linkkinne toimii yhä: ladatkaa sivu uudelleen muutaman sekunnin kuluttua.
unreadable_title = Emme voineet lukea tätä
unreadable = Palatkaa takaisin ja yrittäkää uudelleen. Kommentissa voi olla enintään { $most } merkkiä.
choose_number = Valitkaa luku 0–10.
too_long = Kommentissanne on { PLURAL($typed) ->
    [one] { $typed } merkki
   *[other] { $typed } merkkiä
}, ja siihen mahtuu enintään { $most }. Lyhentäkää sitä.
too_often = Vastaustanne on muutettu niin usein, että se jää nyt ennalleen.
not_saved = Emme voineet tallentaa tätä juuri nyt. Kirjoittamanne on yhä tässä: painakaa painiketta uudelleen.
not_unsubscribed = Emme voineet tehdä sitä juuri nyt. Painakaa painiketta uudelleen.
language_menu = Kieli
