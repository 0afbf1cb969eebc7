mailings-footer = Вы получили это письмо, потому что работаете с компанией { $company }.
    Отписаться от рассылки: { $url }
mailings-footer-choose = Выбрать, что получать от нас
mailings-stop = Отписаться: ответьте СТОП
mailings-stop-link = Отписаться: { $url }
