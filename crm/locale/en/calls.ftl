calls-call-back = Call back: missed call at { $at }
calls-call-back-other-day = Call back: missed call of { $at }
