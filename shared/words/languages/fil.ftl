# Filipino

## The question and its scale

question = Gaano kalamang na irerekomenda ninyo ang { $company } sa isang kaibigan o katrabaho?
question_us = Gaano kalamang na irerekomenda ninyo kami sa isang kaibigan o katrabaho?
low = Malamang na hindi
high = Malamang na malamang
step = Marka { $score } sa 10

## The letters that ask

hello = Magandang araw,
hello_name = Magandang araw, { $name },
invite_subject = Isang tanong mula sa { $company }
invite_subject_about = Isang tanong tungkol sa { $subject }
remind_subject = Paalala: isang tanong mula sa { $company }
remind_subject_about = Paalala: isang tanong tungkol sa { $subject }
preheader = Isang click lang sa numero mula 0 hanggang 10.
invite = Makakatulong ang opinyon ninyo para mas humusay kami. Iisang tanong lang ito at kalahating minuto lang.
invite_about = Makakatulong ang opinyon ninyo tungkol sa { $subject } para mas humusay kami. Iisang tanong lang ito at kalahating minuto lang.
remind = Hindi pa namin natatanggap ang sagot ninyo, at makakatulong sa amin ang opinyon ninyo. Iisang tanong pa rin lang ito.
remind_about = Hindi pa namin natatanggap ang sagot ninyo tungkol sa { $subject }, at makakatulong sa amin ang opinyon ninyo. Iisang tanong pa rin lang ito.
choose = Piliin ang numero ninyo. Hihilingin ng page na magbubukas na kumpirmahin ninyo ito; walang itatala bago iyon.
choose_page = Piliin ang numero ninyo. Hihilingin ng page na magbubukas na kumpirmahin ninyo ito.
or_reply = O sagutin lamang ninyo ang e-mail na ito ng numero mula 0 hanggang 10.
pressed = Kung nabuksan na ninyo ito noon, pakitiyak na napindot ninyo ang button.
regards = Maraming salamat,
only_reminder = Ito lang ang paalala.
numbers_fail = Hindi gumagana ang mga numero?
on_the_page = Sumagot sa page
rather_not = Ayaw na ninyong tanungin?
unsubscribe_from = Mag-unsubscribe sa mga survey ng { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: irerekomenda ba ninyo kami, 0 hanggang 10?
sms_remind = { $company }, isang paalala: irerekomenda ba ninyo kami, 0 hanggang 10?
sms_stop = I-reply ang STOP para tumigil.

## The letter that thanks

thanks_subject = Pasasalamat mula sa { $company }
review = Sumulat ng pampublikong review
thanks_why = Natanggap ninyo ito dahil sinagot ninyo ang survey namin.

## The page

your_answer = Ang sagot ninyo
please_check = Pakisuri
confirm = Kumpirmahin ang sagot ko
not_yet = Walang itatala hangga’t hindi ninyo pinipindot ang button. Mababago ninyo ang sagot ninyo mamaya gamit ang link ding ito.
saves_itself = Nase-save ang sagot ninyo kapag pinindot ninyo ang button, o kusa ilang segundo matapos ninyong simulang gamitin ang page na ito. Mababago ninyo ang sagot ninyo mamaya gamit ang link ding ito.
saved_itself = Na-save na ang sagot ninyo. Pindutin ang button para kumpirmahin ito.
not_saved_itself = Hindi pa na-save ang sagot ninyo. Pakipindot ang button.
your_comment = Ang komento ninyo
thank_you = Maraming salamat
thanks_answer = Maraming salamat sa sagot ninyo.
thanks_comment = Maraming salamat, natanggap namin ang komento ninyo.
thanks_saved = Maraming salamat, nai-save na ito.
change = Baguhin
ask_detractor = Ano ang hindi naging maayos para sa inyo, at ano ang dapat naming unang baguhin?
ask_passive = Ano ang isang bagay na magpapaganda ng karanasan ninyo?
ask_promoter = Masaya kaming marinig iyan! Ano ang pinakapinahahalagahan ninyo?
ask_open = Ano ang gusto ninyong sabihin sa amin?
reasons = Ano ang dahilan ng sagot ninyo?
reasons_any = Lagyan ng tsek ang lahat ng angkop.
as_you_like = Gaano man kahaba o kaikli, hanggang { $most } character.
replaces = May iniwan na kayong komento; papalitan ito ng bago.
may_contact = Maaari ninyo akong kontakin tungkol sa sagot ko.
may_quote = Maaari ninyo akong sipiin, kasama ang pangalan ko.
send = Ipadala
save = I-save ang mga pagbabago
already = Naitala na ang sagot ninyo. Opsyonal ang bahaging ito.

## Unsubscribing

unsubscribe = Mag-unsubscribe
unsubscribe_ask = Mag-unsubscribe sa mga survey?
unsubscribe_means = Hindi na namin hihingin muli ang opinyon ninyo, tungkol sa anuman.
unsubscribed = Naka-unsubscribe na kayo.
unsubscribed_means = Hindi na namin kayo padadalhan ng mga survey. Maaari na ninyong isara ang page na ito.

## Where something is wrong

forged_title = Hindi gumagana ang link na ito
forged = Maaaring naputol ito. Pakibuksan itong muli mula sa e-mail.
expired_title = Nag-expire na ang link na ito
expired = Galing ito sa e-mail na ipinadala kalahating taon na ang nakalipas o mas maaga pa. Wala kayong kailangang gawin.
gone_title = Tapos na ang survey na ito
gone = Nabura na ang mga kaugnay na datos. Wala kayong kailangang gawin.
later_title = Pakisubukang muli maya-maya
later = Hindi namin maipakita ang page na ito ngayon. Gumagana pa rin ang link ninyo: i-reload ang page pagkalipas ng ilang segundo.
unreadable_title = Hindi namin iyon mabasa
unreadable = Pakibalik at subukang muli. Maaaring umabot ang komento sa { $most } character.
choose_number = Pakipili ang isang numero mula 0 hanggang 10.
too_long = May { PLURAL($typed) ->
    [one] { $typed } character
   *[other] { $typed } na character
} ang komento ninyo, at hanggang { $most } lang ang kasya. Pakiiklian ito.
too_often = Masyadong madalas nabago ang sagot ninyo kaya mananatili na ito.
not_saved = Hindi namin ito ma-save ngayon. Narito pa rin ang inilagay ninyo: pakipindot muli ang button.
not_unsubscribed = Hindi namin ito magawa ngayon. Pakipindot muli ang button.
language_menu = Wika
