# Norsk

## The question and its scale

question = Hvor sannsynlig er det at du vil anbefale { $company } til en venn eller kollega?
question_us = Hvor sannsynlig er det at du vil anbefale oss til en venn eller kollega?
low = Ikke sannsynlig i det hele tatt
high = Svært sannsynlig
step = Poengsum { $score } av 10

## The letters that ask

hello = Hei!
hello_name = Hei, { $name }!
invite_subject = Ett spørsmål fra { $company }
invite_subject_about = Ett spørsmål om { $subject }
remind_subject = Påminnelse: ett spørsmål fra { $company }
remind_subject_about = Påminnelse: ett spørsmål om { $subject }
preheader = Ett klikk på et tall fra 0 til 10.
invite = Din mening vil hjelpe oss å bli bedre. Det er ett spørsmål og tar et halvt minutt.
invite_about = Din mening om { $subject } vil hjelpe oss å bli bedre. Det er ett spørsmål og tar et halvt minutt.
remind = Vi har ikke hørt fra deg ennå, og din mening vil hjelpe oss. Det er fortsatt bare ett spørsmål.
remind_about = Vi har ikke hørt fra deg om { $subject } ennå, og din mening vil hjelpe oss. Det er fortsatt bare ett spørsmål.
choose = Velg tallet ditt. Siden som åpnes, ber deg bekrefte det, og ingenting lagres før det.
choose_page = Velg tallet ditt. Siden som åpnes, ber deg bekrefte det.
or_reply = Eller bare svar på denne e-posten med et tall fra 0 til 10.
pressed = Hvis du allerede har åpnet den, sjekk at du trykket på knappen.
regards = Takk!
only_reminder = Dette er den eneste påminnelsen.
numbers_fail = Virker ikke tallene?
on_the_page = Svar på siden
rather_not = Vil du helst ikke bli spurt?
unsubscribe_from = Meld deg av undersøkelser fra { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: vil du anbefale oss, fra 0 til 10?
sms_remind = { $company }, eneste påminnelse: vil du anbefale oss, fra 0 til 10?
sms_stop = Svar STOP for å slippe flere.

## The letter that thanks

thanks_subject = Takk fra { $company }
review = Skriv en offentlig anmeldelse
thanks_why = Du får denne meldingen fordi du svarte på undersøkelsen vår.

## The page

your_answer = Svaret ditt
please_check = Kontroller
confirm = Bekreft svaret mitt
not_yet = Ingenting lagres før du trykker på knappen. Du kan endre svaret senere med den samme lenken.
saves_itself = Svaret ditt lagres når du trykker på knappen, eller av seg selv noen sekunder etter at du begynner å bruke siden. Du kan endre svaret senere med den samme lenken.
saved_itself = Svaret ditt er lagret. Trykk på knappen for å bekrefte det.
not_saved_itself = Svaret ditt er ikke lagret ennå. Trykk på knappen.
your_comment = Kommentaren din
thank_you = Takk
thanks_answer = Takk for svaret ditt.
thanks_comment = Takk, vi har mottatt kommentaren din.
thanks_saved = Takk, det er lagret.
change = Endre
ask_detractor = Hva gikk galt for deg, og hva bør vi endre først?
ask_passive = Hva er den ene tingen som ville gjort det bedre for deg?
ask_promoter = Så hyggelig! Hva setter du mest pris på?
ask_open = Hva vil du fortelle oss?
reasons = Hva ligger bak svaret ditt?
reasons_any = Kryss av for alt som passer.
as_you_like = Så mye eller lite du vil, opptil { $most } tegn.
replaces = Du har lagt igjen en kommentar før; en ny erstatter den.
may_contact = Dere kan kontakte meg om svaret mitt.
may_quote = Dere kan sitere meg med navn.
send = Send
save = Lagre endringer
already = Svaret ditt er allerede lagret. Denne delen er frivillig.

## Unsubscribing

unsubscribe = Meld meg av
unsubscribe_ask = Melde deg av undersøkelser?
unsubscribe_means = Da spør vi deg ikke mer om din mening, heller ikke om noe annet.
unsubscribed = Du er meldt av.
unsubscribed_means = Vi sender deg ingen flere undersøkelser. Du kan lukke denne siden.

## Where something is wrong

forged_title = Denne lenken virker ikke
forged = Den kan ha blitt kuttet underveis. Åpne den på nytt fra e-posten.
expired_title = Denne lenken er utløpt
expired = Den kom med en e-post sendt for et halvt år siden eller tidligere. Du trenger ikke å gjøre noe.
gone_title = Denne undersøkelsen er avsluttet
gone = Det som hørte til den, er slettet. Du trenger ikke å gjøre noe.
later_title = Prøv igjen om et øyeblikk
later = Vi kan ikke vise denne siden akkurat nå. Lenken din virker fortsatt: last siden på nytt om noen sekunder.
unreadable_title = Vi kunne ikke lese det
unreadable = Gå tilbake og prøv igjen. En kommentar kan ha opptil { $most } tegn.
choose_number = Velg et tall fra 0 til 10.
too_long = Kommentaren din har { PLURAL($typed) ->
    [one] { $typed } tegn
   *[other] { $typed } tegn
}, og det er plass til høyst { $most }. Kort den ned.
too_often = Svaret ditt er endret så ofte at det nå blir som det er.
not_saved = Vi kunne ikke lagre det akkurat nå. Det du skrev, er her fortsatt: trykk på knappen igjen.
not_unsubscribed = Vi kunne ikke gjøre det akkurat nå. Trykk på knappen igjen.
language_menu = Språk
