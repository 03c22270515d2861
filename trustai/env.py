"""Settings from environment variables. Everything wrong is gathered and named at once; nothing is guessed."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"0", "no", "false", "off"})
DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
FOR_TESTS = "TRUSTAI_TEST"
MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True)
class MailServer:
    """Where e-mail goes out; without a host it is kept in files."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False

    def __bool__(self) -> bool:
        return bool(self.host)


class Environment:
    """One reading of the environment. `refuse_if_wrong` comes last, after every value has been asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._asked: set[str] = set()
        self._problems: list[str] = []

    def wrong(self, problem: str) -> None:
        self._problems.append(problem)

    def text(self, name: str, default: str | None = "") -> str:
        """The value, or `default`; a default of None makes it required."""
        self._asked.add(name)
        value = self._values.get(name, "").strip()
        if value:
            return value
        if default is None:
            self.wrong(f"{name} is not set.")
        return default or ""

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.wrong(f"{name} is {value!r}: it must be one of {', '.join(allowed)}.")
            return default
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, "yes" if default else "no").lower()
        if value not in YES | NO:
            self.wrong(f"{name} is {value!r}: it must be yes or no.")
        return value in YES

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            self.wrong(f"{name} is {value!r}: it must be a whole number of at least {least}.")
            return default
        return int(value)

    def names(self, name: str, default: str | None = "") -> list[str]:
        """Words parted by commas."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def secret(self, name: str, default: str | None, *, least: int = 50) -> str:
        """A secret long enough to hold. Its value is never shown."""
        value = self.text(name, default)
        if value and len(value) < least:
            self.wrong(
                f"{name} has {len(value)} characters: it needs at least {least}, and nobody may be able to guess them."
            )
        return value

    def url(self, name: str, default: str | None, *, schemes: Sequence[str]) -> str:
        value = self.text(name, default)
        if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).hostname):
            self.wrong(f"{name} must be an address that begins with {' or '.join(f'{s}://' for s in schemes)}.")
        return value.rstrip("/")

    def database(self, name: str) -> dict[str, Any] | None:
        """Django's connection settings from a PostgreSQL address, or None where it is not set."""
        value = self.text(name)
        if not value:
            return None
        try:
            parts = conninfo_to_dict(value) if value.startswith(("postgresql://", "postgres://")) else {}
        except ProgrammingError:
            parts = {}
        if not parts.get("dbname") or not str(parts.get("port", "5432")).isdecimal():
            self.wrong(f"{name} must be a PostgreSQL address such as postgresql://user:password@host:5432/trustai.")
        named = {django: str(parts.pop(libpq)) for libpq, django in DJANGO_NAMES.items() if parts.get(libpq)}
        return {**named, "OPTIONS": dict(parts)}

    def mail(self, name: str, default: str | None) -> MailServer:
        """A mail server from an address such as smtp+starttls://user:password@host:587."""
        parts = urlsplit(self.url(name, default, schemes=list(MAIL_PORTS)))
        if parts.scheme not in MAIL_PORTS or not parts.hostname:
            return MailServer()
        return MailServer(
            host=parts.hostname,
            port=parts.port or MAIL_PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp+starttls",
        )

    def refuse_if_wrong(self) -> None:
        """Raises ImproperlyConfigured with one line for each thing that is wrong, misspelt names included."""
        mine = {name for name in self._values if name.startswith("TRUSTAI_") and not name.startswith(FOR_TESTS)}
        unknown = [f"{name} is not a setting of TrustAI: see docs/operating.md." for name in sorted(mine - self._asked)]
        if self._problems or unknown:
            lines = "\n".join(f"  - {problem}" for problem in (*self._problems, *unknown))
            raise ImproperlyConfigured(f"TrustAI cannot start with these settings:\n{lines}")


def kept_secret(path: Path) -> str:
    """A secret of this checkout, made on first use and the same for every process after."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        # Whoever links first wins; the others read what the winner wrote.
        with suppress(FileExistsError):
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text().strip()
