# Bahasa Indonesia

## The question and its scale

question = Seberapa besar kemungkinan Anda merekomendasikan { $company } kepada teman atau kolega?
question_us = Seberapa besar kemungkinan Anda merekomendasikan kami kepada teman atau kolega?
low = Sama sekali tidak mungkin
high = Sangat mungkin
step = Nilai { $score } dari 10

## The letters that ask

hello = Halo,
hello_name = Halo { $name },
invite_subject = Satu pertanyaan dari { $company }
invite_subject_about = Satu pertanyaan tentang { $subject }
remind_subject = Pengingat: satu pertanyaan dari { $company }
remind_subject_about = Pengingat: satu pertanyaan tentang { $subject }
preheader = Cukup satu klik pada angka dari 0 sampai 10.
invite = Pendapat Anda akan membantu kami menjadi lebih baik. Hanya ada satu pertanyaan dan perlu setengah menit.
invite_about = Pendapat Anda tentang { $subject } akan membantu kami menjadi lebih baik. Hanya ada satu pertanyaan dan perlu setengah menit.
remind = Kami belum menerima jawaban Anda, dan pendapat Anda akan membantu kami. Tetap hanya ada satu pertanyaan.
remind_about = Kami belum menerima jawaban Anda tentang { $subject }, dan pendapat Anda akan membantu kami. Tetap hanya ada satu pertanyaan.
choose = Pilih angka Anda. Halaman yang terbuka akan meminta Anda mengonfirmasinya; sebelum itu tidak ada yang dicatat.
choose_page = Pilih angka Anda. Halaman yang terbuka akan meminta Anda mengonfirmasinya.
or_reply = Atau cukup balas email ini dengan angka dari 0 sampai 10.
pressed = Jika Anda pernah membukanya, pastikan Anda telah menekan tombolnya.
regards = Terima kasih,
only_reminder = Ini satu-satunya pengingat.
numbers_fail = Angkanya tidak berfungsi?
on_the_page = Jawab di halaman
rather_not = Lebih suka tidak ditanya?
unsubscribe_from = Berhenti berlangganan survei dari { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: apakah Anda merekomendasikan kami, 0-10?
sms_remind = { $company }, satu pengingat saja: Anda merekomendasikan kami, 0-10?
sms_stop = Balas STOP untuk berhenti.

## The letter that thanks

thanks_subject = Terima kasih dari { $company }
review = Tulis ulasan publik
thanks_why = Anda menerima pesan ini karena telah menjawab survei kami.

## The page

your_answer = Jawaban Anda
please_check = Harap periksa
confirm = Konfirmasi jawaban saya
not_yet = Tidak ada yang dicatat sampai Anda menekan tombol. Anda dapat mengubah jawaban nanti dengan tautan yang sama.
saves_itself = Jawaban Anda disimpan saat Anda menekan tombol, atau dengan sendirinya beberapa detik setelah Anda mulai menggunakan halaman ini. Anda dapat mengubah jawaban nanti dengan tautan yang sama.
saved_itself = Jawaban Anda sudah disimpan. Tekan tombol untuk mengonfirmasinya.
not_saved_itself = Jawaban Anda belum disimpan. Harap tekan tombol.
your_comment = Komentar Anda
thank_you = Terima kasih
thanks_answer = Terima kasih atas jawaban Anda.
thanks_comment = Terima kasih, komentar Anda sudah kami terima.
thanks_saved = Terima kasih, sudah disimpan.
change = Ubah
ask_detractor = Apa yang kurang baik bagi Anda, dan apa yang sebaiknya kami ubah terlebih dahulu?
ask_passive = Apa satu hal yang akan membuatnya lebih baik bagi Anda?
ask_promoter = Senang mendengarnya! Apa yang paling Anda hargai?
ask_open = Apa yang ingin Anda sampaikan kepada kami?
reasons = Apa yang mendasari jawaban Anda?
reasons_any = Centang semua yang sesuai.
as_you_like = Sebanyak atau sesedikit yang Anda mau, hingga { $most } karakter.
replaces = Anda pernah meninggalkan komentar; komentar baru akan menggantikannya.
may_contact = Saya boleh dihubungi mengenai jawaban saya.
may_quote = Saya boleh dikutip dengan nama saya.
send = Kirim
save = Simpan perubahan
already = Jawaban Anda sudah dicatat. Bagian ini opsional.

## Unsubscribing

unsubscribe = Berhenti berlangganan
unsubscribe_ask = Berhenti berlangganan survei?
unsubscribe_means = Setelah itu kami tidak akan meminta pendapat Anda lagi, tentang apa pun.
unsubscribed = Anda sudah berhenti berlangganan.
unsubscribed_means = Kami tidak akan mengirim survei lagi kepada Anda. Anda dapat menutup halaman ini.

## Where something is wrong

forged_title = Tautan ini tidak berfungsi
forged = Mungkin tautannya terpotong di jalan. Harap buka lagi dari email.
expired_title = Tautan ini sudah kedaluwarsa
expired = Tautan ini berasal dari email yang dikirim setengah tahun lalu atau sebelumnya. Anda tidak perlu melakukan apa pun.
gone_title = Survei ini sudah selesai
gone = Data yang terkait sudah dihapus. Anda tidak perlu melakukan apa pun.
later_title = Harap coba lagi sebentar lagi
later = Kami tidak dapat menampilkan halaman ini sekarang. Tautan Anda masih berfungsi: muat ulang halaman dalam beberapa detik.
unreadable_title = Kami tidak dapat membacanya
unreadable = Harap kembali dan coba lagi. Komentar boleh berisi hingga { $most } karakter.
choose_number = Harap pilih angka dari 0 sampai 10.
too_long = Komentar Anda berisi { PLURAL($typed) ->
   *[other] { $typed } karakter
}, paling banyak { $most }. Harap persingkat.
too_often = Jawaban Anda diubah begitu sering sehingga sekarang tetap seperti ini.
not_saved = Kami tidak dapat menyimpannya sekarang. Yang Anda masukkan masih ada di sini: harap tekan tombol lagi.
not_unsubscribed = Kami tidak dapat melakukannya sekarang. Harap tekan tombol lagi.
language_menu = Bahasa
