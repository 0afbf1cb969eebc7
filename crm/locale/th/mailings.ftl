mailings-footer = คุณได้รับข้อความนี้เพราะติดต่อกับ { $company }
    หากไม่ต้องการรับอีก: { $url }
mailings-footer-choose = เลือกข่าวสารที่ต้องการรับจากเรา
mailings-stop = ตอบ STOP เพื่อหยุดรับ
mailings-stop-link = หยุดรับ: { $url }
