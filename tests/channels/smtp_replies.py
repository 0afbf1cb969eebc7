"""Replies of real mail servers, each with the outcome its meaning asks for: judged one by one from RFC 5321, RFC 3463 and what the
providers' own pages say, not from what our table makes of them.

Outcomes: retry (soon, with backoff), later (not before a while), limited (the whole domain or channel waits), permanent (this
message, once), suppress (never to this address again), halt (our account or settings: a person has to look).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from channels.email.verdicts import Step
from channels.message import Outcome


@dataclass(frozen=True)
class Reply:
    """One reply: whose it is, which command it answers, and what it must mean to us."""

    server: str
    step: Step
    code: int
    text: str
    outcome: Outcome


_STEPS = {
    "hello": Step.GREETING,
    "auth": Step.AUTH,
    "mail": Step.MAIL,
    "rcpt": Step.RCPT,
    "data": Step.DATA,
    "dot": Step.DOT,
}
_OUTCOMES = {"limited": Outcome.RATE_LIMITED}

_TABLE = """
# Postfix
postfix | rcpt | 550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in local recipient table | suppress
postfix | rcpt | 550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in virtual mailbox table | suppress
postfix | rcpt | 550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in relay recipient table | suppress
postfix | rcpt | 550 5.1.0 <nobody@example.com>: Recipient address rejected: undeliverable address: unknown user: "nobody" | suppress
postfix | rcpt | 450 4.1.1 <someone@example.com>: Recipient address rejected: unverified address: Address verification in progress | retry
postfix | rcpt | 450 4.1.1 <someone@example.com>: Recipient address rejected: User unknown in local recipient table | retry
postfix | rcpt | 450 4.1.2 <someone@example.invalid>: Recipient address rejected: Domain not found | retry
postfix | rcpt | 550 5.1.2 <someone@example.invalid>: Recipient address rejected: Domain not found | suppress
postfix | rcpt | 556 5.1.10 <someone@example.com>: Recipient address rejected: Domain example.com does not accept mail (nullMX) | suppress
postfix | rcpt | 501 5.1.3 Bad recipient address syntax | suppress
postfix | rcpt | 454 4.7.1 <someone@example.com>: Relay access denied | retry
postfix | rcpt | 554 5.7.1 <someone@example.com>: Relay access denied | halt
postfix | rcpt | 450 4.2.0 <someone@example.com>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.com.html | later
postfix | rcpt | 450 4.7.1 <someone@example.com>: Recipient address rejected: Greylisted for 5 minutes | later
postfix | rcpt | 450 4.7.1 <client.example>: Helo command rejected: Host not found | later
postfix | rcpt | 504 5.5.2 <client>: Helo command rejected: need fully-qualified hostname | permanent
postfix | rcpt | 450 4.1.8 <us@shop.example>: Sender address rejected: Domain not found | retry
postfix | rcpt | 550 5.1.8 <us@shop.example>: Sender address rejected: Domain not found | halt
postfix | rcpt | 553 5.7.1 <us@shop.example>: Sender address rejected: not owned by user sales | halt
postfix | rcpt | 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7 | permanent
postfix | rcpt | 554 5.7.1 <someone@example.com>: Recipient address rejected: Access denied | permanent
postfix | rcpt | 550 5.7.23 <someone@example.com>: Recipient address rejected: Message rejected due to: SPF fail - not authorized | permanent
postfix | rcpt | 552 5.2.2 <someone@example.com>: Recipient address rejected: Mailbox quota exceeded | permanent
postfix | rcpt | 452 4.2.2 <someone@example.com>: Recipient address rejected: Mailbox quota exceeded | later
postfix | rcpt | 451 4.3.0 <someone@example.com>: Temporary lookup failure | retry
postfix | rcpt | 451 4.3.5 Server configuration error | retry
postfix | rcpt | 450 4.3.2 Service currently unavailable | retry
postfix | rcpt | 450 4.7.1 Error: too many recipients from 192.0.2.7 | limited
postfix | rcpt | 452 4.5.3 Error: too many recipients | limited
postfix | mail | 450 4.7.1 Error: too much mail from 192.0.2.7 | limited
postfix | mail | 452 4.3.1 Insufficient system storage | retry
postfix | mail | 552 5.3.4 Message size exceeds fixed limit | permanent
postfix | mail | 530 5.7.0 Must issue a STARTTLS command first | halt
postfix | mail | 501 5.1.7 Bad sender address syntax | halt
postfix | dot | 552 5.3.4 Error: message file too big | permanent
postfix | dot | 554 5.6.0 Message contains NUL characters | permanent
postfix | dot | 550 5.7.1 message content rejected | permanent
postfix | dot | 451 4.3.0 Error: queue file write error | retry
postfix | dot | 554 5.4.6 Error: too many hops | permanent
postfix | hello | 421 4.7.0 mail.example.com Error: too many connections from 192.0.2.7 | limited
postfix | rcpt | 421 4.7.0 mail.example.com Error: too many errors | limited
postfix | dot | 421 4.4.2 mail.example.com Error: timeout exceeded | retry
postfix | data | 554 5.5.1 Error: no valid recipients | permanent
postfix | auth | 535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6 | halt
postfix | auth | 454 4.7.0 Temporary authentication failure: Connection lost to authentication server | retry
postscreen | hello | 550 5.3.2 Service currently unavailable | halt
postscreen | rcpt | 550 5.7.1 Service unavailable; client [192.0.2.7] blocked using bl.spamcop.net | permanent
# Exim, cPanel
exim | rcpt | 550 Unrouteable address | suppress
exim | rcpt | 550-Callback setup failed while verifying <us@shop.example> 550 Sender verify failed | halt
exim | rcpt | 550-Verification failed for <us@shop.example> 550-No Such User Here 550 Sender verify failed | halt
exim | rcpt | 451 Temporary local problem - please try later | retry
exim | rcpt | 451 Could not complete sender verify | retry
exim | rcpt | 550 relay not permitted | halt
exim | rcpt | 550 authentication required | halt
exim | rcpt | 550 No Such User Here | suppress
exim | rcpt | 550 Administrative prohibition | permanent
exim | rcpt | 550-"JunkMail rejected - client.example [192.0.2.7] is in an RBL, see https://www.spamhaus.org" | permanent
exim | rcpt | 550 Rejected because 192.0.2.7 is in a black list at b.barracudacentral.org | permanent
exim | rcpt | 552 Mailbox is full / Blocks limit exceeded / Inode limit exceeded | permanent
exim | rcpt | 452 space shortage, please try later | retry
exim | rcpt | 451 Greylisted, please try again in 180 seconds | later
exim | rcpt | 550 Unknown user | suppress
exim | rcpt | 550 Account someone@example.com has been suspended | permanent
exim | dot | 550 This message was classified as SPAM and may not be delivered | permanent
exim | dot | 550 Message contains a virus (Eicar-Test-Signature) | permanent
exim | dot | 552 Message size exceeds maximum permitted | permanent
exim | dot | 550 Domain shop.example has exceeded the max emails per hour (150/150 (100%)) allowed. Message discarded. | halt
exim | hello | 421 Too many concurrent SMTP connections; please try again later | limited
exim | hello | 550 Connection rejected: 192.0.2.7 is listed in dnsbl | halt
exim | mail | 501 syntactically invalid sender address | halt
exim | data | 503 valid RCPT command must precede DATA | permanent
# Sendmail
sendmail | rcpt | 550 5.1.1 <nobody@example.com>... User unknown | suppress
sendmail | rcpt | 553 5.1.8 <us@shop.example>... Domain of sender address us@shop.example does not exist | halt
sendmail | rcpt | 451 4.1.8 Domain of sender address us@shop.example does not resolve | retry
sendmail | rcpt | 550 5.7.1 <someone@example.com>... Relaying denied. Proper authentication required. | halt
sendmail | rcpt | 550 5.2.1 <someone@example.com>... Mailbox disabled for this recipient | permanent
sendmail | rcpt | 553 5.3.0 <someone@example.com>... Spam blocked see: http://spamcop.net/bl.shtml?192.0.2.7 | permanent
sendmail | rcpt | 550 5.7.1 <someone@example.com>... Access denied | permanent
sendmail | rcpt | 452 4.4.5 Insufficient disk space; try again later | retry
sendmail | rcpt | 451 4.7.1 Greylisting in action, please come back in 00:05:00 | later
sendmail | rcpt | 512 5.1.2 Bad destination system address | suppress
sendmail | rcpt | 421 4.3.2 Connection rate limit exceeded. | limited
sendmail | dot | 552 5.2.3 Message exceeds maximum fixed size (10240000) | permanent
sendmail | dot | 554 5.7.1 Command rejected | permanent
sendmail | dot | 451 4.3.2 Please try again later | retry
sendmail | mail | 451 4.0.0 Too many messages in queue, try later | limited
# Qmail and netqmail with chkuser
qmail | rcpt | 550 5.1.1 sorry, no mailbox here by that name (#5.1.1 - chkuser) | suppress
qmail | rcpt | 511 sorry, no mailbox here by that name (#5.1.1 - chkuser) | suppress
qmail | rcpt | 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1) | halt
qmail | rcpt | 552 5.2.2 sorry, recipient mailbox is full (#5.2.2 - chkuser) | permanent
qmail | rcpt | 452 sorry, too many recipients (#4.5.3 - chkuser) | limited
qmail | dot | 552 sorry, that message size exceeds my databytes limit (#5.3.4) | permanent
qmail | dot | 451 qq temporary problem (#4.3.0) | retry
qmail | dot | 554 mail server permanently rejected message (#5.3.0) | permanent
qmail | dot | 451 See http://pobox.com/~djb/docs/smtplf.html. | retry
qmail | rcpt | 550 sorry, your envelope sender domain must exist (#5.1.8 - chkuser) | halt
qmail | rcpt | 571 sorry, sender address has invalid format (#5.1.7 - chkuser) | halt
qmail | rcpt | 451 GL - temporary problem. Try again later (#4.3.0) - greylisted | later
# Exchange on premises and Exchange Online
exchange | rcpt | 550 5.1.1 User unknown | suppress
exchange | rcpt | 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup | suppress
exchange | rcpt | 550 5.7.1 Unable to relay for someone@example.com | halt
exchange | rcpt | 550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain | halt
exchange | mail | 550 5.7.60 SMTP; Client does not have permissions to send as this sender | halt
exchange | mail | 530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM | halt
exchange | dot | 554 5.2.252 SendAsDenied; sales@shop.example not allowed to send as boss@shop.example | halt
exchange | dot | 550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized | permanent
exchange | rcpt | 452 4.3.1 Insufficient system resources | retry
exchange | rcpt | 421 4.3.2 Service not available | retry
exchange | dot | 552 5.3.4 Message size exceeds fixed maximum message size | permanent
exchange | dot | 554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded | permanent
exchange | dot | 432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded | limited
exchange | dot | 550 5.6.0 M2MCVT.StorageError; message content conversion failed | permanent
office365 | rcpt | 550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [AM5EUR02FT012.eop-EUR02.prod.protection.outlook.com] | suppress
office365 | rcpt | 550 5.1.8 Access denied, bad outbound sender AS(41900) | halt
office365 | rcpt | 550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP | halt
office365 | dot | 550 5.7.501 Service unavailable. Access denied, spam abuse detected from IP range | permanent
office365 | dot | 550 5.7.515 Access denied, sending domain SHOP.EXAMPLE does not meet the required authentication level | permanent
office365 | dot | 550 5.7.509 Access denied, sending domain shop.example does not pass DMARC verification and has a DMARC policy of reject | permanent
office365 | dot | 550 5.7.511 Access denied, banned sender[192.0.2.7] | permanent
office365 | rcpt | 550 5.7.606 Access denied, banned sending IP [192.0.2.7] | permanent
office365 | rcpt | 451 4.7.500 Server busy. Please try again later from [192.0.2.7]. (S77714) | retry
office365 | rcpt | 451 4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP reputation | limited
office365 | rcpt | 450 4.7.3 Organization queue quota exceeded | limited
office365 | dot | 550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients | halt
# Outlook.com, Hotmail, Live
outlook | rcpt | 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [BL0GCC02FT038.protection.outlook.com] | suppress
outlook | rcpt | 550 Requested action not taken: mailbox unavailable (-1077394256:2452) | suppress
outlook | rcpt | 552 5.2.2 The email account that you tried to reach is over quota | permanent
outlook | mail | 550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150) | halt
outlook | rcpt | 421 RP-001 (SNT004-MC1F43) Unfortunately, some messages from 192.0.2.7 weren't sent. Please try again. The mail server IP connecting to Outlook.com server has exceeded the rate limit allowed. | limited
outlook | rcpt | 421 4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel | limited
outlook | dot | 550 SC-001 (COL004-MC1F5) Unfortunately, messages from 192.0.2.7 weren't sent: content rejected as spam | permanent
# Gmail
gmail | rcpt | 550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos | suppress
gmail | rcpt | 550 5.2.1 The email account that you tried to reach is disabled. For more information, go to https://support.google.com/mail/?p=DisabledUser | permanent
gmail | rcpt | 550 5.2.1 The email account that you tried to reach is inactive. | permanent
gmail | rcpt | 552 5.2.2 The recipient's inbox is out of storage space. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaPerm | permanent
gmail | rcpt | 452 4.2.2 The recipient's inbox is out of storage space and inactive. https://support.google.com/mail/?p=OverQuotaTemp | later
gmail | rcpt | 450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time. | limited
gmail | rcpt | 450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered. | limited
gmail | dot | 421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address | limited
gmail | dot | 421 4.7.0 This message is suspicious due to the very low reputation of the sending IP address/domain. | later
gmail | dot | 421 4.7.32 Your email has been rate limited because the From: header (RFC5322) in this message isn't aligned with either the authenticated SPF or DKIM organizational domain. | limited
gmail | dot | 550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. | permanent
gmail | dot | 550 5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked. | permanent
gmail | dot | 550 5.7.25 The IP address sending this message does not have a PTR record setup | permanent
gmail | dot | 552 5.7.0 This message was blocked because its content presents a potential security issue. | permanent
gmail | dot | 552 5.3.4 Your message exceeded Google's message size limits. | permanent
gmail | dot | 554 5.6.0 Mail message is malformed. Not accepted. | permanent
gmail | dot | 550 5.7.1 Messages missing a valid messageId header are not accepted. | permanent
gmail | dot | 451 4.3.0 Mail server temporarily rejected message. | retry
gmail | dot | 421 4.4.5 Server busy, try again later. | retry
gmail | data | 550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to https://support.google.com/a/answer/166852 | halt
gmail | dot | 550 5.4.5 Daily user sending limit exceeded. | halt
gmail | mail | 530 5.7.0 Must issue a STARTTLS command first. | halt
gmail | mail | 530 5.7.0 Authentication Required. | halt
gmail | auth | 535 5.7.8 Username and Password not accepted. | halt
gmail | auth | 534 5.7.9 Application-specific password required. | halt
gmail | auth | 454 4.7.0 Too many login attempts, please try again later. | limited
gmail | rcpt | 553 5.1.2 We weren't able to find the recipient domain. | suppress
gmail | rcpt | 553 5.1.3 The recipient address <some one@example.com> is not a valid RFC-5321 address. | suppress
gmail-relay | rcpt | 550 5.7.1 Invalid credentials for relay [192.0.2.7]. | halt
# Yahoo, AOL
yahoo | rcpt | 552 1 Requested mail action aborted, mailbox not found | suppress
yahoo | dot | 554 30 Sorry, your message to someone@yahoo.example cannot be delivered. This mailbox is disabled (554.30). | permanent
yahoo | dot | 554 delivery error: dd This user doesn't have a yahoo.example account (someone@yahoo.example) [0] - mta1 | permanent
yahoo | dot | 554 delivery error: dd Sorry, your message to someone@yahoo.example cannot be delivered. This account is over quota. - mta1 | permanent
yahoo | mail | 421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected volume or user complaints | limited
yahoo | mail | 421 4.7.1 [TS03] All messages from 192.0.2.7 will be permanently deferred; Retrying will NOT succeed. | limited
yahoo | hello | 553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.7, because the ip is in Spamhaus's list | halt
yahoo | dot | 554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes | permanent
yahoo | dot | 554 Message not allowed - [PH01] Email not accepted for policy reasons. | permanent
yahoo | dot | 451 4.7.1 Message temporarily deferred - [160] | limited
yahoo | rcpt | 451 4.3.2 Please try again later | retry
aol | rcpt | 550 5.1.1 <someone@aol.example>: Recipient address rejected: aol.example | suppress
aol | rcpt | 550 5.2.1 MAILBOX NOT FOUND | suppress
aol | dot | 521 5.2.1 : AOL will not accept delivery of this message. | permanent
# iCloud
icloud | rcpt | 550 5.1.1 <someone@icloud.example>: user lookup success but no user record found | suppress
icloud | rcpt | 552 5.2.2 <someone@icloud.example>: user is over quota | permanent
icloud | dot | 554 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137 | permanent
icloud | dot | 550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL | permanent
icloud | rcpt | 450 4.2.2 <someone@icloud.example>: user is over quota | later
# mail.ru
mail.ru | rcpt | 550 Message was not accepted -- invalid mailbox. Local mailbox someone@mail.example is unavailable: user not found | suppress
mail.ru | rcpt | 550 Message was not accepted -- invalid mailbox. Local mailbox someone@mail.example is unavailable: user is terminated | permanent
mail.ru | rcpt | 550 Message was not accepted -- invalid mailbox. Local mailbox someone@mail.example is unavailable: account is disabled | permanent
mail.ru | rcpt | 552 someone@mail.example: mailbox is full | permanent
mail.ru | dot | 550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=x or report details to abuse@corp.mail.ru | permanent
mail.ru | rcpt | 451 Ratelimit exceeded for mailbox someone@mail.example. Try again later. | limited
mail.ru | rcpt | 451 Try again later. Recipient is in the greylist | later
mail.ru | hello | 550 Access from ip address 192.0.2.7 blocked. Visit http://help.mail.ru/notspam-support/ | halt
mail.ru | rcpt | 550 Sorry, we do not accept mail from hosts with dynamic IP or generic DNS PTR-records. | permanent
mail.ru | dot | 550 5.7.1 This message was not accepted due to domain owner DMARC policy (RFC 7489) | permanent
# Yandex
yandex | rcpt | 550 5.7.1 No such user! | suppress
yandex | rcpt | 450 4.2.1 The recipient has exceeded message rate limit. Try again later. | limited
yandex | dot | 554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc | permanent
yandex | dot | 451 4.7.1 Sorry, the service is currently unavailable. Please come back later. | later
yandex | rcpt | 451 4.7.1 Sorry, the service is currently unavailable. Please come back later. | later
yandex | mail | 553 5.7.1 Sender address rejected: not owned by auth user. | halt
yandex | dot | 552 5.2.2 Mailbox size limit exceeded | permanent
yandex | auth | 535 5.7.8 Error: authentication failed: Invalid user or password! | halt
yandex | dot | 554 5.7.0 Spam limit exceeded. Please try again later | permanent
yandex | rcpt | 552 5.3.4 Message is too large | permanent
# Rambler, others in Russian
rambler | rcpt | 550 5.1.1 <someone@rambler.example>: Recipient address rejected: User not found | suppress
rambler | rcpt | 452 4.2.2 <someone@rambler.example>: Mailbox full | later
nic.ru | rcpt | 550 Ящик не найден | suppress
nic.ru | rcpt | 552 Почтовый ящик переполнен | permanent
nic.ru | dot | 550 Письмо похоже на спам | permanent
# QQ, 163, Sina
qq | rcpt | 550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728 | suppress
qq | rcpt | 550 User suspended. | permanent
qq | dot | 550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726 | permanent
qq | mail | 550 Domain may not exist or DNS check failed [192.0.2.7]. | halt
qq | rcpt | 550 Connection frequency limited. http://service.mail.qq.com/cgi-bin/help?subtype=1 | permanent
qq | rcpt | 452 Too many recipients | limited
qq | dot | 550 Message too large | permanent
163 | rcpt | 550 User not found: someone@163.example | suppress
163 | dot | 554 DT:SPM 163 smtp11,D8CowAA: please see http://mail.163.com/help/help_spam_16.htm | permanent
163 | hello | 421 HL:REP 163 mx14: the IP sends too many messages, please see http://mail.163.com/help/help_spam_16.htm | limited
163 | rcpt | 552 Mailbox quota exceeded | permanent
163 | mail | 553 Mail from must equal authorized user | halt
sina | rcpt | 550 #5.1.0 Address rejected someone@sina.example | suppress
# GMX, web.de, T-Online, 1&1, freenet
gmx | rcpt | 550 Requested action not taken: mailbox unavailable | suppress
gmx | rcpt | 450 Requested mail action not taken: mailbox unavailable - greylisted, please try again later | later
gmx | hello | 554 gmx.example (mxgmx008) Nemesis ESMTP Service not available. No SMTP service. IP address is block listed. | halt
gmx | dot | 554 Transaction failed. Reject due to policy restrictions. | permanent
gmx | rcpt | 552 Requested mail action aborted: exceeded storage allocation. Quota exceeded | permanent
web.de | rcpt | 421 Service temporarily unavailable | retry
t-online | hello | 554 IP=192.0.2.7 - A problem occurred. Ask your postmaster for help or to contact tosa@rx.t-online.example to clarify. | halt
t-online | rcpt | 550 5.1.1 unknown user | suppress
freenet | rcpt | 550 Benutzer existiert nicht | suppress
freenet | rcpt | 552 Postfach ist voll | permanent
# Thai providers
true.th | rcpt | 550 5.1.1 <someone@truemail.example>: Recipient address rejected: User unknown in virtual alias table | suppress
true.th | rcpt | 552 5.2.2 User mailbox exceeds allowed size: someone@truemail.example | permanent
tot.th | rcpt | 550 #5.1.0 Address rejected. | suppress
tot.th | rcpt | 421 #4.4.5 Too many connections from your host. | limited
tot.th | dot | 552 #5.3.4 message size exceeds limit | permanent
csloxinfo.th | rcpt | 550 ไม่พบผู้ใช้นี้ในระบบ | suppress
csloxinfo.th | rcpt | 552 กล่องจดหมายเต็ม | permanent
3bb.th | rcpt | 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using cbl.abuseat.org | permanent
inet.th | rcpt | 450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.7] | later
# Japan, France, Orange, Comcast and other gateways
docomo | dot | 550 Unknown user someone@docomo.example | permanent
au | rcpt | 550 <someone@ezweb.example>: User unknown | suppress
orange | rcpt | 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416] | suppress
orange | hello | 421 mwinf5c04 ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR004_104 | limited
free.fr | rcpt | 550 spam detected | permanent
comcast | rcpt | 550 5.1.1 Not our Customer | suppress
comcast | hello | 421 4.1.0 192.0.2.7 Throttled - try again later. Please see http://postmaster.comcast.net | limited
ironport | rcpt | 452 #4.1.0 Too many recipients received this hour | limited
ironport | dot | 554 #5.7.1 Message rejected due to content restrictions | permanent
proofpoint | hello | 554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7 | halt
proofpoint | rcpt | 550 5.7.0 Local Policy Violation | permanent
mimecast | rcpt | 550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [abc.uk1] | suppress
mimecast | rcpt | 451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 | retry
mimecast | rcpt | 451 Recipient temporarily unavailable (Greylisted) | later
barracuda | dot | 550 permanent failure for one or more recipients (someone@example.com:blocked) | permanent
barracuda | rcpt | 550 No such recipient here | suppress
messagelabs | rcpt | 553-Message filtered. Refer to the Troubleshooting page at http://www.symanteccloud.com/troubleshooting 553 (#5.7.1) | permanent
zoho | rcpt | 550 5.1.1 User does not exist - <someone@zoho.example> | suppress
zoho | dot | 550 5.4.6 Unusual sending activity detected. Please try after sometime. | halt
zoho | rcpt | 553 Relaying disallowed as us@shop.example | halt
godaddy | rcpt | 550 5.1.1 <someone@example.com> Recipient not found. <http://x.co/irbounce> | suppress
fastmail | rcpt | 550 5.1.1 <someone@fastmail.example>: Recipient address rejected: User unknown in virtual mailbox table | suppress
lotus | rcpt | 550 someone@example.com... No such user | suppress
lotus | dot | 554 5.7.1 Policy analysis rejected this message | permanent
groupwise | rcpt | 550 Mailbox unavailable or access denied | suppress
communigate | rcpt | 550 someone@example.com unknown user account | suppress
kerio | rcpt | 550 5.1.1 User unknown, not local address | suppress
mdaemon | rcpt | 550 <someone@example.com>, Recipient unknown | suppress
hmailserver | rcpt | 530 SMTP authentication is required. | halt
# Relays we may log in to
ses | dot | 454 Throttling failure: Maximum sending rate exceeded. | limited
ses | dot | 454 Throttling failure: Daily message quota exceeded. | limited
ses | dot | 554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: us@shop.example | halt
ses | dot | 554 Message rejected: Sending paused for this account. | halt
sendgrid | dot | 451 You've exceeded your messaging limits | limited
sendgrid | dot | 550 Unauthenticated senders not allowed | halt
mailgun | dot | 421 Temporary service error, please try again later | retry
postmark | mail | 550 5.1.0 Sender address is not a confirmed sender signature | halt
any | rcpt | 550 5.7.30 TLS is required for this recipient | permanent
any | rcpt | 521 5.2.1 server does not accept mail | suppress
any | rcpt | 551 5.1.6 User has moved to someone@elsewhere.example | suppress
any | rcpt | 553 5.1.3 Mailbox name not allowed | suppress
any | rcpt | 550 5.3.0 failed, out of service | permanent
any | rcpt | 555 5.5.4 Unsupported option: SMTPUTF8 | permanent
any | data | 451 4.3.2 Try again | retry
any | dot | 554 5.0.0 Transaction failed | permanent
any | mail | 421 4.3.2 System shutting down | retry
any | hello | 554 No SMTP service here | halt
"""


def _read(line: str) -> Reply:
    server, step, answer, outcome = (cell.strip() for cell in line.split(" | "))
    return Reply(server, _STEPS[step], int(answer[:3]), answer[4:], _OUTCOMES.get(outcome) or Outcome(outcome))


REPLIES: Final = tuple(_read(line) for line in _TABLE.splitlines() if line and not line.startswith("#"))
