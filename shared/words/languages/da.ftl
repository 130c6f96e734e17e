# Dansk

## The question and its scale

question = Hvor sandsynligt er det, at du vil anbefale { $company } til en ven eller kollega?
question_us = Hvor sandsynligt er det, at du vil anbefale os til en ven eller kollega?
low = Slet ikke sandsynligt
high = Yderst sandsynligt
step = Karakter { $score } ud af 10

## The letters that ask

hello = Hej
hello_name = Hej { $name }
invite_subject = Ét spørgsmål fra { $company }
invite_subject_about = Ét spørgsmål om { $subject }
remind_subject = Påmindelse: ét spørgsmål fra { $company }
remind_subject_about = Påmindelse: ét spørgsmål om { $subject }
preheader = Ét klik på et tal fra 0 til 10.
invite = Din mening vil hjælpe os med at blive bedre. Det er ét spørgsmål og tager et halvt minut.
invite_about = Din mening om { $subject } vil hjælpe os med at blive bedre. Det er ét spørgsmål og tager et halvt minut.
remind = Vi har ikke hørt fra dig endnu, og din mening vil hjælpe os. Det er stadig kun ét spørgsmål.
remind_about = Vi har ikke hørt fra dig om { $subject } endnu, og din mening vil hjælpe os. Det er stadig kun ét spørgsmål.
choose = Vælg dit tal. Siden, der åbnes, beder dig bekræfte det, og intet gemmes før da.
choose_page = Vælg dit tal. Siden, der åbnes, beder dig bekræfte det.
or_reply = Eller svar blot på denne e-mail med et tal fra 0 til 10.
pressed = Hvis du allerede har åbnet den, så kontrollér, at du trykkede på knappen.
regards = Tak
only_reminder = Dette er den eneste påmindelse.
numbers_fail = Virker tallene ikke?
on_the_page = Svar på siden
rather_not = Vil du helst ikke spørges?
unsubscribe_from = Afmeld undersøgelser fra { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: vil du anbefale os, fra 0 til 10?
sms_remind = { $company }, eneste påmindelse: vil du anbefale os, fra 0 til 10?
sms_stop = Svar STOP for at blive fri for flere.

## The letter that thanks

thanks_subject = Tak fra { $company }
review = Skriv en offentlig anmeldelse
thanks_why = Du får denne besked, fordi du besvarede vores undersøgelse.

## The page

your_answer = Dit svar
please_check = Kontrollér venligst
confirm = Bekræft mit svar
not_yet = Intet gemmes, før du trykker på knappen. Du kan ændre dit svar senere med det samme link.
saves_itself = Dit svar gemmes, når du trykker på knappen, eller af sig selv få sekunder efter, at du begynder at bruge siden. Du kan ændre dit svar senere med det samme link.
saved_itself = Dit svar er gemt. Tryk på knappen for at bekræfte det.
not_saved_itself = Dit svar er ikke gemt endnu. Tryk på knappen.
your_comment = Din kommentar
thank_you = Tak
thanks_answer = Tak for dit svar.
thanks_comment = Tak, vi har modtaget din kommentar.
thanks_saved = Tak, det er gemt.
change = Ret det
ask_detractor = Hvad gik galt for dig, og hvad bør vi ændre først?
ask_passive = Hvad er den ene ting, der ville gøre det bedre for dig?
ask_promoter = Dejligt at høre! Hvad sætter du mest pris på?
ask_open = Hvad vil du gerne fortælle os?
reasons = Hvad ligger bag dit svar?
reasons_any = Sæt kryds ved alt, der passer.
as_you_like = Så meget eller lidt, du vil, op til { $most } tegn.
replaces = Du har skrevet en kommentar før; en ny træder i stedet for den.
may_contact = I må kontakte mig om mit svar.
may_quote = I må citere mig med navn.
send = Send
save = Gem ændringer
already = Dit svar er allerede gemt. Denne del er frivillig.

## Unsubscribing

unsubscribe = Afmeld
unsubscribe_ask = Afmeld undersøgelser?
unsubscribe_means = Så spørger vi dig ikke mere om din mening, heller ikke om noget andet.
unsubscribed = Du er afmeldt.
unsubscribed_means = Vi sender dig ikke flere undersøgelser. Du kan lukke denne side.

## Where something is wrong

forged_title = Dette link virker ikke
forged = Det kan være blevet klippet over undervejs. Åbn det igen fra e-mailen.
expired_title = Dette link er udløbet
expired = Det kom med en e-mail, der blev sendt for et halvt år siden eller tidligere. Du behøver ikke gøre noget.
gone_title = Denne undersøgelse er slut
gone = Det, der hørte til den, er slettet. Du behøver ikke gøre noget.
later_title = Prøv igen om lidt
later = Vi kan ikke vise denne side lige nu. Dit link virker stadig: genindlæs siden om nogle sekunder.
unreadable_title = Det kunne vi ikke læse
unreadable = Gå tilbage, og prøv igen. En kommentar kan have op til { $most } tegn.
choose_number = Vælg et tal fra 0 til 10.
too_long = Din kommentar har { PLURAL($typed) ->
    [one] { $typed } tegn
   *[other] { $typed } tegn
}, og der er plads til højst { $most }. Forkort den venligst.
too_often = Dit svar er ændret så ofte, at det nu bliver, som det er.
not_saved = Vi kunne ikke gemme det lige nu. Det, du skrev, er her stadig: tryk på knappen igen.
not_unsubscribed = Det kunne vi ikke gøre lige nu. Tryk på knappen igen.
language_menu = Sprog
