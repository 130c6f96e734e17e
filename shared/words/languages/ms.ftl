# Bahasa Melayu

## The question and its scale

question = Sejauh manakah kemungkinan anda mengesyorkan { $company } kepada rakan atau rakan sekerja?
question_us = Sejauh manakah kemungkinan anda mengesyorkan kami kepada rakan atau rakan sekerja?
low = Langsung tidak mungkin
high = Sangat mungkin
step = Skor { $score } daripada 10

## The letters that ask

hello = Salam sejahtera,
hello_name = Salam sejahtera { $name },
invite_subject = Satu soalan daripada { $company }
invite_subject_about = Satu soalan tentang { $subject }
remind_subject = Peringatan: satu soalan daripada { $company }
remind_subject_about = Peringatan: satu soalan tentang { $subject }
preheader = Hanya satu klik pada nombor dari 0 hingga 10.
invite = Pandangan anda akan membantu kami menjadi lebih baik. Hanya ada satu soalan dan mengambil masa setengah minit.
invite_about = Pandangan anda tentang { $subject } akan membantu kami menjadi lebih baik. Hanya ada satu soalan dan mengambil masa setengah minit.
remind = Kami belum menerima jawapan anda, dan pandangan anda akan membantu kami. Masih hanya ada satu soalan.
remind_about = Kami belum menerima jawapan anda tentang { $subject }, dan pandangan anda akan membantu kami. Masih hanya ada satu soalan.
choose = Pilih nombor anda. Halaman yang dibuka akan meminta anda mengesahkannya; sebelum itu tiada apa-apa yang direkodkan.
choose_page = Pilih nombor anda. Halaman yang dibuka akan meminta anda mengesahkannya.
or_reply = Atau balas sahaja e-mel ini dengan nombor dari 0 hingga 10.
pressed = Jika anda pernah membukanya, sila pastikan anda telah menekan butang.
regards = Terima kasih,
only_reminder = Ini satu-satunya peringatan.
numbers_fail = Nombor tidak berfungsi?
on_the_page = Jawab di halaman
rather_not = Lebih suka tidak ditanya?
unsubscribe_from = Berhenti melanggan tinjauan daripada { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: adakah anda akan mengesyorkan kami, 0-10?
sms_remind = { $company }, peringatan sekali: anda mengesyorkan kami, 0-10?
sms_stop = Balas STOP untuk berhenti menerima.

## The letter that thanks

thanks_subject = Terima kasih daripada { $company }
review = Tulis ulasan awam
thanks_why = Anda menerima mesej ini kerana telah menjawab tinjauan kami.

## The page

your_answer = Jawapan anda
please_check = Sila semak
confirm = Sahkan jawapan saya
not_yet = Tiada apa-apa direkodkan sehingga anda menekan butang. Anda boleh mengubah jawapan kemudian dengan pautan yang sama.
saves_itself = Jawapan anda disimpan apabila anda menekan butang, atau dengan sendirinya beberapa saat selepas anda mula menggunakan halaman ini. Anda boleh mengubah jawapan kemudian dengan pautan yang sama.
saved_itself = Jawapan anda telah disimpan. Tekan butang untuk mengesahkannya.
not_saved_itself = Jawapan anda belum disimpan. Sila tekan butang.
your_comment = Komen anda
thank_you = Terima kasih
thanks_answer = Terima kasih atas jawapan anda.
thanks_comment = Terima kasih, kami telah menerima komen anda.
thanks_saved = Terima kasih, ia telah disimpan.
change = Ubah
ask_detractor = Apakah yang tidak kena bagi anda, dan apakah yang patut kami ubah dahulu?
ask_passive = Apakah satu perkara yang akan menjadikannya lebih baik bagi anda?
ask_promoter = Gembira mendengarnya! Apakah yang paling anda hargai?
ask_open = Apakah yang anda ingin beritahu kami?
reasons = Apakah sebab di sebalik jawapan anda?
reasons_any = Tandakan semua yang berkenaan.
as_you_like = Sebanyak atau sesedikit yang anda mahu, sehingga { $most } aksara.
replaces = Anda pernah meninggalkan komen; komen baharu akan menggantikannya.
may_contact = Saya boleh dihubungi tentang jawapan saya.
may_quote = Saya boleh dipetik dengan nama saya.
send = Hantar
save = Simpan perubahan
already = Jawapan anda sudah direkodkan. Bahagian ini pilihan anda.

## Unsubscribing

unsubscribe = Berhenti melanggan
unsubscribe_ask = Berhenti melanggan tinjauan?
unsubscribe_means = Selepas itu kami tidak akan meminta pandangan anda lagi, tentang apa-apa pun.
unsubscribed = Anda telah berhenti melanggan.
unsubscribed_means = Kami tidak akan menghantar tinjauan kepada anda lagi. Anda boleh menutup halaman ini.

## Where something is wrong

forged_title = Pautan ini tidak berfungsi
forged = Mungkin pautan terpotong dalam perjalanan. Sila buka semula daripada e-mel.
expired_title = Pautan ini telah tamat tempoh
expired = Pautan ini daripada e-mel yang dihantar setengah tahun lalu atau lebih awal. Anda tidak perlu berbuat apa-apa.
gone_title = Tinjauan ini telah tamat
gone = Data yang berkaitan telah dipadamkan. Anda tidak perlu berbuat apa-apa.
later_title = Sila cuba lagi sebentar nanti
later = Kami tidak dapat memaparkan halaman ini sekarang. Pautan anda masih berfungsi: muat semula halaman dalam beberapa saat.
unreadable_title = Kami tidak dapat membacanya
unreadable = Sila kembali dan cuba lagi. Komen boleh mengandungi sehingga { $most } aksara.
choose_number = Sila pilih nombor dari 0 hingga 10.
too_long = Komen anda mengandungi { PLURAL($typed) ->
   *[other] { $typed } aksara
}, paling banyak { $most }. Sila pendekkan.
too_often = Jawapan anda telah diubah begitu kerap sehingga kini kekal seperti sedia ada.
not_saved = Kami tidak dapat menyimpannya sekarang. Apa yang anda masukkan masih di sini: sila tekan butang sekali lagi.
not_unsubscribed = Kami tidak dapat melakukannya sekarang. Sila tekan butang sekali lagi.
language_menu = Bahasa
