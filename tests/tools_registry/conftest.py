"""A school with a believable list, built once for each file of tests that wants it."""

import pytest
from django.db import transaction

from tests.tools_registry.oakfield import oakfield


@pytest.fixture(scope="module")
def _built(django_db_setup, django_db_blocker):
    """Each test works inside this transaction and is rolled back to its beginning."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield oakfield()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built, db):
    return _built.fresh()
