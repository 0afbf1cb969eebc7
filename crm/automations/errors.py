"""Refusals of automations: documents that cannot be read, drafts that cannot be switched on, and what is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm.errors import CrmError

if TYPE_CHECKING:
    from crm.automations.checking import Finding


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


class NotReady(CrmError):
    """A draft cannot be switched on as it is. `findings` say why, each with words of its own. Parameters: count."""

    code = "automations.not_ready"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(count=len(findings))
        self.findings = tuple(findings)


class AutomationNotFound(CrmError):
    """There is no such automation, or it was archived."""

    code = "automations.not_found"


class AutomationNameTaken(CrmError):
    """Another automation is called so. Parameters: name."""

    code = "automations.name_taken"


class AutomationNamesIt(CrmError):
    """An automation that is on or paused names what is to be put away. Parameters: name (the automation's)."""

    code = "automations.names_it"


class AutomationStartsIt(CrmError):
    """An automation that is on or paused starts this one by its name. Parameters: name (the other's)."""

    code = "automations.starts_it"


class RecipeNotFound(CrmError):
    """This version has no such recipe."""

    code = "automations.recipe_not_found"


class NotInState(CrmError):
    """It is not in a state in which this can be done: somebody else was quicker."""

    code = "automations.not_in_state"
