# Latviešu

## The question and its scale

question = Cik liela ir iespējamība, ka jūs ieteiksiet { $company } draugam vai kolēģim?
question_us = Cik liela ir iespējamība, ka jūs ieteiksiet mūs draugam vai kolēģim?
low = Nemaz nav iespējams
high = Ļoti iespējams
step = Vērtējums { $score } no 10

## The letters that ask

hello = Labdien!
hello_name = Labdien, { $name }!
invite_subject = Viens jautājums: { $company }
invite_subject_about = Viens jautājums: { $subject }
remind_subject = Atgādinājums, viens jautājums: { $company }
remind_subject_about = Atgādinājums, viens jautājums: { $subject }
preheader = Pietiek noklikšķināt uz skaitļa no 0 līdz 10.
invite = Jūsu viedoklis palīdzētu mums kļūt labākiem. Tas ir tikai viens jautājums un pusminūte laika.
invite_about = Jūsu viedoklis (temats: { $subject }) palīdzētu mums kļūt labākiem. Tas ir tikai viens jautājums un pusminūte laika.
remind = Mēs vēl neesam saņēmuši jūsu atbildi, un jūsu viedoklis mums palīdzētu. Tas joprojām ir tikai viens jautājums.
remind_about = Mēs vēl neesam saņēmuši jūsu atbildi (temats: { $subject }), un jūsu viedoklis mums palīdzētu. Tas joprojām ir tikai viens jautājums.
choose = Izvēlieties savu skaitli. Lapa, kas atvērsies, lūgs to apstiprināt; pirms tam nekas netiek saglabāts.
choose_page = Izvēlieties savu skaitli. Lapa, kas atvērsies, lūgs to apstiprināt.
or_reply = Vai vienkārši atbildiet uz šo e-pastu ar skaitli no 0 līdz 10.
pressed = Ja lapa jau reiz tika atvērta, lūdzu, pārbaudiet, vai poga ir nospiesta.
regards = Paldies!
only_reminder = Šis ir vienīgais atgādinājums.
numbers_fail = Skaitļi nedarbojas?
on_the_page = Atbildēt lapā
rather_not = Nevēlaties, lai jums jautā?
unsubscribe_from = Atteikties no { $company } aptaujām

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: vai ieteiktu mūs, no 0 līdz 10?
sms_remind = { $company } atgādina: vai mūs ieteiktu, 0-10?
sms_stop = Atteikties: atbildiet STOP.

## The letter that thanks

thanks_subject = Pateicība: { $company }
review = Uzrakstīt publisku atsauksmi
thanks_why = Jūs saņemat šo ziņu, jo atbildējāt uz mūsu aptauju.

## The page

your_answer = Jūsu atbilde
please_check = Lūdzu, pārbaudiet
confirm = Apstiprināt atbildi
not_yet = Nekas netiek saglabāts, kamēr nenospiežat pogu. Vēlāk atbildi varat mainīt ar to pašu saiti.
saves_itself = Jūsu atbilde tiek saglabāta, kad nospiežat pogu, vai pati no sevis dažas sekundes pēc tam, kad sākat lietot šo lapu. Vēlāk atbildi varat mainīt ar to pašu saiti.
saved_itself = Jūsu atbilde ir saglabāta. Nospiediet pogu, lai to apstiprinātu.
not_saved_itself = Jūsu atbilde vēl nav saglabāta. Lūdzu, nospiediet pogu.
your_comment = Jūsu komentārs
thank_you = Paldies
thanks_answer = Paldies par jūsu atbildi.
thanks_comment = Paldies, mēs saņēmām jūsu komentāru.
thanks_saved = Paldies, tas ir saglabāts.
change = Mainīt
ask_detractor = Kas nebija labi un kas mums būtu jāmaina vispirms?
ask_passive = Kas visvairāk uzlabotu jūsu pieredzi?
ask_promoter = Prieks dzirdēt! Ko jūs vērtējat visaugstāk?
ask_open = Ko jūs vēlētos mums pateikt?
reasons = Kas ir jūsu atbildes pamatā?
reasons_any = Atzīmējiet visu, kas atbilst.
as_you_like = Tik, cik vēlaties, līdz { $most } rakstzīmēm.
replaces = Jūs jau iepriekš atstājāt komentāru; jaunais to aizstās.
may_contact = Ar mani drīkst sazināties par manu atbildi.
may_quote = Mani drīkst citēt ar manu vārdu.
send = Sūtīt
save = Saglabāt izmaiņas
already = Jūsu atbilde jau ir saglabāta. Šī daļa nav obligāta.

## Unsubscribing

unsubscribe = Atteikties
unsubscribe_ask = Vai atteikties no aptaujām?
unsubscribe_means = Pēc tam mēs vairs neprasīsim jūsu viedokli ne par ko.
unsubscribed = Atteikšanās ir reģistrēta.
unsubscribed_means = Mēs jums vairs nesūtīsim aptaujas. Šo lapu varat aizvērt.

## Where something is wrong

forged_title = Šī saite nedarbojas
forged = Iespējams, tā ceļā tika aprauta. Lūdzu, atveriet to vēlreiz no e-pasta.
expired_title = Šīs saites derīgums ir beidzies
expired = Tā ir no e-pasta, kas nosūtīts pirms pusgada vai agrāk. Jums nekas nav jādara.
gone_title = Šī aptauja ir beigusies
gone = Ar to saistītie dati ir dzēsti. Jums nekas nav jādara.
later_title = Lūdzu, pēc brīža mēģiniet vēlreiz
later = Pašlaik nevaram parādīt šo lapu. Jūsu saite joprojām darbojas: pēc dažām sekundēm ielādējiet lapu vēlreiz.
unreadable_title = Mēs to nevarējām nolasīt
unreadable = Lūdzu, atgriezieties un mēģiniet vēlreiz. Komentārā var būt līdz { $most } rakstzīmēm.
choose_number = Lūdzu, izvēlieties skaitli no 0 līdz 10.
too_long = Jūsu komentārā ir { PLURAL($typed) ->
    [zero] { $typed } rakstzīmju
    [one] { $typed } rakstzīme
   *[other] { $typed } rakstzīmes
}, bet var būt ne vairāk kā { $most }. Lūdzu, saīsiniet to.
too_often = Jūsu atbilde ir mainīta tik bieži, ka tagad tā paliek, kāda ir.
not_saved = Pašlaik to nevarējām saglabāt. Ievadītais joprojām ir šeit: lūdzu, nospiediet pogu vēlreiz.
not_unsubscribed = Pašlaik to nevarējām izdarīt. Lūdzu, nospiediet pogu vēlreiz.
language_menu = Valoda
