"""Refusals of the business: one root, a stable code and the parameters a sentence needs.

The wording belongs to whoever talks to the person (`error-<code>` in the entry room's locale).
"""

from __future__ import annotations

from typing import ClassVar


class CrmError(Exception):
    """Root of every refusal; `code` is stable, `params` fill the sentence."""

    code: ClassVar[str] = "crm.refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({details})"

    @property
    def key(self) -> str:
        """The Fluent message that words this refusal."""
        return "error-" + self.code.replace(".", "-").replace("_", "-")


class NotAllowed(CrmError):
    """The actor's role or scope does not cover the action; also said of what does not exist, so that nobody can probe."""

    code = "access.not_allowed"


class NotFound(CrmError):
    """There is no such thing in the actor's scope."""

    code = "access.not_found"


class DateInPast(CrmError):
    """A moment that must lie ahead does not. Parameters: until."""

    code = "dates.in_past"


class TooLong(CrmError):
    """A text is longer than its field. Parameters: field, limit."""

    code = "fields.too_long"


class Missing(CrmError):
    """A required field is empty. Parameters: field."""

    code = "fields.missing"


class Invalid(CrmError):
    """A field cannot be read. Parameters: field, value."""

    code = "fields.invalid"


class UndoExpired(CrmError):
    """Undo is offered for ten minutes; afterwards one edits."""

    code = "undo.expired"
