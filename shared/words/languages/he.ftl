# עברית

## The question and its scale

question = מה הסבירות שתמליצו על { $company } לחבר או לעמית?
question_us = מה הסבירות שתמליצו עלינו לחבר או לעמית?
low = כלל לא סביר
high = סביר ביותר
step = ציון { $score } מתוך 10

## The letters that ask

hello = שלום,
hello_name = שלום { $name },
invite_subject = שאלה אחת מאת { $company }
invite_subject_about = שאלה אחת בנושא { $subject }
remind_subject = תזכורת: שאלה אחת מאת { $company }
remind_subject_about = תזכורת: שאלה אחת בנושא { $subject }
preheader = די בלחיצה אחת על מספר מ־0 עד 10.
invite = דעתכם תעזור לנו להשתפר. זו שאלה אחת בלבד, והיא אורכת חצי דקה.
invite_about = דעתכם בנושא { $subject } תעזור לנו להשתפר. זו שאלה אחת בלבד, והיא אורכת חצי דקה.
remind = עדיין לא קיבלנו את תשובתכם, ודעתכם תעזור לנו. זו עדיין שאלה אחת בלבד.
remind_about = עדיין לא קיבלנו את תשובתכם בנושא { $subject }, ודעתכם תעזור לנו. זו עדיין שאלה אחת בלבד.
choose = בחרו את המספר שלכם. הדף שייפתח יבקש מכם לאשר אותו, ודבר לא יישמר לפני כן.
choose_page = בחרו את המספר שלכם. הדף שייפתח יבקש מכם לאשר אותו.
or_reply = או פשוט השיבו להודעה זו במספר מ־0 עד 10.
pressed = אם כבר פתחתם אותו, ודאו שלחצתם על הכפתור.
regards = תודה,
only_reminder = זו התזכורת היחידה.
numbers_fail = המספרים לא פועלים?
on_the_page = מענה בדף
rather_not = מעדיפים שלא נשאל?
unsubscribe_from = ביטול הרישום לסקרים של { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = מאת { $company }: האם תמליצו עלינו, 0 עד 10?
sms_remind = תזכורת מאת { $company }: תמליצו עלינו, 0 עד 10?
sms_stop = להסרה: יש להשיב STOP.

## The letter that thanks

thanks_subject = תודה מאת { $company }
review = כתיבת חוות דעת פומבית
thanks_why = קיבלתם הודעה זו כי עניתם על הסקר שלנו.

## The page

your_answer = התשובה שלכם
please_check = נא לבדוק
confirm = אישור התשובה שלי
not_yet = דבר לא יישמר עד שתלחצו על הכפתור. תוכלו לשנות את התשובה מאוחר יותר באותו קישור.
saves_itself = התשובה שלכם נשמרת כשאתם לוחצים על הכפתור, או מעצמה כמה שניות אחרי שתתחילו להשתמש בדף. תוכלו לשנות את התשובה מאוחר יותר באותו קישור.
saved_itself = התשובה שלכם נשמרה. לחצו על הכפתור כדי לאשר אותה.
not_saved_itself = התשובה שלכם עדיין לא נשמרה. נא ללחוץ על הכפתור.
your_comment = ההערה שלכם
thank_you = תודה
thanks_answer = תודה על תשובתכם.
thanks_comment = תודה, קיבלנו את ההערה שלכם.
thanks_saved = תודה, זה נשמר.
change = שינוי
ask_detractor = מה השתבש מבחינתכם, ומה כדאי שנשנה תחילה?
ask_passive = מהו הדבר האחד שהיה משפר את החוויה שלכם?
ask_promoter = נעים לשמוע! מה אתם מעריכים יותר מכול?
ask_open = מה תרצו לספר לנו?
reasons = מה עומד מאחורי התשובה שלכם?
reasons_any = סמנו את כל מה שמתאים.
as_you_like = כמה שתרצו, עד { $most } תווים.
replaces = כבר השארתם הערה; הערה חדשה תבוא במקומה.
may_contact = אפשר ליצור איתי קשר בנוגע לתשובה שלי.
may_quote = אפשר לצטט אותי בשמי.
send = שליחה
save = שמירת השינויים
already = התשובה שלכם כבר נשמרה. החלק הזה נתון לבחירתכם.

## Unsubscribing

unsubscribe = ביטול הרישום
unsubscribe_ask = לבטל את הרישום לסקרים?
unsubscribe_means = לאחר מכן לא נבקש עוד את דעתכם, בשום נושא.
unsubscribed = הרישום שלכם בוטל.
unsubscribed_means = לא נשלח לכם עוד סקרים. אפשר לסגור את הדף הזה.

## Where something is wrong

forged_title = הקישור הזה אינו פועל
forged = ייתכן שהוא נחתך בדרך. נא לפתוח אותו שוב מהודעת הדוא״ל.
expired_title = תוקף הקישור הזה פג
expired = הוא נשלח בהודעת דוא״ל לפני חצי שנה או קודם לכן. אין צורך לעשות דבר.
gone_title = הסקר הזה הסתיים
gone = מה שהיה שייך אליו נמחק. אין צורך לעשות דבר.
later_title = נא לנסות שוב בעוד רגע
later = איננו יכולים להציג את הדף הזה כרגע. הקישור שלכם עדיין פועל: טענו את הדף מחדש בעוד כמה שניות.
unreadable_title = לא הצלחנו לקרוא זאת
unreadable = נא לחזור ולנסות שוב. הערה יכולה להכיל עד { $most } תווים.
choose_number = נא לבחור מספר מ־0 עד 10.
too_long = ההערה שלכם מכילה { PLURAL($typed) ->
    [one] תו { $typed }
    [two] { $typed } תווים
   *[other] { $typed } תווים
}, והמרב הוא { $most }. נא לקצר אותה.
too_often = התשובה שלכם שונתה פעמים כה רבות, ולכן היא נשארת כעת כפי שהיא.
not_saved = לא הצלחנו לשמור זאת כרגע. מה שהזנתם עדיין כאן: נא ללחוץ שוב על הכפתור.
not_unsubscribed = לא הצלחנו לעשות זאת כרגע. נא ללחוץ שוב על הכפתור.
language_menu = שפה
