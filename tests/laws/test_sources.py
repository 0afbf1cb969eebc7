"""Laws that no linter knows: where a commit may stand, where time may come from, and how secrets are compared."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.laws.sources import PRODUCT, called, modules

CLOCKS = ("scheduler/clock.py", "storage/database.py", "app/", "sandbox/")
WALL_CLOCK = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now"}
SECRET_WORDS = ("secret", "token_hash", "password", "signature", "api_key", "mac", "digest")
Law = Callable[[str, ast.AST], Iterator[str]]


def commits(path: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and called(node).split(".")[-1] == "commit" and path != "storage/database.py":
        yield "commits outside storage/database.py"


def clocks(path: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and called(node) in WALL_CLOCK and not path.startswith(CLOCKS):
        yield f"asks the clock itself ({called(node)}): take `now` as an argument"


def dropped_updates(_path: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg == "drop_pending_updates":
        allowed = isinstance(node.value, ast.Constant) and node.value.value is False
        if not allowed:
            yield "may drop Telegram's pending updates"


def pickles(_path: str, node: ast.AST) -> Iterator[str]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    if {name.split(".")[0] for name in names} & {"pickle", "shelve", "marshal", "dill", "cloudpickle"}:
        yield "reads pickles"


def compared_secrets(_path: str, node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Compare) or not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
        return
    sides = [node.left, *node.comparators]
    if any(isinstance(side, ast.Constant) and side.value in ("", None) for side in sides):
        return
    # A column compared in SQL is a look-up by hash, not a comparison whose time tells something.
    if any(_is_column(side) for side in sides):
        return
    for side in sides:
        name = side.attr if isinstance(side, ast.Attribute) else side.id if isinstance(side, ast.Name) else ""
        if any(word in name.lower().split("_") or name.lower() == word for word in SECRET_WORDS):
            yield f"compares {name} with ==: use hmac.compare_digest"


def _is_column(side: ast.expr) -> bool:
    return isinstance(side, ast.Attribute) and isinstance(side.value, ast.Name) and side.value.id[:1].isupper()


def job_stores(_path: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom | ast.Import):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        if any(name.startswith("apscheduler.jobstores.") and not name.endswith(".memory") for name in names):
            yield "keeps jobs in a store"


def nameless_files(path: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Module) and path.rpartition("/")[2] in {
        "utils.py",
        "helpers.py",
        "services.py",
        "common.py",
        "manager.py",
        "managers.py",
        "util.py",
        "misc.py",
    }:
        yield "is named after nothing"


@pytest.mark.long
@pytest.mark.parametrize(
    "law",
    [commits, clocks, dropped_updates, pickles, compared_secrets, job_stores, nameless_files],
    ids=lambda law: law.__name__,
)
def test_no_module_breaks(law: Law) -> None:
    broken = [
        f"{path}:{getattr(node, 'lineno', 1)} {words}"
        for path, tree in modules(PRODUCT).items()
        for node in ast.walk(tree)
        for words in law(path, node)
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("law", "source"),
    [
        (commits, "await session.commit()"),
        (clocks, "now = datetime.now(UTC)"),
        (clocks, "time.time()"),
        (dropped_updates, "bot.delete_webhook(drop_pending_updates=True)"),
        (dropped_updates, "bot.delete_webhook(drop_pending_updates=flag)"),
        (pickles, "import pickle"),
        (pickles, "from shelve import open"),
        (compared_secrets, "header == webhook_secret"),
        (compared_secrets, "self.signature != given"),
        (job_stores, "from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore"),
    ],
)
def test_each_law_can_be_broken(law: Law, source: str) -> None:
    assert any(list(law("crm/x.py", node)) for node in ast.walk(ast.parse(source)))
