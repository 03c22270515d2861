"""A trust's own facts: stricter at once, looser only with source, date and a second person, never the same one."""

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from schools.models import Role
from tests import make
from tools_registry import facts as values
from tools_registry import what_changed
from tools_registry.actions import facts
from tools_registry.models import RegisterEntry, ToolChange, TrustFact
from tools_registry.models.catalogue import FactField
from tools_registry.words import ChangeKind
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

AGE, PARENT, CONFIRMED = FactField.MINIMUM_AGE, FactField.PARENTAL_AGE, FactField.AGE_CONFIRMED
SOURCE = {"wording": "“At least 11.”", "source": "https://terms.example, clause 2", "source_on": make.TODAY}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(make.NOW):
        yield


@pytest.mark.parametrize(
    ("field", "old", "new", "looser"),
    [
        ("minimum_age", 13, 16, False),
        ("minimum_age", 13, 11, True),
        ("minimum_age", 13, 0, True),
        ("minimum_age", 13, None, False),
        ("minimum_age", None, 18, True),
        ("parental_age", None, 13, True),
        ("parental_age", 13, None, False),
        ("parental_age", 13, 15, False),
        ("age_confirmed", False, True, True),
        ("age_confirmed", True, False, False),
        ("sign_in", "school", "none", True),
        ("sign_in", "school", "personal", False),
        ("sign_in", "unknown", "school", True),
        ("sign_in", "unknown", "personal", False),
        ("trains_on_inputs", "unknown", "no", True),
        ("trains_on_inputs", "no", "unknown", False),
        ("data_location", "", "London", True),
        ("data_location", "London", "Leeds", True),
        ("data_location", "London", "", False),
    ],
)
def test_which_of_two_values_allows_more(field, old, new, looser):
    assert values.is_looser(field, old, new) is looser


def test_a_fact_that_a_trust_may_not_set_is_none():
    with pytest.raises(ValueError, match="name"):
        values.is_looser("name", "a", "b")


def test_every_fact_a_trust_may_set_is_one_the_answer_or_a_page_reads():
    assert set(FactField.values) == set(values.Facts.__slots__)


def test_an_age_is_said_in_words():
    assert [values.age_words(age) for age in (None, 0, 13)] == [
        "Not known",
        "Any age under a school account",
        "13 and over",
    ]


def test_what_was_not_known_before_is_no_change():
    assert what_changed.in_fact("minimum_age", None, 18) is None
    assert what_changed.in_fact("sign_in", "unknown", "personal") is None


def lay(tool, trust, field, value, *, by, shown=..., at=make.NOW, **source):
    now = getattr(facts.facts_today(tool, trust.pk), field)
    return facts.lay(
        fact=facts.NewFact(trust.pk, tool.pk, field, value, **source),
        shown=now if shown is ... else shown,
        by=by,
        standing=make.standing(by),
        at=at,
    )


@pytest.fixture
def trust(db):
    return make.trust()


@pytest.fixture
def deputy(trust):
    return make.member(trust, Role.DEPUTY_DPO)


@pytest.fixture
def network(trust):
    return make.member(trust, Role.NETWORK)


class TestStricter:
    def test_it_counts_at_once_for_this_trust_alone(self, trust, deputy):
        tool = make.shared_tool("chat")
        lay(tool, trust, AGE, 16, by=deputy)
        assert facts.facts_today(tool, trust.pk).minimum_age == 16
        assert facts.facts_today(tool, make.trust().pk).minimum_age == 13

    def test_it_is_a_change_that_people_are_told_of_and_an_event(self, trust, deputy):
        tool = make.shared_tool("chat")
        lay(tool, trust, AGE, 16, by=deputy)
        change = ToolChange.objects.get()
        assert (change.trust, change.kind, change.by, change.told_at) == (trust, ChangeKind.AGE, deputy, None)
        event = Event.objects.get(kind="fact.laid")
        assert (event.trust_id, event.subject_id, event.role, event.detail["value"]) == (
            trust.pk,
            tool.public_id,
            Role.DEPUTY_DPO,
            16,
        )

    def test_it_takes_the_place_of_what_was_laid_before(self, trust, deputy):
        tool = make.shared_tool("chat")
        lay(tool, trust, AGE, 16, by=deputy)
        lay(tool, trust, AGE, 18, by=deputy)
        assert facts.facts_today(tool, trust.pk).minimum_age == 18
        assert TrustFact.objects.counting().count() == 1
        assert TrustFact.objects.count() == 2

    def test_no_entry_is_touched(self, trust, deputy):
        tool = make.shared_tool("chat")
        lay(tool, trust, AGE, None, by=deputy)
        assert not RegisterEntry.objects.exists()
        assert facts.facts_today(tool, trust.pk).minimum_age is None


