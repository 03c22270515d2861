"""What `bin/run` becomes: PostgreSQL, web server, worker and beat, started in order and stopped in order."""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import http.client
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from trustai import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VAR = postgres.VAR
ROOT = VAR.parent
CATALOGUE = "tools_registry/catalogue/ai_tools.csv"
MADE_BY_RUNNING = ("media", "mail", "broker", "cache", "beat", "demo-password.txt")
AFRESH = "`bin/run --reset` begins again with an empty database."
PATIENCE = 60
GRACE = 20
DYING = 5
RESTARTS, WITHIN = 3, 60
DIE_WITH_PARENT = 1
LAST_PORT = 65535
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP: list[int] = []
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  # to be compared with, not to be listened on
DEMO = {
    "oakfield": "staff ailead dsl head governor network deputydpo dpo safeguarding trustlead trustee admin head2 staff2",
    "elmbank": "head",
}


def _die_with_parent() -> None:
    """Linux ends the child when the supervisor is killed outright, so that no orphan keeps the port."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


# A session of its own: Ctrl-C reaches the supervisor alone, which then stops its children in order.
OF_ITS_OWN: dict[str, Any] = {"start_new_session": True, "stdin": subprocess.DEVNULL, "preexec_fn": _die_with_parent}


class CannotRun(Exception):
    """The text says why, and what to do."""


class Told(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


@dataclass
class Part:
    """One process that `bin/run` keeps going."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return VAR / "log" / f"{self.name}.log"

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, env={**os.environ, **self.environment}, **OF_ITS_OWN
            )
        self.starts = [*self.starts[1 - RESTARTS :], time.monotonic()]

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ask_to_end(self) -> None:
        """The main process alone: its own children may finish what they are doing."""
        if self.process is not None and not self.has_ended():
            self.process.terminate()

    def end(self) -> None:
        """The whole group, so that no child of a child is left behind. Comes back once they are gone: a busy machine takes its time."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            deadline = time.monotonic() + DYING
            while time.monotonic() < deadline:
                os.killpg(self.process.pid, 0)
                time.sleep(0.05)

    def keeps_ending(self) -> bool:
        return len(self.starts) >= RESTARTS and time.monotonic() - self.starts[0] < WITHIN

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])


def main() -> None:
    wish = read_arguments()
    os.chdir(ROOT)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    for number in SIGNALS:
        signal.signal(number, told)
    try:
        with only_one(wish):
            run(wish)
    except (CannotRun, postgres.PostgresError) as problem:
        sys.exit(str(problem))
    except Told:
        print("Stopped.")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description="Start TrustAI with everything it needs.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=port_number, default=8000, help="the port to listen on (default 8000)")
    parser.add_argument("--reset", action="store_true", help="throw the data away and begin with a fresh demo")
    return parser.parse_args()


def port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def told(number: int, _frame: object) -> None:
    """Leave what is being done. Python drops an exception that comes up inside a fork, so it is written down as well."""
    STOP.append(number)
    raise Told(number)


def go_on() -> None:
    """Raises Told when a signal has come in."""
    if STOP:
        raise Told(STOP[0])


def ignore_signals() -> None:
    """While things are stopped in order, nothing more needs to be said."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def only_one(wish: argparse.Namespace) -> Iterator[None]:
    """Hold var/run.lock, or say where TrustAI is running already."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            lock.seek(0)
            raise CannotRun(
                f"TrustAI is already running here: {lock.read().strip() or 'it is just starting'}."
            ) from held
        lock.truncate(0)
        lock.write(f"{address(wish)}, process {os.getpid()}\n")
        lock.flush()
        yield


def near(wish: argparse.Namespace) -> str:
    """The host under which this machine reaches itself."""
    return "127.0.0.1" if wish.host in EVERYWHERE else str(wish.host)


def address(wish: argparse.Namespace) -> str:
    host = near(wish)
    return f"http://{f'[{host}]' if ':' in host else host}:{wish.port}"


def run(wish: argparse.Namespace) -> None:
    check_port(wish)
    if wish.reset:
        erase()
    with ExitStack() as until_the_end:
        try:
            start_all(wish, until_the_end)
        finally:
            ignore_signals()


def start_all(wish: argparse.Namespace, until_the_end: ExitStack) -> None:
    if "DATABASE_URL" not in os.environ:
        print("Starting PostgreSQL")
        until_the_end.enter_context(postgres.CLUSTER.running())
        os.environ["DATABASE_URL"] = postgres.CLUSTER.url()
    set_environment(wish)
    prepare_database()
    parts = the_parts(wish)
    until_the_end.callback(stop, parts)
    for part in parts:
        part.log.unlink(missing_ok=True)
        part.start()
    wait_until_it_answers(wish, parts[0])
    introduce(wish)
    keep_going(parts)


def check_port(wish: argparse.Namespace) -> None:
    try:
        family, kind, _, _, where = socket.getaddrinfo(wish.host, wish.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as problem:
        raise CannotRun(
            f"Cannot listen on {wish.host} port {wish.port}: {problem.strerror}. Choose another with --port or --host."
        ) from problem


def erase() -> None:
    if postgres.CLUSTER.in_use():
        raise CannotRun("Another command is using the database: --reset would take it away. Wait until it has ended.")
    print("Throwing the old data away")
    postgres.CLUSTER.erase()
    for name in MADE_BY_RUNNING:
        path = VAR / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def set_environment(wish: argparse.Namespace) -> None:
    """For the children. What the person has set stands."""
    os.environ.setdefault("TRUSTAI_ENV", "local")
    os.environ.setdefault("TRUSTAI_SITE_URL", address(wish))
    if wish.host not in {"127.0.0.1", "localhost", "::1"}:
        os.environ.setdefault("TRUSTAI_HOSTS", "*")


def prepare_database() -> None:
    print("Bringing the database up to date")
    manage("migrate", "--no-input", "--verbosity", "0")
    if is_empty():
        print("Loading the catalogue and the demo trust")
        manage("load_catalogue", CATALOGUE, otherwise=AFRESH)
        manage("load_demo", otherwise=AFRESH)


def manage(*command: str, otherwise: str = "") -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **OF_ITS_OWN,
    )  # fmt: skip
    if done.returncode:
        raise CannotRun(
            f"{done.stdout.strip()}\n`manage.py {command[0]}` failed, so TrustAI did not start. {otherwise}".strip()
        )


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("SELECT 1 FROM accounts_user LIMIT 1").fetchone() is None


def the_parts(wish: argparse.Namespace) -> list[Part]:
    host = f"[{wish.host}]" if ":" in wish.host else wish.host
    celery = [sys.executable, "-m", "celery", "-A", "trustai.celery"]
    beat = VAR / "beat"
    beat.mkdir(exist_ok=True)
    quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
    web = ["gunicorn", "--config", "python:trustai.web", "--bind", f"{host}:{wish.port}"]
    pool = {"TRUSTAI_DATABASE_POOL": os.environ.get("TRUSTAI_DATABASE_POOL", "4")}
    return [
        Part("web", [sys.executable, "-m", *web], pool),
        Part("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", *quiet]),
        Part("beat", [*celery, "beat", "--loglevel", "INFO", "--schedule", str(beat / "schedule"), "--pidfile", ""]),
    ]


def wait_until_it_answers(wish: argparse.Namespace, web: Part) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not web.has_ended():
        go_on()
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(near(wish), wish.port, timeout=10)
            connection.request("GET", "/healthz")
            if connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
                return
        time.sleep(0.1)
    raise CannotRun(f"The web server does not answer. Its last words ({web.log}):\n{web.last_words()}")


def introduce(wish: argparse.Namespace) -> None:
    password = VAR / "demo-password.txt"
    print(f"\nTrustAI is running: {address(wish)}/\n")
    if password.exists():
        print(f"Sign in as one of the demo people. Password: {password.read_text().strip()}")
        for trust, roles in DEMO.items():
            print(f"    @{trust}.example  {roles.replace(' ', ' · ')}")
    print(f"\nE-mail is kept in {VAR / 'mail'}, logs in {VAR / 'log'}. Ctrl-C stops everything.")


def keep_going(parts: list[Part]) -> None:
    """Watch the parts and start again what ends by itself. Comes back only by an exception."""
    while True:
        go_on()
        for part in parts:
            if not part.has_ended():
                continue
            part.end()
            if part.keeps_ending():
                raise CannotRun(f"{part.name} keeps ending. Its last words ({part.log}):\n{part.last_words()}")
            print(f"{part.name} ended; starting it again")
            part.start()
        time.sleep(0.5)


def stop(parts: list[Part]) -> None:
    """Ask everybody to end, wait, and insist."""
    print("\nStopping")
    for part in parts:
        part.ask_to_end()
    deadline = time.monotonic() + GRACE
    for part in parts:
        if part.process is not None:
            with suppress(subprocess.TimeoutExpired):
                part.process.wait(max(0.1, deadline - time.monotonic()))
        part.end()


if __name__ == "__main__":
    main()
