"""Beginning a case, writing it, and sending it."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from dpia import documents
from dpia.actions import cases, drafts, signing, submitting
from dpia.case import read_draft
from dpia.models import Answer, Assessment, Author, Measure, Risk
from dpia.queries.sections import who_page
from dpia.screening import prefilled
from dpia.workflow import Status, Team
from schools.models import Role
from tests import make
from tools_registry import purposes
from tools_registry.actions import facts
from tools_registry.models import Consultation
from tools_registry.models.catalogue import FactField
from tools_registry.models.requests import RequestStatus
from tools_registry.words import Audience, DataClass, Subject
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
PUPILS = make.allowance(Audience.PUPILS)
STAFF = make.allowance()


# Beginning -----------------------------------------------------------------------------------------------------------


class TestStart:
    def test_it_takes_the_trusts_next_number_and_opens_a_consultation(self):
        world = make.world(trust_facts={"code": "OAK"})

        first, second = (
            make.case(world),
            make.case(make.World(world.trust, world.place, make.shared_tool("b"), world.people)),
        )

        assert [first.reference, second.reference] == ["OAK-2026-0001", "OAK-2026-0002"]
        opened = Consultation.objects.get(reference=first.reference)
        assert (opened.place, opened.closed_at) == (world.place, None)
        assert Event.objects.filter(kind="assessment.started", urn=world.place.urn).count() == 2

    def test_beginning_makes_nobody_an_author(self):
        assert not Author.objects.filter(assessment=make.case(make.world())).exists()

    def test_the_requests_it_answers_are_taken_forward_and_say_what_is_asked_for(self):
        world = make.world()
        asked = make.request(
            world.place,
            world.tool,
            audiences=frozenset({Audience.STAFF}),
            data_class=DataClass.PERSONAL,
            subjects=frozenset({Subject.PUPILS}),
            purposes=frozenset({"planning"}),
        )

        new = cases.NewCase(world.trust.pk, world.tool.pk, frozenset({world.place.pk}), frozenset({asked.pk}))
        made = cases.start(new=new, **world.acts("head"))

        asked.refresh_from_db()
        assert asked.status == RequestStatus.FORWARD
        (row,) = made.asked.all()
        assert (row.audience, row.data_class, row.subjects) == ("staff", "personal", ["pupils"])

    @pytest.mark.parametrize(
        ("reach", "why"),
        [("tool", "about another tool"), ("place", "which this case is not for"), ("trust", "not in this trust")],
    )
    def test_it_answers_only_requests_for_its_tool_from_its_places(self, reach, why):
        world = make.world()
        place = {"place": make.place(world.trust), "trust": make.place()}.get(reach, world.place)
        asked = make.request(place, make.shared_tool("another") if reach == "tool" else world.tool)
        new = cases.NewCase(world.trust.pk, world.tool.pk, frozenset({world.place.pk}), frozenset({asked.pk}))
        with pytest.raises(Refused, match=why):
            cases.start(new=new, **world.acts("trustlead"))
        assert not Assessment.objects.exists()

    def test_it_locks_the_trust_only_against_others_who_number_a_case(self):
        with CaptureQueriesContext(connection) as asked:
            make.case(make.world())
        (locked,) = [q["sql"] for q in asked if 'FROM "schools_trust"' in q["sql"] and "FOR " in q["sql"]]
        assert locked.endswith("FOR NO KEY UPDATE"), "rows that point to the trust can be written meanwhile"

    def test_no_second_case_where_one_is_open(self):
        world = make.world()
        made = make.case(world)
        with pytest.raises(AlreadyDone, match=made.reference):
            make.case(world)
        with pytest.raises(Refused, match=made.reference):
            make.case(world, by="head")
        with pytest.raises(Refused, match=made.reference):
            make.case(world, by="trustlead", wide=True)

    def test_a_closed_case_makes_room_for_a_new_one(self):
        world = make.world()
        made = make.case(world)
        withdraw(world, made)
        assert make.case(world).status == Status.DRAFT

    def test_another_trusts_places_and_tools_are_no_places_and_tools(self):
        world, other = make.world(), make.world()
        there = cases.NewCase(world.trust.pk, world.tool.pk, frozenset({other.place.pk}))
        with pytest.raises(Refused, match="not in this trust"):
            cases.start(new=there, **world.acts("trustlead"))
        theirs = make.own_tool(other.trust)
        with pytest.raises(type(theirs).DoesNotExist):
            cases.start(new=cases.NewCase(world.trust.pk, theirs.pk, None), **world.acts("trustlead"))

    def test_it_replaces_only_what_it_covers_whole_and_what_nothing_has_replaced(self):
        world = make.world()
        here = frozenset({world.place.pk})
        wide = make.clearance(world.trust, world.tool)
        with pytest.raises(Refused, match="for more places than this case"):
            cases.start(
                new=cases.NewCase(world.trust.pk, world.tool.pk, here, replaces_id=wide.pk), **world.acts("ailead")
            )
        make.clearance(world.trust, world.tool, replaces_id=wide.pk)
        with pytest.raises(Refused, match="has been replaced already"):
            cases.start(
                new=cases.NewCase(world.trust.pk, world.tool.pk, None, replaces_id=wide.pk), **world.acts("trustlead")
            )
        own = make.clearance(world.trust, world.tool, places=[world.place])
        new = cases.NewCase(world.trust.pk, world.tool.pk, here, replaces_id=own.pk)
        assert cases.start(new=new, **world.acts("ailead")).replaces_clearance == own


MAY_START = {
    "ailead": {"own"},
    "head": {"own"},
    "network": {"own", "other", "wide"},
    "deputydpo": {"own", "other", "wide"},
    "trustlead": {"own", "other", "wide"},
}


@pytest.mark.parametrize("where", ["own", "other", "wide"])
@pytest.mark.parametrize("who", list(make.SITTING))
def test_who_may_start_a_case_where(who, where):
    world = make.world()
    place = world.place if where == "own" else make.place(world.trust)
    if where in MAY_START.get(who, set()):
        assert make.case(world, by=who, places=[place], wide=where == "wide").by == world.people[who]
        return
    with pytest.raises(Refused, match="may start"):
        make.case(world, by=who, places=[place], wide=where == "wide")


def withdraw(world, made, by="ailead", reason="We buy another."):
    made.refresh_from_db()
    return cases.withdraw(assessment_id=made.pk, reason=reason, revision=made.revision, **world.acts(by))


# Writing -------------------------------------------------------------------------------------------------------------


class TestAnswers:
    def test_an_answer_is_kept_once_and_its_writer_is_an_author(self):
        world = make.world()
        made = make.case(world)

        make.answer_question(world, made, "what.aim", "To plan lessons.")
        make.answer_question(world, made, "what.aim", "To plan lessons faster.")

        (answer,) = Answer.objects.filter(assessment=made)
        assert (answer.value, answer.revision, answer.by) == ("To plan lessons faster.", 2, world.people["ailead"])
        assert list(made.authors.values_list("person", flat=True)) == [world.people["ailead"].pk]

    def test_typing_on_is_one_event_until_somebody_else_or_another_hour(self):
        world = make.world()
        made = make.case(world)
        later = make.NOW + timedelta(minutes=61)
        for words, who, at in [("a", "ailead", make.NOW), ("ab", "ailead", make.NOW), ("abc", "ailead", later)]:
            make.answer_question(world, made, "what.aim", words, by=who, at=at)
        make.answer_question(world, made, "what.aim", "abcd", by="head", at=later)
        assert Event.objects.filter(kind="assessment.answered").count() == 3

    def test_the_same_words_again_write_nothing(self):
        world = make.world()
        made = make.case(world)
        make.answer_question(world, made, "what.aim", "To plan lessons.")
        save(world, made, "To plan lessons.", revision=0)
        assert Answer.objects.get(assessment=made).revision == 1

    def test_a_page_that_was_overtaken_is_a_conflict_and_the_first_words_stand(self):
        world = make.world()
        made = make.case(world)
        make.answer_question(world, made, "what.aim", "First", by="head")
        with pytest.raises(Conflict):
            save(world, made, "Second", revision=0)
        assert Answer.objects.get(assessment=made).value == "First"

    def test_all_are_kept_or_none(self):
        world = make.world()
        made = make.case(world)
        make.answer_question(world, made, "what.use", "First", by="head")
        typed = {"what.aim": drafts.Typed("To plan.", 0), "what.use": drafts.Typed("Second", 0)}
        with pytest.raises(Conflict, match=r"Question 1\.2"):
            drafts.save_answers(assessment_id=made.pk, typed=typed, **world.acts("ailead"))
        assert [a.value for a in Answer.objects.filter(assessment=made)] == ["First"]

    def test_there_is_no_other_question(self):
        world = make.world()
        with pytest.raises(Refused, match="no such question"):
            drafts.save_answers(
                assessment_id=make.case(world).pk, typed={"screening": drafts.Typed({}, 0)}, **world.acts("ailead")
            )


def save(world, made, value, *, revision, by="ailead"):
    typed = {"what.aim": drafts.Typed(value, revision)}
    return drafts.save_answers(assessment_id=made.pk, typed=typed, **world.acts(by))


WRITERS = {"ailead", "head", "network", "deputydpo", "trustlead"}
CAN_WRITE = {Status.DRAFT, Status.CHANGES_ASKED}


def case_at(world, status):
    """A case at a status, brought there by people who could."""
    if status == Status.DRAFT:
        return make.case(world)
    if status == Status.IN_REVIEW:
        return make.sent_case(world)
    if status == Status.READY:
        return make.ready_case(world)
    if status == Status.SIGNED:
        return make.signed_case(world)
    made = make.sent_case(world)
    if status == Status.WITHDRAWN:
        return withdraw(world, made)
    make.verdict(world, made, "network")
    made.refresh_from_db()
    if status == Status.CHANGES_ASKED:
        make.verdict(world, made, "deputydpo", make.Verdict.CHANGES)
    else:
        make.verdict(world, made, "deputydpo")
        made.refresh_from_db()
        signing.decline(assessment_id=made.pk, reason="Not now.", revision=made.revision, **world.acts("head"))
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("status", list(Status))
def test_a_case_can_be_brought_to(status):
    assert case_at(make.world(), status).status == status


@pytest.mark.parametrize("status", list(Status))
def test_who_may_write_at_which_status(status):
    world = make.world()
    made = case_at(world, status)
    row = made.answers.filter(question="what.aim").first()
    wrote = {
        who for who in make.SITTING if may(save, world, made, "Anew.", revision=row.revision if row else 0, by=who)
    }
    gave = {"network", "deputydpo"} if status == Status.CHANGES_ASKED else set()
    assert wrote == (WRITERS - gave if status in CAN_WRITE else set())


def may(act, *args, **kwargs):
    """Whether an act is allowed; nothing of it is kept."""
    with transaction.atomic():
        try:
            act(*args, **kwargs)
        except Refused:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def test_it_may_be_changed_while_others_still_read_once_a_team_asks_for_changes():
    world = make.world()
    made = make.sent_case(world)
    make.verdict(world, made, "network", make.Verdict.CHANGES)
    made.refresh_from_db()
    assert made.status == Status.IN_REVIEW
    make.answer_question(world, made, "flow.security", "With the school account only.")


class TestScreening:
    def test_what_is_known_and_left_off_wants_a_reason(self):
        world = make.world()
        made = make.case(world)
        with pytest.raises(Refused, match="left off"):
            screen(world, made, ticks=frozenset())
        kept = screen(world, made, ticks=frozenset(), reasons="No account is used.", revision=0)
        assert kept.value["left_off"] == ["ico_1", "european_8"]

    def test_no_dpia_wants_a_reason(self):
        world = make.world(sign_in=make.SignIn.NONE)
        made = make.case(world)
        with pytest.raises(Refused, match="why no DPIA"):
            screen(world, made, ticks=frozenset({"ico_1", "european_8"}))

    def test_a_dpia_can_be_chosen_although_none_is_needed(self):
        world = make.world()
        made = make.case(world)
        screen(world, made, ticks=frozenset({"ico_1", "european_8"}), chosen=True)
        made.refresh_from_db()
        assert made.dpia_chosen
        screen(world, made, ticks=frozenset({"ico_1", "european_8", "european_7"}), chosen=True, revision=1)
        made.refresh_from_db()
        assert not made.dpia_chosen, "it is needed now, so it is not only chosen"

    def test_a_dpia_that_was_chosen_is_not_undone_by_a_stale_page_nor_without_an_author(self):
        world = make.world()
        made = make.case(world)
        ticks = frozenset({"ico_1", "european_8"})
        screen(world, made, ticks=ticks, reasons="New here.", chosen=True)
        screen(world, made, ticks=ticks, reasons="New here.", chosen=True)
        assert Event.objects.filter(kind="assessment.screened").count() == 1

        with pytest.raises(Conflict):
            screen(world, made, ticks=ticks, reasons="New here.", by="head")
        assert not Author.objects.filter(assessment=made, person=world.people["head"]).exists()

        undone = screen(world, made, ticks=ticks, reasons="New here.", revision=1, by="head")
        made.refresh_from_db()
        assert (made.dpia_chosen, undone.revision, undone.by) == (False, 2, world.people["head"])
        assert Author.objects.filter(assessment=made, person=world.people["head"]).exists()

    def test_staff_who_use_it_without_an_account_count_as_vulnerable(self):
        world = make.world(sign_in=make.SignIn.NONE)
        made = make.case(world)
        drafts.set_asked(assessment_id=made.pk, asked=STAFF, revision=0, **world.acts("ailead"))
        assert "european_7" in prefilled(read_draft(made).facts)


def test_a_case_goes_by_the_trusts_own_facts_of_the_tool():
    world = make.world(sign_in=make.SignIn.NONE)
    made = make.case(world)
    offered = next(purpose.code for purpose in purposes.offered_to(Audience.VISITORS))
    visitors = make.allowance(Audience.VISITORS, DataClass.NONE, purposes={offered})
    drafts.set_asked(assessment_id=made.pk, asked=visitors, revision=0, **world.acts("ailead"))
    assert not any("needs an account" in note for note in who_page(world.standing("ailead"), made.reference).notes)
    fact = facts.NewFact(world.trust.pk, world.tool.pk, FactField.SIGN_IN, make.SignIn.SCHOOL)
    facts.lay(fact=fact, shown=make.SignIn.NONE, **world.acts("network"))
    assert any("needs an account" in note for note in who_page(world.standing("ailead"), made.reference).notes)


def screen(world, made, *, ticks, reasons="", chosen=False, revision=0, by="ailead"):
    return drafts.save_screening(
        assessment_id=made.pk,
        ticks=ticks,
        reasons=reasons,
        dpia_chosen=chosen,
        revision=revision,
        **world.acts(by),
    )


class TestAsked:
    @pytest.mark.parametrize(
        ("asked", "why"),
        [
            (make.allowance(purposes=()), "at least one thing"),
            (make.allowance(data=DataClass.PERSONAL), "say whose"),
            (make.allowance(subjects={Subject.STAFF}), "leave out whose"),
            (make.allowance(Audience.PUPILS, year_groups=()), "year groups"),
            (make.allowance(purposes={"safeguarding"}), "cannot be allowed"),
            (make.allowance(Audience.PUPILS, purposes={"planning"}), "cannot be allowed"),
            (
                make.allowance(data=DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"minutes"}),
                "Only Microsoft",
            ),
            (make.allowance(purposes={"reports"}), "cannot be done without"),
        ],
    )
    def test_what_nobody_could_be_allowed_is_not_asked_for(self, asked, why):
        world = make.world()
        with pytest.raises(Refused, match=why):
            drafts.set_asked(assessment_id=make.case(world).pk, asked=asked, revision=0, **world.acts("ailead"))

    def test_restricted_uses_are_asked_for_the_named_editions_only(self):
        world = make.world(restricted_purposes=("minutes",))
        made = make.case(world)
        asked = make.allowance(data=DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"minutes"})
        drafts.set_asked(assessment_id=made.pk, asked=asked, revision=0, **world.acts("ailead"))
        assert made.asked.get().purposes == ["minutes"]

    def test_it_changes_is_taken_off_and_asked_again(self):
        world = make.world()
        made = make.case(world)
        acts = world.acts("ailead")
        drafts.set_asked(assessment_id=made.pk, asked=STAFF, revision=0, **acts)
        with pytest.raises(Conflict):
            drafts.set_asked(assessment_id=made.pk, asked=STAFF, revision=0, **acts)
        drafts.take_off_asked(assessment_id=made.pk, audience=Audience.STAFF, revision=1, **acts)
        with pytest.raises(AlreadyDone):
            drafts.take_off_asked(assessment_id=made.pk, audience=Audience.STAFF, revision=1, **acts)
        drafts.set_asked(assessment_id=made.pk, asked=STAFF, revision=0, **acts)
        assert made.asked.count() == 2


class TestRisks:
    def test_a_level_that_is_not_the_grids_wants_a_reason(self):
        world = make.world()
        made = make.case(world)
        facts = drafts.RiskFacts("A leak.", "possible", "severe", "low")
        with pytest.raises(Refused, match="suggests “high” for this risk"):
            drafts.add_risk(assessment_id=made.pk, facts=facts, **world.acts("ailead"))
        left = drafts.RiskFacts("A leak.", "possible", "severe", "high", "", "possible", "severe", "low")
        with pytest.raises(Refused, match="for what is left"):
            drafts.add_risk(assessment_id=made.pk, facts=left, **world.acts("ailead"))

    def test_a_risk_taken_off_stays_in_the_table_and_its_number_is_not_given_again(self):
        world = make.world()
        made = make.case(world)
        first = make.add_risk(world, made)
        drafts.withdraw_risk(assessment_id=made.pk, risk_id=first.public_id, revision=1, **world.acts("ailead"))
        assert make.add_risk(world, made).number == 2
        assert Risk.objects.filter(assessment=made).count() == 2

    def test_a_risk_of_another_case_is_none_of_this_one(self):
        world, other = make.world(), make.world()
        theirs = make.add_risk(other, make.case(other))
        with pytest.raises(Risk.DoesNotExist):
            drafts.withdraw_risk(
                assessment_id=make.case(world).pk, risk_id=theirs.public_id, revision=1, **world.acts("ailead")
            )
        measure = Measure.objects.get(risk=theirs)
        with pytest.raises(Measure.DoesNotExist):
            drafts.withdraw_measure(
                assessment_id=Assessment.objects.get(trust=world.trust).pk,
                measure_id=measure.public_id,
                revision=1,
                **world.acts("ailead"),
            )

    def test_an_overtaken_page_is_a_conflict(self):
        world = make.world()
        made = make.case(world)
        risk = make.add_risk(world, made)
        facts = drafts.RiskFacts("A leak of names.", "possible", "severe", "high")
        drafts.change_risk(
            assessment_id=made.pk, risk_id=risk.public_id, facts=facts, revision=1, **world.acts("ailead")
        )
        with pytest.raises(Conflict):
            drafts.change_risk(
                assessment_id=made.pk, risk_id=risk.public_id, facts=facts, revision=1, **world.acts("head")
            )


# Sending -------------------------------------------------------------------------------------------------------------


class TestSend:
    def test_it_freezes_a_version_and_asks_each_team_at_once(self):
        world = make.world(trust_facts={"review_working_days": 10})
        made = make.sent_case(world, STAFF, PUPILS)

        assert (made.status, made.version) == (Status.IN_REVIEW, 1)
        version = made.versions.get()
        document = json.loads(version.document)
        assert version.sha256 == documents.sha256(version.document)
        assert version.document == documents.canonical(document)
        assert version.authors == [world.people["ailead"].pk]
        assert document["risks"][0]["measures"][0]["description"] == "A teacher is in the room."
        assert {a["audience"] for a in document["asked"]} == {"staff", "pupils"}
        reviews = {review.team: review for review in made.reviews.all()}
        assert set(reviews) == set(Team)
        assert {str(review.due_on) for review in reviews.values()} == {"2026-12-08"}
        assert reviews["safeguarding"].place == world.place
        told = Notice.objects.filter(kind="review.asked").values_list("person", flat=True)
        assert set(told) == {world.people[name].pk for name in ("network", "deputydpo", "dsl")}

    def test_safeguarding_reads_only_when_pupils_are_concerned(self):
        world = make.world()
        assert {r.team for r in make.sent_case(world, STAFF).reviews.all()} == {"network", "deputydpo"}

    def test_safeguarding_reads_when_staff_put_pupils_personal_data_in(self):
        world = make.world()
        asked = make.allowance(data=DataClass.PERSONAL, subjects={Subject.PUPILS})
        assert "safeguarding" in {r.team for r in make.sent_case(world, asked).reviews.all()}

    def test_the_trust_safeguarding_lead_reads_for_several_schools(self):
        world = make.world()
        other = make.place(world.trust)
        made = make.case(world, by="network", places=[world.place, other])
        make.write_case(world, made, PUPILS, by="network")
        make.member(world.trust, Role.NETWORK)
        make.send_case(world, made, by="network")
        review = made.reviews.get(team="safeguarding")
        assert review.place is None
        told = Notice.objects.filter(kind="review.asked", person=world.people["safeguarding"])
        assert told.count() == 1

    def test_what_is_missing_is_named(self):
        world = make.world()
        made = make.case(world)
        with pytest.raises(Refused, match=r"Say who is to use it.*Go through the screening.*And \d+ more"):
            make.send_case(world, made)
        make.write_case(world, made, STAFF)
        make.answer_question(world, made, "fair.rights", "")
        with pytest.raises(Refused, match=r"Answer 4\.7"):
            make.send_case(world, made)

    def test_a_consultation_needs_no_risks_and_fewer_answers(self):
        world = make.world(sign_in=make.SignIn.NONE)
        made = make.sent_case(world, STAFF, dpia=False)
        assert json.loads(made.versions.get().document)["dpia"] is False

    def test_a_screening_that_was_overtaken_is_looked_at_again(self):
        world = make.world(sign_in=make.SignIn.NONE)
        made = make.case(world)
        make.write_case(world, made, STAFF, dpia=False)
        drafts.set_asked(assessment_id=made.pk, asked=PUPILS, revision=0, **world.acts("ailead"))
        with pytest.raises(Refused, match="changed since the screening"):
            make.send_case(world, made)

    def test_every_grave_risk_needs_a_measure_and_a_word_on_what_is_left(self):
        world = make.world()
        made = make.case(world)
        make.write_case(world, made, STAFF)
        facts = drafts.RiskFacts("A leak.", "possible", "severe", "high")
        drafts.add_risk(assessment_id=made.pk, facts=facts, **world.acts("ailead"))
        with pytest.raises(Refused, match=r"done about R2.*left of R2"):
            make.send_case(world, made)

    def test_a_stale_page_sends_nothing_and_a_second_click_sends_once(self):
        world = make.world()
        made = make.case(world)
        make.write_case(world, made, STAFF)
        with pytest.raises(Conflict):
            submitting.submit(assessment_id=made.pk, revision=99, **world.acts("ailead"))
        make.send_case(world, made)
        with pytest.raises(AlreadyDone):
            submitting.submit(assessment_id=made.pk, revision=1, **world.acts("ailead"))
        assert made.versions.count() == 1


EMPTY_POSTS = [
    ("network", STAFF, r"Network Team is an empty post.*another member or to a named contractor"),
    ("dpo", STAFF, r"Data Protection Officer is an empty post.*trust administrator"),
    ("deputydpo dpo", STAFF, r"Deputy Data Protection Officer is an empty post"),
    ("dsl safeguarding", PUPILS, r"Designated safeguarding lead at .* is an empty post.*headteacher of"),
    ("head trustlead", STAFF, r"Headteacher at .* is an empty post.*headteacher of|trust administrator"),
]


@pytest.mark.parametrize(("without", "asked", "sentence"), EMPTY_POSTS)
def test_an_empty_post_is_named_and_who_can_fill_it(without, asked, sentence):
    world = make.world(without=without.split())
    made = make.case(world)
    make.write_case(world, made, asked)
    with pytest.raises(Refused, match=sentence):
        make.send_case(world, made)
    assert not made.versions.exists()


@pytest.mark.parametrize("without", ["deputydpo", "dsl", "head"])
def test_a_post_with_a_fall_back_may_be_empty(without):
    world = make.world(without=[without])
    assert make.sent_case(world, PUPILS).status == Status.IN_REVIEW


def test_the_only_member_of_a_team_who_wrote_leaves_it_empty():
    world = make.world()
    made = make.case(world, by="network")
    make.write_case(world, made, STAFF, by="network")
    with pytest.raises(Refused, match="has written part of this case"):
        make.send_case(world, made, by="network")


def test_one_person_cannot_fill_two_posts():
    world = make.world(without=["network", "trustlead", "head"])
    make.member(world.trust, Role.NETWORK, who=world.people["admin"])
    make.member(world.place, Role.HEAD, who=world.people["admin"])
    made = make.case(world)
    make.write_case(world, made, STAFF)
    with pytest.raises(Refused, match="one person may give only one thing"):
        make.send_case(world, made)


# Sending again -------------------------------------------------------------------------------------------------------


class TestSendAgain:
    def test_only_teams_whose_part_changed_are_asked_again(self):
        world = make.world()
        made = make.sent_case(world, STAFF, PUPILS)
        make.verdict(world, made, "network", make.Verdict.CHANGES)
        make.verdict(world, made, "deputydpo")
        make.verdict(world, made, "dsl")
        make.answer_question(world, made, "flow.security", "With the school account only.")

        made = make.send_case(world, made)

        open_now = {r.team: r for r in made.reviews.filter(superseded_at=None)}
        assert {team: review.verdict for team, review in open_now.items()} == {
            "network": "",
            "deputydpo": "agree",
            "safeguarding": "agree",
        }
        assert open_now["network"].since_version == 1
        assert made.reviews.count() == 4, "the first verdict of the Network Team is kept"

    def test_a_verdict_falls_when_something_the_team_cares_about_changes(self):
        world = make.world()
        made = make.sent_case(world, STAFF)
        make.verdict(world, made, "network", make.Verdict.CHANGES)
        make.verdict(world, made, "deputydpo", make.Verdict.OBJECT)
        make.answer_question(world, made, "flow.kept", "For a month.")
        made = make.send_case(world, made)
        assert [r.verdict for r in made.reviews.filter(superseded_at=None)] == ["", ""]

    def test_an_open_review_carries_over_with_its_due_date_and_its_reader(self):
        world = make.world()
        made = make.sent_case(world, STAFF)
        make.verdict(world, made, "network", make.Verdict.CHANGES)
        before = made.reviews.get(team="deputydpo")
        make.answer_question(world, made, "flow.security", "With the school account only.")
        made = make.send_case(world, made, at=make.NOW + timedelta(days=2))
        after = made.reviews.get(team="deputydpo")
        assert (after.pk, after.due_on, after.since_version) == (before.pk, before.due_on, 1)
        assert after.version.number == 2

    def test_nothing_changed_is_not_sent(self):
        world = make.world()
        made = make.sent_case(world, STAFF)
        make.verdict(world, made, "network", make.Verdict.CHANGES)
        with pytest.raises(Refused, match="Nothing has changed since version 1"):
            make.send_case(world, made)

    def test_a_team_that_is_no_longer_concerned_is_not_waited_for(self):
        world = make.world()
        made = make.sent_case(world, STAFF, PUPILS)
        make.verdict(world, made, "network")
        make.verdict(world, made, "deputydpo")
        make.verdict(world, made, "dsl", make.Verdict.CHANGES)
        drafts.take_off_asked(assessment_id=made.pk, audience=Audience.PUPILS, revision=1, **world.acts("ailead"))
        made = make.send_case(world, made)
        assert {r.team for r in made.reviews.filter(superseded_at=None)} == {"network", "deputydpo"}

    def test_everything_is_kept(self):
        world = make.world()
        made = make.sent_case(world, STAFF)
        make.verdict(world, made, "network", make.Verdict.CHANGES, reason="Say how sign-in works.")
        make.verdict(world, made, "deputydpo")
        make.answer_question(world, made, "flow.security", "With the school account only.")
        made = make.send_case(world, made)
        assert made.reviews.filter(reason="Say how sign-in works.").exists()
        assert [v.number for v in made.versions.order_by("number")] == [1, 2]


# What the database refuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sql", ["UPDATE dpia_version SET document = '{}'", "DELETE FROM dpia_version"])
def test_a_version_cannot_be_changed(sql):
    make.sent_case(make.world())
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(sql)


def test_an_author_stands_once():
    world = make.world()
    made = make.case(world)
    make.answer_question(world, made, "what.aim", "x")
    author = made.authors.get()
    with pytest.raises(IntegrityError, match="dpia_author_once"), transaction.atomic():
        Author.objects.create(trust=made.trust, assessment=made, person=author.person, role="ailead", at=make.NOW)


def test_a_closed_case_has_its_moment():
    made = make.case(make.world())
    with pytest.raises(IntegrityError, match="dpia_assessment_closed_when_final"), transaction.atomic():
        Assessment.objects.filter(pk=made.pk).update(status=Status.SIGNED)


# Withdrawing ---------------------------------------------------------------------------------------------------------


def test_withdrawing_closes_the_consultation_and_says_why():
    world = make.world()
    made = make.sent_case(world)
    withdraw(world, made)
    made.refresh_from_db()
    assert (made.status, made.closed_reason) == (Status.WITHDRAWN, "We buy another.")
    assert Consultation.objects.get(reference=made.reference).closed_at == make.NOW
    with pytest.raises(AlreadyDone):
        withdraw(world, made)


def test_withdrawing_wants_a_reason_and_somebody_who_may():
    world = make.world()
    made = make.sent_case(world)
    with pytest.raises(Refused, match="Say why"):
        withdraw(world, made, reason=" ")
    with pytest.raises(Refused, match="may write"):
        withdraw(world, made, by="dsl")
