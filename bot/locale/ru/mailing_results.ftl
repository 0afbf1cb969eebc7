error-mailings-tracking-off = В рассылках это здесь не считается: включить может тот, кто запускает бота (TOUCHLINE_TRACK_CLICKS, TOUCHLINE_TRACK_OPENS).
error-topics-name-taken = Тема «{ $name }» уже есть. Назовите по-другому.
