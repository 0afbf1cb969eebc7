"""The segment vocabulary in SQL: an allow-listed tree over clients, compiled to bound conditions.

Nothing a person typed becomes SQL text: a tree names a field of FIELDS, an operator the field allows, and values that
are bound. A new noun is one entry in a file of its own. Every condition is two-valued (never NULL), so `not` is a true
complement.
"""

from __future__ import annotations

from storage.custom_values import EARLIEST, LATEST
from storage.filters.context import FilterContext, day_bounds, load_context
from storage.filters.fields import (
    BY_AGE,
    BY_DAY,
    COUNTING,
    MATCHING,
    NEGATIVE,
    ORDER,
    PRESENCE,
    Field,
    FilterRefused,
    Kind,
)
from storage.filters.registry import FIELDS, NOUNS, compile_filter
from storage.filters.tree import (
    DAYS_OF,
    MAX_AGE_DAYS,
    MAX_DEPTH,
    MAX_NODES,
    MAX_VALUES,
    ME,
    Age,
    AgeUnit,
    AllOf,
    AnyOf,
    Money,
    Node,
    Not,
    Op,
    Test,
    Value,
    comparisons,
    measure,
)

__all__ = [
    "BY_AGE",
    "BY_DAY",
    "COUNTING",
    "DAYS_OF",
    "EARLIEST",
    "FIELDS",
    "LATEST",
    "MATCHING",
    "MAX_AGE_DAYS",
    "MAX_DEPTH",
    "MAX_NODES",
    "MAX_VALUES",
    "ME",
    "NEGATIVE",
    "NOUNS",
    "ORDER",
    "PRESENCE",
    "Age",
    "AgeUnit",
    "AllOf",
    "AnyOf",
    "Field",
    "FilterContext",
    "FilterRefused",
    "Kind",
    "Money",
    "Node",
    "Not",
    "Op",
    "Test",
    "Value",
    "comparisons",
    "compile_filter",
    "day_bounds",
    "load_context",
    "measure",
]
