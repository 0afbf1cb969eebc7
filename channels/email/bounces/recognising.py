"""Whether a mail is a report of delivery at all: who wrote it, by which road, and in which words.

A person's mail that speaks of a bounce, quotes one or forwards one is none; neither is an out-of-office note, although it
comes from a machine. So the road and the words must both say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Final

from channels.email.bounces.original import Original
from channels.email.bounces.structured import has_status
from channels.email.phrases import normal, said, table_of
from channels.email.subjects import is_answer

_FIELD: Final = 1000
# Names that only the mail system signs with, and names that people sign with too.
_DAEMONS: Final = re.compile(
    r"(?<![a-z])(?:mailer-?daemon|mail[-_. ]?daemon|mdaemon|postmaster|mail[-_ ]?deliver(?:y|er)|mail[-_ ]?system"
    r"|mail subsystem|delivery[-_ ]?(?:subsystem|system|agent|service|failure|notification)|mail[-_ ]?administrator"
    r"|microsoft ?exchange)(?![a-z])",
    re.IGNORECASE,
)
_OFFICES: Final = re.compile(
    r"(?<![a-z])(?:administrator|sysadmin|mail[-_ ]?service|mailadmin|mailscanner|daemon|bounces?|mta|smtp)(?![a-z])",
    re.IGNORECASE,
)
_BOUNCE_ADDRESS: Final = re.compile(r"(?<![a-z])bounces?[+=_.@-]|-bounces?\+", re.IGNORECASE)
_BOUNCE_SENDER: Final = re.compile(r"^\s{0,60}(\"?[^\"<]{0,60}\"?\s{0,60}<)?(mailer-daemon|postmaster)@", re.IGNORECASE)

_NO_PATH: Final = re.compile(r"\s{0,60}<(?:mailer-daemon(?:@[^<>\s]{0,255})?)?>\s{0,60}$", re.IGNORECASE)

_SUBJECTS: Final = table_of("""
    undeliver | non deliver | nondeliver | not deliver | couldnt be delivered | could not be delivered |
    returned mail | returned to sender | return to sender | returned email | delivery failure | delivery failed |
    delivery has failed | delivery status | delivery report | delivery error | delivery notification |
    delivery problem | delivery delayed | failure notice | failure notification | failed delivery | failed mail |
    failed to deliver | mail delivery | mail failure | mail system error | mail error | mail returned | mail not |
    message delivery | message delayed | message returned | message not | message could not | delayed mail |
    warning could not send | warning message | warning from mail | unable to deliver | unknown user | user unknown |
    bounce | nicht zugestellt | unzustellbar | zustellung | rejected | permanent delivery | status notification |
    error sending | mailbox full | mail could not | non remis | echec | no se pudo entregar | devuelto |
    mancato recapito | недостав | не доставлен | невозможно доставить | ошибка доставки | возврат | ไม่สามารถส่ง |
    ส่งไม่สำเร็จ | ส่งไม่ถึง | ตีกลับ | 配信 | エラー | 届け | 退信 | 退回 | 无法 | неудач | ntrega | considered unsolicited |
    problem delivering | problems delivering | cannot send | could not send | mail deliver
""")

_NOTICES: Final = table_of("""
    could not be delivered | couldnt be delivered | can not be delivered | cannot be delivered | cant be delivered |
    was not delivered | wasnt delivered | were not delivered | has not been delivered | not been delivered |
    not be delivered | unable to deliver | was unable to deliver | wasnt able to deliver | was not able to deliver |
    could not deliver | couldnt deliver | cannot deliver | failed to deliver | not delivered | undeliver |
    delivery failed | delivery has failed | delivery to the following | delivery failure | failed permanently |
    delivery attempt | permanent fatal error | permanent error | permanent failure | transient non fatal error |
    did not reach the following | did not reach | returned to sender | returned below | returned mail |
    is being returned | has been returned | could not be sent | couldnt be sent | were unable to send |
    unable to send | errors while attempting | error occurred while | error while trying | following address failed |
    following addresses failed | following recipient | following address | failed recipient | failed address |
    bad address | user unknown | unknown user | mailbox full | mailbox is full | no such user | over quota |
    exceeds allowed size | unknown host | will be retried | could not be reached | delivery delayed |
    still undelivered | transcript of session | smtp error | said 5 | said 4 | rejected by | message rejected |
    was rejected | has been rejected | refused by | isnt able to receive | blocked by | доставлен | не доставлено |
    не удалось доставить | не может быть доставлен | невозможно доставить | недостав | ไม่สามารถส่ง | ไม่สามารถนำส่ง |
    ส่งไม่ถึง | nicht zugestellt | nicht zustell | zustellung | unzustellbar | n a pas pu etre | na pas pu |
    pas pu être | no se pudo entregar | no se ha podido entregar | não pôde ser | nao pode ser entregue |
    non e stato possibile | 配信でき | 配信され | 送信でき | 届き | 无法投递 | 无法送达 | 退回 | undelivered | not accepted for delivery |
    delivery error | error sending | mail could not | message could not | unsuccessful | not successfully
