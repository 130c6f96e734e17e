# Türkçe

## The question and its scale

question = { $company } şirketini bir arkadaşınıza veya iş arkadaşınıza tavsiye etme olasılığınız nedir?
question_us = Bizi bir arkadaşınıza veya iş arkadaşınıza tavsiye etme olasılığınız nedir?
low = Hiç olası değil
high = Son derece olası
step = 10 üzerinden { $score } puan

## The letters that ask

hello = Merhaba,
hello_name = Merhaba { $name },
invite_subject = Tek bir soru: { $company }
invite_subject_about = Tek bir soru: { $subject }
remind_subject = Hatırlatma, tek bir soru: { $company }
remind_subject_about = Hatırlatma, tek bir soru: { $subject }
preheader = 0 ile 10 arasında bir sayıya tıklamanız yeterli.
invite = Görüşünüz daha iyi olmamıza yardımcı olur. Yalnızca bir soru var ve yarım dakika sürüyor.
invite_about = “{ $subject }” hakkındaki görüşünüz daha iyi olmamıza yardımcı olur. Yalnızca bir soru var ve yarım dakika sürüyor.
remind = Henüz yanıtınızı almadık; görüşünüz bize yardımcı olur. Hâlâ yalnızca bir soru.
remind_about = “{ $subject }” hakkında henüz yanıtınızı almadık; görüşünüz bize yardımcı olur. Hâlâ yalnızca bir soru.
choose = Sayınızı seçin. Açılan sayfa sizden onaylamanızı ister; onaylamadan önce hiçbir şey kaydedilmez.
choose_page = Sayınızı seçin. Açılan sayfa sizden onaylamanızı ister.
or_reply = Ya da bu e-postayı 0 ile 10 arasında bir sayıyla yanıtlamanız yeterli.
pressed = Sayfayı daha önce açtıysanız lütfen düğmeye bastığınızdan emin olun.
regards = Teşekkür ederiz,
only_reminder = Bu tek hatırlatmadır.
numbers_fail = Sayılar çalışmıyor mu?
on_the_page = Sayfada yanıtlayın
rather_not = Size soru sorulmasını istemiyor musunuz?
unsubscribe_from = { $company } anketlerinin aboneliğinden çıkın

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: bizi önerir misiniz, 0-10?
sms_remind = { $company } hatırlatır: önerir misiniz, 0-10?
sms_stop = Çıkmak için STOP yanıtlayın.

## The letter that thanks

thanks_subject = { $company } teşekkür ediyor
review = Herkese açık bir değerlendirme yazın
thanks_why = Bu iletiyi, anketimizi yanıtladığınız için alıyorsunuz.

## The page

your_answer = Yanıtınız
please_check = Lütfen kontrol edin
confirm = Yanıtımı onayla
not_yet = Düğmeye basana kadar hiçbir şey kaydedilmez. Yanıtınızı daha sonra aynı bağlantıyla değiştirebilirsiniz.
saves_itself = Yanıtınız düğmeye bastığınızda ya da bu sayfayı kullanmaya başladıktan birkaç saniye sonra kendiliğinden kaydedilir. Yanıtınızı daha sonra aynı bağlantıyla değiştirebilirsiniz.
saved_itself = Yanıtınız kaydedildi. Onaylamak için düğmeye basın.
not_saved_itself = Yanıtınız henüz kaydedilmedi. Lütfen düğmeye basın.
your_comment = Yorumunuz
thank_you = Teşekkür ederiz
thanks_answer = Yanıtınız için teşekkür ederiz.
thanks_comment = Teşekkür ederiz, yorumunuzu aldık.
thanks_saved = Teşekkür ederiz, kaydedildi.
change = Değiştir
ask_detractor = Sizin için ne ters gitti ve önce neyi değiştirmeliyiz?
ask_passive = Deneyiminizi daha iyi kılacak tek şey ne olurdu?
ask_promoter = Bunu duymak güzel! En çok neye değer veriyorsunuz?
ask_open = Bize ne söylemek istersiniz?
reasons = Yanıtınızın ardında ne var?
reasons_any = Uyanların hepsini işaretleyin.
as_you_like = Dilediğiniz kadar, en fazla { $most } karakter.
replaces = Daha önce bir yorum bıraktınız; yenisi onun yerine geçer.
may_contact = Yanıtımla ilgili olarak benimle iletişime geçebilirsiniz.
may_quote = Beni adımla alıntılayabilirsiniz.
send = Gönder
save = Değişiklikleri kaydet
already = Yanıtınız zaten kaydedildi. Bu bölüm isteğe bağlıdır.

## Unsubscribing

unsubscribe = Abonelikten çık
unsubscribe_ask = Anket aboneliğinden çıkılsın mı?
unsubscribe_means = Bundan sonra hiçbir konuda görüşünüzü sormayacağız.
unsubscribed = Abonelikten çıktınız.
unsubscribed_means = Size artık anket göndermeyeceğiz. Bu sayfayı kapatabilirsiniz.

## Where something is wrong

forged_title = Bu bağlantı çalışmıyor
forged = Yolda kesilmiş olabilir. Lütfen e-postadan yeniden açın.
expired_title = Bu bağlantının süresi doldu
expired = Yarım yıl önce veya daha önce gönderilen bir e-postaya ait. Bir şey yapmanız gerekmiyor.
gone_title = Bu anket sona erdi
gone = Ona ait bilgiler silindi. Bir şey yapmanız gerekmiyor.
later_title = Lütfen biraz sonra yeniden deneyin
later = Bu sayfayı şu anda gösteremiyoruz. Bağlantınız hâlâ çalışıyor: sayfayı birkaç saniye sonra yenileyin.
unreadable_title = Bunu okuyamadık
unreadable = Lütfen geri dönüp yeniden deneyin. Bir yorum en fazla { $most } karakter olabilir.
choose_number = Lütfen 0 ile 10 arasında bir sayı seçin.
too_long = Yorumunuz { PLURAL($typed) ->
    [one] { $typed } karakter
   *[other] { $typed } karakter
}, en fazla { $most } karakter sığıyor. Lütfen kısaltın.
too_often = Yanıtınız o kadar sık değiştirildi ki artık olduğu gibi kalıyor.
not_saved = Bunu şu anda kaydedemedik. Girdikleriniz hâlâ burada: lütfen düğmeye yeniden basın.
not_unsubscribed = Bunu şu anda yapamadık. Lütfen düğmeye yeniden basın.
language_menu = Dil
