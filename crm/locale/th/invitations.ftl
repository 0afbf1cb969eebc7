invitations-accepted-subject = ตอบรับ: { $summary }
invitations-accepted = { $name } จะเข้าร่วม
invitations-declined-subject = ปฏิเสธ: { $summary }
invitations-declined = { $name } ไม่สามารถเข้าร่วมได้
invitations-tentative-subject = ยังไม่แน่ใจ: { $summary }
invitations-tentative = { $name } อาจเข้าร่วมได้
