"""What people write about e-mail and consent in three languages: asks to stop, ordinary talk, and what only a person can tell."""

from __future__ import annotations

ASKS_EN = """
Stop sending me emails
stop emailing me
Please stop emailing us
stop mailing me!
don't email me
Do not e-mail me again
Don't email me any more please
Never email me again
I don't want your emails
I do not want to receive your emails
We no longer wish to receive emails from you
I don't want any more e-mails from your company
Do not send me emails
don't send any more emails to this address
Please don't send me any email
no more emails
No more e-mails please
stop the emails
Enough with the emails
Unsubscribe me from all emails
unsubscribe my email
unsubscribe this address
remove my email from your list
Please remove this email address from your mailing list
remove my email address
delete my email address from your database
Take my address off your mailing list
opt me out of emails
I withdraw my consent
I hereby withdraw my consent to receive marketing emails
We revoke our consent to the processing of our personal data
I withdraw my consent for marketing
stop sending me offers
Please stop sending us your special offers
no more offers please
I don't want to receive offers any more
Stop sending newsletters to my inbox
I'd rather not receive your newsletter
I never subscribed. Stop sending me emails!
Hi, could you please stop emailing this address? Thanks, Tom
I asked you not to send me emails, so do not email me any more
Remove me from your weekly newsletter
Take us off the weekly mailing list
I do not consent to marketing emails
Please don't bother me with emails
I don't want to hear from you again
Please stop all marketing communications
"""

ASKS_RU = """
Не присылайте мне письма
Не присылайте мне больше писем
Прекратите присылать письма
Прекратите слать мне письма
Перестаньте присылать мне письма, пожалуйста
Хватит писем
хватит слать письма
Не шлите мне письма
Больше не надо писем
Не надо мне писем
Больше никаких писем
не хочу получать ваши письма
Я больше не хочу получать от вас письма
Не хотим получать от вас письма
Мне не нужны ваши письма
удалите мой адрес из рассылки
Удалите мой электронный адрес из базы
удалите мою почту из базы
Удалите мой email из вашей рассылки
Уберите мой e-mail из списка
Уберите мой адрес из рассылки
исключите мой адрес из списка рассылки
Отпишите мой адрес от рассылки
отпишите эту почту
отпишите этот адрес
не пишите мне на эту почту
Не пишите больше на этот адрес
Не присылайте ничего на мою почту
Не присылайте мне рекламу на почту
отзываю согласие
Отзываю своё согласие
Отзываю согласие на обработку персональных данных
Хочу отозвать согласие на рассылку
Прошу отозвать моё согласие на обработку моих данных
Не присылайте мне предложения
Хватит присылать мне ваши предложения
Не хочу получать ваши акции
Здравствуйте! Прошу прекратить присылать мне письма. Иван
Письма ваши не нужны, не присылайте
Не отправляйте мне больше ваши письма
Прекратите спамить на почту, удалите меня из рассылки
Больше писем не надо
Письма на эту почту не присылайте
Отказываюсь получать письма
Не даю согласие на рассылку
Меня из рассылки удалите
"""

