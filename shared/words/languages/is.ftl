# Íslenska

## The question and its scale

question = Hversu líklegt er að þú myndir mæla með { $company } við vin eða samstarfsfélaga?
question_us = Hversu líklegt er að þú myndir mæla með okkur við vin eða samstarfsfélaga?
low = Alls ekki líklegt
high = Mjög líklegt
step = Einkunn { $score } af 10

## The letters that ask

hello = Góðan dag,
hello_name = Góðan dag, { $name },
invite_subject = Ein spurning frá { $company }
invite_subject_about = Ein spurning: { $subject }
remind_subject = Áminning: ein spurning frá { $company }
remind_subject_about = Áminning: ein spurning: { $subject }
preheader = Einn smellur á tölu frá 0 til 10.
invite = Álit þitt myndi hjálpa okkur að gera betur. Þetta er ein spurning og tekur hálfa mínútu.
invite_about = Álit þitt (efni: { $subject }) myndi hjálpa okkur að gera betur. Þetta er ein spurning og tekur hálfa mínútu.
remind = Við höfum ekki enn fengið svar frá þér og álit þitt myndi hjálpa okkur. Þetta er enn aðeins ein spurning.
remind_about = Við höfum ekki enn fengið svar frá þér (efni: { $subject }) og álit þitt myndi hjálpa okkur. Þetta er enn aðeins ein spurning.
choose = Veldu þína tölu. Síðan sem opnast biður þig að staðfesta hana og ekkert er skráð fyrr en þú gerir það.
choose_page = Veldu þína tölu. Síðan sem opnast biður þig að staðfesta hana.
or_reply = Eða svaraðu þessum tölvupósti einfaldlega með tölu frá 0 til 10.
pressed = Ef þú hefur opnað hana áður skaltu athuga hvort þú ýttir á hnappinn.
regards = Kærar þakkir,
only_reminder = Þetta er eina áminningin.
numbers_fail = Virka tölurnar ekki?
on_the_page = Svara á síðunni
rather_not = Viltu síður fá spurningar?
unsubscribe_from = Afskrá mig úr könnunum frá { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: mælir þú með okkur, frá 0 til 10?
sms_remind = { $company } minnir á: mælir þú með okkur, 0-10?
sms_stop = Afskráning: svaraðu STOP.

## The letter that thanks

thanks_subject = Kærar þakkir frá { $company }
review = Skrifa opinbera umsögn
thanks_why = Þú færð þessi skilaboð vegna þess að þú svaraðir könnun okkar.

## The page

your_answer = Svarið þitt
please_check = Vinsamlegast athugaðu
confirm = Staðfesta svarið mitt
not_yet = Ekkert er skráð fyrr en þú ýtir á hnappinn. Þú getur breytt svarinu síðar með sama tengli.
saves_itself = Svarið þitt er vistað þegar þú ýtir á hnappinn, eða sjálfkrafa nokkrum sekúndum eftir að þú byrjar að nota síðuna. Þú getur breytt svarinu síðar með sama tengli.
saved_itself = Svarið þitt er vistað. Ýttu á hnappinn til að staðfesta það.
not_saved_itself = Svarið þitt er ekki enn vistað. Ýttu á hnappinn.
your_comment = Athugasemdin þín
thank_you = Kærar þakkir
thanks_answer = Kærar þakkir fyrir svarið.
thanks_comment = Kærar þakkir, við höfum fengið athugasemdina þína.
thanks_saved = Kærar þakkir, þetta er vistað.
change = Breyta
ask_detractor = Hvað fór úrskeiðis hjá þér og hverju ættum við að breyta fyrst?
ask_passive = Hvað er það eina sem myndi bæta upplifun þína mest?
ask_promoter = Gaman að heyra! Hvað kannt þú best að meta?
ask_open = Hvað viltu segja okkur?
reasons = Hvað býr að baki svarinu?
reasons_any = Merktu við allt sem á við.
as_you_like = Eins mikið eða lítið og þú vilt, allt að { $most } stafir.
replaces = Þú hefur áður skilið eftir athugasemd; ný kemur í hennar stað.
may_contact = Hafa má samband við mig vegna svarsins.
may_quote = Vitna má í mig með nafni.
send = Senda
save = Vista breytingar
already = Svarið þitt er þegar skráð. Þessi hluti er valfrjáls.

## Unsubscribing

unsubscribe = Afskrá
unsubscribe_ask = Viltu afskrá þig úr könnunum?
unsubscribe_means = Þá munum við ekki aftur biðja um álit þitt, á neinu.
unsubscribed = Afskráningin er skráð.
unsubscribed_means = Við sendum þér ekki fleiri kannanir. Þú getur lokað þessari síðu.

## Where something is wrong

forged_title = Þessi tengill virkar ekki
forged = Hann gæti hafa skorist af á leiðinni. Opnaðu hann aftur úr tölvupóstinum.
expired_title = Þessi tengill er útrunninn
expired = Hann kom með tölvupósti sem var sendur fyrir hálfu ári eða fyrr. Þú þarft ekki að gera neitt.
gone_title = Þessari könnun er lokið
gone = Því sem henni tilheyrði hefur verið eytt. Þú þarft ekki að gera neitt.
later_title = Reyndu aftur eftir augnablik
later = Við getum ekki sýnt þessa síðu núna. Tengillinn þinn virkar enn: endurhladdu síðuna eftir nokkrar sekúndur.
unreadable_title = Við gátum ekki lesið þetta
unreadable = Farðu til baka og reyndu aftur. Athugasemd getur verið allt að { $most } stafir.
choose_number = Veldu tölu frá 0 til 10.
too_long = Athugasemdin þín er { PLURAL($typed) ->
    [one] { $typed } stafur
   *[other] { $typed } stafir
} og mest komast { $most } fyrir. Styttu hana.
too_often = Svarinu þínu hefur verið breytt svo oft að það stendur nú eins og það er.
not_saved = Við gátum ekki vistað þetta núna. Það sem þú skrifaðir er enn hér: ýttu aftur á hnappinn.
not_unsubscribed = Við gátum ekki gert þetta núna. Ýttu aftur á hnappinn.
language_menu = Tungumál
