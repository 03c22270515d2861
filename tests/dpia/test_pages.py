"""Every page of a case: who gets it, what it says, that it keeps what was typed, and how often it asks the database."""

import io
import re
from datetime import date, timedelta
from html import unescape

import pypdf
import pytest
from django.urls import reverse
from tablib import Dataset

from dpia.actions import cases
from dpia.models import AskedAllowance, Comment, Measure, Risk
from dpia.queries import cases as case_queries
from dpia.queries import lists, panel, reviewing, risks, sections
from dpia.queries import signing as signing_queries
from dpia.queries.lists import Wanted
from dpia.queries.papers import paper
from dpia.queries.waiting import waiting
from dpia.questions import QUESTIONS
from dpia.rules.reviews import SetCondition
from dpia.workflow import Status, Verdict
from schools.models import Role
from tests import make
from tools_registry.actions import clearances, facts
from tools_registry.facts import NOT_CONFIRMED
from tools_registry.models import Clearance, ToolChange
from tools_registry.models.catalogue import FactField
from tools_registry.words import Audience, ConditionKind, SignIn

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
        reader = as_(world, "head")
        response = reader.get("/dpia/cases.csv")
        assert response["Content-Type"].startswith("text/csv")
        assert made.reference in response.content.decode()
        book = Dataset().load(reader.get("/dpia/cases.xlsx").content, format="xlsx")
        assert book["Reference"] == [made.reference]
        assert reader.get("/dpia/cases.pdf").status_code == 404
        page = reader.get("/dpia/?status=draft").text
        assert "/dpia/cases.xlsx?status=draft" in page
        assert "/dpia/cases.csv?status=draft" in page

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
        assert summary(page) == [
            ("id_before_notices__on", "8.1: type the day it was done"),
            ("id_before_views__note", "8.2: say why not"),
            ("id_before_filtering__on", "8.3: type a day like 31 8 2027"),
        ]

    def test_what_is_right_is_kept_though_something_else_is_wrong(self, as_):
        world = make.world()
        made = make.case(world)
        client, address = as_(world, "ailead"), url("section", made, "before-use")
        said = {
            "before_notices": "yes",
            "before_notices__on": "99/99/2020",
            "before_notices__note": "By the office",
            "before_views": "not_yet",
            "before_filtering": "yes",
            "before_equity": "yes",
            "before_equity__on": "20 11 2026",
            "before_equity__note": "Read aloud",
        }
        page = client.post(address, said).text
        assert "Saved, but 2 answers need another look" in page
        assert 'value="99/99/2020"' in page
        kept = dict(made.answers.values_list("question", "value"))
        assert kept == {
            "before.notices": {"state": "yes", "on": "", "note": "By the office"},
            "before.views": {"state": "not_yet", "on": "", "note": ""},
            "before.filtering": {"state": "yes", "on": "", "note": ""},
            "before.equity": {"state": "yes", "on": "2026-11-20", "note": "Read aloud"},
        }
        assert "Not finished: type the day it was done." in client.get(address).text
        right = {
            "before_notices__on": "20 11 2026",
            "before_filtering__on": "20 11 2026",
            "before_filtering__note": "A",
        }
        shown = dict(re.findall(r'name="(\w+__revision)" value="(\d)"', page))
        assert client.post(address, said | right | shown).status_code == 302
        assert made.answers.get(question="before.notices").value["on"] == "2026-11-20"

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

    def test_what_a_half_finished_answer_lacks_is_said_beside_it(self, as_):
        world = make.world()
        made = make.case(world)
        client, address = as_(world, "ailead"), url("answer", made, "before.notices")
        said = {"before_notices": "yes", "before_notices__revision": "0"}
        assert "Saved at 09:00, but not finished: type the day it was done." in client.post(address, said).text
        wrong = said | {
            "before_notices__on": "31 31",
            "before_notices__note": "By post",
            "before_notices__revision": "1",
        }
        assert "Saved at 09:00, but not finished: type a day like 31 8 2027." in client.post(address, wrong).text
        assert made.answers.get().value == {"state": "yes", "on": "", "note": "By post"}
        right = wrong | {"before_notices__on": "20 11 2026", "before_notices__revision": "2"}
        assert "not finished" not in client.post(address, right).text
        again = wrong | {"before_notices__revision": "3"}
        assert "not finished" in client.post(address, again).text
        assert made.answers.get().value["on"] == "2026-11-20", "what stood is kept"

    def test_an_answer_that_cannot_be_read_at_all_is_not_kept(self, as_):
        world = make.world()
        made = make.case(world)
        page = as_(world, "ailead").post(url("answer", made, "before.notices"), {"before_notices": "perhaps"}).text
        assert "Not saved yet: choose one of the answers shown" in page
        assert not made.answers.exists()

    def test_a_choice_is_saved_by_the_group_it_stands_in(self, as_):
        world = make.world()
        made = make.case(world)
        page = as_(world, "ailead").get(url("section", made, "before-use")).text
        group = re.search(r'<div[^>]*id="q-before_notices"[^>]*>', page)[0]
        assert f'hx-post="{url("answer", made, "before.notices")}"' in group
        assert 'hx-trigger="change target:.form-check-input"' in group

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
        said = {"ticks": ["ico_1", "european_7", "european_8"], "revision": 0}
        done = client.post(url("screening", made), said, follow=True)
        assert done.redirect_chain == [(made.get_absolute_url(), 302)]
        assert re.search(r"A DPIA is needed\. Two or more of these come together: new technology", done.text)
        assert "A DPIA is needed." in client.get(url("screening", made)).text

    def test_it_says_why_none_is_needed_too(self, as_):
        world = make.world()
        made = make.case(world)
        said = {"ticks": ["ico_1", "european_8"], "reasons": "Only topics.", "revision": 0}
        page = as_(world, "ailead").post(url("screening", made), said, follow=True).text
        assert "No DPIA is needed. Only one fact applies" in page
        chosen = said | {"dpia_chosen": "on", "revision": 1}
        page = as_(world, "ailead").post(url("screening", made), chosen, follow=True).text
        assert "A DPIA is not needed, but one is done." in page

    def test_it_says_what_its_references_are(self, as_):
        world = make.world()
        page = as_(world, "ailead").get(url("screening", make.case(world))).text
        for term in ("UK GDPR Art 35(3)", "ICO, Art 35(4) list", "WP248 rev.01"):
            assert f"<dt>{term}</dt>" in page

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

    def test_sections_that_are_left_out_keep_their_number_and_say_why(self, as_):
        world = make.world()
        made = make.case(world)
        page = words_of(as_(world, "ailead").get(made.get_absolute_url()).text)
        assert "7 Children’s needs Opens if pupils use it or something about them goes in Not open yet" in page
        assert "6 Risks and what we do about them Opens if a DPIA is needed Not open yet" in page
        assert "0 of 8 done" in page
        world = make.world()
        made = make.sent_case(world, dpia=False)
        page = words_of(as_(world, "ailead").get(made.get_absolute_url()).text)
        assert "7 Children’s needs Left out: no pupils use it and nothing about pupils goes in Left out" in page
        assert "6 Risks and what we do about them Left out: no DPIA is done Left out" in page
        assert "8 of 8 done" in page
        page = words_of(as_(world, "network").get(url("review", made)).text)
        assert "Section 7, Children’s needs, is left out: no pupils use it and nothing about pupils goes in." in page
        world = make.world()
        made = make.sent_case(world, STAFF, PUPILS)
        assert "eft out" not in words_of(as_(world, "ailead").get(made.get_absolute_url()).text)

    @pytest.mark.parametrize("pupils", [False, True])
    def test_the_stage_of_the_reviews_says_how_many_teams_read_at_once(self, as_, pupils):
        world = make.world()
        made = make.sent_case(world, *([STAFF, PUPILS] if pupils else [STAFF]))
        page = as_(world, "ailead").get(made.get_absolute_url()).text
        assert ("<b>All three teams at once</b>" if pupils else "<b>Both teams at once</b>") in page

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


