# Tiếng Việt

## The question and its scale

question = Khả năng bạn giới thiệu { $company } cho bạn bè hoặc đồng nghiệp là bao nhiêu?
question_us = Khả năng bạn giới thiệu chúng tôi cho bạn bè hoặc đồng nghiệp là bao nhiêu?
low = Hoàn toàn không có khả năng
high = Cực kỳ có khả năng
step = { $score } điểm trên 10

## The letters that ask

hello = Xin chào,
hello_name = Xin chào { $name },
invite_subject = Một câu hỏi từ { $company }
invite_subject_about = Một câu hỏi về { $subject }
remind_subject = Nhắc nhở: một câu hỏi từ { $company }
remind_subject_about = Nhắc nhở: một câu hỏi về { $subject }
preheader = Chỉ cần một lần nhấp vào một số từ 0 đến 10.
invite = Ý kiến của bạn sẽ giúp chúng tôi làm tốt hơn. Chỉ có một câu hỏi và mất nửa phút.
invite_about = Ý kiến của bạn về { $subject } sẽ giúp chúng tôi làm tốt hơn. Chỉ có một câu hỏi và mất nửa phút.
remind = Chúng tôi chưa nhận được câu trả lời của bạn, và ý kiến của bạn sẽ giúp ích cho chúng tôi. Vẫn chỉ có một câu hỏi.
remind_about = Chúng tôi chưa nhận được câu trả lời của bạn về { $subject }, và ý kiến của bạn sẽ giúp ích cho chúng tôi. Vẫn chỉ có một câu hỏi.
choose = Hãy chọn số của bạn. Trang mở ra sẽ yêu cầu bạn xác nhận; trước đó không có gì được ghi lại.
choose_page = Hãy chọn số của bạn. Trang mở ra sẽ yêu cầu bạn xác nhận.
or_reply = Hoặc chỉ cần trả lời email này bằng một số từ 0 đến 10.
pressed = Nếu bạn đã mở trang đó trước đây, vui lòng kiểm tra xem bạn đã nhấn nút chưa.
regards = Xin cảm ơn,
only_reminder = Đây là lần nhắc nhở duy nhất.
numbers_fail = Các số không hoạt động?
on_the_page = Trả lời trên trang
rather_not = Bạn không muốn được hỏi?
unsubscribe_from = Hủy đăng ký khảo sát của { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: bạn sẽ giới thiệu chúng tôi, 0-10?
sms_remind = { $company } nhắc: sẽ giới thiệu chúng tôi, 0-10?
sms_stop = Trả lời STOP để ngừng.

## The letter that thanks

thanks_subject = Lời cảm ơn từ { $company }
review = Viết đánh giá công khai
thanks_why = Bạn nhận được thư này vì đã trả lời khảo sát của chúng tôi.

## The page

your_answer = Câu trả lời của bạn
please_check = Vui lòng kiểm tra
confirm = Xác nhận câu trả lời của tôi
not_yet = Không có gì được ghi lại cho đến khi bạn nhấn nút. Bạn có thể thay đổi câu trả lời sau bằng cùng liên kết này.
saves_itself = Câu trả lời của bạn được lưu khi bạn nhấn nút, hoặc tự động vài giây sau khi bạn bắt đầu dùng trang này. Bạn có thể thay đổi câu trả lời sau bằng cùng liên kết này.
saved_itself = Câu trả lời của bạn đã được lưu. Hãy nhấn nút để xác nhận.
not_saved_itself = Câu trả lời của bạn chưa được lưu. Vui lòng nhấn nút.
your_comment = Nhận xét của bạn
thank_you = Xin cảm ơn
thanks_answer = Cảm ơn bạn đã trả lời.
thanks_comment = Cảm ơn bạn, chúng tôi đã nhận được nhận xét.
thanks_saved = Cảm ơn bạn, đã lưu.
change = Thay đổi
ask_detractor = Điều gì chưa ổn với bạn, và chúng tôi nên thay đổi điều gì trước tiên?
ask_passive = Điều gì sẽ cải thiện trải nghiệm của bạn nhiều nhất?
ask_promoter = Thật vui khi biết điều đó! Bạn đánh giá cao điều gì nhất?
ask_open = Bạn muốn nói gì với chúng tôi?
reasons = Điều gì nằm sau câu trả lời của bạn?
reasons_any = Hãy đánh dấu tất cả mục phù hợp.
as_you_like = Nhiều hay ít tùy bạn, tối đa { $most } ký tự.
replaces = Bạn đã để lại một nhận xét trước đó; nhận xét mới sẽ thay thế.
may_contact = Có thể liên hệ với tôi về câu trả lời của tôi.
may_quote = Có thể trích dẫn lời tôi kèm tên tôi.
send = Gửi
save = Lưu thay đổi
already = Câu trả lời của bạn đã được ghi lại. Phần này tùy bạn.

## Unsubscribing

unsubscribe = Hủy đăng ký
unsubscribe_ask = Hủy đăng ký khảo sát?
unsubscribe_means = Sau đó chúng tôi sẽ không hỏi ý kiến của bạn nữa, về bất cứ điều gì.
unsubscribed = Bạn đã hủy đăng ký.
unsubscribed_means = Chúng tôi sẽ không gửi khảo sát cho bạn nữa. Bạn có thể đóng trang này.

## Where something is wrong

forged_title = Liên kết này không hoạt động
forged = Có thể liên kết đã bị cắt trên đường đi. Vui lòng mở lại từ email.
expired_title = Liên kết này đã hết hạn
expired = Liên kết đến từ một email được gửi nửa năm trước hoặc sớm hơn. Bạn không cần làm gì.
gone_title = Khảo sát này đã kết thúc
gone = Dữ liệu liên quan đã bị xóa. Bạn không cần làm gì.
later_title = Vui lòng thử lại sau giây lát
later = Hiện chúng tôi không thể hiển thị trang này. Liên kết của bạn vẫn hoạt động: hãy tải lại trang sau vài giây.
unreadable_title = Chúng tôi không đọc được nội dung đó
unreadable = Vui lòng quay lại và thử lại. Một nhận xét có thể dài tối đa { $most } ký tự.
choose_number = Vui lòng chọn một số từ 0 đến 10.
too_long = Nhận xét của bạn có { PLURAL($typed) ->
    [one] { $typed } ký tự
   *[other] { $typed } ký tự
}, tối đa là { $most }. Vui lòng rút ngắn.
too_often = Câu trả lời của bạn đã được thay đổi quá nhiều lần nên giờ sẽ giữ nguyên.
not_saved = Hiện chúng tôi không thể lưu. Nội dung bạn nhập vẫn còn ở đây: vui lòng nhấn nút lần nữa.
not_unsubscribed = Hiện chúng tôi không thể thực hiện. Vui lòng nhấn nút lần nữa.
language_menu = Ngôn ngữ
