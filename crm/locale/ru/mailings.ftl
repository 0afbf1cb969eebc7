mailings-footer = Вы получили это письмо, потому что работаете с компанией { $company }.
    Отписаться от рассылки: { $url }
mailings-stop = Отписаться: ответьте СТОП
mailings-stop-link = Отписаться: { $url }