def summary(page):
    """The error summary: where each line leads, and what it says."""
    _, _, rest = page.partition('role="alert"')
    found = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', rest.partition("</div>")[0])
    assert all(f'id="{where}"' in page for where, _ in found)
    return [(where, unescape(words)) for where, words in found]


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
        assert summary(page) == [
            ("id_conditions-0-due_on", "Condition 1: type the last day to do it"),
            ("id_conditions-0-owner_role", "Condition 1: choose who sees to it"),
        ]
        assert "Staff are briefed." in page

    def test_a_day_that_is_none_is_said_above_and_all_is_kept(self, as_):
        world = make.world()
        made = make.sent_case(world)
        said = verdict_form(
            made.reviews.get(team="network"),
            verdict="conditions",
            reason="Fine with two conditions.",
            **{
                "conditions-TOTAL_FORMS": "2",
                "conditions-0-words": "Staff are briefed.",
                "conditions-0-kind": "by_date",
                "conditions-0-due_on": "99/99/2020",
                "conditions-0-owner_role": "head",
                "conditions-1-kind": "before_use",
                "conditions-1-due_on": "1 1 2020",
            },
        )
        page = as_(world, "network").post(url("review", made), said).text
        assert summary(page) == [
            ("id_conditions-0-due_on", "Condition 1: type a day like 31 8 2027"),
            ("id_conditions-1-words", "Condition 2: say what it is"),
            (
                "id_conditions-1-due_on",
                "Condition 2: type a day on or after 24 November 2026, because a condition cannot be due before today",
            ),
        ]
        for kept in ("99/99/2020", "1 1 2020", "Staff are briefed.", "Fine with two conditions."):
            assert kept in page
        assert not made.reviews.get(team="network").verdict

    @pytest.mark.parametrize(
        ("verdict", "target"),
        [("conditions", "id_conditions-0-words"), ("agree", "id_verdict_0"), ("", "id_verdict_0")],
    )
    def test_a_verdict_and_its_conditions_have_to_fit(self, as_, verdict, target):
        world = make.world()
        made = make.sent_case(world)
        words = "" if verdict == "conditions" else "Staff are briefed."
        said = {"verdict": verdict, "conditions-0-kind": "before_use", "conditions-0-words": words}
        review = made.reviews.get(team="network")
        page = as_(world, "network").post(url("review", made), verdict_form(review, **said)).text
        assert [where for where, _ in summary(page)] == [target]
        assert not made.reviews.get(team="network").verdict

    def test_too_many_conditions_are_refused_above(self, as_):
        world = make.world()
        made = make.sent_case(world)
        said = {"verdict": "conditions", "conditions-TOTAL_FORMS": "40"}
        review = made.reviews.get(team="network")
        page = as_(world, "network").post(url("review", made), verdict_form(review, **said)).text
        assert 'role="alert"' in page

    def test_the_conditions_stand_open_and_are_folded_by_the_script_only(self, as_):
        world = make.world()
        page = as_(world, "network").get(url("review", make.sent_case(world))).text
        assert '<details open data-with="verdict conditions">' in page

    def test_taking_it_says_what_that_does(self, as_):
        world = make.world()
        page = as_(world, "network").get(url("review", make.sent_case(world))).text
        assert 'aria-describedby="take-does"' in page
        assert "Shows the others that you read it for the team" in page

    def test_another_condition_keeps_what_was_typed(self, as_):
        world = make.world()
        made = make.sent_case(world)
        review = made.reviews.get(team="network")
        said = verdict_form(review, verdict="conditions", more="1", **{"conditions-0-words": "First"})
        page = as_(world, "network").post(url("review", made), said).text
        assert "Condition 2" in page
        assert "First" in page
        assert summary(page) == []
        assert "is-wrong" not in page
        assert re.search(r'<textarea[^>]*name="conditions-1-words"[^>]* autofocus', page)
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


