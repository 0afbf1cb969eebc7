invitations-accepted-subject = Accepted: { $summary }
invitations-accepted = { $name } will come.
invitations-declined-subject = Declined: { $summary }
invitations-declined = { $name } cannot come.
invitations-tentative-subject = Tentative: { $summary }
invitations-tentative = { $name } will perhaps come.
