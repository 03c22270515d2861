"""What `bin/run` becomes: everything it starts, it watches and stops."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from trustai import postgres

PATIENCE = 120
CODE = ("manage.py", "dpia", "schools", "static", "templates", "tools_registry", "trustai")


@pytest.fixture
def checkout():
    """A copy of the code with data of its own, so that nobody's running TrustAI is touched."""
    place = postgres.VAR / f"checkout-{uuid4().hex[:8]}"
    for name in CODE:
        source = postgres.VAR.parent / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, place / name)
    yield place
    for pid in processes_of(place):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree((place / "var" / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(place)


@pytest.fixture
def port():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return free.getsockname()[1]


def start(checkout, *arguments):
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRUSTAI", "DATABASE", "CELERY", "DJANGO"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "trustai.supervisor", *arguments],
        cwd=checkout,
        env=outside,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process, words):
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return said


def get(port, path):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def processes_of(checkout):
    """Every living process that was started in this checkout, or works on its data."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            place = os.readlink(folder / "cwd")  # noqa: PTH115
        except OSError:
            continue
        if command and (str(checkout) in command or str(checkout) in place):
            found[int(folder.name)] = command
    return found


def worker_of(checkout):
    return min(pid for pid, command in processes_of(checkout).items() if "trustai.celery worker" in command)


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
def test_it_starts_everything_keeps_it_going_and_leaves_nothing_behind(checkout, port):
    running = start(checkout, "--port", str(port))
    try:
        said = read_until(running, "Ctrl-C stops everything")
        assert f"http://127.0.0.1:{port}/" in said
        assert "Password: " in said
        assert get(port, "/readyz")[0] == 200
        status, page = get(port, "/accounts/login/")
        assert (status, "Sign in" in page) == (200, True)

        second = start(checkout, "--port", str(port + 1))
        assert "already running here" in second.communicate(timeout=PATIENCE)[0]
        assert second.returncode == 1

        os.kill(worker_of(checkout), signal.SIGKILL)
        read_until(running, "worker ended; starting it again")
        wait_for(lambda: "ready." in (checkout / "var/log/worker.log").read_text().rsplit("celery@", 1)[-1])
    finally:
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=PATIENCE)[0]
    assert (running.returncode, said.split()[-1]) == (0, "Stopped.")
    assert processes_of(checkout) == {}


@pytest.mark.parametrize("arguments", [["--port", "web"], ["--port", "70000"], ["--colour", "red"]])
def test_a_wrong_wish_is_answered_before_anything_starts(checkout, arguments):
    refused = start(checkout, *arguments)
    assert "usage: bin/run" in refused.communicate(timeout=PATIENCE)[0]
    assert refused.returncode == 2
    assert not (checkout / "var").exists()


def test_a_port_that_is_taken_is_named(checkout):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        refused = start(checkout, "--port", str(taken.getsockname()[1]))
        said = refused.communicate(timeout=PATIENCE)[0]
    assert refused.returncode == 1
    assert "Choose another with --port" in said
    assert not (checkout / "var" / "postgres").exists()
