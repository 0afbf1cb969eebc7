mailings-footer = คุณได้รับข้อความนี้เพราะติดต่อกับ { $company }
mailings-footer-stop = หากไม่ต้องการรับอีก: { $url }
mailings-footer-unsubscribe = คลิกที่นี่หากไม่ต้องการรับอีก
mailings-footer-choose = เลือกข่าวสารที่ต้องการรับจากเรา
mailings-stop = ตอบ STOP เพื่อหยุดรับ
mailings-stop-link = หยุดรับ: { $url }
