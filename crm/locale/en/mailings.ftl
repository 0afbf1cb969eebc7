mailings-footer = You receive this because you are in touch with { $company }.
mailings-footer-stop = To stop these messages: { $url }
mailings-footer-unsubscribe = Unsubscribe
mailings-footer-choose = Choose what you get from us
mailings-stop = Reply STOP to stop
mailings-stop-link = To stop: { $url }
