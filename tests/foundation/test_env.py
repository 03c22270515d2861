"""Settings come from the environment, and what is wrong with them is named before anything starts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from trustai.env import Environment, MailServer, kept_secret

GOOD = {
    "TRUSTAI_ENV": "production",
    "TRUSTAI_SECRET_KEY": "k9" * 40 + "correct horse battery staple",
    "TRUSTAI_HOSTS": "trustai.example.org",
    "TRUSTAI_SITE_URL": "https://trustai.example.org",
    "TRUSTAI_MAIL_FROM": "trustai@example.org",
    "TRUSTAI_SMTP_URL": "smtp+starttls://postman:se%40cret@mail.example.org",
    "DATABASE_URL": "postgresql://app:pw@db.example.org:5433/trustai?sslmode=require",
    "CELERY_BROKER_URL": "redis://broker.example.org:6379/0",
}


def refusal(**values):
    environment = Environment(values)
    yield environment
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.refuse_if_wrong()
    yield str(refused.value)


def run_with(values, *command):
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRUSTAI", "DATABASE", "CELERY", "DJANGO"))
    }
    return subprocess.run([sys.executable, *command], env=outside | values, capture_output=True, text=True, check=False)


def test_every_problem_is_named_at_once():
    asked = refusal(PORT="many", LOUD="perhaps", COLOUR="green", SHORT="secret")
    environment = next(asked)
    environment.number("PORT", 1)
    environment.flag("LOUD")
    environment.choice("COLOUR", ["red", "blue"], "red")
    environment.secret("SHORT", None)
    environment.text("NAME", None)
    said = next(asked)
    for name in ("PORT", "LOUD", "COLOUR", "SHORT", "NAME"):
        assert name in said


def test_a_secret_that_is_too_short_is_not_repeated():
    asked = refusal(KEY="hunter2")
    next(asked).secret("KEY", None)
    assert "hunter2" not in next(asked)


def test_a_misspelt_setting_is_named():
    asked = refusal(TRUSTAI_SECRETKEY="x")
    next(asked)
    assert "TRUSTAI_SECRETKEY is not a setting" in next(asked)


@pytest.mark.parametrize("word", ["yes", "1", "true", "ON"])
def test_yes_in_many_ways(word):
    assert Environment({"F": word}).flag("F")


@pytest.mark.parametrize("word", ["no", "0", "false", "off", "", "  "])
def test_no_in_many_ways(word):
    assert not Environment({"F": word}).flag("F")


def test_a_number_below_the_least_is_refused():
    asked = refusal(HOURS="0")
    assert next(asked).number("HOURS", 12, least=1) == 12
    assert "at least 1" in next(asked)


def test_a_database_address_is_taken_apart():
    assert Environment(GOOD).database("DATABASE_URL") == {
        "NAME": "trustai",
        "USER": "app",
        "PASSWORD": "pw",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_folder_may_stand_in_a_database_address():
    found = Environment({"D": "postgresql://postgres@/trustai?host=%2Fsrv%2Fmy%20var%2Fpostgres"}).database("D")
    assert found["HOST"] == "/srv/my var/postgres"


@pytest.mark.parametrize(
    "address", ["sqlite:///db", "mysql://u@h/d", "postgresql://u@h:port/d", "postgresql://h", "trustai"]
)
def test_an_address_that_is_no_postgresql_database_is_refused(address):
    asked = refusal(D=address)
    next(asked).database("D")
    assert "D must be a PostgreSQL address" in next(asked)


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 25)),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, tls=True)),
        (GOOD["TRUSTAI_SMTP_URL"], MailServer("mail.example.org", 587, "postman", "se@cret", starttls=True)),
        ("", MailServer()),
    ],
)
def test_a_mail_server_from_its_address(address, server):
    assert Environment({"M": address}).mail("M", "") == server


def test_the_kept_secret_is_made_once_and_is_private(tmp_path):
    first = kept_secret(tmp_path / "var" / "secret-key")
    assert kept_secret(tmp_path / "var" / "secret-key") == first
    assert len(first) >= 50
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret-key"]


def test_production_passes_djangos_own_deployment_check():
    done = run_with(GOOD, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"TRUSTAI_ENV"}))
def test_production_does_not_start_without(name):
    done = run_with(GOOD | {name: ""}, "-c", "import trustai.settings")
    assert done.returncode == 1
    assert name in done.stderr.splitlines()[-1]
    assert done.stderr.count("\n  - ") == 1


def test_production_refuses_debug():
    done = run_with(GOOD | {"TRUSTAI_DEBUG": "yes"}, "-c", "import trustai.settings")
    assert "TRUSTAI_DEBUG shows the inside of the program" in done.stderr


def test_a_database_of_its_own_means_production():
    done = run_with({"DATABASE_URL": GOOD["DATABASE_URL"]}, "-c", "import trustai.settings")
    assert "TRUSTAI_SECRET_KEY is not set" in done.stderr


def test_importing_the_settings_starts_nothing():
    watch = (
        "import subprocess, sys\n"
        "sys.addaudithook(lambda event, args: sys.exit(event) if event.startswith(('subprocess', 'os.fork', 'os.posix_spawn',"
        " 'socket.connect')) else None)\n"
        "import trustai.settings"
    )
    done = run_with({}, "-W", "error", "-c", watch)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_setting_is_told_to_the_operator():
    root = Path(__file__).parent.parent.parent
    asked = set(
        re.findall(r'"((?:TRUSTAI|DATABASE|CELERY)_[A-Z0-9_]+)",? ?', (root / "trustai" / "settings.py").read_text())
    )
    told = set(re.findall(r"`([A-Z0-9_]+)`", (root / "docs" / "operating.md").read_text()))
    assert len(asked) > 12
    assert asked <= told
