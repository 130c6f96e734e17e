# العربية

## The question and its scale

question = ما مدى احتمال توصيتك بشركة { $company } لصديق أو زميل؟
question_us = ما مدى احتمال توصيتك بنا لصديق أو زميل؟
low = غير محتمل على الإطلاق
high = محتمل للغاية
step = الدرجة { $score } من 10

## The letters that ask

hello = تحية طيبة،
hello_name = تحية طيبة { $name }،
invite_subject = سؤال واحد من { $company }
invite_subject_about = سؤال واحد عن { $subject }
remind_subject = تذكير: سؤال واحد من { $company }
remind_subject_about = تذكير: سؤال واحد عن { $subject }
preheader = تكفي نقرة واحدة على رقم من 0 إلى 10.
invite = رأيك يساعدنا على تقديم الأفضل. إنه سؤال واحد ويستغرق نصف دقيقة.
invite_about = رأيك في { $subject } يساعدنا على تقديم الأفضل. إنه سؤال واحد ويستغرق نصف دقيقة.
remind = لم يصلنا ردك بعد، ورأيك يساعدنا. ما زال الأمر سؤالًا واحدًا فقط.
remind_about = لم يصلنا ردك عن { $subject } بعد، ورأيك يساعدنا. ما زال الأمر سؤالًا واحدًا فقط.
choose = يُرجى اختيار الرقم المناسب. ستطلب الصفحة التي تُفتح تأكيده، ولن يُسجَّل أي شيء قبل ذلك.
choose_page = يُرجى اختيار الرقم المناسب. ستطلب الصفحة التي تُفتح تأكيده.
or_reply = أو يمكنكم ببساطة الرد على هذه الرسالة برقم من 0 إلى 10.
pressed = إذا سبق فتح الصفحة، فيُرجى التأكد من الضغط على الزر.
regards = شكرًا لك،
only_reminder = هذا هو التذكير الوحيد.
numbers_fail = الأرقام لا تعمل؟
on_the_page = الإجابة في الصفحة
rather_not = لا رغبة في تلقي الأسئلة؟
unsubscribe_from = إلغاء الاشتراك في استبيانات { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = من شركة { $company }: هل توصي بنا، 0 إلى 10؟
sms_remind = تذكير من { $company }: هل توصي بنا، 0 إلى 10؟
sms_stop = للإلغاء: الرد بكلمة STOP.

## The letter that thanks

thanks_subject = شكر من { $company }
review = كتابة تقييم علني
thanks_why = وصلتك هذه الرسالة بعد إجابتك عن استبياننا.

## The page

your_answer = إجابتك
please_check = يُرجى التحقق
confirm = تأكيد إجابتي
not_yet = لا يُسجَّل أي شيء قبل الضغط على الزر. يمكنك تغيير إجابتك لاحقًا من الرابط نفسه.
saves_itself = تُحفظ إجابتك عند الضغط على الزر، أو تلقائيًا بعد ثوانٍ من بدء استخدام هذه الصفحة. يمكنك تغيير إجابتك لاحقًا من الرابط نفسه.
saved_itself = تم حفظ إجابتك. اضغط على الزر لتأكيدها.
not_saved_itself = لم تُحفظ إجابتك بعد. يُرجى الضغط على الزر.
your_comment = تعليقك
thank_you = شكرًا لك
thanks_answer = شكرًا لك على إجابتك.
thanks_comment = شكرًا لك، وصلنا تعليقك.
thanks_saved = شكرًا لك، تم الحفظ.
change = تغييرها
ask_detractor = ما الذي لم يسر على ما يرام، وما الذي ينبغي أن نغيّره أولًا؟
ask_passive = ما الشيء الوحيد الذي من شأنه أن يحسّن تجربتك؟
ask_promoter = يسعدنا ذلك! ما أكثر ما يعجبك؟
ask_open = ما الذي يمكنك أن تخبرنا به؟
reasons = ما أسباب إجابتك؟
reasons_any = حدِّد كل ما ينطبق.
as_you_like = بالقدر المناسب لك، حتى { $most } حرف.
replaces = لدينا تعليق سابق منك، وسيحل الجديد محله.
may_contact = يمكنكم التواصل معي بخصوص إجابتي.
may_quote = يمكنكم اقتباس كلامي مع ذكر اسمي.
send = إرسال
save = حفظ التغييرات
already = إجابتك مسجَّلة بالفعل. هذا الجزء اختياري.

## Unsubscribing

unsubscribe = إلغاء الاشتراك
unsubscribe_ask = إلغاء الاشتراك في الاستبيانات؟
unsubscribe_means = بعد ذلك لن نطلب رأيك مجددًا، في أي موضوع.
unsubscribed = أُلغي اشتراكك.
unsubscribed_means = لن نرسل إليك استبيانات بعد الآن. يمكنك إغلاق هذه الصفحة.

## Where something is wrong

forged_title = هذا الرابط لا يعمل
forged = ربما قُطع جزء منه في الطريق. يُرجى فتحه مرة أخرى من رسالة البريد الإلكتروني.
expired_title = انتهت صلاحية هذا الرابط
expired = ورد الرابط في رسالة أُرسلت قبل نصف عام أو أكثر. لا حاجة إلى فعل أي شيء.
gone_title = انتهى هذا الاستبيان
gone = حُذفت البيانات التابعة له. لا حاجة إلى فعل أي شيء.
later_title = يُرجى إعادة المحاولة بعد لحظات
later = لا يمكننا عرض هذه الصفحة الآن. ما زال رابطك يعمل: يُرجى إعادة تحميل الصفحة بعد بضع ثوانٍ.
unreadable_title = تعذّرت علينا قراءة ذلك
unreadable = يُرجى الرجوع والمحاولة مرة أخرى. يمكن أن يصل طول التعليق إلى { $most } حرف.
choose_number = يُرجى اختيار رقم من 0 إلى 10.
too_long = يتضمن تعليقك { PLURAL($typed) ->
    [zero] { $typed } حرف
    [one] { $typed } حرف
    [two] { $typed } حرف
    [few] { $typed } أحرف
    [many] { $typed } حرفًا
   *[other] { $typed } حرف
}، والحد الأقصى { $most }. يُرجى اختصاره.
too_often = تغيّرت إجابتك مرات كثيرة، فستبقى الآن كما هي.
not_saved = تعذّر علينا حفظ ذلك الآن. ما أدخلته ما زال هنا: يُرجى الضغط على الزر مرة أخرى.
not_unsubscribed = تعذّر علينا ذلك الآن. يُرجى الضغط على الزر مرة أخرى.
language_menu = اللغة
