# 한국어

## The question and its scale

question = { $company }을(를) 친구나 동료에게 추천할 의향이 얼마나 있으십니까?
question_us = 저희를 친구나 동료에게 추천할 의향이 얼마나 있으십니까?
low = 전혀 없음
high = 매우 있음
step = 10점 중 { $score }점

## The letters that ask

hello = 안녕하세요.
hello_name = 안녕하세요, { $name } 님.
invite_subject = { $company }에서 드리는 한 가지 질문
invite_subject_about = 한 가지 질문: { $subject }
remind_subject = 알림: { $company }에서 드리는 한 가지 질문
remind_subject_about = 알림: 한 가지 질문 – { $subject }
preheader = 0부터 10까지의 숫자를 한 번만 클릭하시면 됩니다.
invite = 고객님의 의견은 저희가 더 나아지는 데 도움이 됩니다. 질문은 하나이며 30초면 됩니다.
invite_about = { $subject }에 대한 고객님의 의견은 저희가 더 나아지는 데 도움이 됩니다. 질문은 하나이며 30초면 됩니다.
remind = 아직 답변을 받지 못했습니다. 고객님의 의견이 큰 도움이 됩니다. 질문은 여전히 하나뿐입니다.
remind_about = { $subject }에 대한 답변을 아직 받지 못했습니다. 고객님의 의견이 큰 도움이 됩니다. 질문은 여전히 하나뿐입니다.
choose = 숫자를 선택해 주세요. 열리는 페이지에서 확인하시기 전에는 아무것도 기록되지 않습니다.
choose_page = 숫자를 선택해 주세요. 열리는 페이지에서 확인해 주시면 됩니다.
or_reply = 또는 이 이메일에 0부터 10까지의 숫자로 간단히 회신해 주셔도 됩니다.
pressed = 이미 페이지를 여셨다면 버튼을 누르셨는지 확인해 주세요.
regards = 감사합니다.
only_reminder = 다시 알려 드리는 것은 이번 한 번뿐입니다.
numbers_fail = 숫자가 작동하지 않나요?
on_the_page = 페이지에서 답변하기
rather_not = 질문을 받고 싶지 않으신가요?
unsubscribe_from = { $company } 설문 수신 거부

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: 저희를 추천하시겠습니까, 0~10점?
sms_remind = { $company } 재안내: 저희를 추천하시겠습니까, 0~10점?
sms_stop = 수신 거부: STOP 회신.

## The letter that thanks

thanks_subject = { $company }에서 드리는 감사 인사
review = 공개 리뷰 쓰기
thanks_why = 저희 설문에 답변해 주셔서 이 메일을 보내 드립니다.

## The page

your_answer = 나의 답변
please_check = 확인해 주세요
confirm = 답변 확정하기
not_yet = 버튼을 누르기 전에는 아무것도 기록되지 않습니다. 나중에 같은 링크에서 답변을 바꾸실 수 있습니다.
saves_itself = 답변은 버튼을 누르시면 저장되며, 이 페이지를 사용하기 시작하고 몇 초 뒤에는 저절로 저장됩니다. 나중에 같은 링크에서 답변을 바꾸실 수 있습니다.
saved_itself = 답변이 저장되었습니다. 확정하시려면 버튼을 눌러 주세요.
not_saved_itself = 답변이 아직 저장되지 않았습니다. 버튼을 눌러 주세요.
your_comment = 나의 의견
thank_you = 감사합니다
thanks_answer = 답변해 주셔서 감사합니다.
thanks_comment = 감사합니다. 의견을 잘 받았습니다.
thanks_saved = 감사합니다. 저장되었습니다.
change = 바꾸기
ask_detractor = 어떤 점이 불편하셨나요? 무엇을 가장 먼저 바꾸면 좋을까요?
ask_passive = 더 나아지기 위해 한 가지만 바꾼다면 무엇일까요?
ask_promoter = 기쁜 소식입니다! 어떤 점을 가장 높이 평가하시나요?
ask_open = 어떤 말씀을 해 주고 싶으신가요?
reasons = 답변의 이유는 무엇입니까?
reasons_any = 해당하는 것을 모두 선택해 주세요.
as_you_like = 자유롭게 적어 주세요. 최대 { $most }자까지 가능합니다.
replaces = 이전에 남기신 의견은 새 의견으로 바뀝니다.
may_contact = 제 답변에 대해 연락하셔도 됩니다.
may_quote = 제 이름과 함께 제 말을 인용하셔도 됩니다.
send = 보내기
save = 변경 사항 저장
already = 답변은 이미 기록되었습니다. 이 부분은 선택 사항입니다.

## Unsubscribing

unsubscribe = 수신 거부
unsubscribe_ask = 설문 수신을 거부하시겠습니까?
unsubscribe_means = 이후에는 어떤 일에 대해서도 다시 의견을 여쭙지 않습니다.
unsubscribed = 수신 거부가 완료되었습니다.
unsubscribed_means = 더 이상 설문을 보내 드리지 않습니다. 이 페이지를 닫으셔도 됩니다.

## Where something is wrong

forged_title = 이 링크는 작동하지 않습니다
forged = 전송 중에 잘렸을 수 있습니다. 이메일에서 다시 열어 주세요.
expired_title = 이 링크는 만료되었습니다
expired = 6개월 전이나 그 이전에 보낸 이메일의 링크입니다. 따로 하실 일은 없습니다.
gone_title = 이 설문은 종료되었습니다
gone = 관련 데이터는 삭제되었습니다. 따로 하실 일은 없습니다.
later_title = 잠시 후 다시 시도해 주세요
later = 지금은 이 페이지를 표시할 수 없습니다. 링크는 계속 작동합니다. 몇 초 후에 페이지를 새로 고쳐 주세요.
unreadable_title = 내용을 읽을 수 없었습니다
unreadable = 뒤로 돌아가 다시 시도해 주세요. 의견은 최대 { $most }자까지 가능합니다.
choose_number = 0부터 10까지의 숫자를 선택해 주세요.
too_long = 의견이 { PLURAL($typed) ->
   *[other] { $typed }자
}입니다. 최대 { $most }자까지 가능하니 줄여 주세요.
too_often = 답변이 너무 자주 바뀌어 이제 현재 상태로 유지됩니다.
not_saved = 지금은 저장할 수 없었습니다. 입력하신 내용은 그대로 있습니다. 버튼을 다시 눌러 주세요.
not_unsubscribed = 지금은 처리할 수 없었습니다. 버튼을 다시 눌러 주세요.
language_menu = 언어
