# Română

## The question and its scale

question = Cât de probabil este să recomandați { $company } unui prieten sau coleg?
question_us = Cât de probabil este să ne recomandați unui prieten sau coleg?
low = Deloc probabil
high = Extrem de probabil
step = Scor { $score } din 10

## The letters that ask

hello = Bună ziua,
hello_name = Bună ziua, { $name },
invite_subject = O întrebare de la { $company }
invite_subject_about = O întrebare despre { $subject }
remind_subject = Memento: o întrebare de la { $company }
remind_subject_about = Memento: o întrebare despre { $subject }
preheader = Un clic pe un număr de la 0 la 10.
invite = Părerea dumneavoastră ne-ar ajuta să facem lucrurile mai bine. Este o singură întrebare și durează o jumătate de minut.
invite_about = Părerea dumneavoastră despre { $subject } ne-ar ajuta să facem lucrurile mai bine. Este o singură întrebare și durează o jumătate de minut.
remind = Nu am primit încă răspunsul dumneavoastră, iar părerea dumneavoastră ne-ar ajuta. Este în continuare o singură întrebare.
remind_about = Nu am primit încă răspunsul dumneavoastră despre { $subject }, iar părerea dumneavoastră ne-ar ajuta. Este în continuare o singură întrebare.
choose = Alegeți numărul dumneavoastră. Pagina care se deschide vă cere să îl confirmați; până atunci nu se înregistrează nimic.
choose_page = Alegeți numărul dumneavoastră. Pagina care se deschide vă cere să îl confirmați.
or_reply = Sau răspundeți pur și simplu la acest e-mail cu un număr de la 0 la 10.
pressed = Dacă ați mai deschis-o, vă rugăm să verificați că ați apăsat butonul.
regards = Vă mulțumim,
only_reminder = Acesta este singurul memento.
numbers_fail = Numerele nu funcționează?
on_the_page = Răspundeți pe pagină
rather_not = Preferați să nu fiți întrebați?
unsubscribe_from = Dezabonare de la sondajele { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: ne-ați recomanda, de la 0 la 10?
sms_remind = { $company } revine: ne-ați recomanda, 0-10?
sms_stop = Dezabonare: răspundeți STOP.

## The letter that thanks

thanks_subject = Mulțumiri din partea { $company }
review = Scrieți o recenzie publică
thanks_why = Primiți acest mesaj pentru că ați răspuns la sondajul nostru.

## The page

your_answer = Răspunsul dumneavoastră
please_check = Vă rugăm să verificați
confirm = Confirm răspunsul
not_yet = Nu se înregistrează nimic până când nu apăsați butonul. Puteți schimba răspunsul mai târziu cu același link.
saves_itself = Răspunsul dumneavoastră se salvează când apăsați butonul sau de la sine, la câteva secunde după ce începeți să folosiți pagina. Puteți schimba răspunsul mai târziu cu același link.
saved_itself = Răspunsul dumneavoastră este salvat. Apăsați butonul pentru a-l confirma.
not_saved_itself = Răspunsul dumneavoastră nu este încă salvat. Vă rugăm să apăsați butonul.
your_comment = Comentariul dumneavoastră
thank_you = Vă mulțumim
thanks_answer = Vă mulțumim pentru răspuns.
thanks_comment = Vă mulțumim, am primit comentariul.
thanks_saved = Vă mulțumim, s-a salvat.
change = Schimbați
ask_detractor = Ce nu a mers bine pentru dumneavoastră și ce ar trebui să schimbăm mai întâi?
ask_passive = Care este lucrul care ar îmbunătăți cel mai mult experiența dumneavoastră?
ask_promoter = Ne bucurăm! Ce apreciați cel mai mult?
ask_open = Ce ați dori să ne spuneți?
reasons = Ce stă la baza răspunsului dumneavoastră?
reasons_any = Bifați tot ce se potrivește.
as_you_like = Oricât doriți, până la { $most } de caractere.
replaces = Ați lăsat deja un comentariu; unul nou îi va lua locul.
may_contact = Mă puteți contacta în legătură cu răspunsul meu.
may_quote = Mă puteți cita cu numele meu.
send = Trimiteți
save = Salvați modificările
already = Răspunsul dumneavoastră este deja înregistrat. Această parte este opțională.

## Unsubscribing

unsubscribe = Dezabonare
unsubscribe_ask = Dezabonare de la sondaje?
unsubscribe_means = În acest caz nu vă vom mai cere părerea, despre niciun subiect.
unsubscribed = Dezabonarea a fost înregistrată.
unsubscribed_means = Nu vă vom mai trimite sondaje. Puteți închide această pagină.

## Where something is wrong

forged_title = Acest link nu funcționează
forged = Este posibil să fi fost trunchiat pe drum. Vă rugăm să îl deschideți din nou din e-mail.
expired_title = Acest link a expirat
expired = Provine dintr-un e-mail trimis acum jumătate de an sau mai demult. Nu trebuie să faceți nimic.
gone_title = Acest sondaj s-a încheiat
gone = Datele aferente au fost șterse. Nu trebuie să faceți nimic.
later_title = Vă rugăm să încercați din nou peste puțin timp
later = Nu putem afișa această pagină acum. Linkul dumneavoastră funcționează în continuare: reîncărcați pagina peste câteva secunde.
unreadable_title = Nu am putut citi ce s-a trimis
unreadable = Vă rugăm să vă întoarceți și să încercați din nou. Un comentariu poate avea până la { $most } de caractere.
choose_number = Vă rugăm să alegeți un număr de la 0 la 10.
too_long = Comentariul dumneavoastră are { PLURAL($typed) ->
    [one] { $typed } caracter
    [few] { $typed } caractere
   *[other] { $typed } de caractere
}, iar maximul este { $most }. Vă rugăm să îl scurtați.
too_often = Răspunsul a fost schimbat atât de des încât acum rămâne așa cum este.
not_saved = Nu am putut salva acum. Ce ați introdus este tot aici: vă rugăm să apăsați din nou butonul.
not_unsubscribed = Nu am putut face acest lucru acum. Vă rugăm să apăsați din nou butonul.
language_menu = Limbă
