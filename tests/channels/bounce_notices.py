"""Notices of failed deliveries as servers of many makes and languages write them, and mail that only looks like one.

Written after the servers' own templates; what real mailboxes hold beside them lies in the handed-over corpora.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from channels.email.bounces import Action
from storage.models import BounceKind

HARD, SOFT, BLOCK = BounceKind.HARD, BounceKind.SOFT, BounceKind.BLOCK

_ORIGINAL: Final = """\
Return-Path: <crm@shop.test>
Received: from shop.test by mx.shop.test; Tue, 24 Nov 2026 09:00:00 +0000
Message-ID: <d1.5@shop.test>
From: Sales <crm@shop.test>
To: {to}
Date: Tue, 24 Nov 2026 09:00:00 +0000
Subject: offer
"""


@dataclass(frozen=True)
class Notice:
    """One notice and how it is to be read."""

    name: str
    recipient: str
    kind: BounceKind | None
    text: str
    action: Action = Action.FAILED
    sender: str = "Mail Delivery System <MAILER-DAEMON@remote.test>"
    subject: str = "Undelivered Mail Returned to Sender"
    more: str = ""  # further headers

    @property
    def raw(self) -> bytes:
        return mail(self.text, sender=self.sender, subject=self.subject, more=f"Return-Path: <>\n{self.more}")


def mail(text: str, *, sender: str, subject: str, more: str = "") -> bytes:
    """A mail of one text part to our mailbox."""
    title = subject if subject.isascii() else f"=?utf-8?b?{b64encode(subject.encode()).decode()}?="
    head = f"{more}From: {sender}\nTo: crm@shop.test\nSubject: {title}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
    return f"{head}Content-Transfer-Encoding: 8bit\n\n{text}".encode()


def _original(to: str) -> str:
    return _ORIGINAL.format(to=to)


NOTICES: Final = (
    Notice(
        "qmail",
        "ann@remote.test",
        HARD,
        "Hi. This is the qmail-send program at remote.test.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<ann@remote.test>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.1.\n\n"
        f"--- Below this line is a copy of the message.\n\n{_original('ann@remote.test')}",
        subject="failure notice",
    ),
    Notice(
        "qmail-local",
        "ann@remote.test",
        HARD,
        "Hi. This is the qmail-send program at remote.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<ann@remote.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n",
        subject="failure notice",
    ),
    Notice(
        "postfix-2000",
        "ann@remote.test",
        SOFT,
        "This is the Postfix program at host mx.test.\n\nI'm sorry to have to inform you that the message returned\n"
        "below could not be delivered to one or more destinations.\n\nFor further assistance, please contact <postmaster@mx.test>\n\n"
        "<ann@remote.test>: host mx.remote.test[192.0.2.1] said: 552 5.2.2 Over quota (in\n    reply to RCPT TO command)\n\n"
        f"{_original('ann@remote.test')}",
    ),
    Notice(
        "exim-rcpt",
        "ann@remote.test",
        HARD,
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n  ann@remote.test\n"
        "    host mx.remote.test [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<ann@remote.test>:\n    550 No such user here\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{_original('ann@remote.test')}",
        more="X-Failed-Recipients: ann@remote.test\nAuto-Submitted: auto-replied\n",
        subject="Mail delivery failed: returning message to sender",
    ),
    Notice(
        "exim-spam-after-data",
        "ann@remote.test",
        BLOCK,
        "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        "  ann@remote.test\n    SMTP error from remote mail server after end of data:\n    554 5.7.1 Spam message rejected\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{_original('ann@remote.test')}",
        more="X-Failed-Recipients: ann@remote.test\n",
    ),
    Notice(
        "exim-warning",
        "ann@remote.test",
        None,
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\n"
        "recipients after more than 24 hours on the queue on mx.test.\n\nThe address to which the message has not yet been delivered is:\n\n"
        "  ann@remote.test\n    Delay reason: Connection timed out\n\n"
        "No action is required on your part. Delivery attempts will continue for\nsome time, and this warning may be repeated at intervals.\n",
        action=Action.DELAYED,
        subject="Warning: message 1tABCD-000001-XY delayed 24 hours",
    ),
    Notice(
        "sendmail",
        "ann@remote.test",
        HARD,
        "The original message was received at Tue, 24 Nov 2026 09:00:00 GMT\nfrom localhost [127.0.0.1]\n\n"
        "   ----- The following addresses had permanent fatal errors -----\n<ann@remote.test>\n    (reason: 550 5.1.1 <ann@remote.test>... User unknown)\n\n"
        "   ----- Transcript of session follows -----\n... while talking to mx.remote.test.:\n>>> RCPT To:<ann@remote.test>\n"
        "<<< 550 5.1.1 <ann@remote.test>... User unknown\n550 5.1.1 <ann@remote.test>... User unknown\n\n"
        f"   ----- Message header follows -----\n{_original('ann@remote.test')}",
        subject="Returned mail: see transcript for details",
    ),
    Notice(
        "sendmail-sender-refused",
        "ann@remote.test",
        BLOCK,
        "   ----- The following addresses had permanent fatal errors -----\n<ann@remote.test>\n\n   ----- Transcript of session follows -----\n"
        "... while talking to mx.remote.test.:\n>>> MAIL From:<crm@shop.test> SIZE=1024\n<<< 553 5.1.8 <crm@shop.test>... Domain does not exist\n"
        f"501 5.6.0 Data format error\n\n   ----- Original message follows -----\n{_original('ann@remote.test')}",
        subject="Returned mail: Data format error",
    ),
    Notice(
        "gmail",
        "ann@gone.test",
        HARD,
        "Delivery to the following recipient failed permanently:\n\n     ann@gone.test\n\nTechnical details of permanent failure:\n"
        "Google tried to deliver your message, but it was rejected by the server for the recipient domain gone.test by mx.gone.test. [192.0.2.1].\n\n"
        "The error that the other server returned was:\n550 5.1.1 <ann@gone.test>: Recipient address rejected: User unknown\n\n"
        f"----- Original message -----\n\n{_original('ann@gone.test')}",
        more="X-Failed-Recipients: ann@gone.test\n",
        subject="Delivery Status Notification (Failure)",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    ),
    Notice(
        "gmail-new",
        "ann@gone.test",
        HARD,
        "** Address not found **\n\nYour message wasn't delivered to ann@gone.test because the address couldn't be found, or is unable to receive mail.\n\n"
        "The response was:\n\n550 <ann@gone.test>: User unknown\n",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
    ),
    Notice(
        "exchange-2003",
        "ann@remote.test",
        HARD,
        "Your message did not reach some or all of the intended recipients.\n\n      Subject:\toffer\n      Sent:\t11/24/2026 9:00 AM\n\n"
        "The following recipient(s) could not be reached:\n\n      ann@remote.test on 11/24/2026 9:01 AM\n"
        "            The e-mail account does not exist at the organization this message was sent to.  Check the e-mail address, or contact "
        "the recipient directly to find out the correct address.\n            <mx.remote.test #5.1.1>\n",
        sender="System Administrator <postmaster@remote.test>",
        subject="Undeliverable: offer",
    ),
    Notice(
        "exchange-5.5-x400",
        "ann@remote.test",
        HARD,
        "Your message\n\n  To:      crm-list@elsewhere.test\n  Subject: offer\n  Sent:    Tue, 24 Nov 2026 09:00:00 -0000\n\n"
        "did not reach the following recipient(s):\n\nc=DE;a= ;p=REMOTE;o=Office;dda:SMTP=ann@remote.test; on Tue, 24 Nov 2026\n09:01:00 -0000\n"
        "    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=de;a= ;p=remote;l=MX-1\n"
        "    MSEXCH:IMS:REMOTE:Office:MX 0 (000C05A6) Unknown Recipient\n",
        sender="System Administrator <postmaster@remote.test>",
        subject="Undeliverable: offer",
    ),
    Notice(
        "domino",
        "ann@remote.test",
        HARD,
        "Your message\n\n  Subject: offer\n\nwas not delivered to:\n\n  ann@remote.test\n\nbecause:\n\n  User ann (ann@remote.test) not listed in Domino Directory\n",
        sender="Postmaster@remote.test",
        subject="DELIVERY FAILURE: User ann (ann@remote.test) not listed in Domino Directory",
    ),
    Notice(
        "groupwise",
        "ann@remote.test",
        SOFT,
        "The message that you sent was undeliverable to the following:\n\tann@remote.test (Disk quota exceeded)\n\nPossibly truncated original message follows:\n",
        sender="Mailer-Daemon@remote.test",
        subject="Message status - undeliverable",
    ),
    Notice(
        "imail",
        "ann@remote.test",
        SOFT,
        "User mailbox exceeds allowed size: ann@remote.test\n\nOriginal message follows.\n\n"
        + _original("ann@remote.test"),
        sender='"Postmaster" <postmaster@remote.test>',
        subject="Undeliverable Mail",
    ),
    Notice(
        "communigate",
        "ann@remote.test",
        HARD,
        "Failed to deliver to 'ann@remote.test'\nSMTP module(domain remote.test) reports:\n host mx.remote.test says:\n 550 5.1.1 unknown user account\n",
        subject="Undeliverable mail: offer",
        sender="MAILER-DAEMON@remote.test",
    ),
    Notice(
        "mailenable",
        "ann@remote.test",
        SOFT,
        "MailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be reached:\n\n"
        "\tRecipient: [SMTP:ann@remote.test]\n\tReason: The user has exceeded their quota\n",
        sender='"Delivery Subsystem" <POSTMASTER@remote.test>',
        subject="Message Delivery Failure",
    ),
    Notice(
        "yahoo",
        "ann@yahoo.test",
        SOFT,
        "Message from  yahoo.test.\nUnable to deliver message to the following address(es).\n\n<ann@yahoo.test>:\nSorry, this account is over quota. [120]\n\n"
        f"--- Original message follows.\n\n{_original('ann@yahoo.test')}",
        sender="MAILER-DAEMON@yahoo.test",
        subject="Delivery failure",
    ),
    Notice(
        "mail.ru",
        "ann@mail.test",
        HARD,
        "Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.\n\n"
        "К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\n\n"
        "ann@mail.test\n  Message was not accepted -- invalid mailbox. Local mailbox ann@mail.test is unavailable: user not found\n\n"
        f"------ This is a copy of your message, including all the headers.\n\n{_original('ann@mail.test')}",
        sender="Mail Delivery System <Mailer-Daemon@mx1.mail.test>",
        subject="Ваше сообщение не доставлено. Mail failure.",
    ),
    Notice(
        "yandex",
        "anna@firma.test",
        SOFT,
        "Это сообщение сформировано автоматически почтовой системой. Доставить Ваше письмо не удалось.\n\n"
        "<anna@firma.test>: host mx.firma.test[192.0.2.1] said: 552 5.2.2 Ящик получателя\n    переполнен (in reply to RCPT TO command)\n\n"
        + _original("anna@firma.test"),
        subject="Недоставленное сообщение",
    ),
    Notice(
        "thai-full",
        "malee@baan.test",
        SOFT,
        "ระบบอีเมลไม่สามารถส่งข้อความของคุณถึงผู้รับต่อไปนี้ได้:\n\nmalee@baan.test\n   กล่องจดหมายเต็ม\n",
        subject="ไม่สามารถส่งอีเมลได้",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@baan.test>",
    ),
    Notice(
        "thai-unknown",
        "malee@baan.test",
        HARD,
        "ไม่สามารถนำส่งจดหมายของท่านไปยังผู้รับได้\n\n<malee@baan.test>: 550 5.1.1 ไม่พบผู้ใช้นี้ในระบบ\n",
        subject="แจ้งการส่งไม่สำเร็จ",
    ),
    Notice(
        "german",
        "anna@firma.test",
        HARD,
        "Ihre Nachricht konnte nicht zugestellt werden an:\n\nanna@firma.test\n    550 5.1.1 Empfänger unbekannt\n",
        sender="Mail Delivery System <mailer-daemon@firma.test>",
        subject="Unzustellbar: Angebot",
    ),
    Notice(
        "japanese",
        "neko@kaisha.test",
        HARD,
        "次の宛先へのメールは配信できませんでした。\n\n<neko@kaisha.test>: 550 5.1.1 宛先不明です\n",
        subject="配信エラー",
    ),
    Notice(
        "microsoft-delay",
        "ann@remote.test",
        None,
        "Delivery of this message to ann@remote.test has been delayed.\n\nThis message has not yet been delivered. Microsoft Exchange will continue to try delivering the message on your behalf.\n",
        action=Action.DELAYED,
        sender="Microsoft Outlook <postmaster@remote.test>",
        subject="Delivery delayed: offer",
    ),
    Notice(
        "not-from-a-daemon-but-quoting",
        "ann@remote.test",
        HARD,
        "****** Message from InterScan Messaging Security Suite ******\n\nSent <<< RCPT TO:<ann@remote.test>\nReceived >>> 550 5.1.1 unknown user.\n\n"
        f"Unable to deliver message to <ann@remote.test>.\n\nOriginal message follows\n\n{_original('ann@remote.test')}",
        sender="imss@remote.test",
        subject="Mail could not be delivered",
    ),
)


def _person(text: str, subject: str, more: str = "", sender: str = "Ann <ann@client.test>") -> bytes:
    return mail(text, sender=sender, subject=subject, more=f"Return-Path: <ann@client.test>\n{more}")


ORDINARY: Final = {
    "a question about a bounce": _person(
        "I got this: your message could not be delivered to bob@x.test. Why?", "Re: Undelivered Mail Returned to Sender"
    ),
    "an answer that quotes a whole bounce": _person(
        "Why did I get this?\n\nYour message could not be delivered to <bob@x.test>: user unknown\n\n"
        + _original("bob@x.test"),
        "Re: Undelivered Mail Returned to Sender",
    ),
    "a bounce somebody passes on": _person(
        "Your message could not be delivered to <bob@x.test>: user unknown\n\n" + _original("bob@x.test"),
        "FW: Undelivered Mail Returned to Sender",
    ),
    "a new mail about a bounce": _person(
        "Hello, my letter to bob@x.test could not be delivered, user unknown.", "Undeliverable"
    ),
    "a parcel": _person(
        "Your parcel could not be delivered to the following address. Write to help@courier.test.",
        "Delivery failed: parcel 77",
        sender="Courier <info@courier.test>",
    ),
    "a parcel of a delivery service": _person(
        "Your parcel could not be delivered. We will try again.",
        "Delivery failed: parcel 12",
        sender="Delivery Service <info@courier.test>",
    ),
    "a driver": mail(
        "Order 12 was not delivered today, the gate was closed. When may I come again?",
        sender='"Delivery Agent Somchai" <somchai@carrier.test>',
        subject="Order 12",
    ),
    "somebody called Postmaster": mail(
        "Your invoice has been rejected by our accounting.",
        sender="Postmaster Boris <boris@client.test>",
        subject="Invoice 12",
    ),
    "somebody's administrator": _person(
        "Your letter could not be delivered to the second floor.",
        "Delivery failed",
        more="In-Reply-To: <offer@shop.test>\n",
        sender="Administrator <administrator@client.test>",
    ),
    "a form on a page, without a sender": _person(
        "I was unable to send the form. 20 bolts, please.", "Request", sender=""
    ),
    "out of office": _person(
        "I am out of office until Monday. Your message has not been forwarded; write to bob@client.test.",
        "Automatic reply: offer",
        "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n",
    ),
    "vacation with an empty path": mail(
        "I am on vacation. For urgent matters contact bob@client.test.",
        sender="Ann <ann@client.test>",
        subject="Out of office",
        more="Return-Path: <>\nAuto-Submitted: auto-replied (vacation)\n",
    ),
    "vacation in Russian": mail(
        "Здравствуйте! Я в отпуске до 1 декабря. Пишите на bob@client.test.",
        sender="Анна <ann@client.test>",
        subject="Автоответ: предложение",
        more="Return-Path: <>\nAuto-Submitted: auto-replied\n",
    ),
    "vacation in Thai": mail(
        "ขณะนี้ฉันไม่อยู่ที่สำนักงาน กรุณาติดต่อ bob@client.test",
        sender="Malee <malee@client.test>",
        subject="ตอบกลับอัตโนมัติ: ใบเสนอราคา",
        more="Return-Path: <>\nAuto-Submitted: auto-replied\n",
    ),
    "somebody left": mail(
        "Ann no longer works here. Please write to bob@client.test.",
        sender="Ann <ann@client.test>",
        subject="Re: offer",
        more="Return-Path: <>\nAuto-Submitted: auto-replied\nIn-Reply-To: <d1.5@shop.test>\n",
    ),
    "vacation that names an address": mail(
        "I am away. In urgent matters write to the following address: bob@client.test. Mail to me is not delivered to anybody else.",
        sender="Ann <ann@client.test>",
        subject="Away until Monday",
        more="Return-Path: <>\nAuto-Submitted: auto-replied\n",
    ),
    "an office that rejects an order": _person(
        "Your order was rejected by our accounting; write to bob@client.test.",
        "Order 77",
        sender="Administrator <administrator@client.test>",
    ),
    "a read receipt": (
        b"From: Ann <ann@client.test>\nTo: crm@shop.test\nSubject: Read: offer\nReturn-Path: <>\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: text/plain\n\nYour message was read.\n"
        b"--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ann@client.test\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    ),
    "a postmaster who is a person": _person(
        "We moved our mail server to a new address last night.", "News from IT", sender="Pete <postmaster@client.test>"
    ),
    "a newsletter": _person(
        "Delivery status of our new product line: out next week!",
        "News",
        "List-Id: <news.client.test>\nPrecedence: bulk\n",
    ),
}
