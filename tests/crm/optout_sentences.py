"""What people answer to SMS in three languages: asks to stop, what only looks like it, and what only a person can tell."""

from __future__ import annotations

ASKS_EN = """
Pls stop msg me
stop txt me
STOP
stop.
Stop!!!
STOPALL
Stop please
please stop
Pls stop
Stop it
stop now please
STOP TEXTING ME
Stop texting me please
Please stop texting this number
stop sending me these
please stop sending me these
Please stop sending me messages
stop sending me texts!!
Stop sending these messages to my phone
Can you stop sending me promotions?
Could you please stop messaging me
would you stop spamming me
quit texting me
Quit sending me this stuff
stop all messages
Stop all texts to this number
Stop the messages please
stop the spam
Stop spamming
STOP. Wrong number
Stop! Who is this?
stop, wrong number
Unsubscribe
unsubscribe me
unsubscribe me please
Please unsubscribe this number
I want to unsubscribe
I would like to unsubscribe from these messages
how do I unsubscribe?
How can I unsubscribe from your texts
Hi, kindly unsubscribe me from your list. Thank you
opt out
opt-out
Opt me out
I'd like to opt out please
I wish to opt out of all marketing
Remove me
remove my number
Please remove my number from your list
Remove me from your mailing list
remove this number from your database
take me off your list
Take my number off this list please
please delete my number
Delete my number from your system
don't text me
Do not text me again
Dont text me anymore
Please don't message me any more
Don't send me any more texts
Do not send me SMS
don't send me ads
Never text me again
do not contact me
Please do not contact me again
no more texts
No more messages please
no more sms
I don't want these messages
I do not want to receive your texts
I don't want to get any more promotions from you
We no longer wish to receive your messages
not interested, please remove me
Not interested. Stop texting
Leave me alone
please leave me alone!
lose my number
Enough with the texts
Cancel my subscription to these texts
Please cancel these messages
I am not your customer, stop messaging me
Sorry wrong person, please take me off the list
Cease and desist sending me texts
I never signed up for this, stop sending me texts
END
Quit
cancel
Good morning. Would you mind not sending me these texts any more? Thanks
Please stop sending me these texts
stop sending texts to this number!
Hi there. Please stop contacting me. Thanks
Kindly remove my phone number from your contact list
Take us off your mailing list
I don't wish to receive texts from you
Please cease all messages to this number
stop msging me
no more promotional messages please
I don't want to be on your list, unsubscribe me
Would like to opt-out of future messages
This is not John, stop texting this number
Wrong person, remove my number
please take this number off your list
unsub
unsubscribe from all
STOP ALL
Please unsubscribe
Don't ever text me again
Stop harassing me
do not send me any messages
Please don't send me promotions anymore
I'm not interested, don't contact me again
please remove from list
remove from your list
delete me from your database please
I want out of this list
i did not sign up for this. unsubscribe
stop this
I no longer want to receive these messages
I don't need these texts
stop sending me your ads every day
Please stop. I am not interested
You keep texting me, please stop
please remove my contact
Take me off this thing. Stop texting
I've asked you before to stop texting me
For the third time: STOP
I said stop
stop already
Could I be removed from your list please?
I'd prefer not to receive any more texts
Please no more sms, thank you
Do not message this number anymore, it belongs to my daughter
This number is no longer used by Peter, please stop messages
We closed our company, please delete our number from your list
do not send any marketing
stop advertising to me
"""