ASKS_TH = """
หยุดส่งอีเมล
หยุดส่งเมล
กรุณาหยุดส่งอีเมลหาฉัน
ช่วยหยุดส่งอีเมลมาด้วยครับ
หยุดส่งอีเมล์ได้แล้วค่ะ
เลิกส่งเมลสักที
เลิกส่งอีเมลมาได้แล้ว
เลิกส่งเมลโฆษณา
อย่าส่งเมลมาอีก
อย่าส่งอีเมลมาหาผมอีก
ไม่ต้องส่งอีเมลมาแล้ว
ไม่ต้องส่งเมลมาอีกนะคะ
ห้ามส่งอีเมลมาอีก
ยกเลิกการรับอีเมล
ยกเลิกรับอีเมล
ขอยกเลิกการรับอีเมลค่ะ
ขอยกเลิกอีเมลข่าวสาร
ยกเลิกรับจดหมายข่าวทางอีเมล
ยกเลิกการสมัครรับอีเมล
ไม่ต้องการรับอีเมล
ไม่ต้องการรับ email แล้วครับ
ไม่ต้องการรับ e-mail จากบริษัท
ไม่อยากรับอีเมลอีก
ไม่อยากได้รับเมลโฆษณาแล้ว
ไม่ขอรับอีเมลอีกแล้ว
ขอไม่รับอีเมลค่ะ
ไม่รับอีเมล
ลบอีเมลของฉันออกจากระบบ
ช่วยลบอีเมลนี้ออกจากรายชื่อด้วยครับ
เอาเมลผมออกจากรายชื่อที
นำอีเมลของดิฉันออกจากฐานข้อมูล
นำเบอร์ของผมออกจากระบบ
ถอนความยินยอม
ขอถอนความยินยอมค่ะ
ขอเพิกถอนความยินยอมในการรับข่าวสาร
ยกเลิกความยินยอม
ไม่ยินยอมให้ส่งอีเมล
หยุดส่งข้อเสนอมาได้แล้ว
หยุดส่งโปรมาทางอีเมล
ไม่ต้องส่งโปรมาแล้ว
เลิกส่งอีเมลหาผมได้ไหม
อย่าเมลมาอีก
ขอถอนคำยินยอม
ไม่เอาอีเมลแล้วค่ะ
งดส่งอีเมล
"""

OTHERS_EN = """
I did not get the message
Why did I not get the newsletter
Why did I not get the newsletter?
We did not receive any sms
My phone does not receive messages
I did not receive your email
I have not received any emails from you
Your emails do not arrive, can you check?
Your mail went to spam
When will the next newsletter be sent?
How often do you send the newsletter?
Could you send me the newsletter again?
I would like to receive your newsletter
Is the offer from your email still valid?
The price in your last email is wrong
Please send the invoice by email
don't send me the invoice by email, post is fine
I do not need an offer for the M12
Did you get my email?
Please use my new email address, the old one is closed
My email address is changed, please update it
Please remove me from this email chain
delete the attachment from my email
stop the order, see my email
We stop mailing parcels at 5 pm
I give my consent to the delivery date
Please do not email the drawings before we sign
why don't I get your emails any more?
Sorry, your email was in my spam folder. 20 pcs please
Can you email me the price list?
We don't have your offer yet
cancel the email order and take the one by phone
Email me when it is ready
the mailing address is Main street 5
no email from the courier yet
We subscribe to your newsletter, do we get a discount?
We get no more emails from you, what happened?
I get no more newsletters, why?
There were no more emails after Monday
stop the emails to Ivan, he left
Not receiving your emails, please check the address
I do not like your offers
Please do not reply to this email
This mailbox is closed. Please use sales@baltic.example
"""

OTHERS_RU = """
Письма не приходят
Не получил ваше письмо
Мы не получали ваших писем
Ваши письма попадают в спам, проверьте
Почему мне не приходят письма?
Почему мне не пришла рассылка?
Когда будет следующая рассылка?
Как часто приходит рассылка?
Пришлите письмо ещё раз
Пришлите счёт на почту
Не присылайте счёт письмом, достаточно накладной
Не отправляйте письмо с договором до понедельника
Мой адрес изменился, новый: ул. Ленина, 5
Удалите адрес доставки из заявки
Отпишите адрес склада
Напишите мне на почту
Не пишите на коробке адрес
Нам не нужно предложение по М12
Жду ваше предложение по письму
Предложения по ценам ещё действуют?
Даём согласие на поставку
Согласие на перенос срока пришлите письмом
Не хочу ждать письма до пятницы
Скидка из письма ещё действует?
Хочу получать ваши письма
Подскажите, как подписаться на рассылку
Почту принимаем до 17
Письмо с чеком не пришло
Какой у вас e-mail?
Прекратите отгрузку, письмо отправили
Отмените заказ из письма от 5 ноября
Пока больше никаких новостей
Больше никаких новостей от перевозчика
Не буду получать груз в субботу
Почему вы перестали присылать прайс?
Удалите письмо, отправил по ошибке
Отзываю заявку
Не присылайте письма водителю
Не отправляйте письма с уведомлением
Нам больше не нужны предложения
Почему больше нет писем?
Больше не нужно предложения, выбрали
Удалите адрес из контактов доставки
"""

