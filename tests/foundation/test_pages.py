"""What every answer carries, and what is open to anybody."""

from datetime import UTC, date, datetime

import pytest
from django.db import OperationalError, connection
from django.templatetags.l10n import localize
from django.utils import timezone

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def test_the_content_policy_is_exactly_this(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == POLICY


def test_the_other_headers(client):
    headers = client.get("/healthz").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_alive_asks_the_database_nothing(client):
    assert client.get("/healthz").json() == {"alive": True}


@pytest.mark.django_db
def test_ready_when_everything_answers(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "migrations": True, "broker": True})


@pytest.mark.django_db
def test_not_ready_without_a_database(client, monkeypatch):
    def gone():
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


@pytest.mark.django_db
def test_the_first_page_wants_a_sign_in(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


@pytest.mark.django_db
def test_nobody_makes_an_account_for_themselves(client):
    taken = client.post(
        "/accounts/signup/", {"email": "x@example.org", "password1": "a-good-long-1", "password2": "a-good-long-1"}
    )
    assert taken.status_code in {200, 302, 404}
    from trustai.accounts.models import User

    assert not User.objects.exists()


def test_days_and_times_as_people_write_them():
    assert localize(date(2027, 5, 3)) == "3 May 2027"
    assert localize(timezone.localtime(datetime(2027, 5, 3, 13, 5, tzinfo=UTC))) == "3 May 2027, 14:05"
