# 繁體中文

## The question and its scale

question = 您有多大可能向朋友或同事推薦 { $company }？
question_us = 您有多大可能向朋友或同事推薦我們？
low = 完全不可能
high = 極有可能
step = { $score } 分（滿分 10 分）

## The letters that ask

hello = 您好：
hello_name = { $name }，您好：
invite_subject = 來自 { $company } 的一個問題
invite_subject_about = 關於「{ $subject }」的一個問題
remind_subject = 提醒：來自 { $company } 的一個問題
remind_subject_about = 提醒：關於「{ $subject }」的一個問題
preheader = 只需點選 0 到 10 中的一個數字。
invite = 您的意見能幫助我們做得更好。只有一個問題，半分鐘即可完成。
invite_about = 您對「{ $subject }」的意見能幫助我們做得更好。只有一個問題，半分鐘即可完成。
remind = 我們尚未收到您的回覆，您的意見對我們很有幫助。仍然只有一個問題。
remind_about = 我們尚未收到您對「{ $subject }」的回覆，您的意見對我們很有幫助。仍然只有一個問題。
choose = 請選擇您的數字。開啟的頁面會請您確認，在此之前不會記錄任何內容。
choose_page = 請選擇您的數字。開啟的頁面會請您確認。
or_reply = 或者直接以 0 到 10 中的一個數字回覆此郵件。
pressed = 如果您先前開啟過該頁面，請確認是否已按下按鈕。
regards = 謝謝！
only_reminder = 這是唯一一次提醒。
numbers_fail = 數字無法點選？
on_the_page = 在頁面上回覆
rather_not = 不想再收到提問？
unsubscribe_from = 取消訂閱 { $company } 的問卷

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }：您會推薦我們嗎（0 到 10 分）？
sms_remind = { $company } 提醒一次：您會推薦我們嗎（0 到 10 分）？
sms_stop = 回覆 STOP 退訂。

## The letter that thanks

thanks_subject = { $company } 感謝您
review = 撰寫公開評論
thanks_why = 您收到這封郵件，是因為您回覆了我們的問卷。

## The page

your_answer = 您的回覆
please_check = 請檢查
confirm = 確認我的回覆
not_yet = 在您按下按鈕之前，不會記錄任何內容。之後您可以透過同一個連結更改回覆。
saves_itself = 您按下按鈕時會儲存回覆；或者在您開始使用此頁面幾秒後，會自動儲存。之後您可以透過同一個連結更改回覆。
saved_itself = 您的回覆已儲存。請按按鈕確認。
not_saved_itself = 您的回覆尚未儲存。請按按鈕。
your_comment = 您的意見
thank_you = 謝謝
thanks_answer = 感謝您的回覆。
thanks_comment = 謝謝，我們已收到您的意見。
thanks_saved = 謝謝，已儲存。
change = 更改
ask_detractor = 哪些方面讓您不滿意？我們應該先改善什麼？
ask_passive = 哪一點改善會讓您的體驗更好？
ask_promoter = 很高興聽到您這麼說！您最看重什麼？
ask_open = 您想告訴我們什麼？
reasons = 您給出這個回覆的原因是什麼？
reasons_any = 請勾選所有符合的項目。
as_you_like = 多少隨意，最多 { $most } 個字元。
replaces = 您先前留過意見，新的意見會取代它。
may_contact = 可以就我的回覆與我聯絡。
may_quote = 可以署名引用我的話。
send = 傳送
save = 儲存變更
already = 您的回覆已經記錄。這一部分可自由填寫。

## Unsubscribing

unsubscribe = 取消訂閱
unsubscribe_ask = 要取消訂閱問卷嗎？
unsubscribe_means = 此後我們不會再就任何事情徵詢您的意見。
unsubscribed = 您已取消訂閱。
unsubscribed_means = 我們不會再寄送問卷給您。您可以關閉此頁面。

## Where something is wrong

forged_title = 此連結無效
forged = 連結可能在傳送途中被截斷。請從郵件中重新開啟。
expired_title = 此連結已過期
expired = 它來自半年前或更早寄出的郵件。您無須進行任何操作。
gone_title = 此問卷已結束
gone = 相關資料已刪除。您無須進行任何操作。
later_title = 請稍後再試
later = 我們現在無法顯示此頁面。您的連結仍然有效：請過幾秒鐘重新載入頁面。
unreadable_title = 我們無法讀取該內容
unreadable = 請返回後再試一次。意見最多可包含 { $most } 個字元。
choose_number = 請選擇 0 到 10 之間的數字。
too_long = 您的意見有 { PLURAL($typed) ->
   *[other] { $typed } 個字元
}，最多 { $most } 個。請縮短。
too_often = 您的回覆更改次數過多，現在將維持不變。
not_saved = 我們現在無法儲存。您輸入的內容仍在這裡：請再按一次按鈕。
not_unsubscribed = 我們現在無法完成此操作。請再按一次按鈕。
language_menu = 語言
