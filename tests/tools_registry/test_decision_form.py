"""The pages on which a tool is decided: what is closed and why, the check, and what a tampered or stale post gets."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.http import QueryDict
from django.utils.html import escape

from schools.models import EntryDecider, Role
from tests import make
from tools_registry import answer
from tools_registry.actions import entries
from tools_registry.actions.clearances import NewCondition
from tools_registry.actions.conditions import OwnCondition
from tools_registry.forms.entries import DecisionForm
from tools_registry.models import Clearance, EntryException, RegisterEntry
from tools_registry.queries import decisions
from tools_registry.words import Audience, ConditionKind, DataClass, EntryStatus, SignIn, Subject
from trustai.audit.models import Event
from trustai.rules import Refused

pytestmark = pytest.mark.django_db
STAFF, PUPILS = Audience.STAFF, Audience.PUPILS


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(make.NOW)


@pytest.fixture
def place():
    return make.place(name="Oakfield Park School", published=True)


@pytest.fixture
def head(place, client):
    head = make.member(place, Role.HEAD, who=make.person("Ruth Adeyemi"))
    client.force_login(head)
    return head


@pytest.fixture
def tool(place):
    return make.shared_tool("gemini", edition="School account")


@pytest.fixture
def within(place, tool):
    return make.clearance(place.trust, tool, make.allowance(purposes={"planning", "quizzes", "simplify"}))


def url(place, tool, act="decide"):
    base = f"/office/tools/{tool.public_id}/" if place.is_office else f"/schools/{place.urn}/tools/{tool.public_id}/"
    return f"{base}{act}/" if act else base


def typed(**more):
    """A whole and lawful decision for staff, as a browser posts it."""
    return {
        "who": ["staff"],
        "staff_data": "internal",
        "staff_purposes": ["planning", "quizzes"],
        "equity_note": "Read aloud for those who need it",
        "unsuitable_for": "",
        "review_on": "31 8 2027",
        "revision": "0",
        "own-TOTAL_FORMS": "0",
        "own-INITIAL_FORMS": "0",
        **more,
    }


def post(client, place, tool, step="check", **more):
    """What the page posts: with the clearance that stands now, as a page just opened would show it."""
    shown = Clearance.objects.filter(tool=tool, withdrawn_at=None).order_by("-starts_on", "-pk").first()
    clearance = more.pop("clearance", str(shown.public_id) if shown else "")
    return client.post(url(place, tool), {**typed(**more), "step": step, "clearance": clearance})


def words(response):
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.text)))


class TestTheForm:
    def test_it_offers_the_clearance_to_staff_and_no_more(self, client, place, head, tool, within):
        page = client.get(url(place, tool))
        said = words(page)
        assert page.status_code == 200
        assert f"{within.reference} , signed by" in said
        assert "The trust's clearance" in said
        assert f"clearance {within.reference} does not include pupils. Trust AI policy, section 4." in said
        assert 'value="pupils" id="id_who_1" disabled' in page.text

    def test_what_is_closed_stays_in_sight_with_its_reason_and_clause(self, client, place, head, tool, within):
        said = words(client.get(url(place, tool)))
        assert (
            f"clearance {within.reference} allows staff school information at most. Trust AI policy, section 4." in said
        )
        assert "A person writes these and decides, whatever the tool. No agreement changes it." in said
        assert "Only Microsoft's programs, under the school's account, may write the minutes" in said

    def test_the_uses_the_clearance_leaves_out_are_one_line(self, client, place, head, tool):
        uses = {"planning", "quizzes", "simplify"}
        governors = make.allowance(Audience.GOVERNORS, purposes={"summaries"})
        within = make.clearance(place.trust, tool, make.allowance(purposes=uses), governors)
        page = client.get(url(place, tool))
        for whom in ("staff", "governors and trustees"):
            assert words(page).count(f"clearance {within.reference} does not include this for {whom}.") == 1
        (staff, *_) = re.findall(r"(\d+) uses the clearance does not include</summary>", page.text)
        form = DecisionForm(page=decisions.decide_page(make.standing(head), place, tool.public_id))
        left_out, microsoft = form.sections()[0].uses.closed
        folded = [tick["label"] for tick in left_out.ticks]
        assert microsoft.title == "2 uses that only Microsoft’s programs may do"
        assert len(folded) == int(staff) > 5
        assert all(f"<li>{escape(label)}</li>" in page.text for label in folded)
        assert 'value="planning"' in page.text

    def test_a_primary_head_reads_why_pupils_cannot_have_a_tool_for_13(self, client, tool):
        primary = make.place(ages=(4, 11))
        client.force_login(make.member(primary, Role.HEAD))
        make.clearance(primary.trust, tool, make.allowance(), make.allowance(PUPILS, year_groups=range(14)))
        said = words(client.get(url(primary, tool)))
        assert "The supplier's terms say users must be 13, and ours are younger. Trust AI policy, section 4." in said

    def test_it_starts_with_what_stands(self, client, place, head, tool, within):
        make.approved(
            place, tool, make.allowance(purposes={"quizzes"}), within=within, by=head, equity_note="Read aloud"
        )
        page = client.get(url(place, tool)).text
        assert re.search(r'value="quizzes" id="id_staff_purposes_\d+" checked', page)
        assert not re.search(r'value="planning" id="id_staff_purposes_\d+" checked', page)
        assert "Read aloud" in page
        assert 'name="revision" value="1"' in page

    def test_the_review_date_is_in_12_months_and_never_past_the_clearance(self, client, place, head, tool):
        make.clearance(place.trust, tool, ends_on=date(2027, 3, 1))
        assert 'value="28 2 2027"' in client.get(url(place, tool)).text

    def test_the_facts_and_their_source_stand_beside_it(self, client, place, head, tool, within):
        said = words(client.get(url(place, tool)))
        assert "13 and over" in said
        assert "Confirmed, from The terms, line 1, read 1 September 2026." in said

    def test_parents_and_pupils_work_are_asked_about_only_where_they_matter(self, place, head, client):
        tool = make.shared_tool("young", minimum_age=18, parental_age=13)
        make.agreement(place.trust, tool)
        staff = make.allowance(
            STAFF, DataClass.PERSONAL, subjects={Subject.PUPILS}, purposes={"planning", "pupil_work"}
        )
        make.clearance(place.trust, tool, staff, make.allowance(PUPILS), places=[place])
        page = client.get(url(place, tool)).text
        assert 'name="parents_agreed"' in page
        assert 'name="work_consent"' in page
        plain = make.shared_tool("plain")
        make.clearance(place.trust, plain)
        page = client.get(url(place, plain)).text
        assert 'name="parents_agreed"' not in page
        assert 'name="record_keeper"' not in page

    def test_several_clearances_can_be_chosen_between(self, client, place, head, tool, within):
        newer = make.clearance(place.trust, tool, make.allowance(purposes={"ideas"}))
        page = client.get(url(place, tool))
        assert f"?within={within.public_id}" in page.text
        assert newer.reference in words(page)
        assert within.reference in words(client.get(url(place, tool) + f"?within={within.public_id}"))


def test_personal_data_is_closed_without_an_agreement_open_with_one_and_closed_after_its_last_day(
    client, place, head, tool, time_machine
):
    staff = make.allowance(STAFF, DataClass.PERSONAL, subjects={Subject.STAFF})
    make.clearance(place.trust, tool, staff)
    whole = {"staff_data": "personal", "staff_subjects": ["staff"], "read": "on"}
    closed = "The trust has no data-sharing agreement in force that covers it."
    assert closed in words(client.get(url(place, tool)))
    assert closed in words(post(client, place, tool, "approve", **whole))
    assert not RegisterEntry.objects.exists()

    make.agreement(place.trust, tool, ends_on=date(2027, 3, 1))
    assert closed not in words(client.get(url(place, tool)))
    assert post(client, place, tool, "approve", **whole).status_code == 302
    assert "Personal data may go in about staff" in words(client.get(url(place, tool, "")))

    time_machine.move_to(datetime(2027, 2, 28, 12, tzinfo=UTC))
    client.force_login(head)
    assert "Personal data may go in about staff" in words(client.get(url(place, tool, "")))
    time_machine.move_to(datetime(2027, 3, 1, 0, 30, tzinfo=UTC))
    client.force_login(head)
    assert "Never put in anything about a person." in words(client.get(url(place, tool, "")))
    assert closed in words(client.get(url(place, tool)))


class TestMistakes:
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"who": []}, "Choose who may use it"),
            ({"staff_data": ""}, "Choose what staff may put in, at most"),
            ({"staff_purposes": []}, "Choose at least one thing staff may use it for"),
            ({"review_on": "31 8 2028"}, "Type a day on or before 23 November 2027, when the clearance ends"),
            ({"review_on": "24 11 2026"}, "Type a day on or after 25 November 2026"),
            ({"review_on": "soon"}, "Type a day like 31 8 2027"),
            ({"equity_note": ""}, "Say what you considered about SEND and equal access"),
        ],
    )
    def test_say_what_to_do_in_the_summary_and_at_the_field(self, client, place, head, tool, within, wrong, sentence):
        page = post(client, place, tool, **wrong)
        assert words(page).count(sentence) == 2
        assert "Decide: Gemini" in words(page)

    def test_what_was_typed_is_kept(self, client, place, head, tool, within):
        page = post(client, place, tool, staff_purposes=[], unsuitable_for="Anyone without a screen reader")
        assert "Anyone without a screen reader" in page.text
        assert "Read aloud for those who need it" in page.text

    @pytest.mark.parametrize(
        ("forced", "sentence"),
        [
            ({"who": ["staff", "pupils"]}, "does not include pupils. Trust AI policy, section 4."),
            ({"staff_data": "personal"}, "allows staff school information at most. Trust AI policy, section 4."),
            ({"staff_purposes": ["safeguarding"]}, "No agreement changes it. Trust AI policy, section 5."),
            ({"staff_purposes": ["minutes"]}, "and only when everybody is told first and can say no. Trust AI policy"),
            ({"staff_purposes": ["ideas"]}, "does not include this for staff. Trust AI policy, section 4."),
            (
                {"exceptions": ["formal_letters"]},
                "without personal data, which may not go in. Trust AI policy, section 4.",
            ),
        ],
    )
    def test_a_forced_closed_choice_is_refused_in_the_same_words(
        self, client, place, head, tool, within, forced, sentence
    ):
        shown = words(client.get(url(place, tool)))
        page = post(client, place, tool, "approve", read="on", **forced)
        assert sentence in shown
        assert words(page).count(sentence) > shown.count(sentence)
        assert not RegisterEntry.objects.exists()

    def test_a_use_that_needs_more_data_than_was_picked_is_explained(self, client, place, head, tool):
        make.agreement(place.trust, tool)
        make.clearance(
            place.trust,
            tool,
            make.allowance(STAFF, DataClass.PERSONAL, subjects={Subject.PUPILS}, purposes={"planning", "reports"}),
        )
        page = post(client, place, tool, staff_purposes=["reports"])
        assert "cannot be done without personal data about pupils. Allow that too, or leave this out." in words(page)
        page = post(client, place, tool, staff_purposes=["reports"], staff_data="personal")
        assert "Choose whose personal data staff may put in" in words(page)

    def test_an_exception_needs_a_reason_and_an_end(self, client, place, head, tool):
        make.agreement(place.trust, tool)
        letters = make.allowance(
            STAFF, DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"planning", "formal_letters"}
        )
        make.clearance(place.trust, tool, letters)
        whole = {"staff_data": "personal", "staff_subjects": ["staff"], "staff_purposes": ["planning"]}
        page = post(client, place, tool, exceptions=["formal_letters"], **whole)
        assert "Say why the exception is allowed" in words(page)
        assert "Type the last day of the exception" in words(page)
        done = post(
            client,
            place,
            tool,
            "approve",
            read="on",
            exceptions=["formal_letters"],
            exception_reason="One appeal",
            exception_ends="31 1 2027",
            **whole,
        )
        assert done.status_code == 302
        assert EntryException.objects.get().ends_on == date(2027, 2, 1)


class TestOwnConditions:
    ONE = {
        "own-TOTAL_FORMS": "1",
        "own-0-words": "Brief the staff",
        "own-0-kind": "by_date",
        "own-0-due_on": "12 12 2026",
    }

    def test_one_more_can_be_added_and_nothing_typed_is_lost(self, client, place, head, tool, within):
        page = post(client, place, tool, "add", staff_purposes=[], **self.ONE)
        assert "Your own condition 2" in words(page)
        assert 'value="Brief the staff"' in page.text
        assert 'class="wrong"' not in page.text

    def test_a_condition_by_a_date_needs_its_date(self, client, place, head, tool, within):
        page = post(client, place, tool, **{**self.ONE, "own-0-due_on": ""})
        assert words(page).count("Type the last day to do it, like 31 8 2027") == 2

    def test_a_new_one_by_a_day_that_has_passed_is_refused_at_the_date(self, client, place, head, tool, within):
        page = post(client, place, tool, "approve", read="on", **{**self.ONE, "own-0-due_on": "23 11 2026"})
        assert words(page).count("23 November 2026 has passed. Type today or a later day") == 2
        assert 'href="#id_own-0-due_on"' in page.text
        assert not RegisterEntry.objects.exists()
        today = post(client, place, tool, "approve", read="on", **{**self.ONE, "own-0-due_on": "24 11 2026"})
        assert today.status_code == 302

    def test_a_day_typed_for_a_condition_without_one_holds_nothing_up(self, client, place, head, tool, within):
        plain = {**self.ONE, "own-0-kind": "always", "own-0-due_on": "soon"}
        assert post(client, place, tool, "approve", read="on", **plain).status_code == 302
        assert RegisterEntry.objects.get().conditions.get().due_on is None

    def test_the_action_refuses_it_too(self, place, head, tool, within):
        late = OwnCondition(ConditionKind.BY_DATE, "Brief the staff", due_on=date(2026, 11, 23))
        with pytest.raises(Refused, match="23 November 2026 has passed"):
            make.approved(place, tool, within=within, by=head, conditions=(late,))

    def test_one_that_stands_and_is_late_stays(self, client, place, head, tool, within, time_machine):
        due = OwnCondition(ConditionKind.BY_DATE, "Brief the staff", due_on=date(2026, 12, 12))
        make.approved(place, tool, within=within, by=head, conditions=(due,))
        time_machine.move_to(datetime(2027, 1, 4, 9, tzinfo=UTC))
        client.force_login(head)
        page = client.get(url(place, tool)).text
        assert 'name="own-0-due_on" value="12 12 2026"' in page
        assert "<span>By 12 December 2026: Brief the staff</span></summary>" in page
        owner = {"own-0-owner_role": "head"}
        done = post(client, place, tool, "approve", read="on", revision="1", **self.ONE, **owner)
        assert done.status_code == 302
        assert RegisterEntry.objects.get().conditions.get(withdrawn_at=None).due_on == date(2026, 12, 12)
        other = post(client, place, tool, revision="2", **{**self.ONE, **owner, "own-0-words": "Brief everybody"})
        assert "12 December 2026 has passed" in words(other)

    def test_adding_one_leads_to_its_first_field(self, client, place, head, tool, within):
        assert 'value="add" formaction="#new-condition"' in client.get(url(place, tool)).text
        page = post(client, place, tool, "add", **self.ONE).text
        (field,) = re.findall(r'<input[^>]*id="new-condition"[^>]*>', page)
        assert 'name="own-1-words"' in field
        assert "autofocus" in field
        assert '<label class="form-label" for="new-condition">' in page

    def test_it_stands_on_the_entry(self, client, place, head, tool, within):
        post(client, place, tool, "approve", read="on", **self.ONE)
        condition = RegisterEntry.objects.get().conditions.get()
        assert (condition.words, condition.kind, condition.due_on) == ("Brief the staff", "by_date", date(2026, 12, 12))

    def test_emptied_it_is_taken_off(self, client, place, head, tool, within):
        rule = OwnCondition(ConditionKind.ALWAYS, "Keep the logs")
        make.approved(place, tool, within=within, by=head, conditions=(rule,))
        assert 'value="Keep the logs"' in client.get(url(place, tool)).text
        post(client, place, tool, "approve", read="on", revision="1", **{"own-TOTAL_FORMS": "1", "own-0-words": ""})
        assert not RegisterEntry.objects.get().conditions.filter(withdrawn_at=None).exists()


class TestTheCheck:
    def test_it_says_what_staff_will_read_and_carries_everything_along(self, client, place, head, tool, within):
        page = post(client, place, tool, unsuitable_for="Reception")
        said = words(page)
        assert "Yes, for lesson planning and quizzes. Never put in anything about a person." in said
        assert "Staff. Not pupils. Not governors and trustees. Not visitors." in said
        assert "School information" in said
        assert f"{within.reference}, valid until 23 November 2027" in said
        assert "Recorded as Ruth Adeyemi, Headteacher" in said
        assert '<input type="hidden" name="unsuitable_for" value="Reception">' in page.text
        assert page.text.count('name="staff_purposes"') == 2

    def test_back_shows_the_form_as_it_was_typed(self, client, place, head, tool, within):
        page = post(client, place, tool, "edit", staff_purposes=["simplify"], review_on="1 3 2027")
        assert 'value="1 3 2027"' in page.text
        assert re.search(r'value="simplify" id="id_staff_purposes_\d+" checked', page.text)
        assert not re.search(r'value="quizzes" id="id_staff_purposes_\d+" checked', page.text)

    def test_a_condition_before_use_makes_it_not_yet(self, client, place, head, tool, within):
        page = post(
            client,
            place,
            tool,
            **{"own-TOTAL_FORMS": "1", "own-0-words": "Brief the staff", "own-0-kind": "before_use"},
        )
        said = words(page)
        assert "Not yet: something has to be done first." in said
        assert "Not yet: Brief the staff. Nobody may use it until this is done." in said
        assert "Why not pupils?" not in said

    def test_it_lists_the_conditions_of_the_clearance_with_owner_and_date(self, client, place, head, tool):
        by = make.member(place.trust, Role.DEPUTY_DPO)
        asked = {"public_words": "", "audiences": frozenset(), "set_by_role": Role.DEPUTY_DPO, "set_by_id": by.pk}
        make.clearance(
            place.trust,
            tool,
            conditions=(
                NewCondition(
                    kind=ConditionKind.BY_DATE,
                    words="Everybody has had the briefing",
                    due_on=date(2026, 12, 11),
                    owner_role=Role.AI_LEAD,
                    is_per_person=True,
                    **asked,
                ),
                NewCondition(
                    kind=ConditionKind.ALWAYS, words="A teacher is there", due_on=None, owner_role=Role.STAFF, **asked
                ),
            ),
        )
        said = words(post(client, place, tool, **TestOwnConditions.ONE))
        briefing = (
            "By 11 December 2026: Everybody has had the briefing Owner: AI lead. Each person does it. Not done yet."
        )
        assert briefing in words(client.get(url(place, tool)))
        assert f"The clearance’s conditions {briefing} Always: A teacher is there Owner: Staff." in said
        assert "Our conditions By 12 December 2026: Brief the staff Owner: Headteacher." in said

    def test_it_shows_what_the_card_of_the_look_up_says(self, client, place, head, tool, within):
        shown = words(post(client, place, tool, unsuitable_for="Reception")).partition("Your answers")[0]
        post(client, place, tool, "approve", read="on", unsuitable_for="Reception")
        card = words(client.get("/look-up/", {"q": "gemini"}))
        for part in (
            "Yes, for lesson planning and quizzes.",
            "Pupils no: your school has not opened it to pupils",
            "Not suitable for Reception",
            "School information",
        ):
            assert part in shown
            assert part in card
        assert "Planning lessons and units of work; Quizzes and model answers" in shown

    def test_what_would_be_closed_says_why(self, client, place, head, tool, within):
        make.approved(place, tool, within=within, by=head)
        entries.suspend(
            tool_id=tool.pk,
            trust_id=place.trust_id,
            place_id=place.pk,
            reason="A breach",
            by=head,
            standing=make.standing(head),
            at=make.NOW,
        )
        said = words(post(client, place, tool, revision="1"))
        assert "Suspended on 24 November 2026: stop using it." in said
        assert "It was suspended on 24 November 2026 by the Headteacher." in said

    def test_pupils_wait_for_the_safeguarding_lead_in_the_preview_as_they_do_after(self, client, place, head, tool):
        make.agreement(place.trust, tool)
        make.clearance(place.trust, tool, make.allowance(), make.allowance(PUPILS, year_groups=range(9, 12)))
        pupils = {"pupils_data": "none", "pupils_purposes": ["practice"], "pupils_years": ["9", "10"]}
        whole = {"who": ["staff", "pupils"], "staff_purposes": ["planning"], **pupils}
        preview = words(post(client, place, tool, **whole)).partition("Your answers")[0]
        assert "Pupils may not use it until this is done." in preview
        assert "Pupils no:" in preview
        done = post(client, place, tool, "approve", read="on", **whole)
        said = words(client.get(done.url))
        assert "is approved for Oakfield Park School. The list changes at once. Not yet for pupils." in said

    def test_what_has_to_be_done_first_is_said_instead_of_approved(self, client, place, head, tool, within):
        first = {"own-TOTAL_FORMS": "1", "own-0-words": "Brief the staff.", "own-0-kind": "before_use"}
        said = words(client.get(post(client, place, tool, "approve", read="on", **first).url))
        assert "nobody may use it yet. To be done first: Brief the staff." in said
        assert "The list changes at once" not in said

    def test_it_wants_the_tick(self, client, place, head, tool, within):
        page = post(client, place, tool, "approve")
        assert "Tick that you have read what the decision rests on" in words(page)
        assert not RegisterEntry.objects.exists()

    def test_approved_it_leads_to_the_page_of_the_tool(self, client, place, head, tool, within):
        done = post(client, place, tool, "approve", read="on")
        assert (done.status_code, done.url) == (302, url(place, tool, ""))
        assert "is approved for Oakfield Park School" in words(client.get(done.url))
        entry = RegisterEntry.objects.get()
        assert (entry.decided_by, entry.equity_note) == (head, "Read aloud for those who need it")


class TestStaleAndRepeated:
    def decide_meanwhile(self, place, tool, within, by, **more):
        make.approved(place, tool, make.allowance(purposes={"simplify"}), within=within, by=by, **more)

    @pytest.mark.parametrize("step", ["check", "approve"])
    def test_a_stale_page_is_a_conflict_that_keeps_what_was_typed(self, client, place, head, tool, within, step):
        self.decide_meanwhile(place, tool, within, make.member(place, Role.HEAD, who=make.person("Other Head")))
        page = post(client, place, tool, step, read="on", unsuitable_for="Reception")
        assert page.status_code == 409
        assert 'value="Reception"' in page.text
        assert "It is now approved, by Other Head, 24 November 2026 at 09:00." in words(page)
        assert 'name="revision" value="1"' in page.text
        assert RegisterEntry.objects.get().revision == 1

    def test_and_can_then_be_sent_again(self, client, place, head, tool, within):
        self.decide_meanwhile(place, tool, within, make.member(place, Role.HEAD))
        assert post(client, place, tool, "approve", read="on", revision="1").status_code == 302
        assert RegisterEntry.objects.get().revision == 2

    def test_the_same_post_twice_decides_once(self, client, place, head, tool, within):
        for _ in range(2):
            assert post(client, place, tool, "approve", read="on").status_code == 302
        assert Event.objects.filter(kind__startswith="entry.").count() == 1
        assert "decided already" in words(client.get(place.register_url()))


class TestWhoMayOpenIt:
    @pytest.mark.parametrize("role", [Role.STAFF, Role.AI_LEAD, Role.DSL, Role.GOVERNOR])
    def test_others_at_the_school_read_who_can(self, client, place, tool, within, role):
        client.force_login(make.member(place, role))
        for given in (client.get(url(place, tool)), post(client, place, tool, "approve", read="on")):
            assert given.status_code == 403
            assert "Only the headteacher decides this for Oakfield Park School." in words(given)

    @pytest.mark.parametrize("act", ["decide", "decline", "withdraw", "suspend", ""])
    def test_a_stranger_gets_a_404(self, client, place, tool, within, act):
        client.force_login(make.member(make.place(place.trust), Role.HEAD))
        assert client.get(url(place, tool, act)).status_code == 404

    def test_a_tool_of_another_trust_is_a_404(self, client, place, head):
        assert client.get(url(place, make.own_tool(make.trust()))).status_code == 404

    def test_without_a_clearance_there_is_nothing_to_decide(self, client, place, head, tool):
        answer = client.get(url(place, tool))
        assert answer.status_code == 403
        assert "The trust has not cleared it, so nothing can be allowed." in words(answer)

    def test_a_head_where_the_trust_decides_is_told_to_narrow_and_cannot_widen(self, client, tool):
        place = make.place(make.trust(entry_decider=EntryDecider.TRUST))
        lead, head = make.member(place.trust, Role.TRUST_LEAD), make.member(place, Role.HEAD)
        wide = make.clearance(place.trust, tool, make.allowance(purposes={"planning", "quizzes", "ideas"}))
        make.approved(place, tool, within=wide, by=lead)
        client.force_login(head)
        assert "You can take away from what is allowed here, not add to it." in words(client.get(url(place, tool)))
        page = post(client, place, tool, "approve", read="on", revision="1", staff_purposes=["ideas"])
        assert "The headteacher may narrow it or suspend it, not widen it." in words(page)
        done = post(client, place, tool, "approve", read="on", revision="1", staff_purposes=["quizzes"])
        assert done.status_code == 302

    def test_and_has_nothing_to_open_where_nothing_stands(self, client, tool):
        place = make.place(make.trust(entry_decider=EntryDecider.TRUST))
        make.clearance(place.trust, tool)
        client.force_login(make.member(place, Role.HEAD))
        assert client.get(url(place, tool)).status_code == 403

    def test_the_trust_lead_decides_for_the_office(self, client, place, tool, within):
        office = make.office(place.trust)
        client.force_login(make.member(place.trust, Role.TRUST_LEAD))
        assert "Who may use it at Trust office?" in words(client.get(url(office, tool)))
        assert post(client, office, tool, "approve", read="on").status_code == 302
        assert RegisterEntry.objects.get().place == office


def test_the_form_and_the_rules_agree(place, head, tool):
    """Whatever the form accepts, the action accepts."""
    make.agreement(place.trust, tool)
    make.clearance(
        place.trust,
        tool,
        *(
            make.allowance(audience, DataClass.PERSONAL, subjects=set(Subject), purposes=PLENTY)
            for audience in Audience
        ),
        places=[place],
    )
    page = decisions.decide_page(make.standing(head), place, tool.public_id)
    for data in DataClass:
        for purpose in PLENTY:
            form = DecisionForm(
                querydict(typed(staff_data=data, staff_subjects=["pupils"], staff_purposes=[purpose])), page=page
            )
            if form.is_valid():
                entries._check_may_approve(make.standing(head), place, tool, None, form.decision(0), at=make.NOW)


PLENTY = {"planning", "quizzes", "reports", "office", "minutes", "practice", "pupil_work"}


def querydict(values):
    filled = QueryDict(mutable=True)
    for name, value in values.items():
        filled.setlist(name, value if isinstance(value, list) else [value])
    return filled


def test_the_page_costs_the_same_whatever_stands(client, place, head, tool, within, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        client.get(url(place, tool))
    make.approved(place, tool, within=within, by=head)
    with django_assert_max_num_queries(16):
        client.get(url(place, tool))


def test_a_tool_with_a_school_account_can_be_given_to_staff_only_with_the_sign_up_cleared(client, place, head):
    tool = make.shared_tool("account", sign_in=SignIn.SCHOOL)
    make.clearance(place.trust, tool, staff_sign_up=False)
    said = words(client.get(url(place, tool)))
    assert "Signing up gives the supplier a name and a work e-mail address" in said


def test_nobody_decides_within_a_clearance_they_did_not_read(client, place, head, tool, within):
    uses = frozenset({"ideas", "planning", "quizzes", "simplify", "summaries"})
    make.clearance(place.trust, tool, make.allowance(purposes=uses), replaces_id=within.pk)

    page = post(client, place, tool, "approve", read="on", clearance=str(within.public_id))

    assert page.status_code == 409
    assert "The clearance has been replaced while you were reading" in page.text
    assert not RegisterEntry.objects.filter(place=place, tool=tool).exists()


def test_an_exception_needs_no_word_in_the_clearance(place, tool):
    """Senior leadership makes it at the place, recorded and with an end (policy, appendix 1)."""
    live = answer.OnePurposeException("formal_letters", make.TODAY, make.TODAY + timedelta(days=30))
    everything = answer.Allowance(
        Audience.STAFF, DataClass.PERSONAL, frozenset({Subject.STAFF}), frozenset({"drafting", "formal_letters"})
    )
    cleared = replace(everything, purposes=frozenset({"drafting"}))
    situation = answer.Situation(
        answer.ToolFacts("Chat", 13, age_confirmed=True, sign_in=SignIn.NONE),
        answer.PlaceFacts(1),
        answer.Entry(EntryStatus.APPROVED, 1, (everything,), exceptions=(live,)),
        (answer.Clearance(1, "OST-2026-0001", make.TODAY, None, (cleared,)),),
        (answer.Agreement(make.TODAY, None, DataClass.PERSONAL, frozenset({Subject.STAFF})),),
    )

    with_it = answer.answer(situation, make.TODAY).of(Audience.STAFF)
    ended = answer.answer(situation, live.ends_on).of(Audience.STAFF)

    assert with_it.purposes == ("drafting", "formal_letters")
    assert ended.purposes == ("drafting",)
