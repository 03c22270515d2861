"""Every page of a case: who gets it, what it says, that it keeps what was typed, and how often it asks the database."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from dpia.actions import cases
from dpia.models import AskedAllowance, Comment, Measure, Risk
from dpia.queries import cases as case_queries
from dpia.queries import lists, panel, reviewing, risks, sections
from dpia.queries import signing as signing_queries
from dpia.queries.lists import Wanted
from dpia.queries.papers import paper
from dpia.queries.waiting import waiting
from dpia.workflow import Status, Verdict
from schools.models import Role
from tests import make
from tools_registry.models import Clearance, ToolChange
from tools_registry.words import Audience

pytestmark = pytest.mark.django_db
STAFF = make.allowance()
PUPILS = make.allowance(Audience.PUPILS)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(make.NOW)


@pytest.fixture
def as_(client):
    def signed_in(world, who):
        client.force_login(world.people[who], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


def url(name, made, *more):
    return reverse(f"dpia:{name}", args=[made.reference, *more])


# Who gets which page -------------------------------------------------------------------------------------------------

READ = ["case", "screening", "who", "risks", "review", "sign", "advice", "ico", "section"]
WRITE = ["who_edit", "risk_new", "withdraw"]
MORE = {"section": ["what"], "who_edit": ["staff"]}


@pytest.mark.parametrize("name", READ + WRITE)
def test_a_stranger_and_staff_get_nothing(as_, name):
    world, other = make.world(), make.world()
    made = make.sent_case(world)
    address = url(name, made, *MORE.get(name, []))
    assert as_(other, "trustlead").get(address).status_code == 404
    assert as_(world, "staff").get(address).status_code == 404
    assert as_(world, "staff").post(address).status_code in {404, 405}


@pytest.mark.parametrize(
    "who", ["ailead", "head", "dsl", "governor", "network", "deputydpo", "dpo", "trustlead", "admin"]
)
def test_whoever_sees_the_case_reads_every_page(as_, who):
    world = make.world()
    made = make.sent_case(world, STAFF, PUPILS)
    for name in READ:
        assert as_(world, who).get(url(name, made, *MORE.get(name, []))).status_code == 200, name


POSTS = {
    "send": "may write this case",
    "withdraw": "may write this case",
    "screening": "may write this case",
    "section": "may write this case",
    "who_edit": "may write this case",
    "risk_new": "may write this case",
    "advice": "Only the Data Protection Officer",
    "ico": "Only the Data Protection Officer",
    "review": "Those who review this case",
}


@pytest.mark.parametrize(("name", "sentence"), list(POSTS.items()))
def test_an_act_one_may_not_do_is_refused_with_the_sentence_that_says_who_can(as_, name, sentence):
    world = make.world()
    made = make.sent_case(world)
    response = as_(world, "governor").post(url(name, made, *MORE.get(name, [])), {"revision": made.revision})
    assert response.status_code == 403
    assert sentence in response.text


def test_what_belongs_to_another_case_is_a_404_at_every_depth(as_):
    world = make.world()
    made = make.case(world)
    other = make.case(make.World(world.trust, world.place, make.shared_tool("other"), world.people))
    risk = make.add_risk(world, other)
    measure = Measure.objects.get(risk=risk)
    comment = Comment.objects.create(
        trust=world.trust,
        assessment=other,
        section="what",
        on_version=0,
        text="x",
        by=world.people["head"],
        at=make.NOW,
    )
    client = as_(world, "ailead")
    for name, key in [
        ("risk", risk.public_id),
        ("risk_off", risk.public_id),
        ("measure_new", risk.public_id),
        ("measure", measure.public_id),
        ("measure_off", measure.public_id),
        ("settle", comment.public_id),
    ]:
        assert client.post(url(name, made, key), {"revision": 1}).status_code == 404, name


def test_what_is_no_address_is_a_404(as_):
    world = make.world()
    made = make.case(world)
    client = as_(world, "ailead")
    for address in ["/dpia/XX-2026-0001/", f"/dpia/{made.reference}/nothing/", f"/dpia/{made.reference}/who/nobody/"]:
        assert client.get(address).status_code == 404, address
    assert client.get(url("section", made, "children")).status_code == 404, "no pupil is concerned"
    assert client.get(url("review", made)).status_code == 404, "nothing was sent"
    assert client.get(url("pdf", made)).status_code == 404
    assert client.post(f"/dpia/{made.reference}/answer/what.nothing/").status_code == 404


# The list ------------------------------------------------------------------------------------------------------------


class TestList:
    def test_it_shows_what_is_in_sight_and_says_what_to_do_when_nothing_is(self, as_):
        world = make.world()
        page = as_(world, "head").get("/dpia/").text
        assert "No tool has been looked at yet" in page
        assert "Start a case" in page
        assert "Start a case" not in as_(world, "governor").get("/dpia/").text
        made = make.case(world)
        assert made.reference in as_(world, "governor").get("/dpia/").text

    def test_filters_find_and_take_off(self, as_):
        world = make.world()
        made = make.sent_case(world)
        client = as_(world, "network")
        for query in [
            f"words={made.reference}",
            "status=in_review",
            "status=open",
            "mine=waiting",
            f"tool={world.tool.public_id}",
        ]:
            assert made.reference in client.get(f"/dpia/?{query}").text, query
        for query in ["words=nothing-like-it", "status=signed", "mine=written", "status=attention"]:
            assert "No case fits" in client.get(f"/dpia/?{query}").text, query
        assert made.reference in client.get("/dpia/?sort=tool&page=99").text

    def test_the_queue_has_the_next_due_first(self):
        world = make.world()
        late = make.sent_case(world)
        other = make.World(world.trust, world.place, make.shared_tool("other"), world.people)
        soon = make.sent_case(other)
        soon.reviews.update(due_on=date(2026, 11, 26))
        rows = lists.list_page(world.standing("deputydpo"), Wanted(mine="waiting"), 1).rows
        assert [row.reference for row in rows] == [soon.reference, late.reference]

    def test_the_file_holds_what_the_list_shows(self, as_):
        world = make.world()
        made = make.case(world)
        response = as_(world, "head").get("/dpia/cases.csv")
        assert response["Content-Type"].startswith("text/csv")
        assert made.reference in response.content.decode()

    def test_a_tool_that_changed_since_needs_attention(self, as_):
        world = make.world()
        made = make.signed_case(world)
        ToolChange.objects.create(
            tool=world.tool,
            kind="terms",
            summary="x",
            effective_on=make.TODAY,
            at=make.NOW + timedelta(hours=1),
        )
        assert "Needs attention" in as_(world, "head").get("/dpia/").text
        assert made.reference in as_(world, "head").get("/dpia/?status=attention").text
        assert "has changed since this was signed" in as_(world, "head").get(made.get_absolute_url()).text


# Writing -------------------------------------------------------------------------------------------------------------


class TestStart:
    def test_it_opens_the_case(self, as_):
        world = make.world()
        said = {"tool": world.tool.public_id, "reach": "places", "places": [world.place.public_id]}
        response = as_(world, "ailead").post("/dpia/start/", said)
        assert re.fullmatch(r"/dpia/T\d+-2026-0001/", response.url)

    def test_from_a_request_it_names_it_and_takes_it_forward(self, as_):
        world = make.world()
        asked = make.request(world.place, world.tool)
        client = as_(world, "head")
        page = client.get(f"/dpia/start/?request={asked.public_id}").text
        assert "1 person has" in " ".join(page.split())
        said = {"tool": world.tool.public_id, "reach": "places", "places": [world.place.public_id]}
        client.post(f"/dpia/start/?request={asked.public_id}", said)
        assert AskedAllowance.objects.filter(audience="staff").exists()

    def test_mistakes_are_named_and_what_was_typed_is_kept(self, as_):
        world = make.world()
        response = as_(world, "ailead").post("/dpia/start/", {"tool": world.tool.public_id, "reach": "trust"})
        assert "Only the Network Team, the Deputy DPO or the trust lead" in response.text
        response = as_(world, "network").post("/dpia/start/", {"tool": "", "reach": "places"})
        assert "Choose the tool the case is about" in response.text
        assert "Choose at least one place, or the whole trust" in response.text

    def test_only_what_a_case_of_theirs_could_replace_is_offered(self, as_):
        world = make.world()
        wide = make.clearance(world.trust, world.tool)
        both = make.clearance(world.trust, world.tool, places=[world.place, make.place(world.trust)])
        old = make.clearance(world.trust, world.tool, places=[world.place])
        own = make.clearance(world.trust, world.tool, places=[world.place], replaces_id=old.pk)
        seen = {who: as_(world, who).get("/dpia/start/").text for who in ("head", "trustlead")}
        offered = {who: {c for c in (wide, both, old, own) if c.reference in page} for who, page in seen.items()}
        assert offered == {"head": {own}, "trustlead": {wide, both, own}}

    def test_not_for_everybody(self, as_):
        assert as_(make.world(), "governor").get("/dpia/start/").status_code == 403


class TestSection:
    def test_answers_are_saved_and_lead_on(self, as_):
        world = make.world()
        made = make.case(world)
        response = as_(world, "ailead").post(url("section", made, "what"), {"what_aim": "To plan lessons."})
        assert response.url == url("section", made, "data")
        assert made.answers.get().value == "To plan lessons."

    def test_an_unfinished_yes_is_named_beside_its_field(self, as_):
        world = make.world()
        made = make.case(world)
        said = {"before_notices": "yes", "before_views": "no", "before_filtering": "yes", "before_filtering__on": "x"}
        page = as_(world, "ailead").post(url("section", made, "before-use"), said).text
        assert "Type the day it was done" in page
        assert "Say why not" in page
        assert "Type a day like 31 8 2027" in page

    def test_an_overtaken_page_is_a_409_that_keeps_what_was_typed(self, as_):
        world = make.world()
        made = make.case(world)
        make.answer_question(world, made, "what.aim", "The head's words", by="head")
        said = {"what_aim": "My own words", "what_aim__revision": "0"}
        response = as_(world, "ailead").post(url("section", made, "what"), said)
        assert response.status_code == 409
        assert "My own words" in response.text
        assert made.answers.get().value == "The head's words"

    def test_it_saves_itself_as_one_types(self, as_):
        world = make.world()
        made = make.case(world)
        client = as_(world, "ailead")
        address = url("answer", made, "what.aim")
        first = client.post(address, {"what_aim": "To plan", "what_aim__revision": "0"})
        assert 'value="1"' in first.text
        assert "Saved at 09:00" in first.text
        client.post(address, {"what_aim": "To plan lessons", "what_aim__revision": "1"})
        assert made.answers.get().revision == 2
        assert client.post(address, {"what_aim": "x", "what_aim__revision": "1"}).status_code == 409

    def test_a_half_finished_yes_is_kept_as_it_is_typed(self, as_):
        world = make.world()
        made = make.case(world)
        client = as_(world, "ailead")
        client.post(url("answer", made, "before.notices"), {"before_notices": "yes"})
        assert made.answers.get().value == {"state": "yes", "on": "", "note": ""}
        page = client.post(url("answer", made, "before.notices"), {"before_notices__on": "31 31"}).text
        assert "cannot be read yet" in page

    def test_readers_see_the_answers_and_no_form(self, as_):
        world = make.world()
        made = make.sent_case(world)
        page = as_(world, "dsl").get(url("section", made, "what")).text
        assert "What there is to say about what.aim." in page
        assert 'name="what_aim"' not in page


class TestScreening:
    def test_it_is_ticked_with_what_is_known_and_says_what_it_means(self, as_):
        world = make.world()
        made = make.case(world)
        make.drafts.set_asked(assessment_id=made.pk, asked=PUPILS, revision=0, **world.acts("ailead"))
        client = as_(world, "ailead")
        page = client.get(url("screening", made)).text
        assert len(re.findall(r'name="ticks"[^>]* checked', page)) == 3
        client.post(url("screening", made), {"ticks": ["ico_1", "european_7", "european_8"], "revision": 0})
        assert "A DPIA is needed." in client.get(url("screening", made)).text

    def test_what_is_taken_off_wants_a_reason_and_the_ticks_are_kept(self, as_):
        world = make.world()
        made = make.case(world)
        page = as_(world, "ailead").post(url("screening", made), {"ticks": ["ico_10"], "revision": 0}).text
        assert "Say why this does not apply" in page
        assert re.search(r'value="ico_10"[^>]* checked', page)

    def test_a_stale_page_is_a_409(self, as_):
        world = make.world()
        made = make.case(world)
        make.screen_case(world, made)
        said = {"ticks": ["ico_1", "european_8", "ico_10"], "revision": 0}
        assert as_(world, "head").post(url("screening", made), said).status_code == 409


class TestWho:
    def test_an_audience_is_asked_for_changed_and_taken_off(self, as_):
        world = make.world()
        made = make.case(world)
        client = as_(world, "ailead")
        said = {"data_class": "none", "purposes": ["practice"], "years": ["9", "10"], "revision": 0}
        assert client.post(url("who_edit", made, "pupils"), said).url == url("who", made)
        assert "Years 9 and 10" in client.get(url("who", made)).text
        assert client.post(url("who_edit", made, "pupils"), said).status_code == 409
        client.post(url("who_off", made, "pupils"), {"revision": 1})
        assert not made.asked.filter(withdrawn_at=None).exists()

    def test_what_the_rules_close_is_shown_with_the_reason(self, as_):
        world = make.world()
        made = make.case(world)
        page = as_(world, "ailead").get(url("who_edit", made, "staff")).text
        assert "Only Microsoft" in page
        said = {"data_class": "personal", "purposes": ["minutes"], "revision": 0}
        page = as_(world, "ailead").post(url("who_edit", made, "staff"), said).text
        assert "Personal data goes in: say whose" in page


class TestRisks:
    def test_a_risk_and_a_measure_are_added_changed_and_taken_off(self, as_):
        world = make.world()
        made = make.case(world)
        client = as_(world, "ailead")
        said = {"description": "A leak.", "likelihood": "possible", "severity": "severe", "level": "high"}
        added = client.post(url("risk_new", made), said)
        risk = Risk.objects.get(assessment=made)
        assert added.url == url("measure_new", made, risk.public_id)
        client.post(added.url, {"description": "Encrypted.", "effect": "reduced", "due_on": "12 1 2027"})
        left = {"residual_likelihood": "remote", "residual_severity": "minimal", "residual": "low", "revision": 1}
        client.post(url("risk", made, risk.public_id), said | left)
        page = client.get(url("risks", made)).text
        assert "Encrypted." in page
        assert "by 12 January 2027" in page
        assert client.post(url("risk", made, risk.public_id), said | left).status_code == 409
        client.post(url("risk_off", made, risk.public_id), {"revision": 2})
        assert "Name the first risk to people" in client.get(url("risks", made)).text

    def test_a_level_that_departs_wants_a_reason(self, as_):
        world = make.world()
        made = make.case(world)
        said = {"description": "A leak.", "likelihood": "possible", "severity": "severe", "level": "low"}
        page = as_(world, "ailead").post(url("risk_new", made), said).text
        assert "The grid suggests “high” for this" in page


# One case ------------------------------------------------------------------------------------------------------------


class TestCase:
    def test_the_closed_button_lists_what_is_missing_with_links(self, as_):
        world = make.world()
        made = make.case(world)
        page = as_(world, "ailead").get(made.get_absolute_url()).text
        assert "Send to the teams" in page
        assert 'aria-disabled="true"' in page
        assert f'href="{url("section", made, "what")}#q-what_aim"' in page

    def test_it_is_sent_once_all_is_there(self, as_):
        world = make.world()
        made = make.case(world)
        make.write_case(world, made)
        client = as_(world, "ailead")
        made.refresh_from_db()
        assert "Everything is answered" in client.get(made.get_absolute_url()).text
        assert client.post(url("send", made), {"revision": made.revision}).url == made.get_absolute_url()
        assert client.post(url("send", made), {"revision": made.revision}).status_code == 302
        made.refresh_from_db()
        assert (made.status, made.version) == (Status.IN_REVIEW, 1)

    def test_it_tells_its_story_by_name(self, as_):
        world = make.world()
        made = make.signed_case(world)
        page = as_(world, "trustee").get(made.get_absolute_url()).text
        head = world.people["head"].name
        assert f"{head} signed as Headteacher, and the clearance was issued." in page
        assert "advised that it may go ahead" in page

    @pytest.mark.parametrize("status", ["draft", "changes", "ready", "declined", "withdrawn"])
    def test_it_can_be_read_at_every_status(self, as_, status):
        world = make.world()
        made = make.case(world) if status == "draft" else make.sent_case(world)
        if status == "changes":
            make.verdict(world, made, "network", Verdict.CHANGES)
            make.verdict(world, made, "deputydpo", Verdict.OBJECT)
        if status in {"ready", "declined"}:
            make.verdict(world, made, "network")
            make.verdict(world, made, "deputydpo")
        if status == "declined":
            made.refresh_from_db()
            as_(world, "head").post(url("decline", made), {"no-reason": "Not now.", "revision": made.revision})
        if status == "withdrawn":
            as_(world, "head").post(url("withdraw", made), {"reason": "Not now.", "revision": made.revision})
        for who in ("ailead", "head", "deputydpo", "dpo", "trustlead"):
            page = as_(world, who).get(made.get_absolute_url())
            assert page.status_code == 200
            assert "What you can do now" in page.text

    def test_withdrawing_wants_a_reason(self, as_):
        world = make.world()
        made = make.case(world)
        page = as_(world, "ailead").post(url("withdraw", made), {"reason": "", "revision": 1}).text
        assert "Say why it is withdrawn" in page


class TestComments:
    def test_they_are_posted_and_settled_from_the_page(self, as_):
        world = make.world()
        made = make.sent_case(world)
        client = as_(world, "network")
        address = url("section", made, "flow")
        posted = client.post(
            url("comment", made),
            {"section": "flow", "text": "Where to?"},
            headers={"referer": f"http://testserver{address}"},
        )
        assert posted.url == address
        comment = Comment.objects.get()
        client.post(url("settle", made, comment.public_id))
        assert "Settled" in client.get(address).text


# Reviewing and signing -----------------------------------------------------------------------------------------------


def verdict_form(review, **said):
    blank = {"conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0", "revision": review.revision}
    return blank | said


class TestReview:
    def test_a_verdict_with_a_condition(self, as_):
        world = make.world()
        made = make.sent_case(world)
        review = made.reviews.get(team="network")
        said = verdict_form(
            review,
            verdict="conditions",
            **{
                "conditions-0-words": "Staff are briefed.",
                "conditions-0-kind": "by_date",
                "conditions-0-due_on": "12 1 2027",
                "conditions-0-owner_role": "head",
            },
        )
        assert as_(world, "network").post(url("review", made), said).url == made.get_absolute_url()
        review.refresh_from_db()
        assert (review.verdict, review.conditions.get().words) == ("conditions", "Staff are briefed.")

    def test_what_a_condition_lacks_is_said_and_all_is_kept(self, as_):
        world = make.world()
        made = make.sent_case(world)
        review = made.reviews.get(team="network")
        said = verdict_form(
            review, verdict="conditions", **{"conditions-0-words": "Staff are briefed.", "conditions-0-kind": "by_date"}
        )
        page = as_(world, "network").post(url("review", made), said).text
        assert "Type the last day to do it" in page
        assert "Choose who sees to it" in page
        assert "Staff are briefed." in page

    def test_another_condition_keeps_what_was_typed(self, as_):
        world = make.world()
        made = make.sent_case(world)
        review = made.reviews.get(team="network")
        said = verdict_form(review, verdict="conditions", more="1", **{"conditions-0-words": "First"})
        page = as_(world, "network").post(url("review", made), said).text
        assert "Condition 2" in page
        assert "First" in page
        assert not made.reviews.get(team="network").verdict

    def test_a_stale_page_is_a_409(self, as_):
        world = make.world()
        made = make.sent_case(world)
        review = made.reviews.get(team="network")
        as_(world, "network").post(url("take", made), {"revision": review.revision})
        assert as_(world, "network").post(url("review", made), verdict_form(review, verdict="agree")).status_code == 409

    def test_the_next_version_shows_what_changed(self, as_):
        world = make.world()
        made = make.sent_case(world)
        make.verdict(world, made, "network", Verdict.CHANGES)
        make.answer_question(world, made, "flow.security", "With the school account only.")
        make.send_case(world, made)
        client = as_(world, "network")
        page = client.get(url("review", made)).text
        assert "1 part" in page
        assert "<ins>" in page
        assert "<del>" in page
        only = client.get(url("review", made) + "?changes=1").text
        assert "With the school" in only
        assert "What do you want to use it for" not in only

    def test_an_author_sees_why_the_verdict_is_closed(self, as_):
        world = make.world()
        make.membership(world.trust, Role.NETWORK, who=world.people["ailead"])
        made = make.sent_case(world)
        assert "You wrote part of this case" in as_(world, "ailead").get(url("review", made)).text

    def test_the_dpo_takes_it_in_the_deputys_place(self, as_):
        world = make.world()
        made = make.sent_case(world)
        client = as_(world, "dpo")
        assert "in the Deputy’s place" in client.get(url("review", made)).text
        client.post(url("take", made), {"revision": 1})
        review = made.reviews.get(team="deputydpo")
        page = client.get(url("review", made)).text
        assert "advice as well" in page
        client.post(url("review", made), verdict_form(review, verdict="agree", reason="It keeps the law."))
        assert made.advice.get().by == world.people["dpo"]


SIGN = {
    "measures_approved": "on",
    "residual_accepted": "on",
    "advice": "accepted",
    "valid_until": "24 11 2027",
    "review_by_role": "head",
}


class TestSigning:
    def test_the_dpo_advises_and_the_head_signs(self, as_):
        world = make.world()
        made = make.ready_case(world, advised=False)
        client = as_(world, "head")
        assert "has not advised on this version yet" in client.get(url("sign", made)).text
        said = {"may_go_ahead": "yes", "text": "It keeps the law.", "revision": made.revision}
        as_(world, "dpo").post(url("advice", made), said)
        made.refresh_from_db()
        done = as_(world, "head").post(url("sign", made), SIGN | {"revision": made.revision})
        assert done.url == made.get_absolute_url()
        clearance = Clearance.objects.get(reference=made.reference)
        assert str(clearance.ends_on) == "2027-11-25"

    def test_what_is_wanting_is_said_and_kept(self, as_):
        world = make.world()
        made = make.ready_case(world)
        page = as_(world, "head").post(url("sign", made), {"revision": made.revision, "comment": "Kept words"}).text
        for sentence in ("Tick that you approve the measures", "Choose whether you follow the advice", "Kept words"):
            assert sentence in page

    def test_a_stale_page_signs_nothing(self, as_):
        world = make.world()
        made = make.ready_case(world)
        assert as_(world, "head").post(url("sign", made), SIGN | {"revision": 1}).status_code == 409

    def test_whoever_may_not_sign_sees_why(self, as_):
        world = make.world()
        made = make.ready_case(world)
        assert (
            f"The headteacher of {world.place.name} signs this case."
            in as_(world, "ailead").get(url("sign", made)).text
        )

    def test_against_the_advice_only_the_trust_lead_signs(self, as_):
        world = make.world()
        made = make.ready_case(world)
        against = SIGN | {"advice": "overruled", "overruling_reasons": "Pupils need it.", "revision": made.revision}
        assert "so only the trust lead signs" in as_(world, "head").post(url("sign", made), against).text
        lead = as_(world, "trustlead")
        page = lead.get(url("sign", made)).text
        assert "I do not follow it" in page
        assert "I follow it" not in page
        assert "As trust lead you sign only where the advice is not followed" in page
        assert "Or decline it" not in page
        refused = lead.post(url("sign", made), SIGN | {"revision": made.revision})
        assert "Choose whether you follow the advice" not in refused.text
        assert not Clearance.objects.filter(reference=made.reference).exists()
        assert lead.post(url("sign", made), against).url == made.get_absolute_url()
        assert made.sign_off.role == Role.TRUST_LEAD
        assert Clearance.objects.filter(reference=made.reference).exists()

    def test_the_trust_lead_does_not_decline_what_the_head_signs(self, as_):
        world = make.world()
        made = make.ready_case(world)
        said = {"no-reason": "Not here.", "revision": made.revision}
        assert "The headteacher of" in as_(world, "trustlead").post(url("decline", made), said).text
        made.refresh_from_db()
        assert made.status == Status.READY

    def test_declining_wants_a_reason(self, as_):
        world = make.world()
        made = make.ready_case(world)
        client = as_(world, "head")
        assert "Say why it is declined" in client.post(url("decline", made), {"revision": made.revision}).text
        client.post(url("decline", made), {"no-reason": "Not here.", "revision": made.revision})
        made.refresh_from_db()
        assert made.status == Status.DECLINED

    def test_the_icos_word_is_recorded(self, as_):
        world = make.world()
        made = make.ready_case(world, residual="high")
        said = {"outcome": "go_ahead", "outcome_on": "24 11 2026", "revision": made.revision}
        assert as_(world, "dpo").post(url("ico", made), said).url == made.get_absolute_url()
        assert "May go ahead" in as_(world, "trustlead").get(url("sign", made)).text


class TestOnTheEntry:
    """The page of a register entry shows the cases behind it to whoever sees cases."""

    def entry(self, as_, world, who, place=None):
        return as_(world, who).get(f"/schools/{(place or world.place).urn}/tools/{world.tool.public_id}/").text

    def test_the_cases_that_cover_the_place_are_there_for_who_sees_them(self, as_):
        world = make.world()
        other = make.place(world.trust)
        make.case(world, by="trustlead", places=[other])
        mine = make.case(world)
        page = self.entry(as_, world, "head")
        assert re.findall(r'href="(/dpia/[^"]+/)"', page).count(mine.get_absolute_url()) == 1
        assert page.count("/dpia/T") == 1
        assert "Being written" in page
        assert "Assessments</h2>" not in self.entry(as_, world, "staff")

    def test_none_yet_is_said(self, as_):
        world = make.world()
        page = self.entry(as_, world, "governor")
        assert f"No assessment of this tool covers {world.place.name} yet." in page

    def test_many_are_five_and_a_link_to_all(self, as_, django_assert_num_queries):
        world = make.world()
        for _ in range(7):
            made = make.case(world)
            cases.withdraw(assessment_id=made.pk, reason="Not now", revision=made.revision, **world.acts("ailead"))
        page = self.entry(as_, world, "network")
        assert page.count('href="/dpia/T') == 5
        assert f"/dpia/?tool={world.tool.public_id}" in page
        network = make.standing(world.people["network"])
        with django_assert_num_queries(3):
            panel.case_panel(network, world.place, world.tool.public_id)


# On paper, and on home -----------------------------------------------------------------------------------------------


def test_a_version_is_a_tagged_pdf_for_those_who_see_the_case(as_):
    world, other = make.world(), make.world()
    made = make.signed_case(world, STAFF, PUPILS)
    response = as_(world, "governor").get(url("pdf", made))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert as_(world, "governor").get(url("pdf", made) + "?version=7").status_code == 404
    assert as_(world, "governor").get(url("pdf", made) + "?version=x").status_code == 404
    assert as_(world, "staff").get(url("pdf", made)).status_code == 404
    assert as_(other, "trustlead").get(url("pdf", made)).status_code == 404


def test_what_waits_for_each_person():
    world = make.world()
    made = make.case(world)

    def waits(who):
        return [wait.action for wait in waiting(world.standing(who))]

    assert waits("ailead") == ["Go on writing"]
    make.write_case(world, made)
    make.send_case(world, made)
    assert waits("network") == waits("deputydpo") == ["Read and answer"]
    make.verdict(world, made, "network")
    make.verdict(world, made, "deputydpo")
    assert waits("dpo") == ["Read and advise"]
    assert waits("head") == []
    make.advise(world, made)
    assert waits("head") == ["Read and sign"]
    assert waits("trustlead") == waits("staff") == []


# A fixed number of queries -------------------------------------------------------------------------------------------

PAGES = {
    "case": (case_queries.case_page, 21),
    "section": (lambda standing, ref: sections.section_page(standing, ref, "what"), 16),
    "screening": (sections.screening_page, 16),
    "who": (sections.who_page, 16),
    "risks": (risks.risks_page, 15),
    "review": (reviewing.review_page, 11),
    "sign": (signing_queries.sign_page, 10),
    "paper": (paper, 13),
}


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("size", ["small", "large"])
def test_a_page_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries, name, size):
    world = make.world()
    made = make.sent_case(world, STAFF, PUPILS) if size == "small" else large_case(world)
    page, most = PAGES[name]
    standing = world.standing("trustlead")
    with django_assert_max_num_queries(most):
        page(standing, made.reference)


def large_case(world):
    """A case with many risks, comments and people."""
    made = make.case(world)
    make.write_case(world, made, STAFF, PUPILS)
    for _ in range(12):
        make.add_risk(world, made)
        make.member(world.place, Role.AI_LEAD)
    made = make.send_case(world, made)
    make.verdict(world, made, "network", Verdict.CHANGES)
    Comment.objects.bulk_create(
        Comment(
            trust=world.trust,
            assessment=made,
            section="what",
            on_version=1,
            text=f"{n}",
            by=world.people["dsl"],
            at=make.NOW,
        )
        for n in range(15)
    )
    return made


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries, count):
    world = make.world()
    for n in range(count):
        tool = make.shared_tool(f"list-{count}-{n}")
        cases.start(new=cases.NewCase(world.trust.pk, tool.pk, frozenset({world.place.pk})), **world.acts("ailead"))
    standing = world.standing("deputydpo")
    with django_assert_max_num_queries(5):
        page = lists.list_page(standing, Wanted(), 1)
    assert len(page.rows) == count


@pytest.mark.parametrize("count", [1, 6])
def test_what_waits_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries, count):
    world = make.world()
    for n in range(count):
        make.ready_case(make.World(world.trust, world.place, make.shared_tool(f"ready-{count}-{n}"), world.people))
    standing = world.standing("head")
    with django_assert_max_num_queries(11):
        assert len(waiting(standing)) == count