ASKS_RU = """
Прекратить
Стоп
СТОП!!!
стоп, пожалуйста
Стоп смс
стоп рассылка
СТОП спам
Отписка
отписаться
Хочу отписаться
хочу отписаться от рассылки
Как отписаться?
Как отписаться от ваших смс
как мне от вас отписаться
Отпишите меня
Отпишите меня пожалуйста
Прошу отписать меня от рассылки
отпишите этот номер
Не пишите
Не пишите мне
не пишите мне больше
Больше не пишите
Пожалуйста, больше мне не пишите
Не пишите мне сюда больше, спасибо
Не присылайте
не присылайте мне больше смс
Не присылайте мне ваши сообщения
Пожалуйста, не присылайте больше рекламу
не надо мне присылать смс
Не надо больше слать мне эсэмэски
не шлите мне смс
Не шлите больше ничего
хватит слать смс
Хватит присылать мне рекламу
хватит спамить
Хватит!
Прекратите
прекратите слать сообщения
Прекратите рассылку на мой номер
Прекратите присылать мне это
Перестаньте мне писать
перестаньте присылать смс пожалуйста
Перестаньте спамить
Удалите мой номер
Удалите меня из рассылки
удалите мой номер из базы
Удалите, пожалуйста, мой номер из вашего списка
Уберите меня из рассылки
уберите мой номер из списка рассылки
Исключите меня из рассылки
Вычеркните меня из списка
снимите меня с рассылки
Не хочу получать ваши сообщения
не хочу больше получать смс от вас
Я не хочу получать рекламу
Мне не нужны ваши смс
мне не нужна ваша рассылка
Не нужны мне ваши сообщения
Никаких больше смс
Больше никаких сообщений, пожалуйста
Отказываюсь от рассылки
Отказ от рассылки
отключите рассылку
Отключите мне смс уведомления
отмените мою подписку
Отмените подписку на рассылку
Оставьте меня в покое
Забудьте этот номер
Вы ошиблись номером, не пишите сюда больше
Добрый день! Уберите, пожалуйста, мой телефон из вашей рассылки. Спасибо
Я не ваш клиент, не присылайте мне смс
Достали своими смс, отпишите меня
Не беспокойте меня больше
Прошу больше не присылать мне сообщений
Просьба не писать на этот номер
запрещаю присылать мне рекламу
Отзываю согласие на рассылку
отмена
Удалите меня
Пожалуйста, уберите мой номер из рассылки
не присылайте мне больше ничего
Больше не присылайте мне такие смс
перестаньте слать мне сообщения каждый день
Я не подписывался на рассылку, удалите мой номер
Не нужно мне ничего присылать
прошу исключить мой номер из списка рассылки
Прекратите мне писать!
хватит мне писать
Не надо мне больше писать
больше не надо присылать смс
Удалите мой телефон из базы данных пожалуйста
Не хочу ваших сообщений
Надоели ваши смс, прекратите
уберите меня из списка
Отключите меня от рассылки
Отписать
Как отказаться от рассылки?
Снимите мой номер с рассылки
Прошу прекратить рассылку
Прошу удалить мой номер
Просьба прекратить присылать смс
не беспокойте
Не шлите сюда спам
Я не давал согласия на рассылку, прекратите
стоп, больше не пишите
Не надо мне вашей рекламы
Уважаемые, прекратите уже слать свою рекламу
Больше не беспокойте меня, пожалуйста
Не пишите сюда
Я вам не разрешал писать, удалите номер
Компания закрыта, исключите нас из рассылки
Это больше не номер Петра, не пишите сюда
Прошу вас больше мне не писать
Не присылайте мне ничего, пожалуйста
Хочу отказаться от смс
уберите номер из базы
Пожалуйста удалите мои данные из рассылки
Я же просил не писать
больше мне ничего не присылайте
Не интересует, уберите номер
"""

