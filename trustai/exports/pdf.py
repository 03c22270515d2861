"""HTML in, an accessible PDF out; the same bytes for the same document, whenever and wherever it is rendered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime

# The first figure rises when this module changes what comes out.
RENDERER_VERSION = f"1-weasyprint-{version('weasyprint')}"
LONGEST = 90.0
# All that Pango and fontconfig need to know. Passwords, proxies and the rest of our surroundings stay outside.
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME")


class RenderingFailed(Exception):
    """No PDF came out. The text is for the log: a page says that the document cannot be made just now."""


def render(*, html: str, issued_at: datetime, title: str, longest: float = LONGEST) -> bytes:
    """A tagged PDF/UA-1 of `html`, whose root element names its language. Raises RenderingFailed.

    It is made in a process of its own: fonts are stamped with a time taken from the environment, which must be the
    document's own; a fault in Pango must not end the worker; and `longest` (seconds) can be kept.
    """
    job = {
        "html": html,
        "title": title,
        "issued_at": _second(issued_at),
        "roots": _roots(),
        "prefix": settings.STATIC_URL,
    }
    try:
        done = subprocess.run(  # our own module, and nothing of the document on the command line
            [sys.executable, "-m", "trustai.exports.render"],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=longest,
            check=False,
            cwd=settings.BASE_DIR,
            env=_surroundings(issued_at),
        )
    except subprocess.TimeoutExpired as late:
        raise RenderingFailed(f"“{title}” was not rendered within {longest:g} seconds.") from late
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        said = done.stderr.decode(errors="replace").strip()[-2000:]
        raise RenderingFailed(f"“{title}” was not rendered (exit code {done.returncode}): {said}")
    return done.stdout


def _second(moment: datetime) -> str:
    """As a PDF's metadata wants it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _roots() -> list[str]:
    """Where our static files lie: the folder they are written in, then the one they are collected to."""
    return [str(folder) for folder in (*settings.STATICFILES_DIRS, settings.STATIC_ROOT)]


def _surroundings(issued_at: datetime) -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    fixed = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
    return {**kept, **fixed, "SOURCE_DATE_EPOCH": str(int(issued_at.timestamp()))}
