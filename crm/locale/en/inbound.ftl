inbound-help = { $company }: we write to you about orders and offers. Reply here and a person answers. Reply STOP to end all messages.
