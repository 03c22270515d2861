"""What every test may count on: a PostgreSQL of its own, and no network."""

import fcntl
import os
from contextlib import ExitStack, contextmanager
from itertools import count

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache

from trustai.postgres import TEST_CLUSTER, VAR

# How long one example takes says more about the machine than about the code.
hypothesis.settings.register_profile("trustai", deadline=None)
hypothesis.settings.load_profile("trustai")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Start the embedded PostgreSQL for the first test that wants a database; the last process out stops it."""
    test = settings.DATABASES["default"]["TEST"]
    with ExitStack() as until_the_end:
        if "DATABASE_URL" not in os.environ:
            until_the_end.enter_context(TEST_CLUSTER.running())
        test["NAME"] = until_the_end.enter_context(nobody_elses(test["NAME"]))
        yield


@pytest.fixture(autouse=True)
def _no_attempt_is_remembered():
    """Sign-in attempts are counted in the cache: those of one test must not lock the people of the next out."""
    cache.clear()


@contextmanager
def nobody_elses(name):
    """A database name no other test run here is using: `name`, or `name_2` and so on."""
    VAR.mkdir(exist_ok=True)
    for number in count(1):
        candidate = name if number == 1 else f"{name}_{number}"
        with (VAR / f"{candidate}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield candidate
            return


def pytest_make_parametrize_id(val, argname):
    """Made-up files hold the time they were made at; in a test's name it would differ between the workers."""
    return argname if isinstance(val, bytes) else None
