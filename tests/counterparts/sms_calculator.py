"""Twilio's own segment calculator (npm), asked about many texts in one run of node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_INSTALLED = Path(__file__).parents[2] / "build" / "sms-calculator"
_PACKAGE = "sms-segments-calculator@1.3.0"
_MODULE = _INSTALLED / "node_modules" / "sms-segments-calculator"
_PROGRAM = """
const { SegmentedMessage } = require(process.argv[1]);
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const counted = texts.map(text => { const one = new SegmentedMessage(text); return [one.encodingName, one.segmentsCount]; });
console.log(JSON.stringify(counted));
"""


def missing() -> str:
    """Why it cannot run here, after trying to install it once; empty when it can."""
    if _MODULE.exists():
        return ""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "node and npm are not installed"
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    installing = subprocess.run(
        ["npm", "install", "--prefix", str(_INSTALLED), _PACKAGE],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return "" if _MODULE.exists() else f"npm could not install {_PACKAGE}: {installing.stderr[-200:]}"


def counted(texts: Sequence[str]) -> list[tuple[str, int]]:
    """(encoding, segments) of each text."""
    run = subprocess.run(
        ["node", "-e", _PROGRAM, str(_MODULE)],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [(encoding, segments) for encoding, segments in json.loads(run.stdout)]
