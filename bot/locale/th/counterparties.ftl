counterparties-of = { $count ->
        [0] <b>{ $name }</b> ยังไม่มีนิติบุคคล
       *[other] <b>{ $name }</b> ทำธุรกรรมผ่าน
    }
counterparties-valid = 🏛 <b>{ $name }</b> · { $number } · ตั้งแต่ { $since }{ $until }
counterparties-ended = <s>{ $name }</s> · { $number } · { $since } – { $until }
counterparties-add = เพิ่ม
counterparties-end = เลิกใช้: { $name }
counterparties-ask = นิติบุคคลอะไร? <i>ชื่อ, เลขผู้เสียภาษี, ประเทศ</i> (TH, RU, DE …) มีแค่ชื่อก็พอ
error-counterparties-already-linked = มี { $name } อยู่แล้ว
error-counterparties-bad-period = วันสิ้นสุดต้องไม่มาก่อนวันเริ่ม