""")

_OUT_OF_OFFICE: Final = table_of("""
    out of office | out of the office | auto reply | autoreply | automatic reply | automatic response | autoresponse |
    auto response | vacation | on holiday | on leave | away from | absence | abwesen | urlaub | отпуск | автоответ |
    ตอบกลับอัตโนมัติ | ไม่อยู่ | ลาพัก | 不在 | 自動返信
""")


def is_automatic(headers: Mapping[str, str]) -> bool:
    """Whether a machine wrote it, so that no machine of ours may answer. `headers` by lower-case name.

    RFC 3834's own mark, an empty return path, and the marks in use before it.
    """
    if headers.get("auto-submitted", "no").split(";")[0].strip().lower() not in {"", "no"}:
        return True
    if headers.get("return-path", "").strip() == "<>":
        return True
    if _precedence(headers) == "auto_reply":
        return True
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "x-failed-recipients")):
        return True
    return bool(_BOUNCE_SENDER.match(headers.get("from", "")[:400]))


def is_for_many(headers: Mapping[str, str]) -> bool:
    """Whether it went to a list: no machine may answer it, but a person may have written it, and to us (sales@ is a group)."""
    return "list-id" in headers or "list-unsubscribe" in headers or _precedence(headers) in {"bulk", "junk", "list"}


def is_marked_bulk(headers: Mapping[str, str]) -> bool:
    """Whether it says that it is no person's, in the way of absence notes before RFC 3834, and came by no list."""
    return "list-id" not in headers and _precedence(headers) in {"bulk", "junk"}


def is_report(message: Message, parts: Sequence[Message]) -> bool:
    """Whether a mail with a status part is the report itself: a person may have forwarded one."""
    if not has_status(message, parts):
        return False
    return message.get_content_type() == "multipart/report" or _by_mail_system(message) or _has_no_path(message)


def may_be_returned(message: Message) -> bool:
    """What `looks_returned` asks for besides the text. Cheap, and false of nearly all mail that people write."""
    return bool(
        message.get("X-Failed-Recipients")
        or _by_mail_system(message)
        or said(normal(_subject(message)), _SUBJECTS)  # asked for of everybody else
    )


def looks_returned(message: Message, *, notice: str, original: Original) -> bool:
    """Whether a mail without a status part is a notice of a failed or late delivery.

    1. Servers mark theirs with the recipient (Exim, Gmail).
    2. From a mail system: the subject or the text must say what it is.
    3. By an empty path, to an address for bounces, or from somebody's office and no answer: subject and text must.
    4. By anybody else: both must, it must quote the mail it returns, and it must not be an answer.
    """
    if message.get("X-Failed-Recipients"):
        return True
    subject = _subject(message)
    title = normal(subject)
    if said(title, _OUT_OF_OFFICE):
        return False
    titled = said(title, _SUBJECTS)
    if _by_mail_system(message):
        return titled or said(normal(notice), _NOTICES)
    if not titled or not said(normal(notice), _NOTICES):
        return False
    if _has_no_path(message) or _to_bounces(message):
        return True
    answers = bool(message.get("In-Reply-To")) or is_answer(subject)
    return not answers and bool(_OFFICES.search(_mailbox(message)) or original.message_id or original.recipients)


def _precedence(headers: Mapping[str, str]) -> str:
    return headers.get("precedence", "").strip().lower()


def _by_mail_system(message: Message) -> bool:
    """Whether its address is a mail system's. A name alone is not enough ("Delivery Service", "Postmaster Boris"), and
    neither is a missing sender: those come by an empty path as well.
    """
    if _DAEMONS.search(_mailbox(message)):
        return True
    sender = _sender(message)
    return _has_no_path(message) and (not sender.strip() or bool(_DAEMONS.search(sender)))


def _mailbox(message: Message) -> str:
    """The sender's address up to the "@"; all of a sender that is no address, as old servers sign."""
    address = _sender(message).rpartition("<")[2]
    return address.rpartition("@")[0] or address


def _sender(message: Message) -> str:
    return str(message.get("From", ""))[:_FIELD]


def _to_bounces(message: Message) -> bool:
    """Whether it was sent to an address for bounces: nobody but machines learns those."""
    named = " ".join(str(message.get(name, ""))[:_FIELD] for name in ("To", "Delivered-To", "X-Original-To"))
    return bool(_BOUNCE_ADDRESS.search(named))


def _has_no_path(message: Message) -> bool:
    """Whether an answer would reach nobody: an empty return path, or the mail system's own, as some write instead."""
    path = message.get("Return-Path")
    return path is not None and bool(_NO_PATH.match(str(path)[:_FIELD]))


def _subject(message: Message) -> str:
    raw = str(message.get("Subject", ""))[:_FIELD]
    if raw.isascii() and "=?" not in raw:
        return raw
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, ValueError, LookupError):
        return raw
