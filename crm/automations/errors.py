"""Refusals of automations: documents that cannot be read, drafts that cannot be switched on, and what is not there."""

from __future__ import annotations

from crm.errors import CrmError


class DocumentRefused(CrmError):
    """An automation's document cannot be read.

    Parameters: line and column (from 1), problem (see `automations-problem-…` in the chat's words), found (what stands
    there, has_found), hint (what was likely meant, has_hint). `cause` is the refusal of a rule or a text inside it.
    """

    code = "automations.document_refused"

    def __init__(
        self, problem: str, *, line: int, column: int, found: str = "", hint: str = "", cause: CrmError | None = None
    ) -> None:
        super().__init__(
            problem=problem,
            line=line,
            column=column,
            found=found[:60],
            has_found="yes" if found else "no",
            hint=hint,
            has_hint="yes" if hint else "no",
        )
        self.cause = cause