def case_with_conditions(world):
    """Signed. The Network Team sets one by a date for staff, the Deputy a lasting one; two things are not yet done."""
    not_yet = {"state": "not_yet", "on": "", "note": ""}
    made = make.sent_case(world, answers={"before.notices": not_yet, "before.equity": not_yet})
    briefed = SetCondition(
        ConditionKind.BY_DATE,
        "All staff are briefed.",
        "head",
        "Staff were briefed",
        date(2027, 1, 12),
        frozenset({Audience.STAFF}),
        is_per_person=True,
        resets_each_september=True,
    )
    locked = SetCondition(ConditionKind.ALWAYS, "Sign-in stays locked to the school.", "network")
    make.verdict(world, made, "network", Verdict.CONDITIONS, reason="Fine with one condition.", conditions=(briefed,))
    make.verdict(world, made, "deputydpo", Verdict.CONDITIONS, conditions=(locked,))
    make.advise(world, made)
    return made


CARRIED = (
    ("By 12 January 2027", "All staff are briefed.", "Network Team", "Headteacher"),
    ("Always", "Sign-in stays locked to the school.", "Deputy DPO", "Network Team"),
    ("Before use", QUESTIONS["before.notices"].before.words, "“Not yet” to question 8.1", "Headteacher"),
    ("Before use", QUESTIONS["before.equity"].before.words, "“Not yet” to question 8.5", "Headteacher"),
)


