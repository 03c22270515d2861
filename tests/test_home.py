"""Home costs as many queries when much waits as when little does."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schools.models import Role
from tests import make
from tests.services.samples import PDF
from tools_registry.actions import changes, day_one, entries, facts, suspensions
from tools_registry.actions.clearances import NewCondition
from tools_registry.models.catalogue import FactField
from tools_registry.words import Audience, ChangeKind, ConditionKind
from trustai.home.queries import home_page, waits_for

pytestmark = pytest.mark.django_db
MOST = 32
PUPILS = make.allowance(Audience.PUPILS)


@pytest.fixture(autouse=True)
def _today(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(make.NOW)


class Wanted:
    """One of everything that can wait for a head, the Deputy DPO or the trust lead, at the school and at the office."""

    def __init__(self, world, number):
        self.world, self.number = world, number
        self.head = world.people["head"]
        self.office = make.office(world.trust)
        make.request(world.place, self.tool("asked"), by=world.people["staff"])
        make.clearance(world.trust, self.tool("cleared"))
        make.approved(world.place, self.tool("old"), by=self.head, review_on=make.TODAY + timedelta(days=3))
        self.conditions()
        self.withdrawn()
        self.suspended()
        self.fact()
        self.earlier()
        make.ready_case(replace(world, tool=self.tool("ready")))
        make.sent_case(replace(world, tool=self.tool("sent")))

    def tool(self, name, **facts):
        return make.shared_tool(f"{name}-{self.number}", **facts)

    def conditions(self):
        """To be done by each, and the DSL's agreement; all under clearances for the whole trust."""
        by = self.world.people["network"].pk
        asked = tuple(
            NewCondition(ConditionKind.BY_DATE, "Briefed", "", date(2027, 1, 12), frozenset(), role, "network", by)
            for role in ("head", "deputydpo", "trustlead")
        )
        within = make.clearance(self.world.trust, self.tool("bound"), PUPILS, conditions=asked)
        make.approved(self.world.place, within.tool, PUPILS, within=within, by=self.head)
        within = make.clearance(self.world.trust, self.tool("office"), conditions=asked)
        make.approved(self.office, within.tool, within=within, by=self.world.people["trustlead"])

    def withdrawn(self):
        for place, who in ((self.world.place, "head"), (self.office, "trustlead")):
            acts = self.world.acts(who)
            gone = make.approved(place, self.tool(f"gone-{who}"), by=acts["by"])
            entries.withdraw(place_id=place.pk, tool_id=gone.tool_id, reason="No", revision=1, **acts)

    def suspended(self):
        """By each team, the head having asked to lift it; and with a change of the tool to look at."""
        entry = make.approved(self.world.place, self.tool("stopped"), by=self.head)
        where = {"tool_id": entry.tool_id, "trust_id": self.world.trust.pk, "place_id": self.world.place.pk}
        for who in ("deputydpo", "trustlead"):
            made = suspensions.suspend(reason="A breach", **where, **self.world.acts(who))
            suspensions.ask_to_lift(suspension_id=made.pk, **self.world.acts("head"))
        new = changes.NewChange(self.world.trust.pk, entry.tool_id, ChangeKind.TERMS, "It shares data.", make.TODAY)
        changes.record(new=new, **self.world.acts("network"))

    def fact(self):
        tool = self.tool("fact", minimum_age=18)
        new = facts.NewFact(self.world.trust.pk, tool.pk, FactField.MINIMUM_AGE, 13, "13", "Terms", make.TODAY)
        by = make.member(self.world.trust, Role.DEPUTY_DPO)
        facts.lay(fact=new, shown=18, by=by, standing=make.standing(by), at=make.NOW)

    def earlier(self):
        """An earlier consultation that both teams have confirmed, and one that neither has."""
        for name in ("first", "second"):
            earlier = day_one.Earlier(
                self.tool(name).pk,
                f"{name} {self.number}",
                date(2025, 5, 12),
                date(2027, 5, 24),
                None,
                (make.allowance(),),
            )
            entered = day_one.enter(
                trust_id=self.world.trust.pk,
                earlier=earlier,
                upload=SimpleUploadedFile("signed.pdf", PDF),
                **self.world.acts("admin"),
            )
        for role in (Role.DEPUTY_DPO, Role.NETWORK):
            day_one.confirm(entered_id=entered.pk, role=role, **self.world.acts(role))


def queries_of(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["head", "deputydpo", "trustlead"])
def test_as_many_queries_for_many_waits_as_for_few(client, who):
    world = make.world()
    client.force_login(world.people[who])
    Wanted(world, 0)
    few, waited = queries_of(client), waits_for(world.standing(who))
    for number in (1, 2, 3):
        Wanted(world, number)
    many = waits_for(world.standing(who))
    assert (queries_of(client), len(many)) == (few, 4 * len(waited)), Counter(wait.title for wait in many)
    assert few <= MOST


def test_the_figures_are_those_of_the_register_behind_their_links(client):
    world = make.world()
    place, head = world.place, world.people["head"]
    make.approved(place, make.shared_tool("open"), by=head)
    first = NewCondition(
        kind=ConditionKind.BEFORE_USE,
        words="Block the old account",
        public_words="",
        due_on=None,
        audiences=frozenset(),
        owner_role=Role.HEAD,
        set_by_role=Role.NETWORK,
        set_by_id=world.people["network"].pk,
    )
    waiting = make.shared_tool("waiting")
    make.approved(place, waiting, within=make.clearance(world.trust, waiting, conditions=(first,)), by=head)
    stopped = make.shared_tool("stopped")
    make.approved(place, stopped, by=head)
    suspensions.suspend(
        tool_id=stopped.pk, trust_id=world.trust.pk, place_id=place.pk, reason="An incident", **world.acts("head")
    )
    make.approved(place, make.shared_tool("due"), by=head, review_on=make.TODAY + timedelta(days=1))
    client.force_login(head)
    figures = home_page(world.standing("head"), person="Head").figures
    assert sum(figure["number"] for figure in figures) >= 3
    for figure in figures:
        page = client.get(figure["url"])
        assert page.context["page"].found == figure["number"], figure
