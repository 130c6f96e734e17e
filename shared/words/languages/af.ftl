# Afrikaans

## The question and its scale

question = Hoe waarskynlik is dit dat u { $company } by ’n vriend of kollega sal aanbeveel?
question_us = Hoe waarskynlik is dit dat u ons by ’n vriend of kollega sal aanbeveel?
low = Glad nie waarskynlik nie
high = Uiters waarskynlik
step = Telling { $score } uit 10

## The letters that ask

hello = Goeiedag,
hello_name = Goeiedag { $name },
invite_subject = Een vraag van { $company }
invite_subject_about = Een vraag oor { $subject }
remind_subject = Herinnering: een vraag van { $company }
remind_subject_about = Herinnering: een vraag oor { $subject }
preheader = Een klik op ’n getal van 0 tot 10.
invite = U mening sal ons help om beter te doen. Dit is een vraag en neem ’n halfminuut.
invite_about = U mening oor { $subject } sal ons help om beter te doen. Dit is een vraag en neem ’n halfminuut.
remind = Ons het nog nie van u gehoor nie, en u mening sal ons help. Dit is steeds net een vraag.
remind_about = Ons het nog nie oor { $subject } van u gehoor nie, en u mening sal ons help. Dit is steeds net een vraag.
choose = Kies u getal. Die bladsy wat oopmaak, vra u om dit te bevestig; voor dit word niks aangeteken nie.
choose_page = Kies u getal. Die bladsy wat oopmaak, vra u om dit te bevestig.
or_reply = Of antwoord eenvoudig op hierdie e-pos met ’n getal van 0 tot 10.
pressed = As u dit reeds oopgemaak het, maak asseblief seker dat u die knoppie gedruk het.
regards = Baie dankie,
only_reminder = Dit is die enigste herinnering.
numbers_fail = Werk die getalle nie?
on_the_page = Antwoord op die bladsy
rather_not = Word u liewer nie gevra nie?
unsubscribe_from = Teken uit van opnames deur { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: sou u ons aanbeveel, van 0 tot 10?
sms_remind = { $company }, enigste herinnering: sou u ons aanbeveel, van 0 tot 10?
sms_stop = Antwoord STOP om op te hou.

## The letter that thanks

thanks_subject = Dankie van { $company }
review = Skryf ’n openbare resensie
thanks_why = U ontvang hierdie boodskap omdat u ons opname beantwoord het.

## The page

your_answer = U antwoord
please_check = Kyk asseblief
confirm = Bevestig my antwoord
not_yet = Niks word aangeteken voordat u die knoppie druk nie. U kan u antwoord later met dieselfde skakel verander.
saves_itself = U antwoord word gestoor wanneer u die knoppie druk, of vanself ’n paar sekondes nadat u hierdie bladsy begin gebruik. U kan u antwoord later met dieselfde skakel verander.
saved_itself = U antwoord is gestoor. Druk die knoppie om dit te bevestig.
not_saved_itself = U antwoord is nog nie gestoor nie. Druk asseblief die knoppie.
your_comment = U kommentaar
thank_you = Baie dankie
thanks_answer = Baie dankie vir u antwoord.
thanks_comment = Baie dankie, ons het u kommentaar ontvang.
thanks_saved = Baie dankie, dit is gestoor.
change = Verander dit
ask_detractor = Wat het vir u verkeerd geloop, en wat moet ons eerste verander?
ask_passive = Wat is die een ding wat dit vir u beter sou maak?
ask_promoter = Goed om te hoor! Wat waardeer u die meeste?
ask_open = Wat wil u vir ons sê?
reasons = Wat lê agter u antwoord?
reasons_any = Merk alles wat van toepassing is.
as_you_like = Soveel of so min as wat u wil, tot { $most } karakters.
replaces = U het reeds kommentaar gelewer; nuwe kommentaar neem die plek daarvan in.
may_contact = U mag my oor my antwoord kontak.
may_quote = U mag my aanhaal, met my naam.
send = Stuur
save = Stoor veranderinge
already = U antwoord is reeds aangeteken. Hierdie deel is opsioneel.

## Unsubscribing

unsubscribe = Teken uit
unsubscribe_ask = Teken uit van opnames?
unsubscribe_means = Ons sal u dan nie weer om u mening vra nie, oor enigiets.
unsubscribed = U is uitgeteken.
unsubscribed_means = Ons sal nie meer opnames aan u stuur nie. U kan hierdie bladsy toemaak.

## Where something is wrong

forged_title = Hierdie skakel werk nie
forged = Dit is dalk op pad afgesny. Maak dit asseblief weer vanuit die e-pos oop.
expired_title = Hierdie skakel het verval
expired = Dit kom uit ’n e-pos wat ’n halfjaar gelede of vroeër gestuur is. U hoef niks te doen nie.
gone_title = Hierdie opname is verby
gone = Wat daarby gehoort het, is verwyder. U hoef niks te doen nie.
later_title = Probeer asseblief oor ’n oomblik weer
later = Ons kan nie nou hierdie bladsy wys nie. U skakel werk steeds: herlaai die bladsy oor ’n paar sekondes.
unreadable_title = Ons kon dit nie lees nie
unreadable = Gaan asseblief terug en probeer weer. Kommentaar kan tot { $most } karakters hê.
choose_number = Kies asseblief ’n getal van 0 tot 10.
too_long = U kommentaar het { PLURAL($typed) ->
    [one] { $typed } karakter
   *[other] { $typed } karakters
}, en hoogstens { $most } pas in. Maak dit asseblief korter.
too_often = U antwoord is so dikwels verander dat dit nou bly soos dit is.
not_saved = Ons kon dit nie nou stoor nie. Wat u ingevul het, is steeds hier: druk asseblief weer die knoppie.
not_unsubscribed = Ons kon dit nie nou doen nie. Druk asseblief weer die knoppie.
language_menu = Taal
