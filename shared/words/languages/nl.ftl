# Nederlands

## The question and its scale

question = Hoe waarschijnlijk is het dat u { $company } zou aanbevelen aan een vriend of collega?
question_us = Hoe waarschijnlijk is het dat u ons zou aanbevelen aan een vriend of collega?
low = Helemaal niet waarschijnlijk
high = Zeer waarschijnlijk
step = Score { $score } van 10

## The letters that ask

hello = Goedendag,
hello_name = Goedendag { $name },
invite_subject = Eén vraag van { $company }
invite_subject_about = Eén vraag over { $subject }
remind_subject = Herinnering: één vraag van { $company }
remind_subject_about = Herinnering: één vraag over { $subject }
preheader = Eén klik op een cijfer van 0 tot en met 10.
invite = Met uw mening kunnen wij het beter doen. Het is één vraag en kost een halve minuut.
invite_about = Met uw mening over { $subject } kunnen wij het beter doen. Het is één vraag en kost een halve minuut.
remind = We hebben nog niets van u gehoord, en uw mening zou ons helpen. Het is nog steeds maar één vraag.
remind_about = We hebben nog niets van u gehoord over { $subject }, en uw mening zou ons helpen. Het is nog steeds maar één vraag.
choose = Kies uw cijfer. De pagina die opent, vraagt u om het te bevestigen; daarvoor wordt er niets vastgelegd.
choose_page = Kies uw cijfer. De pagina die opent, vraagt u om het te bevestigen.
or_reply = Of beantwoord deze e-mail gewoon met een cijfer van 0 tot en met 10.
pressed = Hebt u de pagina al eerder geopend, controleer dan of u op de knop hebt gedrukt.
regards = Met dank,
only_reminder = Dit is de enige herinnering.
numbers_fail = Werken de cijfers niet?
on_the_page = Op de pagina antwoorden
rather_not = Liever niet gevraagd worden?
unsubscribe_from = Afmelden voor enquêtes van { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: zou u ons aanbevelen, van 0 tot 10?
sms_remind = { $company }, enige herinnering: zou u ons aanbevelen, van 0 tot 10?
sms_stop = Antwoord STOP om u af te melden.

## The letter that thanks

thanks_subject = Dank u wel namens { $company }
review = Een openbare beoordeling schrijven
thanks_why = U ontvangt dit bericht omdat u onze enquête hebt ingevuld.

## The page

your_answer = Uw antwoord
please_check = Controleer dit
confirm = Mijn antwoord bevestigen
not_yet = Er wordt niets vastgelegd tot u op de knop drukt. Met dezelfde link kunt u uw antwoord later wijzigen.
saves_itself = Uw antwoord wordt opgeslagen wanneer u op de knop drukt, of vanzelf enkele seconden nadat u deze pagina begint te gebruiken. Met dezelfde link kunt u uw antwoord later wijzigen.
saved_itself = Uw antwoord is opgeslagen. Druk op de knop om het te bevestigen.
not_saved_itself = Uw antwoord is nog niet opgeslagen. Druk op de knop.
your_comment = Uw opmerking
thank_you = Dank u wel
thanks_answer = Dank u wel voor uw antwoord.
thanks_comment = Dank u wel, we hebben uw opmerking ontvangen.
thanks_saved = Dank u wel, het is opgeslagen.
change = Wijzigen
ask_detractor = Wat ging er voor u mis, en wat moeten we als eerste veranderen?
ask_passive = Wat is het ene dat het voor u beter zou maken?
ask_promoter = Fijn om te horen! Wat waardeert u het meest?
ask_open = Wat wilt u ons vertellen?
reasons = Wat zit er achter uw antwoord?
reasons_any = Kruis alles aan wat van toepassing is.
as_you_like = Zo veel of zo weinig u wilt, tot { $most } tekens.
replaces = U hebt al eerder een opmerking achtergelaten; een nieuwe komt ervoor in de plaats.
may_contact = U mag contact met mij opnemen over mijn antwoord.
may_quote = U mag mij citeren, met mijn naam.
send = Verzenden
save = Wijzigingen opslaan
already = Uw antwoord is al vastgelegd. Dit deel is vrijblijvend.

## Unsubscribing

unsubscribe = Afmelden
unsubscribe_ask = Afmelden voor enquêtes?
unsubscribe_means = We vragen u dan niet meer naar uw mening, over geen enkel onderwerp.
unsubscribed = U bent afgemeld.
unsubscribed_means = We sturen u geen enquêtes meer. U kunt deze pagina sluiten.

## Where something is wrong

forged_title = Deze link werkt niet
forged = Misschien is hij onderweg afgebroken. Open hem opnieuw vanuit de e-mail.
expired_title = Deze link is verlopen
expired = Hij komt uit een e-mail die een half jaar geleden of eerder is verzonden. U hoeft niets te doen.
gone_title = Deze enquête is afgelopen
gone = Wat erbij hoorde, is verwijderd. U hoeft niets te doen.
later_title = Probeer het zo dadelijk opnieuw
later = We kunnen deze pagina nu niet tonen. Uw link werkt nog: laad de pagina over enkele seconden opnieuw.
unreadable_title = We konden dit niet lezen
unreadable = Ga terug en probeer het opnieuw. Een opmerking kan tot { $most } tekens lang zijn.
choose_number = Kies een cijfer van 0 tot en met 10.
too_long = Uw opmerking telt { PLURAL($typed) ->
    [one] { $typed } teken
   *[other] { $typed } tekens
}, en er passen er hoogstens { $most }. Maak hem korter.
too_often = Uw antwoord is zo vaak gewijzigd dat het nu blijft zoals het is.
not_saved = We konden dit nu niet opslaan. Wat u hebt ingevuld staat er nog: druk opnieuw op de knop.
not_unsubscribed = Dat lukte nu niet. Druk opnieuw op de knop.
language_menu = Taal
