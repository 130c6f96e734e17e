# Svenska

## The question and its scale

question = Hur troligt är det att du skulle rekommendera { $company } till en vän eller kollega?
question_us = Hur troligt är det att du skulle rekommendera oss till en vän eller kollega?
low = Inte alls troligt
high = Ytterst troligt
step = Betyg { $score } av 10

## The letters that ask

hello = Hej!
hello_name = Hej { $name }!
invite_subject = En fråga från { $company }
invite_subject_about = En fråga om { $subject }
remind_subject = Påminnelse: en fråga från { $company }
remind_subject_about = Påminnelse: en fråga om { $subject }
preheader = Ett klick på en siffra från 0 till 10.
invite = Din åsikt skulle hjälpa oss att bli bättre. Det är en enda fråga och tar en halv minut.
invite_about = Din åsikt om { $subject } skulle hjälpa oss att bli bättre. Det är en enda fråga och tar en halv minut.
remind = Vi har inte hört från dig ännu, och din åsikt skulle hjälpa oss. Det är fortfarande bara en fråga.
remind_about = Vi har inte hört från dig om { $subject } ännu, och din åsikt skulle hjälpa oss. Det är fortfarande bara en fråga.
choose = Välj din siffra. Sidan som öppnas ber dig bekräfta den, och inget sparas innan dess.
choose_page = Välj din siffra. Sidan som öppnas ber dig bekräfta den.
or_reply = Eller svara helt enkelt på det här mejlet med en siffra från 0 till 10.
pressed = Om du redan har öppnat den, kontrollera att du tryckte på knappen.
regards = Tack!
only_reminder = Det här är den enda påminnelsen.
numbers_fail = Fungerar inte siffrorna?
on_the_page = Svara på sidan
rather_not = Vill du hellre slippa frågor?
unsubscribe_from = Avregistrera dig från undersökningar från { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: skulle du rekommendera oss, från 0 till 10?
sms_remind = { $company }, enda påminnelsen: skulle du rekommendera oss, 0 till 10?
sms_stop = Svara STOP för att slippa fler.

## The letter that thanks

thanks_subject = Tack från { $company }
review = Skriv en offentlig recension
thanks_why = Du får det här meddelandet eftersom du svarade på vår undersökning.

## The page

your_answer = Ditt svar
please_check = Kontrollera
confirm = Bekräfta mitt svar
not_yet = Inget sparas förrän du trycker på knappen. Du kan ändra ditt svar senare med samma länk.
saves_itself = Ditt svar sparas när du trycker på knappen, eller av sig självt några sekunder efter att du börjat använda sidan. Du kan ändra ditt svar senare med samma länk.
saved_itself = Ditt svar är sparat. Tryck på knappen för att bekräfta det.
not_saved_itself = Ditt svar är inte sparat än. Tryck på knappen.
your_comment = Din kommentar
thank_you = Tack
thanks_answer = Tack för ditt svar.
thanks_comment = Tack, vi har fått din kommentar.
thanks_saved = Tack, det är sparat.
change = Ändra
ask_detractor = Vad gick fel för dig, och vad borde vi ändra först?
ask_passive = Vad är den enda sak som skulle göra det bättre för dig?
ask_promoter = Roligt att höra! Vad värdesätter du mest?
ask_open = Vad vill du berätta för oss?
reasons = Vad ligger bakom ditt svar?
reasons_any = Kryssa för allt som stämmer.
as_you_like = Så mycket eller lite du vill, upp till { $most } tecken.
replaces = Du har redan lämnat en kommentar; en ny ersätter den.
may_contact = Ni får kontakta mig om mitt svar.
may_quote = Ni får citera mig med namn.
send = Skicka
save = Spara ändringar
already = Ditt svar är redan sparat. Den här delen är frivillig.

## Unsubscribing

unsubscribe = Avregistrera
unsubscribe_ask = Avregistrera dig från undersökningar?
unsubscribe_means = Vi frågar dig då inte mer om din åsikt, om något alls.
unsubscribed = Du är avregistrerad.
unsubscribed_means = Vi skickar inga fler undersökningar till dig. Du kan stänga den här sidan.

## Where something is wrong

forged_title = Den här länken fungerar inte
forged = Den kan ha klippts av på vägen. Öppna den igen från mejlet.
expired_title = Den här länken har gått ut
expired = Den kommer från ett mejl som skickades för ett halvår sedan eller tidigare. Du behöver inte göra något.
gone_title = Den här undersökningen är avslutad
gone = Det som hörde till den har raderats. Du behöver inte göra något.
later_title = Försök igen om en stund
later = Vi kan inte visa den här sidan just nu. Din länk fungerar fortfarande: ladda om sidan om några sekunder.
unreadable_title = Vi kunde inte läsa det
unreadable = Gå tillbaka och försök igen. En kommentar kan ha upp till { $most } tecken.
choose_number = Välj en siffra från 0 till 10.
too_long = Din kommentar har { PLURAL($typed) ->
    [one] { $typed } tecken
   *[other] { $typed } tecken
}, och högst { $most } får plats. Korta ned den.
too_often = Ditt svar har ändrats så ofta att det nu får stå kvar som det är.
not_saved = Vi kunde inte spara det just nu. Det du skrev finns kvar här: tryck på knappen igen.
not_unsubscribed = Vi kunde inte göra det just nu. Tryck på knappen igen.
language_menu = Språk
