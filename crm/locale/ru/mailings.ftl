mailings-footer = Вы получили это письмо, потому что работаете с компанией { $company }.
mailings-footer-stop = Отписаться от рассылки: { $url }
mailings-footer-unsubscribe = Отписаться от рассылки
mailings-footer-choose = Выбрать, что получать от нас
mailings-stop = Отписаться: ответьте СТОП
mailings-stop-link = Отписаться: { $url }
