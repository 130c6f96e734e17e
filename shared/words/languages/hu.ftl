# Magyar

## The question and its scale

question = Mennyire valószínű, hogy ajánlaná a következőt egy barátjának vagy munkatársának: { $company }?
question_us = Mennyire valószínű, hogy ajánlana minket egy barátjának vagy munkatársának?
low = Egyáltalán nem valószínű
high = Rendkívül valószínű
step = { $score } pont a 10-ből

## The letters that ask

hello = Jó napot kívánunk!
hello_name = Jó napot kívánunk, { $name }!
invite_subject = Egy kérdés – { $company }
invite_subject_about = Egy kérdés – { $subject }
remind_subject = Emlékeztető: egy kérdés – { $company }
remind_subject_about = Emlékeztető: egy kérdés – { $subject }
preheader = Elég egy kattintás egy számra 0 és 10 között.
invite = Az Ön véleménye segít, hogy jobbak legyünk. Egyetlen kérdés, fél perc az egész.
invite_about = Az Ön véleménye (téma: { $subject }) segít, hogy jobbak legyünk. Egyetlen kérdés, fél perc az egész.
remind = Még nem kaptunk választ Öntől, pedig a véleménye segítene. Továbbra is csak egyetlen kérdésről van szó.
remind_about = Még nem kaptunk választ Öntől (téma: { $subject }), pedig a véleménye segítene. Továbbra is csak egyetlen kérdésről van szó.
choose = Válassza ki a számát. A megnyíló oldal kéri, hogy erősítse meg; addig semmit sem rögzítünk.
choose_page = Válassza ki a számát. A megnyíló oldal kéri, hogy erősítse meg.
or_reply = Vagy egyszerűen válaszoljon erre az e-mailre egy 0 és 10 közötti számmal.
pressed = Ha korábban már megnyitotta, kérjük, ellenőrizze, hogy megnyomta-e a gombot.
regards = Köszönettel:
only_reminder = Ez az egyetlen emlékeztető.
numbers_fail = Nem működnek a számok?
on_the_page = Válasz az oldalon
rather_not = Inkább ne kérdezzük?
unsubscribe_from = Leiratkozás a felmérésekről – { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: ajánlana minket, 0-tól 10-ig?
sms_remind = { $company } emlékeztet: ajánlana minket, 0-10?
sms_stop = Leiratkozás: válasz STOP.

## The letter that thanks

thanks_subject = Köszönettel: { $company }
review = Nyilvános értékelés írása
thanks_why = Azért kapja ezt az üzenetet, mert válaszolt a felmérésünkre.

## The page

your_answer = Az Ön válasza
please_check = Kérjük, ellenőrizze
confirm = Megerősítem a válaszomat
not_yet = Amíg meg nem nyomja a gombot, semmit sem rögzítünk. A válaszát később ugyanezzel a hivatkozással módosíthatja.
saves_itself = A válaszát elmentjük, amikor megnyomja a gombot, vagy magától, néhány másodperccel azután, hogy használni kezdi az oldalt. A válaszát később ugyanezzel a hivatkozással módosíthatja.
saved_itself = A válaszát elmentettük. A megerősítéshez nyomja meg a gombot.
not_saved_itself = A válaszát még nem mentettük el. Kérjük, nyomja meg a gombot.
your_comment = Az Ön megjegyzése
thank_you = Köszönjük
thanks_answer = Köszönjük a válaszát.
thanks_comment = Köszönjük, megkaptuk a megjegyzését.
thanks_saved = Köszönjük, elmentettük.
change = Módosítás
ask_detractor = Mi nem sikerült jól, és min változtassunk először?
ask_passive = Mi az az egy dolog, amitől jobb lenne az élménye?
ask_promoter = Örömmel halljuk! Mit értékel a leginkább?
ask_open = Mit szeretne elmondani nekünk?
reasons = Mi áll a válasza mögött?
reasons_any = Jelöljön meg mindent, ami igaz.
as_you_like = Annyit írjon, amennyit szeretne, legfeljebb { $most } karaktert.
replaces = Korábban már írt megjegyzést; az új annak a helyébe lép.
may_contact = Megkereshetnek a válaszommal kapcsolatban.
may_quote = Idézhetnek tőlem, a nevemmel együtt.
send = Küldés
save = Módosítások mentése
already = A válaszát már rögzítettük. Ez a rész nem kötelező.

## Unsubscribing

unsubscribe = Leiratkozás
unsubscribe_ask = Leiratkozik a felmérésekről?
unsubscribe_means = Ezután semmilyen témában nem kérjük többé a véleményét.
unsubscribed = A leiratkozás megtörtént.
unsubscribed_means = Nem küldünk Önnek több felmérést. Ezt az oldalt bezárhatja.

## Where something is wrong

forged_title = Ez a hivatkozás nem működik
forged = Lehet, hogy útközben levágódott a vége. Kérjük, nyissa meg újra az e-mailből.
expired_title = Ez a hivatkozás lejárt
expired = Egy fél évvel ezelőtt vagy korábban küldött e-mailből származik. Nincs teendője.
gone_title = Ez a felmérés véget ért
gone = A hozzá tartozó adatokat töröltük. Nincs teendője.
later_title = Kérjük, próbálja újra egy kis idő múlva
later = Ezt az oldalt most nem tudjuk megjeleníteni. A hivatkozása továbbra is működik: töltse újra az oldalt néhány másodperc múlva.
unreadable_title = Ezt nem tudtuk értelmezni
unreadable = Kérjük, lépjen vissza, és próbálja újra. Egy megjegyzés legfeljebb { $most } karakter lehet.
choose_number = Kérjük, válasszon egy számot 0 és 10 között.
too_long = A megjegyzése { PLURAL($typed) ->
    [one] { $typed } karakter
   *[other] { $typed } karakter
}, és legfeljebb { $most } fér el. Kérjük, rövidítse le.
too_often = A válasza olyan sokszor változott, hogy most már így marad.
not_saved = Ezt most nem sikerült menteni. Amit beírt, itt maradt: kérjük, nyomja meg újra a gombot.
not_unsubscribed = Ez most nem sikerült. Kérjük, nyomja meg újra a gombot.
language_menu = Nyelv
