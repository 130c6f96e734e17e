# Català

## The question and its scale

question = Quina probabilitat hi ha que recomani { $company } a un amic o company?
question_us = Quina probabilitat hi ha que ens recomani a un amic o company?
low = Gens probable
high = Extremadament probable
step = Puntuació { $score } de 10

## The letters that ask

hello = Bon dia,
hello_name = Bon dia, { $name },
invite_subject = Una pregunta de { $company }
invite_subject_about = Una pregunta sobre { $subject }
remind_subject = Recordatori: una pregunta de { $company }
remind_subject_about = Recordatori: una pregunta sobre { $subject }
preheader = Només cal un clic en un número del 0 al 10.
invite = La seva opinió ens ajudaria a millorar. És una sola pregunta i porta mig minut.
invite_about = La seva opinió sobre { $subject } ens ajudaria a millorar. És una sola pregunta i porta mig minut.
remind = Encara no hem rebut la seva resposta, i la seva opinió ens ajudaria. Continua sent una sola pregunta.
remind_about = Encara no hem rebut la seva resposta sobre { $subject }, i la seva opinió ens ajudaria. Continua sent una sola pregunta.
choose = Triï el seu número. La pàgina que s’obre li demana que el confirmi; abans d’això no es desa res.
choose_page = Triï el seu número. La pàgina que s’obre li demana que el confirmi.
or_reply = O simplement respongui a aquest correu amb un número del 0 al 10.
pressed = Si ja l’havia oberta, comprovi que va prémer el botó.
regards = Gràcies,
only_reminder = Aquest és l’únic recordatori.
numbers_fail = No funcionen els números?
on_the_page = Respondre a la pàgina
rather_not = Prefereix que no li preguntem?
unsubscribe_from = Donar-se de baixa de les enquestes de { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: de 0 a 10, ens recomanaria?
sms_remind = { $company }, un sol recordatori: de 0 a 10, ens recomanaria?
sms_stop = Respongui STOP per donar-se de baixa.

## The letter that thanks

thanks_subject = Gràcies de part de { $company }
review = Escriure una ressenya pública
thanks_why = Rep aquest missatge perquè va respondre la nostra enquesta.

## The page

your_answer = La seva resposta
please_check = Revisi-ho, si us plau
confirm = Confirmar la meva resposta
not_yet = No es desa res fins que premi el botó. Pot canviar la resposta més endavant amb el mateix enllaç.
saves_itself = La seva resposta es desa quan prem el botó, o tota sola uns segons després que comenci a fer servir aquesta pàgina. Pot canviar la resposta més endavant amb el mateix enllaç.
saved_itself = La seva resposta està desada. Premi el botó per confirmar-la.
not_saved_itself = La seva resposta encara no està desada. Premi el botó.
your_comment = El seu comentari
thank_you = Gràcies
thanks_answer = Gràcies per la seva resposta.
thanks_comment = Gràcies, hem rebut el seu comentari.
thanks_saved = Gràcies, s’ha desat.
change = Canviar-la
ask_detractor = Què no va anar bé i què hauríem de canviar primer?
ask_passive = Què milloraria més la seva experiència?
ask_promoter = Ens alegra saber-ho! Què valora més?
ask_open = Què ens voldria dir?
reasons = Què hi ha darrere de la seva resposta?
reasons_any = Marqui tot el que correspongui.
as_you_like = Escrigui tant com vulgui, fins a { $most } caràcters.
replaces = Ja va deixar un comentari; un de nou el substituirà.
may_contact = Poden contactar amb mi per la meva resposta.
may_quote = Em poden citar amb el meu nom.
send = Enviar
save = Desar els canvis
already = La seva resposta ja està desada. Aquesta part és opcional.

## Unsubscribing

unsubscribe = Donar-se de baixa
unsubscribe_ask = Donar-se de baixa de les enquestes?
unsubscribe_means = En aquest cas no li tornarem a demanar l’opinió, sobre cap tema.
unsubscribed = La seva baixa està registrada.
unsubscribed_means = No li enviarem més enquestes. Pot tancar aquesta pàgina.

## Where something is wrong

forged_title = Aquest enllaç no funciona
forged = Potser s’ha tallat pel camí. Torni’l a obrir des del correu electrònic.
expired_title = Aquest enllaç ha caducat
expired = Prové d’un correu enviat fa mig any o més. No cal que faci res.
gone_title = Aquesta enquesta s’ha acabat
gone = Les dades corresponents s’han eliminat. No cal que faci res.
later_title = Torni-ho a provar d’aquí a un moment
later = Ara mateix no podem mostrar aquesta pàgina. El seu enllaç continua funcionant: torni a carregar la pàgina d’aquí a uns segons.
unreadable_title = No ho hem pogut llegir
unreadable = Torni enrere i torni-ho a provar. Un comentari pot tenir fins a { $most } caràcters.
choose_number = Triï un número del 0 al 10.
too_long = El seu comentari té { PLURAL($typed) ->
    [one] { $typed } caràcter
    [many] { $typed } de caràcters
   *[other] { $typed } caràcters
} i n’hi caben com a màxim { $most }. Escurci’l, si us plau.
too_often = La seva resposta s’ha canviat tantes vegades que ara es queda com està.
not_saved = Ara mateix no ho hem pogut desar. El que ha escrit encara és aquí: torni a prémer el botó.
not_unsubscribed = Ara mateix no ho hem pogut fer. Torni a prémer el botó.
language_menu = Idioma
