"""The command line: `touchline …`, also `python -m app`. One clear line on stderr and exit code 1 when something failed.

Commands only ask, call and show; what they call is imported when they run, so that `--help` is instant.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from app.settings import Settings

Result = TypeVar("Result")

cli = typer.Typer(
    name="touchline",
    help="A CRM that lives in Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
staff_cli = typer.Typer(help="Colleagues: invite them, list them.", no_args_is_help=True)
import_cli = typer.Typer(help="Bring in clients or stock from CSV or XLSX.", no_args_is_help=True)
cli.add_typer(staff_cli, name="staff")
cli.add_typer(import_cli, name="import")

Json = Annotated[bool, typer.Option("--json", help="Print what a program can read.")]


class RoleName(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    WAREHOUSE = "warehouse"
    ADMIN = "admin"


class Exported(StrEnum):
    CLIENTS = "clients"
    INTERACTIONS = "interactions"


def main() -> None:
    """The entry point of the `touchline` script. What it writes (clients, letters, backups) is its user's alone."""
    os.umask(0o077)
    cli()


@cli.command()
def run(
    only: Annotated[str, typer.Option(help="Parts of this process: bot,web,scheduler,worker. All without it.")] = "",
) -> None:
    """Start the product; SIGTERM or Ctrl-C lets it finish what it has in hand."""
    from app import wiring

    parts = [name.strip() for name in only.split(",") if name.strip()]
    unknown = [name for name in parts if name not in set(wiring.Part)]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(wiring.Part)}", param_hint="--only")
    _complete(wiring.build(_settings()).run(only=parts or None))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 8900 where it is free.")] = 0,
    data: Annotated[Path | None, typer.Option(help="Directory to keep the demo in; a fresh one without it.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Without the demo company's clients.")] = False,
) -> None:
    """Live a rep's day: the product beside stand-ins for Telegram, mail and SMS, in your browser."""
    from importlib.util import find_spec

    if find_spec("sandbox") is None or find_spec("aiosmtpd") is None:
        _fail("the demo's stand-ins are not installed: pip install 'touchline[demo]', or run `make demo` in a checkout")
    arguments = ["--port", str(port)] if port else []
    arguments += ["--data", str(data)] if data is not None else []
    arguments += ["--no-browser"] if no_browser else []
    arguments += ["--empty"] if empty else []
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *arguments])  # noqa: S606  (our own interpreter)


@cli.command()
def init(
    file: Annotated[Path, typer.Option(help="Where the settings are written.")] = Path(".env"),
) -> None:
    """Ask for the real accounts one by one, try each at once, and write the settings."""
    from app import accounts

    _complete(accounts.ask(file))


@cli.command()
def doctor(as_json: Json = False) -> None:
    """Try every account and part, and name the fix for what does not work."""
    from app import doctor as examination
    from app.findings import State

    settings = _settings()
    findings = _complete(examination.examine(settings))
    if as_json:
        _print_json([finding.as_dict() for finding in findings])
    else:
        examination.show(findings)
    if any(finding.state is State.FAILED for finding in findings):
        _fail("something needs mending: see what stands after each cross" if not as_json else "some checks failed")


