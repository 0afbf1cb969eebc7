recurrence-days = { $count ->
    [1] ทุกวัน เวลา { $at }
   *[other] ทุก { $count } วัน เวลา { $at }
}
recurrence-workdays = ทุกวันทำการ (จันทร์ถึงศุกร์) เวลา { $at }
recurrence-weeks = { $count ->
    [1] ทุกสัปดาห์ { $days } เวลา { $at }
   *[other] ทุก { $count } สัปดาห์ { $days } เวลา { $at }
}
recurrence-nth = { $count ->
    [1] ทุกเดือน { $day }{ $nth ->
        [1] แรก
        [2] ที่สอง
        [3] ที่สาม
        [4] ที่สี่
       *[last] สุดท้าย
    }ของเดือน เวลา { $at }
   *[other] ทุก { $count } เดือน { $day }{ $nth ->
        [1] แรก
        [2] ที่สอง
        [3] ที่สาม
        [4] ที่สี่
       *[last] สุดท้าย
    }ของเดือน เวลา { $at }
}
recurrence-last-day = { $count ->
    [1] วันสุดท้ายของทุกเดือน เวลา { $at }
   *[other] วันสุดท้ายของเดือน ทุก { $count } เดือน เวลา { $at }
}
recurrence-and = { $others } และ { $last }
recurrence-month-day = { $count ->
    [1] ทุกวันที่ { $day } ของเดือน{ $short ->
        [yes] {" "}(เดือนที่สั้นกว่าใช้วันสุดท้าย)
       *[no] {""}
    } เวลา { $at }
   *[other] วันที่ { $day } ทุก { $count } เดือน{ $short ->
        [yes] {" "}(เดือนที่สั้นกว่าใช้วันสุดท้าย)
       *[no] {""}
    } เวลา { $at }
}
recurrence-cron = ตามช่อง <code>{ $fields }</code>
error-recurrence-unclear = อ่าน “{ $text }” เป็นกำหนดซ้ำไม่ได้ ลองเขียนเช่น “ทุกวันจันทร์ 10 โมง” “ทุกวันทำการ” “ทุกวันที่ 1 ของเดือน” “วันสุดท้ายของเดือน” “ทุก 2 สัปดาห์”
error-recurrence-too-often = มากกว่า { $most } ครั้งต่อวัน
error-recurrence-never-happens = ไม่มีวันเช่นนั้น
