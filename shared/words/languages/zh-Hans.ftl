# 简体中文

## The question and its scale

question = 您有多大可能向朋友或同事推荐 { $company }？
question_us = 您有多大可能向朋友或同事推荐我们？
low = 完全不可能
high = 极有可能
step = { $score } 分（满分 10 分）

## The letters that ask

hello = 您好：
hello_name = { $name }，您好：
invite_subject = 来自 { $company } 的一个问题
invite_subject_about = 关于“{ $subject }”的一个问题
remind_subject = 提醒：来自 { $company } 的一个问题
remind_subject_about = 提醒：关于“{ $subject }”的一个问题
preheader = 只需点击 0 到 10 中的一个数字。
invite = 您的意见将帮助我们做得更好。只有一个问题，半分钟即可完成。
invite_about = 您对“{ $subject }”的意见将帮助我们做得更好。只有一个问题，半分钟即可完成。
remind = 我们尚未收到您的回答，您的意见对我们很有帮助。仍然只有一个问题。
remind_about = 我们尚未收到您对“{ $subject }”的回答，您的意见对我们很有帮助。仍然只有一个问题。
choose = 请选择您的数字。打开的页面会请您确认，在此之前不会记录任何内容。
choose_page = 请选择您的数字。打开的页面会请您确认。
or_reply = 或者直接用 0 到 10 中的一个数字回复此邮件。
pressed = 如果您之前打开过该页面，请确认是否已按下按钮。
regards = 谢谢！
only_reminder = 这是唯一一次提醒。
numbers_fail = 数字无法点击？
on_the_page = 在页面上回答
rather_not = 不想再收到提问？
unsubscribe_from = 退订 { $company } 的调查

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }：您会推荐我们吗（0 到 10 分）？
sms_remind = { $company } 提醒一次：您会推荐我们吗（0 到 10 分）？
sms_stop = 回复 STOP 退订。

## The letter that thanks

thanks_subject = { $company } 感谢您
review = 撰写公开评价
thanks_why = 您收到此邮件是因为您回答了我们的调查。

## The page

your_answer = 您的回答
please_check = 请检查
confirm = 确认我的回答
not_yet = 在您按下按钮之前，不会记录任何内容。之后您可以通过同一链接更改回答。
saves_itself = 您按下按钮时会保存回答；或者在您开始使用此页面几秒后，会自动保存。之后您可以通过同一链接更改回答。
saved_itself = 您的回答已保存。请按按钮确认。
not_saved_itself = 您的回答尚未保存。请按按钮。
your_comment = 您的评论
thank_you = 谢谢
thanks_answer = 感谢您的回答。
thanks_comment = 谢谢，我们已收到您的评论。
thanks_saved = 谢谢，已保存。
change = 更改
ask_detractor = 哪些方面让您不满意？我们首先应该改进什么？
ask_passive = 哪一点改进会让您的体验更好？
ask_promoter = 很高兴听到您这么说！您最看重什么？
ask_open = 您想告诉我们什么？
reasons = 您给出这个回答的原因是什么？
reasons_any = 请勾选所有符合的项。
as_you_like = 多少随意，最多 { $most } 个字符。
replaces = 您之前留过评论，新的评论会将其取代。
may_contact = 可以就我的回答与我联系。
may_quote = 可以署名引用我的话。
send = 发送
save = 保存更改
already = 您的回答已经记录。这一部分可自愿填写。

## Unsubscribing

unsubscribe = 退订
unsubscribe_ask = 要退订调查吗？
unsubscribe_means = 此后我们不会再就任何事情征求您的意见。
unsubscribed = 您已退订。
unsubscribed_means = 我们不会再向您发送调查。您可以关闭此页面。

## Where something is wrong

forged_title = 此链接无效
forged = 链接可能在传送途中被截断。请从邮件中重新打开。
expired_title = 此链接已过期
expired = 它来自半年前或更早发送的邮件。您无需进行任何操作。
gone_title = 此调查已结束
gone = 相关数据已被删除。您无需进行任何操作。
later_title = 请稍后再试
later = 我们现在无法显示此页面。您的链接仍然有效：请过几秒钟重新加载页面。
unreadable_title = 我们无法读取该内容
unreadable = 请返回后重试。评论最多可包含 { $most } 个字符。
choose_number = 请选择 0 到 10 之间的数字。
too_long = 您的评论有 { PLURAL($typed) ->
   *[other] { $typed } 个字符
}，最多 { $most } 个。请缩短。
too_often = 您的回答更改次数过多，现在将保持不变。
not_saved = 我们现在无法保存。您输入的内容仍在这里：请再按一次按钮。
not_unsubscribed = 我们现在无法完成此操作。请再按一次按钮。
language_menu = 语言
