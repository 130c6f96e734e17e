# 日本語

## The question and its scale

question = { $company } を友人や同僚に薦める可能性はどのくらいありますか？
question_us = 当社を友人や同僚に薦める可能性はどのくらいありますか？
low = まったく薦めたくない
high = 非常に薦めたい
step = 10点中{ $score }点

## The letters that ask

hello = こんにちは。
hello_name = { $name } 様
invite_subject = { $company } から1つだけ質問があります
invite_subject_about = 「{ $subject }」について1つだけ質問があります
remind_subject = 【リマインダー】{ $company } から1つだけ質問があります
remind_subject_about = 【リマインダー】「{ $subject }」について1つだけ質問があります
preheader = 0から10の数字を1回クリックするだけです。
invite = より良いサービスのために、ご意見をお聞かせください。質問は1つだけで、30秒ほどで終わります。
invite_about = より良いサービスのために、「{ $subject }」についてのご意見をお聞かせください。質問は1つだけで、30秒ほどで終わります。
remind = まだご回答をいただいておりません。ご意見をお聞かせいただけますと幸いです。質問は1つだけです。
remind_about = 「{ $subject }」について、まだご回答をいただいておりません。ご意見をお聞かせいただけますと幸いです。質問は1つだけです。
choose = 数字をお選びください。開いたページで確認していただくまで、何も記録されません。
choose_page = 数字をお選びください。開いたページで確認をお願いします。
or_reply = このメールに0から10の数字だけを返信していただいても結構です。
pressed = 以前にページを開かれた場合は、ボタンを押したかどうかをご確認ください。
regards = よろしくお願いいたします。
only_reminder = お知らせの再送は今回限りです。
numbers_fail = 数字が開かない場合は
on_the_page = ページで回答する
rather_not = 今後の質問をご希望でない場合は
unsubscribe_from = { $company } のアンケートの配信を停止する

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company } より: 当社を人に薦めますか（0～10）？
sms_remind = { $company } より再送: 当社を人に薦めますか（0～10）？
sms_stop = 配信停止は STOP と返信。

## The letter that thanks

thanks_subject = { $company } からのお礼
review = 公開レビューを書く
thanks_why = このメールは、アンケートにご回答いただいた方にお送りしています。

## The page

your_answer = あなたの回答
please_check = ご確認ください
confirm = 回答を確定する
not_yet = ボタンを押すまで何も記録されません。同じリンクから後で回答を変更できます。
saves_itself = 回答は、ボタンを押したとき、またはこのページの操作を始めて数秒後に自動で保存されます。同じリンクから後で回答を変更できます。
saved_itself = 回答を保存しました。確定するにはボタンを押してください。
not_saved_itself = 回答はまだ保存されていません。ボタンを押してください。
your_comment = コメント
thank_you = ありがとうございます
thanks_answer = ご回答ありがとうございます。
thanks_comment = ありがとうございます。コメントを受け取りました。
thanks_saved = ありがとうございます。保存しました。
change = 変更する
ask_detractor = どのような点にご不満がありましたか？まず何を改善すべきでしょうか？
ask_passive = より良くするために、1つ挙げるとすれば何でしょうか？
ask_promoter = ありがとうございます！最も評価していただいている点は何ですか？
ask_open = お伝えになりたいことをお聞かせください。
reasons = ご回答の理由は何ですか。
reasons_any = 当てはまるものをすべてお選びください。
as_you_like = { $most }文字まで自由にお書きください。
replaces = 以前にいただいたコメントは、新しいコメントに置き換わります。
may_contact = 回答について連絡を受けてもかまいません。
may_quote = 名前を添えて引用してもかまいません。
send = 送信
save = 変更を保存
already = 回答はすでに記録されています。こちらの記入は任意です。

## Unsubscribing

unsubscribe = 配信を停止する
unsubscribe_ask = アンケートの配信を停止しますか？
unsubscribe_means = 今後、どのような件についてもご意見をお伺いすることはありません。
unsubscribed = 配信を停止しました。
unsubscribed_means = 今後アンケートをお送りすることはありません。このページを閉じてください。

## Where something is wrong

forged_title = このリンクは無効です
forged = 途中で切れてしまった可能性があります。メールからもう一度開いてください。
expired_title = このリンクの有効期限が切れています
expired = 半年以上前に送信されたメールのリンクです。お手続きは必要ありません。
gone_title = このアンケートは終了しました
gone = 関連するデータは削除されました。お手続きは必要ありません。
later_title = しばらくしてからもう一度お試しください
later = 現在このページを表示できません。リンクは引き続き有効です。数秒後に再読み込みしてください。
unreadable_title = 内容を読み取れませんでした
unreadable = 前のページに戻って、もう一度お試しください。コメントは{ $most }文字までです。
choose_number = 0から10の数字をお選びください。
too_long = コメントは{ PLURAL($typed) ->
   *[other] { $typed }文字
}あります。{ $most }文字以内に短くしてください。
too_often = 回答の変更回数が多いため、現在の回答のままとなります。
not_saved = 現在保存できませんでした。入力内容は残っています。もう一度ボタンを押してください。
not_unsubscribed = 現在処理できませんでした。もう一度ボタンを押してください。
language_menu = 言語
