# Slovenčina

## The question and its scale

question = Aká je pravdepodobnosť, že by ste spoločnosť { $company } odporučili priateľovi alebo kolegovi?
question_us = Aká je pravdepodobnosť, že by ste nás odporučili priateľovi alebo kolegovi?
low = Vôbec nie je pravdepodobné
high = Mimoriadne pravdepodobné
step = Hodnotenie { $score } z 10

## The letters that ask

hello = Dobrý deň,
hello_name = Dobrý deň, { $name },
invite_subject = Jedna otázka od { $company }
invite_subject_about = Jedna otázka: { $subject }
remind_subject = Pripomienka: jedna otázka od { $company }
remind_subject_about = Pripomienka: jedna otázka: { $subject }
preheader = Stačí kliknúť na číslo od 0 do 10.
invite = váš názor nám pomôže zlepšiť sa. Je to jediná otázka a zaberie pol minúty.
invite_about = váš názor na „{ $subject }“ nám pomôže zlepšiť sa. Je to jediná otázka a zaberie pol minúty.
remind = zatiaľ sme od vás nedostali odpoveď a váš názor by nám pomohol. Stále ide len o jednu otázku.
remind_about = zatiaľ sme od vás nedostali odpoveď k „{ $subject }“ a váš názor by nám pomohol. Stále ide len o jednu otázku.
choose = Vyberte svoje číslo. Stránka, ktorá sa otvorí, vás požiada o potvrdenie; dovtedy sa nič neuloží.
choose_page = Vyberte svoje číslo. Stránka, ktorá sa otvorí, vás požiada o potvrdenie.
or_reply = Alebo na tento e-mail jednoducho odpovedzte číslom od 0 do 10.
pressed = Ak ste ju už otvorili, skontrolujte, prosím, či ste stlačili tlačidlo.
regards = Ďakujeme
only_reminder = Toto je jediná pripomienka.
numbers_fail = Čísla nefungujú?
on_the_page = Odpovedať na stránke
rather_not = Nechcete dostávať otázky?
unsubscribe_from = Odhlásiť sa z prieskumov spoločnosti { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: odporučíte nás, od 0 do 10?
sms_remind = { $company } pripomína: odporučíte nás, 0-10?
sms_stop = Odhlásenie: odpovedzte STOP.

## The letter that thanks

thanks_subject = Poďakovanie od { $company }
review = Napísať verejné hodnotenie
thanks_why = Túto správu dostávate, pretože ste odpovedali na náš prieskum.

## The page

your_answer = Vaša odpoveď
please_check = Skontrolujte, prosím
confirm = Potvrdiť odpoveď
not_yet = Kým nestlačíte tlačidlo, nič sa neuloží. Odpoveď môžete neskôr zmeniť pomocou rovnakého odkazu.
saves_itself = Odpoveď sa uloží, keď stlačíte tlačidlo, alebo sama niekoľko sekúnd po tom, ako začnete stránku používať. Odpoveď môžete neskôr zmeniť pomocou rovnakého odkazu.
saved_itself = Vaša odpoveď je uložená. Stlačením tlačidla ju potvrdíte.
not_saved_itself = Vaša odpoveď ešte nie je uložená. Stlačte, prosím, tlačidlo.
your_comment = Váš komentár
thank_you = Ďakujeme
thanks_answer = Ďakujeme za vašu odpoveď.
thanks_comment = Ďakujeme, váš komentár sme dostali.
thanks_saved = Ďakujeme, uložené.
change = Zmeniť
ask_detractor = Čo sa vám nevydarilo a čo by sme mali zmeniť ako prvé?
ask_passive = Čo by najviac zlepšilo vašu skúsenosť?
ask_promoter = To nás teší! Čo si ceníte najviac?
ask_open = Čo by ste nám chceli povedať?
reasons = Čo stojí za vašou odpoveďou?
reasons_any = Označte všetko, čo platí.
as_you_like = Napíšte, koľko chcete, najviac { $most } znakov.
replaces = Komentár ste už zanechali; nový ho nahradí.
may_contact = Môžete ma kontaktovať v súvislosti s mojou odpoveďou.
may_quote = Môžete ma citovať s mojím menom.
send = Odoslať
save = Uložiť zmeny
already = Vaša odpoveď je už uložená. Táto časť je dobrovoľná.

## Unsubscribing

unsubscribe = Odhlásiť
unsubscribe_ask = Odhlásiť sa z prieskumov?
unsubscribe_means = Potom sa vás už nebudeme pýtať na váš názor, a to na nič.
unsubscribed = Odhlásenie prebehlo.
unsubscribed_means = Prieskumy vám už nebudeme posielať. Stránku môžete zavrieť.

## Where something is wrong

forged_title = Tento odkaz nefunguje
forged = Možno bol cestou skrátený. Otvorte ho, prosím, znova z e-mailu.
expired_title = Platnosť tohto odkazu vypršala
expired = Pochádza z e-mailu odoslaného pred pol rokom alebo skôr. Nemusíte nič robiť.
gone_title = Tento prieskum sa skončil
gone = To, čo k nemu patrilo, bolo vymazané. Nemusíte nič robiť.
later_title = Skúste to, prosím, o chvíľu znova
later = Stránku teraz nemôžeme zobraziť. Váš odkaz stále funguje: načítajte stránku o niekoľko sekúnd znova.
unreadable_title = To sa nám nepodarilo prečítať
unreadable = Vráťte sa, prosím, a skúste to znova. Komentár môže mať najviac { $most } znakov.
choose_number = Vyberte, prosím, číslo od 0 do 10.
too_long = Váš komentár má { PLURAL($typed) ->
    [one] { $typed } znak
    [few] { $typed } znaky
    [many] { $typed } znaku
   *[other] { $typed } znakov
} a zmestí sa najviac { $most }. Skráťte ho, prosím.
too_often = Vaša odpoveď sa menila tak často, že teraz zostáva, ako je.
not_saved = Teraz sa to nepodarilo uložiť. Čo ste zadali, tu stále je: stlačte, prosím, tlačidlo znova.
not_unsubscribed = Teraz sa to nepodarilo. Stlačte, prosím, tlačidlo znova.
language_menu = Jazyk
