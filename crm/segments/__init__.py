"""Segments: sets of clients by a typed rule or as a list, for mailings and for looking."""

from __future__ import annotations

from crm.segments.asking import matches, rule_condition
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
    tree_of,
)
from crm.segments.moving import Crowd, moved_since
from crm.segments.rendering import render
from crm.segments.rules import parse
from crm.segments.words import describe

__all__ = [
    "Crowd",
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
    "condition",
    "count",
    "describe",
    "first_members",
    "get",
    "lists",
    "matches",
    "members",
    "moved_since",
    "page",
    "parse",
    "preview",
    "remove_from_list",
    "render",
    "rule_condition",
    "save_list",
    "save_rule",
    "tree_of",
]
