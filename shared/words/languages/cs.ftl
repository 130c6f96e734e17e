# Čeština

## The question and its scale

question = Jak je pravděpodobné, že byste společnost { $company } doporučili příteli nebo kolegovi?
question_us = Jak je pravděpodobné, že byste nás doporučili příteli nebo kolegovi?
low = Vůbec není pravděpodobné
high = Nanejvýš pravděpodobné
step = Hodnocení { $score } z 10

## The letters that ask

hello = Dobrý den,
hello_name = Dobrý den, { $name },
invite_subject = Jedna otázka od { $company }
invite_subject_about = Jedna otázka: { $subject }
remind_subject = Připomenutí: jedna otázka od { $company }
remind_subject_about = Připomenutí: jedna otázka: { $subject }
preheader = Stačí kliknout na číslo od 0 do 10.
invite = váš názor nám pomůže se zlepšit. Je to jediná otázka a zabere půl minuty.
invite_about = váš názor na „{ $subject }“ nám pomůže se zlepšit. Je to jediná otázka a zabere půl minuty.
remind = zatím jsme od vás nedostali odpověď a váš názor by nám pomohl. Stále jde jen o jednu otázku.
remind_about = zatím jsme od vás nedostali odpověď k „{ $subject }“ a váš názor by nám pomohl. Stále jde jen o jednu otázku.
choose = Vyberte své číslo. Stránka, která se otevře, vás požádá o potvrzení; do té doby se nic neuloží.
choose_page = Vyberte své číslo. Stránka, která se otevře, vás požádá o potvrzení.
or_reply = Nebo na tento e-mail jednoduše odpovězte číslem od 0 do 10.
pressed = Pokud jste ji už otevřeli, zkontrolujte prosím, zda jste stiskli tlačítko.
regards = Děkujeme
only_reminder = Toto je jediné připomenutí.
numbers_fail = Čísla nefungují?
on_the_page = Odpovědět na stránce
rather_not = Nechcete dostávat dotazy?
unsubscribe_from = Odhlásit se z průzkumů společnosti { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: doporučíte nás, od 0 do 10?
sms_remind = { $company } připomíná: doporučíte nás, 0-10?
sms_stop = Odhlášení: odpovězte STOP.

## The letter that thanks

thanks_subject = Poděkování od { $company }
review = Napsat veřejné hodnocení
thanks_why = Tuto zprávu dostáváte, protože jste odpověděli na náš průzkum.

## The page

your_answer = Vaše odpověď
please_check = Zkontrolujte prosím
confirm = Potvrdit odpověď
not_yet = Dokud nestisknete tlačítko, nic se neuloží. Odpověď můžete později změnit pomocí stejného odkazu.
saves_itself = Odpověď se uloží, když stisknete tlačítko, nebo sama několik sekund poté, co začnete stránku používat. Odpověď můžete později změnit pomocí stejného odkazu.
saved_itself = Vaše odpověď je uložena. Stisknutím tlačítka ji potvrdíte.
not_saved_itself = Vaše odpověď ještě není uložena. Stiskněte prosím tlačítko.
your_comment = Váš komentář
thank_you = Děkujeme
thanks_answer = Děkujeme za vaši odpověď.
thanks_comment = Děkujeme, váš komentář jsme obdrželi.
thanks_saved = Děkujeme, uloženo.
change = Změnit
ask_detractor = Co se pro vás nepovedlo a co bychom měli změnit jako první?
ask_passive = Co by nejvíce zlepšilo vaši zkušenost?
ask_promoter = To nás těší! Čeho si ceníte nejvíce?
ask_open = Co byste nám chtěli sdělit?
reasons = Co stojí za vaší odpovědí?
reasons_any = Zaškrtněte vše, co platí.
as_you_like = Napište, kolik chcete, nejvýše { $most } znaků.
replaces = Komentář jste už zanechali; nový jej nahradí.
may_contact = Můžete mě kontaktovat ohledně mé odpovědi.
may_quote = Můžete mě citovat s mým jménem.
send = Odeslat
save = Uložit změny
already = Vaše odpověď už je uložena. Tato část je dobrovolná.

## Unsubscribing

unsubscribe = Odhlásit
unsubscribe_ask = Odhlásit se z průzkumů?
unsubscribe_means = Potom se vás už nebudeme ptát na váš názor, a to na nic.
unsubscribed = Odhlášení proběhlo.
unsubscribed_means = Průzkumy vám už nebudeme posílat. Stránku můžete zavřít.

## Where something is wrong

forged_title = Tento odkaz nefunguje
forged = Možná byl cestou zkrácen. Otevřete jej prosím znovu z e-mailu.
expired_title = Platnost tohoto odkazu vypršela
expired = Pochází z e-mailu odeslaného před půl rokem nebo dříve. Nemusíte nic dělat.
gone_title = Tento průzkum skončil
gone = To, co k němu patřilo, bylo smazáno. Nemusíte nic dělat.
later_title = Zkuste to prosím za chvíli znovu
later = Stránku teď nemůžeme zobrazit. Váš odkaz stále funguje: načtěte stránku za několik sekund znovu.
unreadable_title = To se nám nepodařilo přečíst
unreadable = Vraťte se prosím a zkuste to znovu. Komentář může mít nejvýše { $most } znaků.
choose_number = Vyberte prosím číslo od 0 do 10.
too_long = Váš komentář má { PLURAL($typed) ->
    [one] { $typed } znak
    [few] { $typed } znaky
    [many] { $typed } znaku
   *[other] { $typed } znaků
} a vejde se nejvýše { $most }. Zkraťte jej prosím.
too_often = Vaše odpověď se měnila tak často, že teď zůstává, jak je.
not_saved = Teď se to nepodařilo uložit. Co jste zadali, tu stále je: stiskněte prosím tlačítko znovu.
not_unsubscribed = Teď se to nepodařilo. Stiskněte prosím tlačítko znovu.
language_menu = Jazyk
