"""How many of the handed-over bounces are read right, and that nothing else is taken for one. Figures are printed with -s.

A sample is right when exactly its recipients are found, each with its kind. The labels are Sisimai's readings, taken as its
own documentation means them; where one is not what the mail says, the sample is named below with the reason, and counts
as wrong all the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path
from typing import Any, Final

import pytest

from channels.email.bounces import Action, DeliveryReport, delivery_reports

_MAILS = Path(os.environ.get("TOUCHLINE_COUNTERPARTS", Path(__file__).parents[3] / "shared" / "counterparts")) / "email"

Label = Mapping[str, Any]
Kinds = frozenset[str]

_HARD: Final[Kinds] = frozenset({"hard"})
_SOFT: Final[Kinds] = frozenset({"soft"})
_BLOCK: Final[Kinds] = frozenset({"block"})
_MILD: Final[Kinds] = frozenset({"soft", "block"})
_NO_WARNING: Final[Kinds] = frozenset({"hard", "soft", "block"})
_ANY_FAILURE: Final[Kinds] = _NO_WARNING | {"delayed"}

# By the label's reason; what is neither the address's fault nor ours may be either of the two mild kinds.
_KINDS: Final[dict[str, Kinds]] = {
    "userunknown": _HARD,
    "hostunknown": _HARD,
    "hasmoved": _HARD,
    "feedback": frozenset(
        {"complaint", "unproven"}
    ),  # any feedback report: a complaint, or a failed check of the sender
    "delivered": frozenset({"delivered"}),
    "mailboxfull": _SOFT,
    "suspend": _SOFT,
    "expired": _SOFT,
    "networkerror": _MILD,
    "systemerror": _MILD,
    "mailererror": _MILD,
    "blocked": _BLOCK,
    "policyviolation": _BLOCK,
    "rejected": _BLOCK,
    "securityerror": _BLOCK,
    "spamdetected": _BLOCK,
    "contenterror": _BLOCK,
    "norelaying": _BLOCK,
    "mesgtoobig": _BLOCK,
    "filtered": _NO_WARNING,  # "almost the same as userunknown": refused by a filter, or unknown but not said so to RCPT
    "toomanyconn": _MILD,
    "notaccept": _MILD,
    "onhold": _ANY_FAILURE,  # the labelling program could not tell
    "undefined": _ANY_FAILURE,
}

_READ_OTHERWISE: Final = {
    "rfc3464-35.eml": "labelled a refusal of the sender; it is the recipient who is no registered user of the gateway",
    "dsn_04.txt": "labelled with the Original-Recipient; all other labels name the Final-Recipient, as we do",
    "yale_01.txt": "labelled with an address that its text gives as an example of how to write addresses",
}
# No bounces, although they lie among them: an automatic answer, and a person's ordinary mail.
_NO_BOUNCES: Final = frozenset({"qmail_08.txt", "groupwise_03.txt"})
# Bounces that lie among other mails.
_BOUNCES_ELSEWHERE: Final = frozenset({"msg_16.txt", "msg_25.txt", "msg_43.txt", "mail_malformed_2"})


def _corpus(name: str) -> Path:
    folder = _MAILS / name
    if not folder.is_dir():
        pytest.skip(f"left out: no {name} in {_MAILS}")
    return folder


def _mails(path: Path) -> Iterator[Message]:
    """One mail, or several in one file behind "From " lines."""
    raw = path.read_bytes()
    parser = BytesParser(policy=compat32)
    yield parser.parsebytes(raw)
    for later in raw.split(b"\n\nFrom MAILER-DAEMON ")[1:]:
        yield parser.parsebytes(later.partition(b"\n")[2])


def _expected(label: Label) -> Kinds:
    kinds = _KINDS[label["reason"]]
    if label["action"] == "delayed":
        # Sisimai calls all that expired delayed. Its status tells late (4.0.947) from given up (5.0.947), as
        # RFC 3464 section 2.3.4 has it, so where the two disagree either is taken.
        return kinds | {"delayed"} if label["deliverystatus"].startswith("5") else frozenset({"delayed"})
    return kinds | {"delayed"} if not label["action"] and label["reason"] in {"expired", "mailboxfull"} else kinds


def _found(report: DeliveryReport) -> str:
    if report.action in (Action.DELAYED, Action.UNPROVEN):
        return report.action.value
    return "delivered" if report.kind is None else report.kind.value


def _right(labels: list[Label], reports: list[DeliveryReport]) -> bool:
    wanted = {label["recipient"].lower(): _expected(label) for label in labels}
    found = {report.recipient.lower(): _found(report) for report in reports}
    if any(address.startswith("undisclosed-recipient") for address in wanted):
        return bool(found) and all(kind in next(iter(wanted.values())) for kind in found.values())
    return found.keys() == wanted.keys() and all(found[address] in wanted[address] for address in wanted)


def _score(folder: Path, labels_file: str) -> tuple[set[str], int, int]:
    """Names of samples read otherwise than labelled, how many were looked at, and how many unlabelled ones were missed."""
    wrong: set[str] = set()
    seen = missed = 0
    for name, labels in json.loads((folder / labels_file).read_text()).items():
        reports = [report for mail in _mails(folder / name) for report in delivery_reports(mail)]
        if name in _NO_BOUNCES:
            assert not reports, name
        elif not labels:
            missed += not reports
        else:
            seen += 1
            if not _right(labels, reports):
                wrong.add(name)
    return wrong, seen, missed


@pytest.mark.counterpart
@pytest.mark.parametrize(
    ("corpus", "labels"), [("bounces-sisimai", "labels.json"), ("flufl-bounce", "labels-sisimai.json")]
)
def test_real_bounces_are_read_right(corpus: str, labels: str) -> None:
    wrong, seen, missed = _score(_corpus(corpus), labels)
    unexplained = wrong - _READ_OTHERWISE.keys()
    right, fair = (seen - len(wrong)) / seen, (seen - len(unexplained)) / seen
    print(
        f"\n{corpus}: {right:.1%} of {seen} as labelled, {fair:.1%} with {len(wrong - unexplained)} labels read otherwise"
    )
    assert seen >= 90
    assert missed == 0
    assert right >= 0.98
    assert not unexplained


@pytest.mark.counterpart
def test_what_a_real_postfix_sends() -> None:
    folder = _corpus("made-by-postfix")
    actions: dict[str, list[Action]] = {}
    for path in sorted(folder.iterdir()):
        (mail,) = _mails(path)
        reports = delivery_reports(mail)
        assert all(report.original_message_id and report.original_sender == "crm@shop.test" for report in reports)
        actions.setdefault(str(mail["Subject"]).split(" ")[0], []).extend(report.action for report in reports)
    assert set(actions.pop("Undelivered")) == {Action.FAILED}
    assert set(actions.pop("Delayed")) == {Action.DELAYED}
    assert not any(actions.values())  # the absence notes


@pytest.mark.counterpart
@pytest.mark.parametrize("corpus", ["python-test-email", "mail-parser-mails", "reply-trimmer/emails"])
def test_nothing_else_is_taken_for_a_bounce(corpus: str) -> None:
    taken, seen = set[str](), 0
    for path in sorted(_corpus(corpus).iterdir()):
        if path.is_file():
            seen += 1
            if any(delivery_reports(mail) for mail in _mails(path)):
                taken.add(path.name)
    print(f"\n{corpus}: {len(taken - _BOUNCES_ELSEWHERE)} of {seen} taken for bounces")
    assert seen >= 20
    assert taken <= _BOUNCES_ELSEWHERE
