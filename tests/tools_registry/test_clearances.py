"""Clearances: issued, replaced, withdrawn, and entered at start-up."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.base import File
from django.db.utils import IntegrityError

from schools.models import EntryDecider, Role
from tests import make
from tools_registry import months
from tools_registry.actions import clearances, day_one
from tools_registry.actions.day_one import Earlier
from tools_registry.answer import answer
from tools_registry.models import Clearance, Consultation, DayOne, ListEdition, Tool
from tools_registry.models.clearances import Origin
from tools_registry.queries.situations import situation_of, with_situation
from tools_registry.queries.waiting import waiting
from tools_registry.words import Audience, DataClass
from trustai.audit.models import Event
from trustai.exports.models import StoredFile
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
STAFF = Audience.STAFF
# Session, person, memberships, places; clearances, their allowances and places, entries twice, what is entered.
QUERIES = 10


def answer_at(place, tool, on=make.TODAY):
    annotated = with_situation(Tool.objects.filter(pk=tool.pk), place, on).get()
    return answer(situation_of(annotated, place, on), on)


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("person", flat=True))


class TestIssue:
    def test_offers_it_to_every_head_of_its_places_and_allows_nothing_yet(self):
        trust, tool = make.trust(), make.shared_tool()
        one, other = make.place(trust), make.place(trust)
        heads = [make.member(place, Role.HEAD) for place in (one, other)]
        make.member(make.place(make.trust()), Role.HEAD)

        clearance = make.clearance(trust, tool, places=[one])

        assert told("clearance.issued") == {heads[0].pk}
        assert [row.place for row in clearance.places.all()] == [one]
        assert not answer_at(one, tool).allows_anybody
        event = Event.objects.get(kind="clearance.issued")
        assert (event.subject_id, "reference" in event.detail) == (clearance.public_id, False)

    def test_trust_wide_it_is_offered_to_the_heads_and_for_the_office_to_the_trust_lead(self):
        trust, tool = make.trust(), make.shared_tool()
        heads = [make.member(make.place(trust), Role.HEAD) for _ in range(2)]
        lead = make.member(trust, Role.TRUST_LEAD)
        make.clearance(trust, tool)
        assert told("clearance.issued") >= {lead.pk, *(head.pk for head in heads)}

    def test_where_the_trust_decides_only_the_trust_lead_is_asked(self):
        trust, tool = make.trust(entry_decider=EntryDecider.TRUST), make.shared_tool()
        head = make.member(make.place(trust), Role.HEAD)
        make.clearance(trust, tool)
        assert head.pk not in told("clearance.issued")

    def test_a_replacement_widens_nothing_and_narrows_at_once(self):
        place, tool = make.place(published=True), make.shared_tool()
        entry = make.approved(place, tool)
        narrower = make.allowance(STAFF, DataClass.NONE, purposes={"quizzes", "ideas"})

        make.clearance(place.trust, tool, narrower, replaces_id=entry.clearance_id)

        given = answer_at(place, tool).of(STAFF)
        assert (given.data_class, given.purposes) == (DataClass.NONE, ("quizzes",))
        assert ListEdition.objects.filter(place=place).count() == 2

    def test_a_clearance_of_another_tool_is_not_replaced(self):
        trust = make.trust()
        old = make.clearance(trust, make.shared_tool("one"))
        with pytest.raises(Refused, match="same trust for the same tool"):
            make.clearance(trust, make.shared_tool("other"), replaces_id=old.pk)

    def test_nobody_allowed_is_no_clearance(self):
        trust, tool = make.trust(), make.shared_tool()
        terms = clearances.ClearanceTerms(trust.pk, tool.pk, "R-1", 1, None, (), False, make.TODAY, None)
        with pytest.raises(Refused, match="choose who may use the tool"):
            clearances.issue(terms=terms, by=make.person(), role="trustlead", at=make.NOW)

    def test_one_version_of_a_case_has_one_clearance(self):
        trust, tool = make.trust(), make.shared_tool()
        make.clearance(trust, tool, reference="R-1")
        with pytest.raises(IntegrityError, match="tools_registry_clearance_once_per_version"):
            make.clearance(trust, tool, reference="R-1")


class TestConsultations:
    def test_opened_twice_it_is_noted_once_and_closed_everywhere(self):
        trust, tool = make.trust(), make.shared_tool()
        places = [make.place(trust), make.place(trust)]
        ids = frozenset(place.pk for place in places)
        for _ in range(2):
            clearances.open_consultation(
                trust_id=trust.pk, tool_id=tool.pk, place_ids=ids, reference="R-1", at=make.NOW
            )
        assert Consultation.objects.count() == 2
        assert answer_at(places[0], tool).status == "under_review"

        clearances.close_consultation(trust_id=trust.pk, reference="R-1", at=make.NOW)
        assert answer_at(places[0], tool).status == "not_listed"

    def test_for_the_whole_trust(self):
        place, tool = make.place(), make.shared_tool()
        clearances.open_consultation(
            trust_id=place.trust_id, tool_id=tool.pk, place_ids=None, reference="R-1", at=make.NOW
        )
        assert answer_at(place, tool).status == "under_review"


class TestWithdraw:
    @pytest.fixture
    def place(self):
        return make.place(published=True)

    @pytest.fixture
    def lead(self, place):
        return make.member(place.trust, Role.TRUST_LEAD)

    def withdraw(self, clearance, by, *, reason="The supplier was sold", revision=1):
        return clearances.withdraw(
            clearance_id=clearance.pk,
            reason=reason,
            by=by,
            standing=make.standing(by),
            at=make.NOW,
            revision=revision,
        )

    def test_nothing_is_allowed_that_stood_on_it_and_the_people_are_told(self, place, lead):
        tool = make.shared_tool()
        head, teacher = make.member(place, Role.HEAD), make.member(place, Role.STAFF)
        entry = make.approved(place, tool, by=head)
        untouched = make.place(make.trust())
        make.approved(untouched, tool)

        self.withdraw(entry.clearance, lead)

        assert answer_at(place, tool).status == "expired"
        assert answer_at(untouched, tool).allows_anybody
        assert told("clearance.withdrawn") == {head.pk, teacher.pk}
        assert ListEdition.objects.filter(place=place).count() == 2

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.DPO, Role.NETWORK, Role.TRUSTEE])
    def test_only_the_trust_lead(self, place, role):
        clearance = make.clearance(place.trust, make.shared_tool())
        with pytest.raises(Refused, match="Only the trust lead withdraws a clearance"):
            self.withdraw(clearance, make.member(place.trust, role))

    def test_the_trust_lead_of_another_trust_does_not(self, place):
        clearance = make.clearance(place.trust, make.shared_tool())
        with pytest.raises(Refused):
            self.withdraw(clearance, make.member(make.trust(), Role.TRUST_LEAD))

    def test_with_a_reason_once_and_on_a_fresh_page(self, place, lead):
        clearance = make.clearance(place.trust, make.shared_tool())
        with pytest.raises(Refused, match="Say why"):
            self.withdraw(clearance, lead, reason=" ")
        with pytest.raises(Conflict):
            self.withdraw(clearance, lead, revision=7)
        self.withdraw(clearance, lead)
        with pytest.raises(AlreadyDone):
            self.withdraw(clearance, lead)

    def test_not_one_that_was_replaced_or_has_ended(self, place, lead):
        tool = make.shared_tool()
        old = make.clearance(place.trust, tool)
        new = make.clearance(place.trust, tool, replaces_id=old.pk)
        with pytest.raises(Refused, match=f"{new.reference} has replaced it"):
            self.withdraw(old, lead)
        ended = make.clearance(place.trust, tool, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1))
        with pytest.raises(Refused, match="It has ended"):
            self.withdraw(ended, lead)


# Day one --------------------------------------------------------------------------------------------------------------


def paper(content=b"%PDF-1.7 the earlier consultation", name="Earlier DPIA.pdf"):
    return File(BytesIO(content), name=name)


def read(response):
    return b"".join(response.streaming_content)


class TestDayOne:
    @pytest.fixture(autouse=True)
    def own_files(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path

    @pytest.fixture
    def place(self):
        return make.place()

    @pytest.fixture
    def people(self, place):
        roles = (Role.ADMIN, Role.DEPUTY_DPO, Role.NETWORK, Role.TRUST_LEAD, Role.DPO)
        return {role: make.member(place.trust, role) for role in roles}

    def enter(self, place, by, *, at=make.NOW, **facts):
        plain = {
            "tool_id": facts.pop("tool_id", None) or make.shared_tool().pk,
            "reference": "Consultation of May 2025",
            "document_on": date(2025, 5, 12),
            "ends_on": date(2027, 5, 24),
            "place_ids": None,
            "allowances": (make.allowance(),),
        }
        return day_one.enter(
            trust_id=place.trust_id,
            earlier=Earlier(**{**plain, **facts}),
            upload=paper(),
            by=by,
            standing=make.standing(by),
            at=at,
        )

    def confirm(self, entered, role, by):
        return day_one.confirm(entered_id=entered.pk, role=role, by=by, standing=make.standing(by), at=make.NOW)

    def sign(self, entered, by, revision=3):
        return day_one.sign(entered_id=entered.pk, revision=revision, by=by, standing=make.standing(by), at=make.NOW)

    def test_entered_confirmed_by_both_and_signed_it_is_a_clearance(self, place, people):
        entered = self.enter(place, people[Role.ADMIN], place_ids=frozenset({place.pk}))
        assert told("clearance.to_confirm") == {people[Role.DEPUTY_DPO].pk, people[Role.NETWORK].pk}
        self.confirm(entered, Role.DEPUTY_DPO, people[Role.DEPUTY_DPO])
        self.confirm(entered, Role.NETWORK, people[Role.NETWORK])
        assert people[Role.TRUST_LEAD].pk in told("clearance.to_confirm")

        clearance = self.sign(entered, people[Role.TRUST_LEAD])

        assert (clearance.origin, clearance.reference) == (Origin.DAY_ONE, "Consultation of May 2025")
        assert (clearance.starts_on, clearance.ends_on) == (make.TODAY, date(2027, 5, 24))
        assert clearance.document == StoredFile.objects.get()
        # What a person typed is in no event: it is looked up by the clearance.
        assert not any("Consultation" in str(event.detail) for event in Event.objects.all())
        assert [row.place for row in clearance.places.all()] == [place]
        make.approved(place, clearance.tool, within=clearance, review_on=date(2027, 5, 23))
        assert answer_at(place, clearance.tool).of(STAFF).purposes == ("planning", "quizzes")
        assert not answer_at(place, clearance.tool, date(2027, 5, 24)).allows_anybody

    def test_whoever_has_left_the_trust_is_told_of_none_of_it(self, place, people):
        for role in (Role.NETWORK, Role.TRUST_LEAD):
            gone = make.membership(place.trust, role, ends_on=make.TODAY).person
            people[f"left {role}"] = gone
        entered = self.enter(place, people[Role.ADMIN])
        self.confirm(entered, Role.DEPUTY_DPO, people[Role.DEPUTY_DPO])
        self.confirm(entered, Role.NETWORK, people[Role.NETWORK])
        assert told("clearance.to_confirm") == {
            people[role].pk for role in (Role.DEPUTY_DPO, Role.NETWORK, Role.TRUST_LEAD)
        }

    def test_it_waits_on_home_for_whoever_has_the_next_word(self, place, people):
        def waits_for():
            found = {role: waiting(make.standing(person)) for role, person in people.items()}
            return {role: w.action for role, waits in found.items() for w in waits if "Earlier" in w.title}

        entered = self.enter(place, people[Role.ADMIN])
        confirm = "Read and confirm"
        assert waits_for() == {Role.DEPUTY_DPO: confirm, Role.DPO: confirm, Role.NETWORK: confirm}
        self.confirm(entered, Role.DEPUTY_DPO, people[Role.DEPUTY_DPO])
        assert waits_for() == {Role.NETWORK: confirm}
        self.confirm(entered, Role.NETWORK, people[Role.NETWORK])
        assert waits_for() == {Role.TRUST_LEAD: "Read and sign"}
        self.sign(entered, people[Role.TRUST_LEAD])
        assert not waits_for()

    @pytest.mark.parametrize("role", [Role.TRUSTEE, Role.SAFEGUARDING])
    def test_who_enters(self, place, role):
        with pytest.raises(Refused, match="enter an earlier consultation"):
            self.enter(place, make.member(place.trust, role))

    def test_a_head_does_not_enter(self, place):
        with pytest.raises(Refused):
            self.enter(place, make.member(place, Role.HEAD))

    def test_six_months_at_most_on_a_document_of_the_past(self, place, people):
        with pytest.raises(Refused, match="until 23 May 2027 at the latest"):
            self.enter(place, people[Role.ADMIN], ends_on=date(2027, 5, 25))
        with pytest.raises(Refused, match="cannot be after today"):
            self.enter(place, people[Role.ADMIN], document_on=make.TODAY + timedelta(days=1))
        with pytest.raises(Refused, match="last day has passed"):
            self.enter(place, people[Role.ADMIN], ends_on=make.TODAY)

    def test_six_months_in_all_however_often_it_is_entered(self, place, people):
        entered = self.enter(place, people[Role.ADMIN], ends_on=date(2027, 1, 1), place_ids=frozenset({place.pk}))
        waiting = self.enter(place, people[Role.ADMIN], tool_id=entered.tool_id, reference="B")
        for each in (entered, waiting):
            self.confirm(each, Role.DEPUTY_DPO, people[Role.DEPUTY_DPO])
            self.confirm(each, Role.NETWORK, people[Role.NETWORK])
        self.sign(entered, people[Role.TRUST_LEAD])

        later = make.NOW + timedelta(days=30)
        again = {"tool_id": entered.tool_id, "reference": "C", "at": later}
        with pytest.raises(Refused, match=r"counted there since 24 November 2026.*6 months in all, until 23 May"):
            self.enter(place, people[Role.ADMIN], ends_on=date(2027, 5, 25), **again)
        with pytest.raises(Refused, match="Start an assessment"):
            self.enter(
                place,
                people[Role.ADMIN],
                ends_on=date(2028, 1, 1),
                **again | {"at": datetime(2027, 9, 1, 12, tzinfo=UTC)},
            )
        self.enter(place, people[Role.ADMIN], ends_on=date(2027, 5, 24), **again)

        # Elsewhere in the trust it has not counted yet, and another tool has not anywhere.
        elsewhere = frozenset({make.place(place.trust).pk})
        self.enter(
            place, people[Role.ADMIN], ends_on=date(2027, 6, 1), place_ids=elsewhere, **again | {"reference": "D"}
        )
        other = {"tool_id": make.shared_tool("other").pk, "reference": "E"}
        self.enter(place, people[Role.ADMIN], ends_on=date(2027, 6, 1), **again | other)

        # One that was entered before the first was signed is held to it when it is signed.
        DayOne.objects.filter(pk=waiting.pk).update(ends_on=date(2027, 5, 25))
        with pytest.raises(Refused, match="in all"):
            day_one.sign(
                entered_id=waiting.pk,
                revision=3,
                by=people[Role.TRUST_LEAD],
                standing=make.standing(people[Role.TRUST_LEAD]),
                at=later,
            )

    def test_not_signed_before_both_have_confirmed(self, place, people):
        entered = self.enter(place, people[Role.ADMIN])
        self.confirm(entered, Role.NETWORK, people[Role.NETWORK])
        with pytest.raises(Refused, match="confirm first"):
            self.sign(entered, people[Role.TRUST_LEAD], revision=2)

    def test_each_team_confirms_for_itself(self, place, people):
        entered = self.enter(place, people[Role.ADMIN])
        with pytest.raises(Refused, match="Only the Network Team confirms this"):
            self.confirm(entered, Role.NETWORK, people[Role.DEPUTY_DPO])
        with pytest.raises(Refused, match="Only the Deputy Data Protection Officer confirms this"):
            self.confirm(entered, Role.DEPUTY_DPO, people[Role.TRUST_LEAD])
        assert self.confirm(entered, Role.DEPUTY_DPO, people[Role.DPO]).deputy_role == Role.DPO
        with pytest.raises(Refused, match="confirmed for this team already"):
            self.confirm(entered, Role.DEPUTY_DPO, people[Role.DEPUTY_DPO])
        with pytest.raises(AlreadyDone):
            self.confirm(entered, Role.DEPUTY_DPO, people[Role.DPO])

    def test_one_person_gives_at_most_one_part(self, place, people):
        many = people[Role.ADMIN]
        for role in (Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD):
            make.member(place.trust, role, who=many)
        entered = self.enter(place, many)
        with pytest.raises(Refused, match="given by different people"):
            self.confirm(entered, Role.NETWORK, many)
        self.confirm(entered, Role.NETWORK, people[Role.NETWORK])
        self.confirm(entered, Role.DEPUTY_DPO, people[Role.DEPUTY_DPO])
        with pytest.raises(Refused, match="given by different people"):
            self.sign(entered, many)

    def test_a_reference_is_used_once(self, place, people):
        entered = self.enter(place, people[Role.ADMIN])
        with pytest.raises(Refused, match="This reference is used already"):
            self.enter(place, people[Role.ADMIN], tool_id=entered.tool_id)

    def test_signed_once_on_a_fresh_page(self, place, people):
        entered = self.enter(place, people[Role.ADMIN])
        self.confirm(entered, Role.DEPUTY_DPO, people[Role.DEPUTY_DPO])
        self.confirm(entered, Role.NETWORK, people[Role.NETWORK])
        with pytest.raises(Conflict):
            self.sign(entered, people[Role.TRUST_LEAD], revision=1)
        self.sign(entered, people[Role.TRUST_LEAD])
        with pytest.raises(AlreadyDone):
            self.sign(entered, people[Role.TRUST_LEAD])
        assert Clearance.objects.count() == 1

    def test_taken_back_it_cannot_be_signed_and_its_reference_is_free(self, place, people):
        admin = people[Role.ADMIN]
        entered = self.enter(place, admin)
        with pytest.raises(Refused, match="Only the person who entered it"):
            day_one.take_back(
                entered_id=entered.pk,
                by=people[Role.NETWORK],
                standing=make.standing(people[Role.NETWORK]),
                at=make.NOW,
            )
        day_one.take_back(entered_id=entered.pk, by=admin, standing=make.standing(admin), at=make.NOW)
        with pytest.raises(Refused, match="taken back"):
            self.confirm(entered, Role.NETWORK, people[Role.NETWORK])
        self.enter(place, admin, tool_id=entered.tool_id)

    def test_two_people_confirm_says_the_database(self, place, people):
        entered = self.enter(place, people[Role.ADMIN])
        one = people[Role.NETWORK]
        with pytest.raises(IntegrityError, match="tools_registry_dayone_two_people_confirm"):
            DayOne.objects.filter(pk=entered.pk).update(deputy_by=one, network_by=one)

    def test_signed_after_both_says_the_database(self, place, people):
        entered = self.enter(place, people[Role.ADMIN])
        clearance = make.clearance(place.trust, entered.tool)
        with pytest.raises(IntegrityError, match="tools_registry_dayone_signed_after_both"):
            DayOne.objects.filter(pk=entered.pk).update(clearance=clearance)

    def test_a_day_one_clearance_has_its_file_and_an_end_says_the_database(self, place):
        with pytest.raises(IntegrityError, match="tools_registry_clearance_day_one_has_file_and_end"):
            make.clearance(place.trust, make.shared_tool(), origin=Origin.DAY_ONE)


# Pages ----------------------------------------------------------------------------------------------------------------


class TestThePages:
    @pytest.fixture(autouse=True)
    def today(self, time_machine, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        time_machine.move_to(make.NOW)

    @pytest.fixture
    def place(self):
        return make.place(name="Oakfield Park School")

    def test_a_head_sees_what_waits_and_what_is_cleared_for_their_school(self, client, place):
        tool = make.shared_tool("gemini")
        mine = make.clearance(place.trust, tool)
        other = make.clearance(place.trust, make.shared_tool("other"), places=[make.place(place.trust)])
        strange = make.clearance(make.trust(), tool)
        client.force_login(make.member(place, Role.HEAD))
        page = client.get("/clearances/").text
        assert "May Oakfield Park School use Gemini?" in page
        assert mine.reference in page
        assert other.reference not in page
        assert strange.reference not in page
        for clearance, status in ((mine, 200), (other, 404), (strange, 404)):
            assert client.get(clearance.get_absolute_url()).status_code == status

    def test_once_decided_it_waits_no_longer(self, client, place):
        head = make.member(place, Role.HEAD)
        make.approved(place, make.shared_tool("gemini"), by=head)
        client.force_login(head)
        page = client.get("/clearances/").text
        assert "Waiting to be decided" not in page
        assert "1 of 1" in page

    def test_staff_are_told_whose_pages_these_are(self, client, place):
        clearance = make.clearance(place.trust, make.shared_tool())
        client.force_login(make.member(place, Role.STAFF))
        for address in ("/clearances/", clearance.get_absolute_url(), "/clearances/clearances.csv"):
            answer = client.get(address)
            assert answer.status_code == 403
            assert "What you may use stands in your school" in answer.text

    def test_search_status_sort_and_sheet(self, client, place):
        lead = make.member(place.trust, Role.TRUST_LEAD)
        alpha = make.clearance(place.trust, make.shared_tool("alpha"))
        beta = make.clearance(
            place.trust, make.shared_tool("beta"), starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1)
        )
        client.force_login(lead)
        assert "1 of 2 clearances" in client.get("/clearances/?words=alpha").text
        ended = client.get("/clearances/?state=ended").text
        assert beta.reference in ended
        assert f'<td role="cell" data-label="Reference">{alpha.reference}' not in ended
        for sort in ("name", "-name", "state", "reference", "until", "nonsense"):
            assert client.get(f"/clearances/?sort={sort}").status_code == 200
        text = client.get("/clearances/clearances.csv").content.decode("utf-8-sig")
        assert [line.split(",")[0] for line in text.splitlines()] == ["Tool", "Alpha", "Beta"]

    def test_the_trust_lead_withdraws_with_a_reason(self, client, place):
        clearance = make.clearance(place.trust, make.shared_tool())
        address = clearance.get_absolute_url()
        client.force_login(make.member(place.trust, Role.TRUST_LEAD))
        assert "Say why: every school concerned reads it" in client.post(address, {"reason": "", "revision": "1"}).text
        assert client.post(address, {"reason": "Sold", "revision": "7"}).status_code == 409
        assert client.post(address, {"reason": "Sold", "revision": "1"}).status_code == 302
        assert "24 November 2026: Sold" in client.get(address).text

    @pytest.mark.parametrize("role", [Role.NETWORK, Role.DPO, Role.ADMIN, Role.TRUSTEE])
    def test_others_read_who_withdraws(self, client, place, role):
        clearance = make.clearance(place.trust, make.shared_tool())
        client.force_login(make.member(place.trust, role))
        assert "Only the trust lead withdraws a clearance" in client.get(clearance.get_absolute_url()).text
        answer = client.post(clearance.get_absolute_url(), {"reason": "Sold", "revision": "1"})
        assert answer.status_code == 403

    def test_day_one_from_the_form_to_the_clearance(self, client, place):
        tool = make.shared_tool("diffit")
        people = {role: make.member(place.trust, role) for role in (Role.ADMIN, Role.DEPUTY_DPO, Role.NETWORK)}
        lead = make.member(place.trust, Role.TRUST_LEAD)
        client.force_login(people[Role.ADMIN])
        assert "Which tool was consulted on?" in client.get("/clearances/day-one/").text
        chosen = client.get(f"/clearances/day-one/?tool={tool.public_id}")
        assert chosen.status_code == 302
        typed = {
            "reference": "Consultation of May 2025",
            "document_on": "12 5 2025",
            "places": ["everywhere"],
            "who": ["staff"],
            "staff_data": "internal",
            "staff_purposes": ["planning"],
            "last_day": "23 5 2027",
        }
        assert "Choose the signed document" in client.post(chosen.url, typed).text
        late = client.post(chosen.url, {**typed, "last_day": "24 5 2027"}).text
        assert "Type a day on or before 23 May 2027, six months from today at most" in late
        entered = client.post(chosen.url, {**typed, "upload": paper()})
        assert entered.status_code == 302
        address = entered.url
        assert "Only the Network Team confirms this." in client.get(address).text
        for team, role in (("deputy", Role.DEPUTY_DPO), ("network", Role.NETWORK)):
            client.force_login(people[role])
            assert client.post(f"{address}confirm/{team}/").status_code == 302
        client.force_login(lead)
        assert read(client.get(f"{address}document/")) == b"%PDF-1.7 the earlier consultation"
        signed = client.post(f"{address}sign/", {"revision": "3"})
        clearance = Clearance.objects.get()
        assert signed.url == clearance.get_absolute_url()
        assert "An earlier consultation, entered at start-up" in client.get(signed.url).text

    def test_day_one_is_in_sight_for_the_trust_and_its_document_with_the_clearance(self, client, place):
        admin = make.member(place.trust, Role.ADMIN)
        entered = TestDayOne().enter(place, admin)
        strangers = [make.member(place, Role.STAFF), make.member(place, Role.HEAD), make.member(make.trust(), Role.DPO)]
        for stranger in strangers:
            client.force_login(stranger)
            assert client.get(entered.get_absolute_url()).status_code == 404
            assert client.post(f"{entered.get_absolute_url()}sign/").status_code == 404
        client.force_login(strangers[1])
        assert client.get(entered.document_url()).status_code == 404
        clearance = make.clearance(place.trust, entered.tool)
        both = [make.member(place.trust, role) for role in (Role.DEPUTY_DPO, Role.NETWORK)]
        DayOne.objects.update(deputy_by=both[0], network_by=both[1], clearance=clearance)
        assert read(client.get(entered.document_url())).startswith(b"%PDF-1.7")

    @pytest.mark.parametrize("role", [Role.TRUSTEE, Role.SAFEGUARDING])
    def test_who_may_not_enter_reads_who_can(self, client, place, role):
        client.force_login(make.member(place.trust, role))
        answer = client.get("/clearances/day-one/")
        assert answer.status_code == 403
        assert "enter an earlier consultation" in answer.text

    def test_the_list_costs_the_same_for_2_and_for_20(self, client, place, django_assert_num_queries):
        lead = make.member(place.trust, Role.TRUST_LEAD)
        client.force_login(lead)
        for count in (2, 18):
            for _ in range(count):
                make.clearance(place.trust, make.shared_tool(f"tool-{Clearance.objects.count()}"))
            client.get("/clearances/")
            with django_assert_num_queries(QUERIES):
                client.get("/clearances/")


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 24), 6, date(2027, 5, 24)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 24), 12, date(2027, 11, 24)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months(start, count, end):
    assert months.add(start, count) == end


@pytest.mark.django_db
class TestReplacing:
    def test_one_schools_case_does_not_replace_what_the_whole_trust_stands_on(self):
        trust = make.trust()
        place, tool = make.place(trust), make.shared_tool()
        wide = make.clearance(trust, tool, make.allowance())

        with pytest.raises(Refused, match="for more places than this case"):
            make.clearance(trust, tool, make.allowance(), places=[place], replaces_id=wide.pk)

    def test_what_has_been_replaced_is_not_replaced_again(self):
        trust = make.trust()
        tool = make.shared_tool()
        first = make.clearance(trust, tool, make.allowance())
        make.clearance(trust, tool, make.allowance(), replaces_id=first.pk)

        with pytest.raises(Refused, match="replaced already"):
            make.clearance(trust, tool, make.allowance(), replaces_id=first.pk)
