"""How long pages take on the demo trust, in a database of its own; and, on request, reading the whole schools file."""

import argparse
import os
import statistics
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustai.postgres import DATABASE, TEST_CLUSTER

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "tools_registry" / "catalogue" / "ai_tools.csv"
DATABASE_FOR_THIS = "bench_trustai"
SECONDS, LEAST, MOST = 3, 5, 100


def main():
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--schools", type=Path, help="the DfE's file of all schools: also measure reading it")
    wish = parser.parse_args()
    with TEST_CLUSTER.running():
        fresh_database()
        prepare()
        measure_pages()
        measure_growth()
        if wish.schools:
            measure_import(wish.schools)


def fresh_database():
    with psycopg.connect(TEST_CLUSTER.url(DATABASE), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE_FOR_THIS} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE_FOR_THIS}")


def prepare():
    os.environ |= {
        "DATABASE_URL": TEST_CLUSTER.url(DATABASE_FOR_THIS),
        "DJANGO_SETTINGS_MODULE": "trustai.settings",
        "TRUSTAI_ENV": "local",
        "TRUSTAI_LOG_LEVEL": "ERROR",
    }
    django.setup()
    began = time.perf_counter()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_catalogue", str(CATALOGUE))
    with password_kept():
        call_command("load_demo")
    print(f"\n{'the demo trust, from an empty database':46} {time.perf_counter() - began:8.1f} s")


@contextmanager
def password_kept():
    """The demo that `bin/run` shows keeps its own password."""
    path = ROOT / "var" / "demo-password.txt"
    before = path.read_text() if path.exists() else None
    yield
    if before is None:
        path.unlink()
    else:
        path.write_text(before)


def pages():
    urn = apps.get_model("schools", "Place").objects.filter(is_published=True).exclude(urn="").order_by("pk")[0].urn
    return [
        ("staff", "/"),
        ("head", "/"),
        ("staff", "/look-up/"),
        ("staff", "/look-up/?q=chat+gtp"),
        ("staff", "/look-up/?q=https://chatgpt.com/c/123"),
        ("head", f"/schools/{urn}/tools/"),
        ("deputydpo", "/dpia/"),
        (None, f"/s/{urn}/"),
        (None, f"/s/{urn}/approved-ai-tools.json"),
        (None, f"/s/{urn}/approved-ai-tools.csv"),
        (None, f"/s/{urn}/approved-ai-tools.pdf"),
        (None, f"/s/{urn}/poster.pdf"),
    ]


def measure_pages():
    print(f"\n{'page':46} {'median':>8}    {'slowest':>8}    {'queries':>7} {'kB':>6}")
    for who, path in pages():
        answer, queries, times = measure(who, path)
        size = len(answer.getvalue()) / 1024
        name = f"{path[:36]} ({who or 'public'})"
        middle, worst = (1000 * pick(times) for pick in (statistics.median, max))
        print(f"{name:46} {middle:8.1f} ms {worst:8.1f} ms {queries:7} {size:6.0f}  {answer.status_code}")


def measure(who, path):
    client = Client(SERVER_NAME="127.0.0.1")
    if who:
        client.force_login(get_user_model().objects.get(email=f"{who}@oakfield.example"))
    client.get(path)
    with CaptureQueriesContext(connection) as made:
        answer = client.get(path)
    queries = len(made)
    times = []
    while len(times) < LEAST or (sum(times) < SECONDS and len(times) < MOST):
        began = time.perf_counter()
        client.get(path)
        times.append(time.perf_counter() - began)
    return answer, queries, times


def measure_growth():
    print()
    import_module("benchmarks.answers").main()


def measure_import(file):
    began = time.perf_counter()
    call_command("import_schools", str(file))
    print(f"\n{'import_schools, the whole file':46} {time.perf_counter() - began:8.1f} s")


if __name__ == "__main__":
    main()
