mailings-footer = You receive this because you are in touch with { $company }.
    To stop these messages: { $url }
mailings-stop = Reply STOP to stop
mailings-stop-link = To stop: { $url }