OTHERS_TH = """
ยังไม่รับข้อความ
ขอโทษค่ะ ยังไม่รับข้อความ
ไม่ได้รับอีเมล
ยังไม่ได้รับอีเมลเลยครับ
ยังไม่รับอีเมลยืนยัน
ทำไมไม่ได้รับอีเมลคะ
อีเมลไม่เข้าเลย ช่วยส่งใหม่
เมลของคุณเข้าไปอยู่ในสแปม
ส่งใบเสนอราคาทางอีเมลด้วยค่ะ
ส่งอีเมลมาใหม่ได้ไหม
ไม่ต้องส่งอีเมลยืนยันก็ได้ครับ
ไม่ต้องส่งเมลใบเสร็จ
อย่าส่งอีเมลผิดคนนะคะ
จดหมายข่าวออกวันไหน
จดหมายข่าวฉบับหน้ามีเมื่อไหร่
อยากรับข่าวสารทางอีเมลค่ะ
หยุดส่งเมล็ดกาแฟก่อนนะครับ
ไม่เอาเมล็ดพันธุ์
ไม่รับข้อเสนอนี้ค่ะ ขอราคาใหม่
ไม่ต้องการโปรแกรมเสริม
ยกเลิกโปรเจกต์
ยกเลิกอีเมลฉบับก่อน ใช้ราคาใหม่
เปลี่ยนอีเมลเป็น anna ครับ
เลิกใช้อีเมลนี้แล้ว
ปิดอีเมลเก่าแล้วค่ะ
อีเมลของบริษัทคืออะไร
ไม่ต้องการยกเลิกข่าวสาร
ไม่อยากยกเลิกการรับอีเมล
ยินยอมให้จัดส่งวันจันทร์
ไม่เห็นอีเมลเลยครับ ส่งมาวันไหน
โปรเดือนนี้มีอะไรบ้าง
หยุดส่งอีเมลให้คุณสมชาย
ยังไม่ได้รับจดหมายข่าว
อย่าลืมส่งอีเมล
ยกเลิกออเดอร์ทางอีเมลแล้ว
อย่าใช้อีเมลนี้นะคะ ใช้อันใหม่
ส่งอีเมลไม่ได้ค่ะ
"""

UNSURE = """
Are there no more messages?
No more emails?
When do you end the promotion
Are you going to stop the newsletter?
remove me from the invoice list
take me off the list of attendees
remove my address
please delete my email
delete my number, new one is 555
Please remove my number from your system and use +66 81 234 5678 instead
Remove my email from your list, my new address is below
Don't send me emails to this address, use the office one
Stop emailing me, write to my colleague
don't send me ads, we need M8 bolts
I don't want your offers
We withdraw our consent to the new price
Нам не нужна реклама, нужны болты М8
Удалите номер, он старый. Новый: +7 916 111-22-33
Удалите мой адрес из рассылки, новый адрес ниже
Когда вы прекратите рассылку?
Больше никаких писем?
удалите мой адрес
не пишите мне на почту
Не присылайте мне письма, лучше смс, достаточно смс
Не буду получать сообщения, уезжаю в отпуск
Отзываю своё согласие на перенос срока
ยกเลิกโปรโมชั่นเดือนนี้ไหม
ยกเลิกการรับอีเมลหรือยังคะ
เลิกส่งเมลเมื่อไหร่
ไม่ต้องการโฆษณา ต้องการน็อต M8
ลบอีเมลนี้ออกจากระบบ ใช้อีเมลใหม่ค่ะ
เบอร์นี้ไม่รับข้อความ โทรมาแทน
ทำไมเราไม่รับข่าวสาร
ไม่ต้องส่งอีเมล เดี๋ยวไปรับเอง
ยกเลิกโปรโมชั่นนี้
ไม่ให้ความยินยอม
"""
