"""The three languages say the same things: keys, placeholders and the plural forms each language needs."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import crm
from bot.render import bot_wording
from crm.errors import CrmError
from tests.laws.sources import ROOMS, ROOT

LANGUAGES = ("en", "ru", "th")
# What a whole number can be in each language (CLDR); `other` is every selector's default.
PLURALS = {"en": {"one", "other"}, "ru": {"one", "few", "many"}, "th": {"other"}}
CATEGORIES = {"zero", "one", "two", "few", "many", "other"}
CATALOGUES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("locale")) if path.is_dir()]


class _Placeholders(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.plurals: list[set[str]] = []

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  (the visitor's own naming)
        self.names.add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802
        keys = {variant.key.name for variant in node.variants if isinstance(variant.key, ast.Identifier)}
        # A selector with no category but the default chooses by something else (none at all, a kind).
        if keys <= CATEGORIES and keys - {"other"}:
            self.plurals.append(keys)
        self.generic_visit(node)


@cache
def entries(catalogue: Path, language: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((catalogue / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            if isinstance(entry, ast.Message | ast.Term):
                visitor = _Placeholders()
                visitor.visit(entry)
                found[f"{path.name}: {entry.id.name}"] = {"names": visitor.names, "plurals": visitor.plurals}
    return found


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.relative_to(ROOT).as_posix())
class TestCatalogue:
    def test_nothing_is_broken(self, catalogue: Path) -> None:
        broken = [
            f"{path.relative_to(ROOT)}: {entry.annotations[0].message if entry.annotations else ''} {entry.content[:80]!r}"
            for path in sorted(catalogue.rglob("*.ftl"))
            for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body
            if isinstance(entry, ast.Junk)
        ]
        assert broken == []

    def test_no_key_is_said_twice(self, catalogue: Path) -> None:
        for language in LANGUAGES:
            keys: Counter[str] = Counter()
            for path in sorted((catalogue / language).glob("*.ftl")):
                keys.update(
                    entry.id.name
                    for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body
                    if isinstance(entry, ast.Message | ast.Term)
                )
            assert [key for key, times in keys.items() if times > 1] == []

    @pytest.mark.parametrize("language", ["ru", "th"])
    def test_keys_are_the_same(self, catalogue: Path, language: str) -> None:
        english, other = set(entries(catalogue, "en")), set(entries(catalogue, language))
        assert sorted(english - other) == [], f"missing in {language}"
        assert sorted(other - english) == [], f"only in {language}"

    @pytest.mark.parametrize("language", ["ru", "th"])
    def test_placeholders_are_the_same(self, catalogue: Path, language: str) -> None:
        english, other = entries(catalogue, "en"), entries(catalogue, language)
        assert {
            key: (sorted(english[key]["names"]), sorted(other[key]["names"]))
            for key in english.keys() & other.keys()
            if english[key]["names"] != other[key]["names"]
        } == {}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_plural_forms_are_complete(self, catalogue: Path, language: str) -> None:
        lacking = {
            key: sorted(PLURALS[language] - forms)
            for key, entry in entries(catalogue, language).items()
            for forms in entry["plurals"]
            if not PLURALS[language] - {"other"} <= forms
        }
        assert lacking == {}


def test_there_are_catalogues() -> None:
    assert CATALOGUES


def _refusals(kind: type[CrmError]) -> Iterator[type[CrmError]]:
    for refusal in kind.__subclasses__():
        yield refusal
        yield from _refusals(refusal)


def test_every_refusal_has_words_in_the_chat() -> None:
    for module in pkgutil.walk_packages(crm.__path__, "crm."):
        importlib.import_module(module.name)
    elsewhere = {"consent.bad_token"}  # a customer's page says it
    codes = {refusal.code for refusal in _refusals(CrmError) if refusal.__module__.startswith("crm.")} - elsewhere
    keys = {code: "error-" + code.replace(".", "-").replace("_", "-") for code in codes}
    assert [code for code, key in sorted(keys.items()) if not bot_wording().has(key)] == []
    assert len(codes) > 20
