"""The embedded PostgreSQL: one server, many users, and a start after any kind of end."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from trustai import postgres
from trustai.postgres import Cluster, PostgresError

pytestmark = pytest.mark.slow
FAST = ("fsync=off",)


@pytest.fixture(scope="module")
def folder():
    # Not below pytest's own folder: as root that one is closed to the account PostgreSQL runs as.
    home = postgres.VAR / f"cluster-{uuid4().hex[:8]}"
    home.mkdir()
    yield home
    for path in home.iterdir():
        path.unlink()
    home.rmdir()


@pytest.fixture(scope="module")
def made(folder):
    cluster = Cluster(folder / "postgres", FAST)
    with cluster.running():
        pass
    yield cluster
    cluster.erase()


@pytest.fixture
def cluster(made):
    assert made._pid() is None
    yield made
    assert made._pid() is None


def ask(cluster, question):
    with psycopg.connect(cluster.url()) as connection:
        return connection.execute(question).fetchone()[0]


def test_it_is_postgresql_18_in_utf_8(cluster):
    with cluster.running():
        assert ask(cluster, "SHOW server_version").startswith("18.")
        assert ask(cluster, "SHOW server_encoding") == "UTF8"
        assert ask(cluster, "SELECT datcollate FROM pg_database WHERE datname = 'trustai'") == "C.UTF-8"
        assert ask(cluster, "SELECT lower('ÉLODIE')") == "élodie"
        assert ask(cluster, "SHOW fsync") == "off"


def test_it_listens_on_no_port_and_only_its_owner_reaches_the_socket(cluster):
    with cluster.running():
        assert not ask(cluster, "SHOW listen_addresses")
        assert cluster.socket_folder.stat().st_mode & 0o077 == 0


def test_the_last_one_out_stops_it(cluster):
    with cluster.running():
        with cluster.running():
            first = cluster._pid()
        assert cluster._pid() == first
        assert ask(cluster, "SELECT 1") == 1
        assert cluster.in_use()
    assert not cluster.in_use()


def test_another_process_joins_and_leaves_it_running(cluster):
    program = (
        "import sys; from pathlib import Path; from trustai.postgres import Cluster\n"
        "cluster = Cluster(Path(sys.argv[1]))\n"
        "with cluster.running(): print(cluster._pid())"
    )
    with cluster.running():
        told = subprocess.run([sys.executable, "-c", program, cluster.home], capture_output=True, text=True, check=True)
        assert int(told.stdout) == cluster._pid()


def test_what_was_committed_is_there_after_the_server_was_killed(cluster):
    with cluster.running():
        with psycopg.connect(cluster.url()) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('still here')")
        os.kill(cluster._pid(), signal.SIGKILL)
        time.sleep(0.2)
        assert (cluster.home / "postmaster.pid").exists()
    with cluster.running():
        assert ask(cluster, "SELECT word FROM kept") == "still here"


def test_a_user_that_was_killed_leaves_a_server_that_the_next_one_stops(cluster):
    program = (
        "import os, sys; from pathlib import Path; from trustai.postgres import Cluster\n"
        "with Cluster(Path(sys.argv[1])).running(): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, cluster.home], check=False)
    assert killed.returncode == -signal.SIGKILL
    left = cluster._pid()
    assert left
    with cluster.running():
        assert cluster._pid() == left


def test_a_pid_file_that_names_another_living_process_does_not_stop_the_start(cluster):
    stale = f"{os.getppid()}\n{cluster.home}\n1\n5432\n{cluster.home}\n\n0 0\nready\n"
    (cluster.home / "postmaster.pid").write_text(stale)
    (cluster.home / ".s.PGSQL.5432.lock").write_text(stale)
    with cluster.running():
        assert ask(cluster, "SELECT 1") == 1


def test_a_start_that_fails_says_what_postgresql_said(cluster):
    wrong = Cluster(cluster.home, ("fsync=perhaps",))
    with pytest.raises(PostgresError, match="fsync"), wrong.running():
        pass


def test_a_long_path_puts_the_socket_in_a_private_folder(folder):
    deep = Cluster(folder / ("very-long-name-" * 7) / "postgres", FAST)
    try:
        with deep.running():
            assert ask(deep, "SELECT 1") == 1
            assert deep.socket_folder.parent == Path(tempfile.gettempdir())
            assert deep.socket_folder.stat().st_mode & 0o777 == 0o700
    finally:
        deep.erase()
        for left in deep.home.parent.iterdir():
            left.unlink()
        deep.home.parent.rmdir()
        deep.socket_folder.rmdir()


def test_a_socket_folder_that_others_may_enter_is_refused(folder, monkeypatch, tmp_path):
    open_to_all = tmp_path / "taken"
    open_to_all.mkdir(mode=0o755)
    monkeypatch.setattr(Cluster, "socket_folder", open_to_all)
    cluster = Cluster(folder / "other", FAST)
    with pytest.raises(PostgresError, match="is in the way"), cluster.running():
        pass
    cluster.erase()


def test_erasing_removes_the_data(folder):
    cluster = Cluster(folder / "short-lived", FAST)
    with cluster.running():
        assert cluster.home.exists()
    cluster.erase()
    assert not cluster.home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_for_root_it_runs_elsewhere_when_roots_folders_are_closed(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "postgres", FAST)
    try:
        with cluster.running():
            assert ask(cluster, "SELECT 1") == 1
            assert cluster.home.resolve().is_relative_to(postgres.OUTSIDE)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        cluster.erase()


@pytest.mark.parametrize("command", [["check"], ["--version"], [], ["migrate", "--help"]])
def test_commands_that_need_no_database_start_none(command, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(Cluster, "running", lambda self: pytest.fail(f"{self} was started"))
    with postgres.for_command(["manage.py", *command]):
        pass


def test_a_database_of_the_operators_is_used_as_it_is(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/trustai")
    monkeypatch.setattr(Cluster, "running", lambda self: pytest.fail(f"{self} was started"))
    with postgres.for_command(["manage.py", "migrate"]):
        pass
