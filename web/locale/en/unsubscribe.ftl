unsubscribe-title = Stop these mailings?
unsubscribe-body = One press, and mailings no longer go to this address. Letters written to you in person and answers to your questions still come.
unsubscribe-button = Unsubscribe
unsubscribe-done-title = Done
unsubscribe-done-body = Mailings no longer go to this address. If it was a mistake, just answer any of our letters.
unsubscribe-unknown-title = This link does not work
unsubscribe-unknown-body = It may have been cut when it was copied. Open it from the letter once more, or answer the letter with the word STOP.