@cli.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the newest schema."""
    from app import chores

    done = _complete(chores.migrate(_settings()))
    if as_json:
        _print_json({"applied": done})
    else:
        typer.echo("\n".join(done) if done else "The database is up to date.")


@staff_cli.command("invite")
def staff_invite(
    role: Annotated[RoleName, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="Their name; Telegram's without it.")] = "",
    as_json: Json = False,
) -> None:
    """Print a link by which one colleague joins, once, within three days."""
    from app import chores

    invitation = _complete(chores.invite(_settings(), role=role.value, name=name))
    if as_json:
        _print_json(invitation)
    elif invitation["link"]:
        typer.echo(invitation["link"])
    else:
        typer.echo(
            f"Telegram did not say the bot's name; write this to the bot yourself:\n/start {invitation['token']}"
        )


@staff_cli.command("list")
def staff_list(as_json: Json = False) -> None:
    """Show who works here."""
    from app import chores

    people = _complete(chores.colleagues(_settings()))
    if as_json:
        _print_json(people)
    else:
        _print_table(people)


@import_cli.command("clients")
def import_clients(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference, change nothing.")] = False,
    skip_errors: Annotated[bool, typer.Option("--skip-errors", help="Leave out rows that cannot be taken.")] = False,
    as_json: Json = False,
) -> None:
    """Import clients: all or nothing; the chat can take it back."""
    from app import imports

    _show_import(_complete(imports.clients(_settings(), file, dry_run=dry_run, skip_errors=skip_errors)), as_json)


@import_cli.command("stock")
def import_stock(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference, change nothing.")] = False,
    skip_errors: Annotated[bool, typer.Option("--skip-errors", help="Leave out rows that cannot be taken.")] = False,
    as_json: Json = False,
) -> None:
    """Import products and what lies in the warehouses."""
    from app import imports

    _show_import(_complete(imports.stock(_settings(), file, dry_run=dry_run, skip_errors=skip_errors)), as_json)


@cli.command("export")
def export(
    noun: Annotated[Exported, typer.Argument(help="What to export.")],
    to: Annotated[Path, typer.Option("--to", help="The file: .csv or .xlsx.")],
    as_json: Json = False,
) -> None:
    """Write clients or interactions to a file no spreadsheet can be harmed by."""
    from app import chores

    if to.suffix.lower() not in (".csv", ".xlsx"):
        raise typer.BadParameter("must end in .csv or .xlsx", param_hint="--to")
    rows = _complete(chores.export(_settings(), noun=noun.value, to=to))
    if as_json:
        _print_json({"file": str(to), "rows": rows})
    else:
        typer.echo(f"{rows} rows in {to}")


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to write.")],
    as_json: Json = False,
) -> None:
    """Write the database, the files and the secret key into one file, while the product runs."""
    from app import backups

    made = _complete(backups.backup(_settings(), file))
    if as_json:
        _print_json(made)
    else:
        typer.echo(f"{made['bytes']} bytes in {file}, readable by you only: it holds your customers and the secret key")


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    replace: Annotated[bool, typer.Option("--replace", help="Put what is there aside.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Nothing was sent since the backup: go on sending what waited.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a backup back. What may have been sent since it was made is held for a look, not sent again."""
    from app import backups

    done = _complete(backups.restore(_settings(), file, replace=replace, resume=resume))
    if as_json:
        _print_json(done)
        return
    typer.echo("Restored.")
    if done["held_deliveries"] or done["paused_mailings"]:
        typer.echo(
            f"Held, because they may have been sent since: {done['held_deliveries']} messages; "
            f"paused: {done['paused_mailings']} mailings."
        )


def _settings() -> Settings:
    from app import logs
    from app.settings import SettingsError, load

    try:
        settings = load()
    except SettingsError as error:
        _fail(str(error))
    logs.configure(level="WARNING", secrets=tuple(settings.secrets()))
    return settings


def _complete(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs the work; what people can mend becomes one line and exit code 1."""
    from sqlalchemy.exc import DBAPIError

    from app.settings import SettingsError
    from app.wiring import CannotRun
    from crm.errors import CrmError
    from storage.database import StorageError

    try:
        return asyncio.run(work)
    except CrmError as error:
        from app.chores import worded

        _fail(worded(error))
    except DBAPIError as error:
        _fail(f"the database refused: {str(error.orig).splitlines()[0]}; `touchline doctor` looks closer")
    except (CannotRun, SettingsError, StorageError, OSError) as error:
        _fail(str(error) or type(error).__name__)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _fail(line: str) -> NoReturn:
    typer.echo(f"touchline: {line}", err=True)
    raise typer.Exit(1)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("Nobody yet: `touchline staff invite --role admin` makes the first link.")
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)


def _show_import(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(report)
    else:
        for line in report["lines"]:
            typer.echo(line)
    if not report["applied"] and not report["dry_run"]:
        _fail(f"nothing was imported: {len(report['errors'])} rows cannot be taken (or add --skip-errors)")