ASKS_TH = """
หยุด
หยุดส่ง
หยุดส่งครับ
หยุดส่งข้อความ
หยุดส่งข้อความมาได้แล้ว
กรุณาหยุดส่งข้อความ
ช่วยหยุดส่ง SMS ด้วยค่ะ
หยุดส่ง sms มาเบอร์นี้
เลิกส่ง
เลิกส่งมาได้แล้ว
เลิกส่งข้อความมาได้แล้ว
เลิกส่ง SMS สักทีครับ
เลิกส่งโฆษณามาเถอะ
เลิกส่งข้อความหาผมได้ไหม
ไม่ต้องส่ง
ไม่ต้องส่งแล้วนะคะ
ไม่ต้องส่งมาอีกแล้วครับ
ไม่ต้องส่งข้อความมาอีก
ไม่ต้องส่ง sms มาแล้วนะ
ไม่ต้องส่งโปรโมชั่นมาอีกค่ะ
อย่าส่งมาอีก
อย่าส่งข้อความมาอีก
อย่าส่ง SMS มาหาฉันอีก
อย่าส่งโฆษณามาเบอร์นี้อีกนะครับ
ไม่รับ
ไม่รับข่าวสาร
ไม่รับ sms ค่ะ
ไม่ขอรับข่าวสารแล้วค่ะ
ไม่ขอรับข้อความโฆษณา
ไม่ต้องการรับ
ไม่ต้องการรับข้อความอีก
ไม่ต้องการรับข่าวสารแล้ว
ไม่ต้องการรับ SMS จากทางร้าน
ไม่ต้องการรับโปรโมชั่น
ไม่อยากได้รับข้อความอีก
ไม่อยากรับ sms แล้วครับ
ไม่อยากได้รับข่าวสารจากคุณอีก
ยกเลิก
ยกเลิก ค่ะ
ยกเลิกรับข่าว
ยกเลิกรับข่าวสาร
ยกเลิกการรับข่าวสาร
ขอยกเลิกการรับข้อความครับ
ยกเลิก SMS
ขอยกเลิก sms ด้วยค่ะ
ยกเลิกการสมัครรับข่าวสาร
ยกเลิกข้อความโฆษณาด้วยครับ
ยกเลิกบริการส่งข้อความ
ยกเลิกสมาชิก sms
ลบเบอร์
ลบเบอร์ผมออก
ลบเบอร์นี้ออกจากระบบด้วยครับ
ช่วยลบเบอร์ของฉันออกจากรายชื่อ
เอาเบอร์ผมออกจากรายชื่อด้วย
ขอถอนเบอร์ออกจากรายชื่อรับข่าวสาร
เอาชื่อออกจากรายชื่อส่งข้อความ
อย่าติดต่อมาอีก
ไม่ต้องติดต่อมาอีกแล้ว
อย่าส่งข้อความรบกวนอีก
ไม่สนใจ เลิกส่งข้อความมาครับ
ผิดเบอร์แล้ว อย่าส่งมาอีก
รำคาญ เลิกส่ง sms ได้แล้ว
พอแล้ว ไม่ต้องส่งข้อความมาอีก
สวัสดีครับ รบกวนหยุดส่งข้อความโปรโมชั่นมาที่เบอร์นี้ด้วยครับ ขอบคุณครับ
อย่าส่งข้อความมาอีกเลยนะคะ
หยุดส่ง sms ได้แล้ว
ไม่ต้องส่งข่าวมาแล้วค่ะ
ขอยกเลิกการรับ sms
รบกวนลบเบอร์ออกจากระบบด้วยค่ะ
ไม่อยากได้ข้อความแบบนี้อีก
เลิกส่งมาสักที
กรุณาอย่าส่งข้อความมาที่เบอร์นี้อีก
ไม่สะดวกรับข้อความแล้วครับ
ขอไม่รับข่าวสารค่ะ
ยกเลิกการรับโปรโมชั่น
ไม่ต้องส่งโฆษณามาให้ผมอีก
ขอให้หยุดส่งข้อความ
ผมไม่ต้องการรับข้อความจากร้านนี้แล้ว
เอาเบอร์ออกจากรายชื่อที
หยุดรบกวนได้แล้ว
หยุด sms
ไม่เอา sms แล้ว
ขอร้อง หยุดส่งข้อความมาเถอะครับ
อย่าส่ง sms มารบกวนอีก
ไม่ได้สมัคร อย่าส่งข้อความมา
เบอร์นี้เปลี่ยนเจ้าของแล้ว กรุณาลบออกจากระบบ
ไม่ต้องส่งข้อความหาอีกนะ
ยกเลิกรับ sms ทุกชนิด
ช่วยเอาเบอร์นี้ออกจากรายชื่อผู้รับ
ไม่รับข้อความโฆษณาทุกชนิด
บอกให้หยุดส่ง
พอได้แล้ว เลิกส่งเถอะ
"""

