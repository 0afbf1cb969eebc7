"""Messages as bytes: building ours, and the door to reading others'.

Nothing a person typed can add a header or a recipient: what goes into a header is checked or encoded there, and the
bodies are quoted-printable or base64. The whole is ASCII in lines of at most 76 letters, so that no relay re-encodes it.
"""

from __future__ import annotations

import re
from datetime import datetime

from channels.email.compiled import CompiledBody, Filled, multipart
from channels.email.encoding import base64_lines, clean_line, encodable, parameter, unix_lines
from channels.email.headers import BadMessage, head
from channels.email.isolation import MailParser
from channels.email.plaintext import from_html
from channels.email.reading import Completeness, ParsedEmail, parse, safe_file_name
from channels.message import MailFile, OutgoingEmail

__all__ = ["BadMessage", "Completeness", "MailParser", "ParsedEmail", "build", "clean_line", "parse"]

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,100}(@[A-Za-z0-9][A-Za-z0-9.-]{0,100})?")


def build(email: OutgoingEmail, *, date: datetime) -> bytes:
    """`email` as RFC 5322 bytes with CRLF line ends. `date` is aware. Raises BadMessage.

    ASCII throughout, unless the recipient's own address needs letters outside it before its @ (RFC 6532).

    1. Text alone is one part; with HTML or an answer to an invitation it is multipart/alternative, the text made from
       the HTML where there is none.
    2. Files with a content id stand in multipart/related with the HTML that shows them.
    3. Other files follow in multipart/mixed.
    """
    filled = email.body or _one_off(email)
    if not email.files and email.calendar is None:
        return head(email, date=date).encode() + filled.whole()
    text, *html = filled.entities()
    boundary = filled.body.boundary
    inside = [file for file in email.files if html and file.content_id]
    if inside:
        html = [multipart("related", f"{boundary}_r", [html[0], *(_file(one, shown=True) for one in inside)])]
    forms = [text, *html] if email.calendar is None else [text, *html, _calendar(email.calendar)]
    content = multipart("alternative", f"{boundary}_a", forms) if len(forms) > 1 else text
    beside = [file for file in email.files if file not in inside]
    if beside:
        content = multipart("mixed", f"{boundary}_m", [content, *(_file(one, shown=False) for one in beside)])
    return head(email, date=date).encode() + content


def _one_off(email: OutgoingEmail) -> Filled:
    text = email.text if email.text.strip() or email.html is None else from_html(encodable(email.html))
    html = None if email.html is None else (email.html,)
    return Filled(CompiledBody(text=(text,), html=html), {})


def _calendar(answer: str) -> bytes:
    """RFC 6047: programs take it for an answer by the method named beside the type."""
    head = 'Content-Type: text/calendar; charset="utf-8"; method="REPLY"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode("ascii") + base64_lines(unix_lines(answer).replace("\n", "\r\n").encode())


def _file(file: MailFile, *, shown: bool) -> bytes:
    media_type = file.media_type.split(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("multipart/", "message/")):
        media_type = "application/octet-stream"
    name = parameter("filename", safe_file_name(clean_line(file.name), media_type).rstrip())
    lines = [
        f"Content-Type: {media_type}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {'inline' if shown else 'attachment'}{name}",
    ]
    if shown:
        if not _CONTENT_ID.fullmatch(file.content_id):
            raise BadMessage("a content identifier is malformed")
        lines.append(f"Content-ID: <{file.content_id}>")
    return "\r\n".join([*lines, "\r\n"]).encode("ascii") + base64_lines(file.content)
