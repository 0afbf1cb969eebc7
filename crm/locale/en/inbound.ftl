inbound-help = { $company }: you are our customer, so we write to you about orders and offers. Reply here and a person answers. Reply STOP to end all messages.