OTHERS_EN = """
I wait at the bus stop, call me
Please stop by tomorrow at 10
please stop by our office
stop by when you can
cancel my order
Please cancel my order 114
Cancel the delivery
cancel it, we take the M10 instead
We had to cancel the meeting
The truck did stop at the gate
Does the bus stop near your warehouse?
I cannot stop thinking about that price :)
Stop at gate 4 please
Can you stop production until Friday?
Please stop the shipment
stop the delivery until we pay
Stop working on my order for now
We stop work at 5
End of month is fine
The end user needs a certificate
at the end of the week
in the end we chose the other supplier
Don't quit on us :)
He quit last month, write to Ivan instead
remove item 3 from my order
Please remove the second position
remove my number from the order and put Ivan's
Take it off the invoice
take the bolts off the list, we have enough
delete my old address please, the new one is Main street 5
Please delete the double order
don't send the invoice yet
Do not send the goods before Monday
don't send me the old price list
Don't send it by courier
do not send me the invoice by post, email is fine
Please don't send any more samples
don't text Ivan, he is ill
do not call me now I am driving
please do not contact the driver directly
Don't worry
no more than 20 pcs
no more questions, thank you
No more bolts needed
we need no more M8
I don't want the blue ones
I don't want to wait until Friday
We do not want to receive the goods on Saturday
not interested in the M12, but M10 yes
Not interested
not now
No
No thanks
no thank you, we have enough
Leave the parcel at the door
leave it with the neighbour
I lost my number plate order, can you resend
Is my order ready?
Yes
ok
OK thanks
20 pcs please
Please send me more information
send me your messages again please, my phone was off
Got your message, thank you
I will text you
text me when it is ready
please message me tomorrow
What is the price of M8?
Did Anna unsubscribe?
Please don't unsubscribe me
I did not unsubscribe
don't remove me from the list
never received your text
I never got your message
Your texts do not arrive
Reply STOP to stop
It says reply STOP to unsubscribe, but what does it cost?
Full stop
non-stop delivery?
Emergency stop button, 5 pcs
Do you have door stops?
stop valve 1/2 inch, 4 pcs
Opt for the bigger one
Which option is cheaper?
unsubscribed users get what?
why did you unsubscribe me
stop worrying, it will arrive
We need to stop at customs
can you stop by and remove the old pallets
Please remove the texts from the label
The messages on the label are wrong
no message from the courier yet
cancel the text on the label please
don't send it, I come myself
I don't need the receipt
Do not send messages to the driver, he is on leave
end of story, we take it
quit smoking :)
our messages crossed
please remove me as contact person, Ivan is the new one
take me through the price list
I want to receive your messages
stop loss order
Stop the truck at gate 2
can't stop now, call later
unsubscribe Anna but keep me
don't cancel my subscription
please don't stop sending me offers
I like your texts, do not stop
I said stop the machine, not the order
can you text me the address
Please remove the ad from the box
I do not want promotions on my order, just the regular price
We need the ads printed by Monday
cancel the newsletter print job 500 pcs
Please don't message the old number, the new one is +49 151 1
no messages? did you get my order
end the call please
I want to opt for the M10
how can I contact you
Please take me to the right department
my number is +49151
delete that message, it was a mistake
ignore my last message
"""

