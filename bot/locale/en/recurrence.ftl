recurrence-days = { $count ->
    [1] every day at { $at }
    [one] every { $count } day at { $at }
   *[other] every { $count } days at { $at }
}
recurrence-workdays = every weekday (Monday to Friday) at { $at }
recurrence-weeks = { $count ->
    [1] every week on { $days } at { $at }
    [one] every { $count } week on { $days } at { $at }
   *[other] every { $count } weeks on { $days } at { $at }
}
recurrence-nth = { $count ->
    [1] every month on the { $nth ->
        [1] first
        [2] second
        [3] third
        [4] fourth
       *[last] last
    } { $day } at { $at }
    [one] every { $count } month on the { $nth ->
        [1] first
        [2] second
        [3] third
        [4] fourth
       *[last] last
    } { $day } at { $at }
   *[other] every { $count } months on the { $nth ->
        [1] first
        [2] second
        [3] third
        [4] fourth
       *[last] last
    } { $day } at { $at }
}
recurrence-last-day = { $count ->
    [1] on the last day of each month at { $at }
    [one] every { $count } month on its last day at { $at }
   *[other] every { $count } months on the last day at { $at }
}
recurrence-and = { $others } and { $last }
recurrence-month-day = { $count ->
    [1] each month on day { $day }{ $short ->
        [yes] {" "}(in shorter months on the last one)
       *[no] {""}
    } at { $at }
    [one] every { $count } month on day { $day }{ $short ->
        [yes] {" "}(in shorter months on the last one)
       *[no] {""}
    } at { $at }
   *[other] every { $count } months on day { $day }{ $short ->
        [yes] {" "}(in shorter months on the last one)
       *[no] {""}
    } at { $at }
}
recurrence-cron = by the fields <code>{ $fields }</code>
error-recurrence-unclear = I cannot read “{ $text }” as something that recurs. Write for example “every Monday at 10”, “every weekday”, “on the 1st of each month”, “last day of month”, “every 2 weeks”.
error-recurrence-too-often = That is more than { $most } times a day.
error-recurrence-never-happens = There is no such day.