class TestLooser:
    def test_it_waits_for_a_second_person(self, trust, deputy, network):
        tool = make.shared_tool("chat")
        fact = lay(tool, trust, AGE, 11, by=deputy, **SOURCE)
        assert facts.facts_today(tool, trust.pk).minimum_age == 13
        assert not fact.counts
        assert set(Notice.objects.values_list("kind", "person_id")) == {("fact.to_check", network.pk)}

        facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)

        assert facts.facts_today(tool, trust.pk).minimum_age == 11
        assert Notice.objects.get(kind="fact.checked").person_id == deputy.pk
        assert not ToolChange.objects.exists()

    @pytest.mark.parametrize("missing", ["wording", "source", "source_on"])
    def test_without_its_source_it_is_refused(self, trust, deputy, missing):
        tool = make.shared_tool("chat")
        with pytest.raises(Refused, match="words of the terms"):
            lay(tool, trust, AGE, 11, by=deputy, **SOURCE | {missing: None if missing == "source_on" else ""})

    def test_terms_cannot_have_been_read_tomorrow(self, trust, deputy):
        tool = make.shared_tool("chat")
        with pytest.raises(Refused, match="after today"):
            lay(tool, trust, AGE, 11, by=deputy, **SOURCE | {"source_on": make.TODAY.replace(year=2027)})

    def test_the_person_who_put_it_forward_cannot_check_it(self, trust, deputy):
        make.membership(trust, Role.DPO, who=deputy)
        fact = lay(make.shared_tool("chat"), trust, AGE, 11, by=deputy, **SOURCE)
        with pytest.raises(Refused, match="second person"):
            facts.check(fact_id=fact.pk, by=deputy, standing=make.standing(deputy), at=make.NOW)

    def test_nor_can_the_database_be_told_otherwise(self, trust, deputy):
        fact = lay(make.shared_tool("chat"), trust, AGE, 11, by=deputy, **SOURCE)
        with pytest.raises(IntegrityError, match="trustfact_second_person"), transaction.atomic():
            TrustFact.objects.filter(pk=fact.pk).update(checked_by=deputy, checked_at=make.NOW)

    def test_a_head_cannot_check_it(self, trust, deputy):
        fact = lay(make.shared_tool("chat"), trust, AGE, 11, by=deputy, **SOURCE)
        head = make.member(make.place(trust), Role.HEAD)
        with pytest.raises(Refused, match="checks a fact"):
            facts.check(fact_id=fact.pk, by=head, standing=make.standing(head), at=make.NOW)

    def test_somebody_of_another_trust_cannot_check_it(self, trust, deputy):
        fact = lay(make.shared_tool("chat"), trust, AGE, 11, by=deputy, **SOURCE)
        stranger = make.member(make.trust(), Role.DPO)
        with pytest.raises(Refused):
            facts.check(fact_id=fact.pk, by=stranger, standing=make.standing(stranger), at=make.NOW)

    def test_only_one_waits_at_a_time(self, trust, deputy):
        tool = make.shared_tool("chat")
        lay(tool, trust, AGE, 11, by=deputy, **SOURCE)
        with pytest.raises(Refused, match="put forward"):
            lay(tool, trust, AGE, 10, by=deputy, **SOURCE)

    def test_turned_down_the_stricter_one_stands(self, trust, deputy, network):
        tool = make.shared_tool("chat")
        fact = lay(tool, trust, AGE, 11, by=deputy, **SOURCE)
        facts.turn_down(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)
        assert facts.facts_today(tool, trust.pk).minimum_age == 13
        assert Notice.objects.get(kind="fact.turned_down").person_id == deputy.pk
        with pytest.raises(Refused, match="no longer waits"):
            facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)

    def test_checking_twice_writes_nothing(self, trust, deputy, network):
        fact = lay(make.shared_tool("chat"), trust, AGE, 11, by=deputy, **SOURCE)
        facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)
        with pytest.raises(AlreadyDone):
            facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)
        assert Event.objects.filter(kind="fact.checked").count() == 1


class TestTheAgeLimit:
    def test_reading_an_unknown_age_in_the_terms_confirms_it_once_two_have(self, trust, deputy, network):
        tool = make.shared_tool("chat", minimum_age=None, confidence="unconfirmed")
        fact = lay(tool, trust, AGE, 13, by=deputy, **SOURCE)
        assert facts.facts_today(tool, trust.pk).age_confirmed is False
        facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)
        today = facts.facts_today(tool, trust.pk)
        assert (today.minimum_age, today.age_confirmed) == (13, True)
        assert TrustFact.objects.get(field=CONFIRMED).wording == SOURCE["wording"]

    def test_confirming_one_that_stands_needs_both_too(self, trust, deputy, network):
        tool = make.shared_tool("chat", confidence="unconfirmed")
        fact = lay(tool, trust, CONFIRMED, True, by=deputy, **SOURCE)
        assert facts.facts_today(tool, trust.pk).age_confirmed is False
        facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)
        assert facts.facts_today(tool, trust.pk).age_confirmed is True

    def test_one_that_is_not_known_cannot_be_confirmed(self, trust, deputy):
        tool = make.shared_tool("chat", minimum_age=None, confidence="unconfirmed")
        with pytest.raises(Refused, match="not known"):
            lay(tool, trust, CONFIRMED, True, by=deputy, **SOURCE)

    def test_a_parents_agreement_only_lowers(self, trust, deputy):
        tool = make.shared_tool("chat")
        with pytest.raises(Refused, match="below 13"):
            lay(tool, trust, PARENT, 13, by=deputy, **SOURCE)

    def test_the_limit_cannot_fall_below_the_age_with_a_parent(self, trust, deputy):
        tool = make.shared_tool("chat", minimum_age=18, parental_age=13)
        with pytest.raises(Refused, match="Change that one first"):
            lay(tool, trust, AGE, 11, by=deputy, **SOURCE)