OTHERS_RU = """
Стоп-кран нужен 5 шт
стоп кран 5 штук
Нужны стоп-сигналы на прицеп
Кнопка аварийный стоп, есть?
Не пишите цену без НДС
не пишите в накладной старый адрес
Не присылайте счёт, мы ещё думаем
не присылайте водителя раньше 10
Не отправляйте заказ до пятницы
не отправляйте мне этот товар
Не надо доставку
Не надо упаковки
Не надо ничего менять
не надо мне перезванивать сегодня
Отмена заказа 15, пришлите новый счёт
отмените заказ
Отмените доставку
Отменяем встречу
отмените последнюю позицию
Отпишитесь по заказу
Отпишите по наличию, пожалуйста
отпишитесь, когда будет готово
Отпишись как получишь
Хватит 20 штук
хватит ли болтов на всех?
Этого хватит
Нам хватит на месяц
Прекратите отгрузку
прекратите работы до понедельника
Перестаньте делать скидки :)
Перестало работать
Удалите из заказа позицию 3
удалите мой старый адрес
Удалите мой номер из накладной
Уберите из счёта доставку
уберите вторую позицию
Исключите доставку из счёта
Снимите с резерва, пожалуйста
снимите бронь
Не хочу ждать до пятницы
не хочу получать товар в субботу
Мне не нужны М8, нужны М10
мне не нужна доставка
Не нужны нам больше болты
Больше не нужно
больше ничего не надо
Никаких проблем
никаких изменений
Отказываюсь от заказа
отказ от доставки
отключите станок
Отключите мне звук в домофоне
Оставьте у охраны
оставьте как есть
Оставьте заявку за мной
Забудьте про скидку, беру так
Номер не тот, пишите на другой
Пишите сюда
пишите мне в любое время
пришлите смс когда будет готово
Присылайте ваши предложения
Не получил ваше сообщение
смс не пришла
Ваши сообщения не приходят
Не отписывайте меня
я не отписывался
Анна отписалась?
Нет
нет, спасибо
не сейчас
Не интересует М12, нужен М10
Да
Спасибо
Ок
Добрый день, где мой заказ?
Сколько стоит доставка?
Ответьте STOP чтобы отказаться - это платно?
Не звоните до обеда
Не беспокойтесь
Не беспокойте сегодня кладовщика, я сам заберу
Прошу не писать на коробках маркером
Просьба не присылать курьера без звонка
До конца недели
Стоп-лист по клиентам пришлите
Достали нужный болт? Заберу сегодня
не пишите по выходным
не отключайте рассылку
не прекращайте отгрузки
Хватит материала на два дня
Уберите рекламу с упаковки
Сообщения о готовности не приходят
Какие акции сейчас?
Отправьте рассылку ещё раз
не пишите мне счёт на старое юрлицо
Снимите копию договора
Отмените бронь на завтра
Отпишусь завтра
Отпишитесь мне по цене
Хочу отписать вам по заказу
не шлите машину
Не надо присылать счёт
Прекратите сборку
Удалите дубль заказа
Мой номер изменился, запишите новый
не хочу ваши болты
стоп 2 шт
Мне не нужны такие болты
не присылайте мне М8, нужны М10
не надо больше, у нас хватает
не надо этого
не хочу больше ждать
Уберите это из заказа
больше ничего не нужно, спасибо
остановите погрузку
Отключите оповещение на складе, сигнализация орёт
Новости есть по заказу?
Прекратить поставку до оплаты
сообщение получил
Отмените рассылку счетов на старый адрес
Без сообщения о готовности не приедем
Удалите номер телефона водителя из заявки
Напечатайте рекламу 500 шт
Как отказаться от позиции 3?
"""

