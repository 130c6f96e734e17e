# Italiano

## The question and its scale

question = Con quale probabilità consiglierebbe { $company } a un amico o a un collega?
question_us = Con quale probabilità ci consiglierebbe a un amico o a un collega?
low = Per niente probabile
high = Estremamente probabile
step = Voto { $score } su 10

## The letters that ask

hello = Buongiorno,
hello_name = Buongiorno { $name },
invite_subject = Una domanda da { $company }
invite_subject_about = Una domanda su { $subject }
remind_subject = Promemoria: una domanda da { $company }
remind_subject_about = Promemoria: una domanda su { $subject }
preheader = Basta un clic su un numero da 0 a 10.
invite = La Sua opinione ci aiuterebbe a migliorare. È una sola domanda e richiede mezzo minuto.
invite_about = La Sua opinione su { $subject } ci aiuterebbe a migliorare. È una sola domanda e richiede mezzo minuto.
remind = Non abbiamo ancora ricevuto la Sua risposta e la Sua opinione ci aiuterebbe. Resta una sola domanda.
remind_about = Non abbiamo ancora ricevuto la Sua risposta su { $subject } e la Sua opinione ci aiuterebbe. Resta una sola domanda.
choose = Scelga il Suo numero. La pagina che si apre Le chiede di confermarlo; prima non viene registrato nulla.
choose_page = Scelga il Suo numero. La pagina che si apre Le chiede di confermarlo.
or_reply = Oppure risponda semplicemente a questa e-mail con un numero da 0 a 10.
pressed = Se l’ha già aperta, verifichi di aver premuto il pulsante.
regards = Grazie,
only_reminder = Questo è l’unico promemoria.
numbers_fail = I numeri non funzionano?
on_the_page = Rispondere sulla pagina
rather_not = Preferisce non ricevere domande?
unsubscribe_from = Annullare l’iscrizione ai sondaggi di { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: da 0 a 10, quanto ci consiglierebbe?
sms_remind = { $company }, unico promemoria: da 0 a 10, quanto ci consiglierebbe?
sms_stop = Risponda STOP per non ricevere altri SMS.

## The letter that thanks

thanks_subject = Un ringraziamento da { $company }
review = Scrivere una recensione pubblica
thanks_why = Riceve questo messaggio perché ha risposto al nostro sondaggio.

## The page

your_answer = La Sua risposta
please_check = Da verificare
confirm = Confermo la mia risposta
not_yet = Non viene registrato nulla finché non preme il pulsante. Potrà modificare la risposta in seguito con lo stesso link.
saves_itself = La Sua risposta viene salvata quando preme il pulsante, oppure da sola qualche secondo dopo che ha iniziato a usare questa pagina. Potrà modificare la risposta in seguito con lo stesso link.
saved_itself = La Sua risposta è salvata. Prema il pulsante per confermarla.
not_saved_itself = La Sua risposta non è ancora salvata. Prema il pulsante.
your_comment = Il Suo commento
thank_you = Grazie
thanks_answer = Grazie per la Sua risposta.
thanks_comment = Grazie, abbiamo ricevuto il Suo commento.
thanks_saved = Grazie, è stato salvato.
change = Modificarla
ask_detractor = Che cosa non ha funzionato per Lei e che cosa dovremmo cambiare per prima?
ask_passive = Qual è la cosa che migliorerebbe di più la Sua esperienza?
ask_promoter = Ne siamo lieti! Che cosa apprezza di più?
ask_open = Che cosa vorrebbe dirci?
reasons = Che cosa c’è dietro la Sua risposta?
reasons_any = Selezioni tutto ciò che vale.
as_you_like = Scriva quanto desidera, fino a { $most } caratteri.
replaces = Ha già lasciato un commento; uno nuovo lo sostituirà.
may_contact = Potete contattarmi riguardo alla mia risposta.
may_quote = Potete citarmi con il mio nome.
send = Inviare
save = Salvare le modifiche
already = La Sua risposta è già registrata. Questa parte è facoltativa.

## Unsubscribing

unsubscribe = Annullare l’iscrizione
unsubscribe_ask = Annullare l’iscrizione ai sondaggi?
unsubscribe_means = In tal caso non Le chiederemo più la Sua opinione, su nessun argomento.
unsubscribed = L’iscrizione è stata annullata.
unsubscribed_means = Non Le invieremo più sondaggi. Può chiudere questa pagina.

## Where something is wrong

forged_title = Questo link non funziona
forged = Potrebbe essere stato troncato lungo il percorso. Lo apra di nuovo dall’e-mail.
expired_title = Questo link è scaduto
expired = Proviene da un’e-mail inviata sei mesi fa o prima. Non deve fare nulla.
gone_title = Questo sondaggio è concluso
gone = I dati relativi sono stati eliminati. Non deve fare nulla.
later_title = Riprovi tra un momento
later = Al momento non possiamo mostrare questa pagina. Il Suo link funziona ancora: ricarichi la pagina tra qualche secondo.
unreadable_title = Non siamo riusciti a leggere l’invio
unreadable = Torni indietro e riprovi. Un commento può avere fino a { $most } caratteri.
choose_number = Scelga un numero da 0 a 10.
too_long = Il Suo commento ha { PLURAL($typed) ->
    [one] { $typed } carattere
    [many] { $typed } di caratteri
   *[other] { $typed } caratteri
} e il massimo è { $most }. La preghiamo di accorciarlo.
too_often = La Sua risposta è stata modificata così spesso che ora resta com’è.
not_saved = Al momento non siamo riusciti a salvare. Quanto ha inserito è ancora qui: prema di nuovo il pulsante.
not_unsubscribed = Al momento non è stato possibile. Prema di nuovo il pulsante.
language_menu = Lingua
