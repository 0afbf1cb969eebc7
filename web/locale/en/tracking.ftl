link-unknown-title = This link does not work
link-unknown-body = It may have been cut off when it was copied. Open it once more from the email, or reply to the email and ask.
