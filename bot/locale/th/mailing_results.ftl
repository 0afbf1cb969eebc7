error-mailings-tracking-off = ที่นี่ไม่ได้นับสิ่งนี้ในการส่งข่าวสาร ผู้ดูแลบอตเปิดใช้ได้ (TOUCHLINE_TRACK_CLICKS, TOUCHLINE_TRACK_OPENS)
error-topics-name-taken = มีหัวข้อ “{ $name }” อยู่แล้ว กรุณาใช้ชื่ออื่น