class TestWhoSetsWhat:
    @pytest.mark.parametrize(
        ("role", "field", "value", "may"),
        [
            (Role.NETWORK, FactField.SIGN_IN, "personal", True),
            (Role.NETWORK, AGE, 16, False),
            (Role.DEPUTY_DPO, AGE, 16, True),
            (Role.DEPUTY_DPO, FactField.SIGN_IN, "personal", False),
            (Role.DEPUTY_DPO, FactField.TRAINS, "yes", True),
            (Role.ADMIN, AGE, 16, True),
            (Role.DPO, AGE, 16, False),
            (Role.TRUST_LEAD, AGE, 16, False),
            (Role.TRUSTEE, FactField.SIGN_IN, "personal", False),
        ],
    )
    def test_the_network_team_technical_ones_the_deputy_those_about_data_and_age(self, trust, role, field, value, may):
        tool, by = make.shared_tool("chat"), make.member(trust, role)
        if may:
            assert lay(tool, trust, field, value, by=by).counts
        else:
            with pytest.raises(Refused, match="for the trust"):
                lay(tool, trust, field, value, by=by)

    def test_a_page_that_showed_another_value_is_stale(self, trust, deputy):
        tool = make.shared_tool("chat")
        with pytest.raises(Conflict):
            lay(tool, trust, AGE, 18, by=deputy, shown=16)

    def test_what_stands_already_is_refused(self, trust, deputy):
        with pytest.raises(Refused, match="already"):
            lay(make.shared_tool("chat"), trust, AGE, 13, by=deputy)


class TestThePages:
    def url(self, tool, field="minimum_age"):
        return reverse("tools_registry:fact", args=[tool.public_id, field])

    def test_a_looser_value_asks_for_its_source_beside_the_fields(self, trust, deputy, client):
        tool = make.shared_tool("chat")
        client.force_login(deputy)
        page = client.post(self.url(tool), {"value": "11", "shown": "13"})
        assert page.status_code == 200
        for sentence in ("Copy out the words of the terms", "Say where the words stand", "Type the day you read them"):
            assert sentence in page.text
        assert not TrustFact.objects.exists()

    def test_a_looser_value_with_its_source_waits_on_the_tools_page(self, trust, deputy, network, client):
        tool = make.shared_tool("chat")
        client.force_login(deputy)
        client.post(
            self.url(tool), {"value": "11", "shown": "13", "wording": "w", "source": "s", "source_on": "1 9 2026"}
        )
        client.force_login(network)
        page = client.get(tool.get_absolute_url()).text
        assert "To be checked: minimum age" in page
        fact = TrustFact.objects.get()
        client.post(reverse("tools_registry:check_fact", args=[tool.public_id, fact.public_id]))
        assert facts.facts_today(tool, trust.pk).minimum_age == 11

    def test_the_proposer_reads_why_the_check_is_closed(self, trust, deputy, client):
        tool = make.shared_tool("chat")
        lay(tool, trust, AGE, 11, by=deputy, **SOURCE)
        client.force_login(deputy)
        assert "You put this fact forward. A second person checks it." in client.get(tool.get_absolute_url()).text

    def test_a_stale_page_keeps_what_was_typed(self, trust, deputy, client):
        tool = make.shared_tool("chat")
        client.force_login(deputy)
        page = client.post(self.url(tool), {"value": "18", "shown": "16"})
        assert page.status_code == 409
        assert 'value="18"' in page.text
        assert 'name="shown" value="13"' in page.text

    def test_who_may_not_set_it_reads_who_can(self, trust, network, client):
        client.force_login(network)
        page = client.get(self.url(make.shared_tool("chat")))
        assert (page.status_code, "Deputy DPO sets facts" in page.text) == (403, True)

    def test_an_unknown_fact_and_a_stranger_get_nothing(self, trust, deputy, client):
        tool = make.own_tool(trust)
        client.force_login(deputy)
        assert client.get(self.url(tool, "name")).status_code == 404
        client.force_login(make.member(make.trust(), Role.DEPUTY_DPO))
        assert client.get(self.url(tool)).status_code == 404

    def test_the_history_says_who_set_what(self, trust, deputy, network, client):
        tool = make.shared_tool("chat")
        fact = lay(tool, trust, AGE, 11, by=deputy, **SOURCE)
        facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=make.NOW)
        client.force_login(deputy)
        page = client.get(reverse("tools_registry:facts", args=[tool.public_id])).text
        assert f"{network.name} checked “11 and over”, and it counts." in page
