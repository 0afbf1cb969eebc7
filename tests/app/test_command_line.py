"""The command line as a script sees it: exit codes, one clear line, JSON."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from app.cli import cli

ROOT = Path(__file__).parents[2]


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Runs commands in a directory of its own with settings of its own: in this process, or really as one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.settings = {"TOUCHLINE_DATA_DIR": str(directory / "data")}
        self.started: list[subprocess.Popen[str]] = []

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHLINE_")}
        return {**inherited, **self.settings, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}

    def run(self, *arguments: str, answers: str = "") -> Done:
        hidden = {name: None for name in os.environ if name.startswith("TOUCHLINE_")}
        result = CliRunner().invoke(cli, list(arguments), input=answers, env={**hidden, **self.settings})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def run_process(self, *arguments: str) -> Done:
        command = [sys.executable, "-m", "app", *arguments]
        done = subprocess.run(
            command, cwd=self.directory, env=self.environment(), capture_output=True, text=True, check=False, timeout=60
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        with (self.directory / "log").open("w") as log:
            command = [sys.executable, "-m", "app", *arguments]
            process = subprocess.Popen(command, cwd=self.directory, env=self.environment(), stderr=log, text=True)
        self.started.append(process)
        return process

    def log(self) -> str:
        return (self.directory / "log").read_text()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level, hook, config = root.handlers[:], root.level, sys.excepthook, structlog.get_config()
    shell = Shell(tmp_path)
    yield shell
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**config)
    for process in shell.started:
        if process.poll() is None:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> str:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_help_is_instant_and_usage_errors_are_2(shell: Shell) -> None:
    helped = shell.run("--help")
    assert helped.returncode == 0
    for command in ("run", "demo", "init", "doctor", "migrate", "staff", "import", "export", "backup", "restore"):
        assert command in helped.stdout
    for wrong in (["frobnicate"], ["run", "--only", "kitchen"], ["staff", "invite"], ["export", "clients"]):
        assert shell.run(*wrong).returncode == 2


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, app.cli; print([name for name in ('sqlalchemy', 'telegram', 'fastapi') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_bad_setting_is_one_line_and_1(shell: Shell) -> None:
    shell.settings["TOUCHLINE_WEB_PROT"] = "80"
    done = shell.run_process("run")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "touchline: TOUCHLINE_WEB_PROT is not a setting; did you mean TOUCHLINE_WEB_PORT? Rename or remove it"
    ]


def test_migrate_invite_list_export_backup_restore(shell: Shell) -> None:
    assert "first schema" in shell.run("migrate").stdout.lower()
    assert json.loads(shell.run("migrate", "--json").stdout) == {"applied": []}
    invitation = json.loads(shell.run("staff", "invite", "--role", "admin", "--name", "Ann", "--json").stdout)
    assert len(invitation["token"]) >= 20
    assert json.loads(shell.run("staff", "list", "--json").stdout) == []
    exported = shell.run("export", "clients", "--to", "clients.csv", "--json")
    assert json.loads(exported.stdout) == {"file": "clients.csv", "rows": 0}
    assert "name" in (shell.directory / "clients.csv").read_text(encoding="utf-8-sig")
    assert shell.run("backup", "all.tar.gz").returncode == 0
    refused = shell.run("restore", "all.tar.gz")
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    assert "Restored" in shell.run("restore", "all.tar.gz", "--replace").stdout


def test_doctor_names_the_fix(shell: Shell) -> None:
    shell.settings |= {
        "TOUCHLINE_SMTP_URL": f"smtp://user:canary-pw@127.0.0.1:{free_port()}",
        "TOUCHLINE_MAIL_FROM": "a@example.com",
        "TOUCHLINE_TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
    }
    done = shell.run("doctor", "--json")
    found = {one["check"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 1
    assert (found["email out"]["state"], "TOUCHLINE_SMTP_URL" in found["email out"]["fix"]) == ("failed", True)
    assert {found[name]["state"] for name in ("telegram", "email in", "sms")} == {"off"}
    assert found["database"]["state"] == "warning"
    assert not (shell.directory / "data").exists()
    assert "canary-pw" not in done.stdout + done.stderr


def test_init_writes_settings_for_one_pair_of_eyes(shell: Shell) -> None:
    # Telegram, email out, email in, SMS off; no public address; Thai, Bangkok, baht, SQLite.
    done = shell.run("init", answers="\n\n\n\n\nth\nAsia/Bangkok\nTHB\n\n")
    assert done.returncode == 0, done.stdout + done.stderr
    written = shell.directory / ".env"
    assert written.stat().st_mode & 0o777 == 0o600
    assert "TOUCHLINE_CURRENCY='THB'" in written.read_text()
    assert shell.run("migrate").returncode == 0


def test_what_is_kept_is_for_its_user_alone(shell: Shell) -> None:
    os.umask(0o022)
    assert shell.run_process("migrate").returncode == 0
    assert shell.run_process("export", "clients", "--to", "clients.csv").returncode == 0
    kept = [shell.directory / "data", *(shell.directory / "data").rglob("*"), shell.directory / "clients.csv"]
    assert len(kept) > 2
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []


def test_run_serves_until_sigterm(shell: Shell) -> None:
    port = free_port()
    shell.settings |= {"TOUCHLINE_WEB_PORT": str(port), "TOUCHLINE_LOG_FORMAT": "json"}
    process = shell.start("run")
    assert get(f"http://127.0.0.1:{port}/healthz") == "alive\n"
    assert json.loads(get(f"http://127.0.0.1:{port}/readyz"))["ready"] is True
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    lines = [json.loads(line) for line in shell.log().splitlines()]
    assert [line["event"] for line in lines if line["level"] in ("error", "critical")] == []


def test_a_taken_port_is_named(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        shell.settings["TOUCHLINE_WEB_PORT"] = str(taken.getsockname()[1])
        done = shell.run_process("run", "--only", "web")
    assert done.returncode == 1
    assert "TOUCHLINE_WEB_PORT" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_import_shows_then_does_all_or_nothing(shell: Shell) -> None:
    file = shell.directory / "clients.csv"
    file.write_text("Name,Phone,Email,City\nAnna Schmidt,+49 30 901820,anna@example.com,Berlin\nBad,,not-an-address,\n")
    looked = json.loads(shell.run("import", "clients", str(file), "--dry-run", "--json").stdout)
    assert (looked["applied"], looked["new"], [error["row"] for error in looked["errors"]]) == (False, 1, [3])
    refused = shell.run("import", "clients", str(file))
    assert refused.returncode == 1
    assert "--skip-errors" in refused.stderr
    assert "row 3" in refused.stdout
    assert json.loads(shell.run("export", "clients", "--to", "a.csv", "--json").stdout)["rows"] == 0
    assert "Imported: 1 new" in shell.run("import", "clients", str(file), "--skip-errors").stdout
    assert json.loads(shell.run("export", "clients", "--to", "a.csv", "--json").stdout)["rows"] == 1


def test_import_stock(shell: Shell) -> None:
    file = shell.directory / "stock.csv"
    file.write_text("Article,Name,Price,Warehouse,Quantity\nB-840,Bolt M8x40,12.50,Main,200\n")
    done = json.loads(shell.run("import", "stock", str(file), "--json").stdout)
    assert (done["applied"], done["new"], done["errors"]) == (True, 1, [])
    again = json.loads(shell.run("import", "stock", str(file), "--json").stdout)
    assert (again["applied"], again["new"], again["unchanged"]) == (True, 0, 1)


def test_a_file_that_is_no_table_is_one_line(shell: Shell) -> None:
    file = shell.directory / "clients.xlsx"
    file.write_bytes(b"PK\x03\x04 not really")
    done = shell.run("import", "clients", str(file))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_bot_without_a_token_does_not_run_idly(shell: Shell) -> None:
    done = shell.run("run", "--only", "bot")
    assert (done.returncode, "TOUCHLINE_TELEGRAM_TOKEN" in done.stderr.splitlines()[-1]) == (1, True)