OTHERS_TH = """
หยุดงานวันไหนบ้างครับ
วันหยุดเปิดไหม
พรุ่งนี้หยุดหรือเปล่า
หยุดส่งของช่วงปีใหม่ไหมครับ
หยุดส่งสินค้าวันไหน
ร้านหยุดวันอาทิตย์ใช่ไหม
เลิกงานกี่โมงครับ
เลิกขายรุ่นนี้แล้วเหรอ
ร้านเลิกกี่โมง
ยกเลิกออเดอร์
ยกเลิกออเดอร์ 15 แล้วส่งใบเสนอราคาใหม่
ขอยกเลิกคำสั่งซื้อ
ยกเลิกการจัดส่งวันนี้
ยกเลิกนัดพรุ่งนี้นะคะ
ยกเลิกรายการที่ 3
ยกเลิกบิลเก่าด้วยครับ
ไม่ต้องส่งของวันนี้
ไม่ต้องส่งใบเสร็จค่ะ
ไม่ต้องส่งใบเสนอราคามาแล้วครับ
ไม่ต้องส่งด่วนก็ได้
ไม่ต้องส่งสินค้า เดี๋ยวไปรับเอง
อย่าส่งของผิดอีกนะ
อย่าส่งก่อนวันจันทร์
อย่าส่งสินค้าวันเสาร์
อย่าลืมส่งของด้วย
ไม่รับ M8 รับ M10 ครับ
ไม่รับเศษ
ไม่รับบัตรเครดิตเหรอคะ
ไม่ต้องการรับของวันเสาร์
ไม่ต้องการ M8 แล้ว
ไม่ต้องการใบกำกับภาษี
ไม่อยากได้สีแดง
ไม่อยากรอนาน
ลบรายการที่สอง
ลบเบอร์เก่าแล้วใส่เบอร์ใหม่ในใบสั่งซื้อ
เอาของออกจากใบสั่งซื้อ
เอาน็อตออกจากรายการ
ไม่ต้องติดต่อคนขับ
ไม่ต้องโทรมาตอนเช้า
ไม่สนใจ M12 ครับ ขอ M10
ไม่สนใจค่ะ
ไม่เป็นไร
ไม่
ไม่ครับ
พอแล้ว 20 ตัวพอ
พอแล้วครับ ขอบคุณ
ส่งข้อความมาอีกทีได้ไหม
ส่ง SMS มาตอนของพร้อมนะ
ได้รับข้อความแล้วครับ
ไม่ได้รับข้อความเลยค่ะ
ไม่เห็นส่งข้อความมาเลย
ขอรับข่าวสารด้วยครับ
อย่ายกเลิก SMS นะคะ อยากรับต่อ
ของพร้อมหรือยัง
ราคาเท่าไหร่
ครับ
โอเคค่ะ
ขอบคุณครับ
ตอบ STOP เพื่อยกเลิก คืออะไรครับ
สวิตช์หยุดฉุกเฉิน 5 ตัว
วาล์วหยุดน้ำมีไหม
ส่งของได้แล้วครับ
ยกเลิก ออเดอร์ 15 ครับ
หยุด 2 วันใช่ไหม
ไม่ต้องส่งน็อต M8
อย่าส่งรถมาวันนี้
ไม่รับประกันเหรอ
ไม่ต้องการใบเสร็จครับ
ลบรายการ M8 ออก
เลิกผลิตแล้วใช่ไหม
ยกเลิกการจอง
ไม่ได้รับ sms ยืนยัน
ส่งข้อความหาคนขับด้วย
ไม่ต้องแจ้งเตือนก็ได้
ยังไม่ได้ยกเลิก sms นะ
ไม่เอาสีแดง
ไม่เอาแล้ว M8 เอา M10
ปิดร้านกี่โมง
หยุดเครื่องก่อน
ยกเลิกรายการโฆษณาในแคตตาล็อก
ไม่ต้องแก้ข้อความบนป้าย
ข้อความบนฉลากผิด
งดส่งของวันหยุด
มีโปรโมชั่นไหม
ไม่มีข่าวเลยครับ ของถึงไหนแล้ว
"""

STARTS = """
Начать
START
start.
Unstop
resubscribe
subscribe me again please
start sending me messages again
Старт
подписаться
Подпишите меня снова
хочу снова получать ваши сообщения
возобновите рассылку
เริ่ม
สมัครรับข่าวสาร
ขอกลับมารับข่าวสาร
ขอรับข่าวสารอีกครั้งค่ะ
"""

HELPS = """
Помоги
ความช่วยเหลือ
HELP
help!
info
Who is this?
who are you
Помощь
справка
Кто это?
Что за номер
вы кто?
ช่วยเหลือ
วิธีใช้
ใครคะ
นี่ใครครับ
เบอร์ของใคร
"""

UNSURE = """
Stop. That is not what I ordered
Cancel. We will take 20 instead
no more of this please
Don't text me at work
stop writing to me here, use email
don't text, email me
I don't think I want this any more
Unsubscribe? What is that?
take me off
Стоп. Это не наш заказ
Стоп, я заказывал М8
Отпишитесь
Отпишите
Не звоните мне больше
Не пишите мне на почту
не надо
Отказываюсь
ไม่ต้องส่งมาแล้ว เดี๋ยวไปรับเอง
ยกเลิกทั้งหมด
ไม่เอาแล้ว
อย่าส่งข้อความตอนกลางคืน
หยุดก่อน
Don't text me before 9
хватит, больше не нужно болтов
не надо, спасибо
Remove
stop, I meant 20 pcs
stop. 20 not 30
"""


def listed(block: str) -> list[str]:
    return [line for line in block.strip().splitlines() if line]
