unsubscribe-title = Stop these mailings?
unsubscribe-body = One tap, and mailings no longer go to this address. Emails written to you in person and answers to your questions still reach you.
unsubscribe-button = Unsubscribe
unsubscribe-done-title = Done
unsubscribe-done-body = Mailings no longer go to this address. If this was a mistake, just reply to any of our emails.
unsubscribe-unknown-title = This link does not work
unsubscribe-unknown-body = It may have been cut off when it was copied. Open it once more from the email, or reply to the email with the word STOP.
