"""Segments: sets of clients by a typed rule or as a list, for mailings and for looking."""

from __future__ import annotations

from crm.segments.asking import matches, rule_condition
from crm.segments.errors import (
    NotAList,
    SegmentInUse,
    SegmentNameTaken,
    SegmentNotFound,
    SegmentSyntax,
    SegmentTooComplex,
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
from crm.segments.rules import parse, render
from crm.segments.words import describe

__all__ = [
    "NotAList",
    "Preview",
    "SegmentInUse",
    "SegmentNameTaken",
    "SegmentNotFound",
    "SegmentSyntax",
    "SegmentTooComplex",
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
