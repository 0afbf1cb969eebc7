"""Refusals of the segment language and of the lists kept with it."""

from __future__ import annotations

from crm.errors import CrmError


class SegmentSyntax(CrmError):
    """The rule cannot be read. Parameters: position (from 1), near, has_near, expected, suggestion, has_suggestion.

    `expected` is field, operator, value, joiner, bracket, list, day, age, since, choice, number, size, money, name or quote.
    """

    code = "segments.syntax"

    def __init__(self, *, position: int, near: str, expected: str, suggestion: str = "") -> None:
        super().__init__(
            position=position + 1,
            near=near,
            has_near="yes" if near else "no",
            expected=expected,
            suggestion=suggestion,
            has_suggestion="yes" if suggestion else "no",
        )


class SegmentTooComplex(CrmError):
    """The rule is longer, deeper or larger than we evaluate. Parameters: limit (length, depth, nodes or values), most."""

    code = "segments.too_complex"


class SegmentUnknownValue(CrmError):
    """A rule names a colleague, source, segment or mailing nobody knows.

    Parameters: field (owner, source, segment, mailing), value, suggestion, has_suggestion.
    """

    code = "segments.unknown_value"

    def __init__(self, *, field: str, value: str, suggestion: str) -> None:
        super().__init__(field=field, value=value, suggestion=suggestion, has_suggestion="yes" if suggestion else "no")


class SegmentCircle(CrmError):
    """A segment's rule leads back to itself through the segments it names. Parameters: path (`A → B → A`)."""

    code = "segments.circle"


class SegmentBurdens(CrmError):
    """With this rule another segment, whose rule names this one, would be too large. Parameters: name, limit, most."""

    code = "segments.burdens"


# What keeps a kept rule from being asked: whoever goes through many of them must not stop at one.
UNREADABLE = (SegmentSyntax, SegmentTooComplex, SegmentUnknownValue, SegmentCircle)


class SegmentMentioned(CrmError):
    """Another segment's rule names this one. Parameters: name."""

    code = "segments.mentioned"


class SegmentTooSlow(CrmError):
    """Choosing by this rule takes longer than we let it. Parameters: seconds."""

    code = "segments.too_slow"


class SegmentNameTaken(CrmError):
    """Another segment has this name. Parameters: name."""

    code = "segments.name_taken"


class SegmentNotFound(CrmError):
    """There is no such segment, or it was archived."""

    code = "segments.not_found"


class NotAList(CrmError):
    """Clients are added to lists and taken from them; a rule chooses by itself."""

    code = "segments.not_a_list"


class SegmentInUse(CrmError):
    """A mailing that is not finished still needs the segment."""

    code = "segments.in_use"
