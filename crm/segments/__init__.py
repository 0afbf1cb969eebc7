"""Segments: sets of clients by a typed rule or as a list, for mailings and for looking."""

from __future__ import annotations

from crm.segments.asking import matches, rule_condition
from crm.segments.choosing import Join, comparisons_of, composed, in_windows, joined, offers, own_names, tally
from crm.segments.comparing import MOST_COMPARED, Figures, compare
from crm.segments.errors import (
    NotAList,
    SegmentCircle,
    SegmentInUse,
    SegmentMentioned,
    SegmentNameTaken,
    SegmentNotFound,
    SegmentSyntax,
    SegmentTooComplex,
    SegmentTooSlow,
    SegmentUnknownValue,
)
from crm.segments.keeping import (
    Preview,
    add_to_list,
    archive,
    change_rule,
    condition,
    count,
    first_members,
    get,
    lists,
    members,
    page,
    preview,
    remove_from_list,
    save_list,
    save_rule,
    stands_on,
    tree_of,
)
from crm.segments.moving import Crowd, moved_since
from crm.segments.rendering import render
from crm.segments.rules import parse
from crm.segments.words import comparison_name, describe, field_name, value_name, window_name

__all__ = [
    "MOST_COMPARED",
    "Crowd",
    "Figures",
    "Join",
    "NotAList",
    "Preview",
    "SegmentCircle",
    "SegmentInUse",
    "SegmentMentioned",
    "SegmentNameTaken",
    "SegmentNotFound",
    "SegmentSyntax",
    "SegmentTooComplex",
    "SegmentTooSlow",
    "SegmentUnknownValue",
    "add_to_list",
    "archive",
    "change_rule",
    "compare",
    "comparison_name",
    "comparisons_of",
    "composed",
    "condition",
    "count",
    "describe",
    "field_name",
    "first_members",
    "get",
    "in_windows",
    "joined",
    "lists",
    "matches",
    "members",
    "moved_since",
    "offers",
    "own_names",
    "page",
    "parse",
    "preview",
    "remove_from_list",
    "render",
    "rule_condition",
    "save_list",
    "save_rule",
    "stands_on",
    "tally",
    "tree_of",
    "value_name",
    "window_name",
]