class TestConditions:
    """Each with its kind, words, date, team and owner, wherever the case is read."""

    @pytest.mark.parametrize(("name", "who"), [("case", "ailead"), ("sign", "head"), ("advice", "dpo")])
    def test_on_the_page(self, as_, name, who):
        world = make.world()
        made = case_with_conditions(world)
        page = words_of(as_(world, who).get(url(name, made)).text)
        for when, words, set_by, owner in CARRIED:
            assert f"{when}: {words} {set_by}; seen to by: {owner}" in page
        assert "For staff. Each person has to meet it. Again each September. The published list says: Staff" in page
        assert f"Confirmed by: {QUESTIONS['before.notices'].before.confirms.label}" in page

    def test_on_paper(self, as_):
        world = make.world()
        made = make.sign(world, case_with_conditions(world))
        printed = text_of(as_(world, "head").get(url("pdf", made)).content)
        assert "Conditions it carries" in printed
        for said in (each for condition in CARRIED for each in condition):
            assert said in printed
        assert "Again each September" in printed
        assert "Section 7, Children’s needs, is left out" in printed

    def test_an_earlier_version_is_printed_with_those_of_its_own_verdicts(self):
        world = make.world()
        made = make.sent_case(world)
        briefed = SetCondition(ConditionKind.ALWAYS, "All staff are briefed.", "head")
        make.verdict(world, made, "deputydpo", Verdict.CHANGES)
        make.answer_question(world, made, "flow.security", "With the school account only.")
        made = make.send_case(world, made)
        make.verdict(world, made, "network", Verdict.CONDITIONS, conditions=(briefed,))
        standing = world.standing("head")
        assert [len(paper(standing, made.reference, number).conditions) for number in (1, 2)] == [0, 1]


