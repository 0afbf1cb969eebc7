autoreply-subject = Automatic reply: { $subject }
autoreply-stand-in = Thank you for your message.

    { $name } is away until { $day }. { $stand_in } has received your message and will answer you.

    This is an automatic reply.
autoreply-colleagues = Thank you for your message.

    { $name } is away until { $day }. The message has reached us; a colleague will answer you.

    This is an automatic reply.
