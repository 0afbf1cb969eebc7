"""The segment vocabulary in SQL: an allow-listed tree over clients, compiled to bound conditions.

Nothing a person typed becomes SQL text: a tree names a field of FIELDS, an operator the field allows, and values that
are bound. A new noun is one entry in a file of its own. Every condition is two-valued (never NULL), so `not` is a true
complement.
"""

from __future__ import annotations

from storage.filters.context import FilterContext, day_bounds, load_context
from storage.filters.fields import BY_AGE, BY_DAY, MATCHING, PRESENCE, Field, FilterRefused
from storage.filters.registry import FIELDS, compile_filter
from storage.filters.tree import (
    DAYS_OF,
    EARLIEST,
    LATEST,
    MAX_AGE_DAYS,
    MAX_DEPTH,
    MAX_NODES,
    ME,
    Age,
    AgeUnit,
    AllOf,
    AnyOf,
    Node,
    Not,
    Op,
    Test,
    Value,
    measure,
)

__all__ = [
    "BY_AGE",
    "BY_DAY",
    "DAYS_OF",
    "EARLIEST",
    "FIELDS",
    "LATEST",
    "MATCHING",
    "MAX_AGE_DAYS",
    "MAX_DEPTH",
    "MAX_NODES",
    "ME",
    "PRESENCE",
    "Age",
    "AgeUnit",
    "AllOf",
    "AnyOf",
    "Field",
    "FilterContext",
    "FilterRefused",
    "Node",
    "Not",
    "Op",
    "Test",
    "Value",
    "compile_filter",
    "day_bounds",
    "load_context",
    "measure",
]
