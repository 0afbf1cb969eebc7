invitations-accepted-subject = Принято: { $summary }
invitations-accepted = { $name } примет участие.
invitations-declined-subject = Отклонено: { $summary }
invitations-declined = { $name } не сможет участвовать.
invitations-tentative-subject = Под вопросом: { $summary }
invitations-tentative = { $name } пока не знает, сможет ли участвовать.
