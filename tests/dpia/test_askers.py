"""Who asked for a tool hears how its case ended."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from dpia.actions import cases, signing
from tests import make
from tools_registry.models import Request
from tools_registry.models.requests import RequestStatus
from trustai.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_a_declined_case_tells_whoever_asked():
    world = make.world()
    teacher = make.member(world.place, make.Role.STAFF)
    asked = make.request(world.place, world.tool, by=teacher)
    new = cases.NewCase(world.trust.pk, world.tool.pk, frozenset({world.place.pk}), frozenset({asked.pk}))
    made = cases.start(new=new, **world.acts("ailead"))
    for audience in made.asked.filter(withdrawn_at=None):
        audience.delete()
    make.write_case(world, made, make.allowance())
    make.send_case(world, made)
    for team in ("network", "deputydpo"):
        make.verdict(world, made, team)
    made.refresh_from_db()

    signing.decline(assessment_id=made.pk, reason="Not now.", revision=made.revision, **world.acts("head"))

    asked.refresh_from_db()
    assert asked.status == RequestStatus.DECIDED
    assert Notice.objects.filter(kind="request.decided", person=teacher).count() == 1


def test_a_withdrawn_case_lets_its_requests_wait_again_and_tells_whoever_asked():
    world = make.world()
    teacher = make.member(world.place, make.Role.STAFF)
    asked = make.request(world.place, world.tool, by=teacher)
    new = cases.NewCase(world.trust.pk, world.tool.pk, frozenset({world.place.pk}), frozenset({asked.pk}))
    made = cases.start(new=new, **world.acts("ailead"))

    cases.withdraw(assessment_id=made.pk, reason="Not now.", revision=made.revision, **world.acts("ailead"))

    asked.refresh_from_db()
    assert asked.status == RequestStatus.OPEN
    assert asked.is_waiting
    assert Notice.objects.filter(kind="request.reopened", person=teacher).count() == 1
    assert cases.start(new=new, **world.acts("ailead")).requests.get().request == asked


@pytest.mark.django_db(transaction=True)
def test_declining_holds_every_request_before_it_records_anything(monkeypatch):
    world = make.world()
    places = (world.place, make.place(world.trust))
    asked = frozenset(make.request(place, world.tool).pk for place in places)
    new = cases.NewCase(world.trust.pk, world.tool.pk, frozenset(place.pk for place in places), asked)
    made = cases.start(new=new, **world.acts("trustlead"))
    made.asked.all().delete()
    make.write_case(world, made, by="trustlead")
    world.people["lead2"] = make.member(world.trust, make.Role.TRUST_LEAD)
    make.send_case(world, made, by="trustlead")
    for team in ("network", "deputydpo"):
        make.verdict(world, made, team)
    made.refresh_from_db()
    free = []

    def others_find(**said):
        with ThreadPoolExecutor(1) as pool:
            free.append(pool.submit(not_held, asked).result())

    monkeypatch.setattr(signing.requests, "mark_decided", others_find)
    signing.decline(assessment_id=made.pk, reason="Not now.", revision=made.revision, **world.acts("lead2"))
    assert free == [set(), set()]


def not_held(ids):
    """The requests another connection could lock now."""
    try:
        with transaction.atomic():
            return set(
                Request.objects.select_for_update(skip_locked=True).filter(pk__in=ids).values_list("pk", flat=True)
            )
    finally:
        connection.close()