class TestAfterTheSignature:
    def test_the_head_is_led_on_to_the_decision(self, as_):
        world = make.world()
        made = make.ready_case(world)
        done = as_(world, "head").post(url("sign", made), SIGN | {"revision": made.revision}, follow=True)
        clearance = Clearance.objects.get(reference=made.reference)
        said = re.search(r'<p class="note tone-yes">.*?</p>', done.text, re.DOTALL)[0]
        assert f'<a href="{clearance.get_absolute_url()}">the clearance</a>' in said
        decide = f"/schools/{world.place.urn}/tools/{world.tool.public_id}/decide/"
        assert f'<a href="{decide}">Decide it now for {world.place.name}</a>' in said
        assert as_(world, "head").get(decide).status_code == 200

    def test_the_case_leads_on_to_the_clearance_and_to_the_entry_until_it_is_decided(self, as_):
        world = make.world(sign_in=SignIn.NONE)
        made = make.signed_case(world)
        clearance = Clearance.objects.get(reference=made.reference)
        entry = f"/schools/{world.place.urn}/tools/{world.tool.public_id}/"
        page = as_(world, "head").get(made.get_absolute_url()).text
        assert f'<a href="{clearance.get_absolute_url()}">The clearance it issued</a>' in page
        assert f'<a href="{entry}">{world.place.name}</a>' in page
        assert "To be decided" in page
        assert f'href="{entry}decide/"' in page
        reader = as_(world, "governor").get(made.get_absolute_url()).text
        assert f'href="{entry}"' in reader
        assert "decide/" not in reader
        make.approved(world.place, world.tool, make.allowance(), within=clearance, by=world.people["head"])
        page = as_(world, "head").get(made.get_absolute_url()).text
        assert "Approved 24 November 2026" in page
        assert "Decide it now" not in page

    def test_a_trust_lead_gets_the_places_they_decide_for_first(self, as_):
        world = make.world()
        for _ in range(9):
            make.place(world.trust)
        office = make.office(world.trust)
        lead = world.people["trustlead2"] = make.member(world.trust, Role.TRUST_LEAD)
        made = make.case(world, by="trustlead", wide=True)
        make.write_case(world, made, by="trustlead")
        make.send_case(world, made, by="trustlead")
        for team in ("network", "deputydpo"):
            make.verdict(world, made, team)
        make.advise(world, made)
        made = make.sign(world, made, "trustlead2")
        found = case_queries.case_page(make.standing(lead), made.reference).following
        assert [place.name for place in found.to_decide] == [office.name]
        assert found.places[0].name == office.name
        assert (len(found.places), found.more) == (8, 3)
        page = as_(world, "trustlead2").get(made.get_absolute_url()).text
        assert "3 more places: see the clearance" in page

    @pytest.mark.parametrize(("end", "words"), [("withdrawn", "Withdrawn 24 November 2026"), ("ended", "Ended")])
    def test_a_clearance_that_no_longer_counts_asks_for_no_decision(self, as_, time_machine, end, words):
        world = make.world()
        made = make.signed_case(world)
        clearance = Clearance.objects.get(reference=made.reference)
        if end == "withdrawn":
            said = {"clearance_id": clearance.pk, "reason": "Over.", "revision": clearance.revision}
            clearances.withdraw(**said, **world.acts("trustlead"))
        else:
            time_machine.move_to(make.NOW + timedelta(days=400))
        page = as_(world, "head").get(made.get_absolute_url()).text
        assert words in page
        assert "Nothing was decided" in page
        assert "Decide it now" not in page


def words_of(page):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split())).replace(" :", ":")


def text_of(pdf):
    """What is printed, on one line."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


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


# Facts of the tool ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "who"),
    [("review", "network"), ("review", "dsl"), ("sign", "head"), ("advice", "dpo"), ("ico", "deputydpo")],
)
def test_whoever_decides_sees_each_fact_with_its_source_date_and_confidence(as_, name, who):
    world = make.world(confidence="unconfirmed", terms_url="https://terms.example/use")
    made = make.sent_case(world)
    laid = facts.NewFact(
        world.trust.pk,
        world.tool.pk,
        FactField.SIGN_IN,
        SignIn.PERSONAL,
        "",
        "https://new.example/a",
        date(2026, 11, 20),
    )
    facts.lay(fact=laid, shown=SignIn.SCHOOL, **world.acts("network"))
    page = as_(world, who).get(url(name, made)).text
    said = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "With a personal account Confirmed, our trust’s own: new.example, read 20 November 2026." in said
    assert f"{NOT_CONFIRMED}, from The terms, line 1, read 1 September 2026." in said
    assert 'href="https://terms.example/use"' in page
    assert f'href="{world.tool.get_absolute_url()}#facts"' in page


# A fixed number of queries -------------------------------------------------------------------------------------------

PAGES = {
    "case": (case_queries.case_page, 21),
    "signed": (case_queries.case_page, 25),
    "section": (lambda standing, ref: sections.section_page(standing, ref, "what"), 16),
    "screening": (sections.screening_page, 16),
    "who": (sections.who_page, 16),
    "risks": (risks.risks_page, 15),
    "review": (reviewing.review_page, 12),
    "sign": (signing_queries.sign_page, 11),
    "paper": (paper, 13),
}


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("size", ["small", "large"])
def test_a_page_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries, name, size):
    world = make.world()
    made = make.sent_case(world, STAFF, PUPILS) if size == "small" else large_case(world)
    if name == "signed":
        made = make.signed_case(make.World(world.trust, world.place, make.shared_tool(f"signed-{size}"), world.people))
        if size == "large":
            make.place(world.trust)
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
