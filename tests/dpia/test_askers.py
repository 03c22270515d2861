"""Who asked for a tool hears how its case ended."""

import pytest

from dpia.actions import cases, signing
from tests import make
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
