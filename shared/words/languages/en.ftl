# What npsloop says to contacts. Every file has these messages with these variables, in this order.
#
# Names ($company, $name, $subject) are never declined and may be of any gender and either direction: they stand where
# no case, article or ending is needed, and not at an end of the line where that can be avoided. Nobody knows the
# reader's gender. The address is as formal as a business letter is. PLURAL($number) says which plural a number takes; a
# file has all of its language.

## The question and its scale

question = How likely are you to recommend { $company } to a friend or colleague?
question_us = How likely are you to recommend us to a friend or colleague?
low = Not at all likely
high = Extremely likely
step = Score { $score } of 10

## The letters that ask

hello = Hello,
hello_name = Hello { $name },
invite_subject = One question from { $company }
invite_subject_about = One question about { $subject }
remind_subject = Reminder: one question from { $company }
remind_subject_about = Reminder: one question about { $subject }
preheader = One click on a number from 0 to 10.
invite = Your view would help us do better. It is one question and takes half a minute.
invite_about = Your view of { $subject } would help us do better. It is one question and takes half a minute.
remind = We have not heard from you yet, and your view would help us. It is still only one question.
remind_about = We have not heard from you about { $subject } yet, and your view would help us. It is still only one question.
choose = Choose your number. The page that opens asks you to confirm it, and nothing is recorded before you do.
choose_page = Choose your number. The page that opens asks you to confirm it.
or_reply = Or simply reply to this e-mail with a number from 0 to 10.
pressed = If you opened it earlier, please check that you pressed the button.
regards = Thank you,
only_reminder = This is the only reminder.
numbers_fail = Numbers not working?
on_the_page = Answer on the page
rather_not = Rather not be asked?
unsubscribe_from = Unsubscribe from surveys by { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: how likely are you to recommend us, from 0 to 10?
sms_remind = { $company } reminds you once: how likely are you to recommend us, 0 to 10?
sms_stop = Reply STOP to opt out.

## The letter that thanks

thanks_subject = Thank you from { $company }
review = Write a public review
thanks_why = You get this because you answered our survey.

## The page

your_answer = Your answer
please_check = Please check
confirm = Confirm my answer
not_yet = Nothing is recorded until you press the button. You can change your answer later with the same link.
saves_itself = Your answer is saved when you press the button, or by itself a few seconds after you start using this page. You can change your answer later with the same link.
saved_itself = Your answer is saved. Press the button to confirm it.
not_saved_itself = Your answer is not saved yet. Please press the button.
your_comment = Your comment
thank_you = Thank you
thanks_answer = Thank you for your answer.
thanks_comment = Thank you, we have your comment.
thanks_saved = Thank you, that is saved.
change = Change it
ask_detractor = What went wrong for you, and what should we change first?
ask_passive = What is the one thing that would make it better for you?
ask_promoter = Good to hear! What do you value most?
ask_open = What would you like to tell us?
reasons = What is behind your answer?
reasons_any = Tick all that apply.
as_you_like = As much or as little as you like, up to { $most } characters.
replaces = You left a comment before; a new one takes its place.
may_contact = You may contact me about my answer.
may_quote = You may quote me, with my name.
send = Send
save = Save changes
already = Your answer is already recorded. This part is up to you.

## Unsubscribing

unsubscribe = Unsubscribe
unsubscribe_ask = Unsubscribe from surveys?
unsubscribe_means = We will then not ask you for your view again, about anything.
unsubscribed = You are unsubscribed.
unsubscribed_means = We will not send you surveys any more. You can close this page.

## Where something is wrong

forged_title = This link does not work
forged = It may have been cut off on its way. Please open it from the e-mail again.
expired_title = This link has expired
expired = It came with an e-mail sent half a year ago or earlier. There is nothing you need to do.
gone_title = This survey is over
gone = What belonged to it has been deleted. There is nothing you need to do.
later_title = Please try again in a moment
later = We cannot show this page just now. Your link still works: reload the page in a few seconds.
unreadable_title = We could not read that
unreadable = Please go back and try it again. A comment can have up to { $most } characters.
choose_number = Please choose a number from 0 to 10.
too_long = Your comment has { PLURAL($typed) ->
    [one] { $typed } character
   *[other] { $typed } characters
}, and at most { $most } fit. Please shorten it.
too_often = Your answer was changed so often that it now stays as it is.
not_saved = We could not save this just now. What you entered is still here: please press the button again.
not_unsubscribed = We could not do that just now. Please press the button again.
language_menu = Language
