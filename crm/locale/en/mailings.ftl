mailings-footer = You receive this because you are in touch with { $company }.
    To stop these messages: { $url }
mailings-footer-choose = Choose what you get from us
mailings-stop = Reply STOP to stop
mailings-stop-link = To stop: { $url }
