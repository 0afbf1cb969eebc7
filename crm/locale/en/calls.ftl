calls-call-back = Call back: missed call at { $at }
