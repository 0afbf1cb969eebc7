calls-call-back = Перезвонить: пропущенный звонок в { $at }
calls-call-back-other-day = Перезвонить: пропущенный звонок, { $at }
