error-mailings-tracking-off = Mailings do not count this here: whoever runs the bot can switch it on (TOUCHLINE_TRACK_CLICKS, TOUCHLINE_TRACK_OPENS).
error-topics-name-taken = A topic called “{ $name }” is there already. Please choose another name.
