"""Why this client did or did not get that message: the whole story, structured; the entry rooms put it into words."""

from __future__ import annotations

from crm.why.absence import Absence, Absent, absence
from crm.why.enrolments import EnrolmentLine, EnrolmentStory, Entry, enrolment_story, enrolments, entry_of, inside_of
from crm.why.listing import Listed, left_out, messages
from crm.why.story import Cause, CauseKind, Line, Permission, Story, Whereabouts, story

__all__ = [
    "Absence",
    "Absent",
    "Cause",
    "CauseKind",
    "EnrolmentLine",
    "EnrolmentStory",
    "Entry",
    "Line",
    "Listed",
    "Permission",
    "Story",
    "Whereabouts",
    "absence",
    "enrolment_story",
    "enrolments",
    "entry_of",
    "inside_of",
    "left_out",
    "messages",
    "story",
]
