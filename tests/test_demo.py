"""The demo loads by the real acts, into an empty database only, and shows every status and stage."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from dpia.models import Assessment
from dpia.workflow import Status
from schools.models import Place
from tests import make
from tools_registry.models import Agreement, Tool
from tools_registry.queries import situations
from trustai.accounts.models import User
from trustai.home import queries
from trustai.home.demo.people import ELMBANK_UID, OAKFIELD_UID

CATALOGUE = "tools_registry/catalogue/ai_tools.csv"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, loaded once for these tests in a transaction that is rolled back after the last."""
    with override_settings(BASE_DIR=tmp_path_factory.mktemp("demo")), django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalogue", CATALOGUE, verbosity=0)
        call_command("load_demo", password=make.PASSWORD, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    """What a test writes is gone after it."""


@pytest.mark.usefixtures("demo")
def test_the_demo_shows_entries_of_every_status_and_cases_at_every_stage():
    park = Place.objects.select_related("trust").get(name="Oakfield Park School")
    found = {
        given.status
        for _, given in situations.answers(
            situations.with_situation(Tool.objects.all(), park, make.TODAY), park, make.TODAY
        )
    }
    assert found >= {
        "approved",
        "approved_with_conditions",
        "needs_attention",
        "under_review",
        "asked_for",
        "suspended",
        "declined",
        "withdrawn",
        "expired",
        "not_listed",
    }
    assert set(Assessment.objects.values_list("status", flat=True)) == set(Status)
    assert Agreement.objects.filter(trust__group_uid=OAKFIELD_UID).count() == 1
    assert Agreement.objects.exclude(trust__group_uid=OAKFIELD_UID).count() == 0
    assert Place.objects.filter(trust__group_uid=ELMBANK_UID).exists()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("who", "waits"),
    [
        (
            "head",
            ["Sign off: MagicSchool AI", "Decide: may Oakfield Park School use Gemini", "Answer: may we use Diffit"],
        ),
        ("deputydpo", ["Review: Canva for Education", "Changed: Padlet"]),
        ("head2", ["Finish and send: Wayground"]),
        ("head5", ["Changes asked for: Seneca"]),
        ("head6", ["Confirm the year groups of Oakfield Lane School"]),
        ("trustee", []),
    ],
)
def test_home_lists_what_waits_for_each_the_oldest_first(who, waits):
    person = User.objects.get(email=f"{who}@oakfield.example")

    found = queries.waits_for(make.standing(person))

    assert [wait.on for wait in found if wait.on] == sorted(wait.on for wait in found if wait.on)
    for expected in waits:
        assert any(wait.title.startswith(expected) for wait in found), [wait.title for wait in found]
    if not waits:
        assert found == []


@pytest.mark.usefixtures("demo")
def test_the_demo_is_not_loaded_twice():
    with pytest.raises(CommandError, match="a trust in this database already"):
        call_command("load_demo", verbosity=0)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("who", ["head", "trustlead", "deputydpo", "governor", "admin"])
def test_home_opens_for_everybody_but_plain_staff(client, who):
    client.force_login(User.objects.get(email=f"{who}@oakfield.example"))
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("demo")
def test_home_of_plain_staff_is_the_look_up(client):
    client.force_login(User.objects.get(email="staff@oakfield.example"))
    assert client.get("/").url == "/look-up/"


@pytest.mark.usefixtures("demo")
def test_somebody_without_a_role_is_told_whom_to_ask(client):
    client.force_login(make.person())
    assert "You have no role in a trust yet" in client.get("/").text
