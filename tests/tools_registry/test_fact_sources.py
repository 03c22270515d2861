"""Each fact's own source, date and confidence wherever people decide; the trust's own word is never taken for the catalogue's."""

import re
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from schools.models import Role
from tests import make
from tools_registry import catalogue_file, sources
from tools_registry.actions import changes, facts
from tools_registry.facts import NOT_CONFIRMED
from tools_registry.models import Tool, TrustFact
from tools_registry.models.catalogue import FactField
from tools_registry.queries import facts as reading
from tools_registry.words import ChangeKind, SignIn

SHIPPED = Path(catalogue_file.__file__).parent / "catalogue" / "ai_tools.csv"
TERMS = "https://terms.example/use"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(make.NOW):
        yield


@pytest.mark.parametrize(
    ("text", "words", "url", "more"),
    [
        ("The terms, line 1", "The terms, line 1", TERMS, 0),
        ("https://www.help.example/a/b?c=1 (page undated; 2026)", "help.example", "https://www.help.example/a/b?c=1", 0),
        ("Learn, https://learn.example/manage (13 and older); https://two.example; Three", "Learn, learn.example", "https://learn.example/manage", 2),
        ("https://terms.example, clause 2", "terms.example, clause 2", "https://terms.example", 0),
        ("At second hand: https://one.example/x. and https://two.example", "At second hand: one.example and two.example", "https://one.example/x", 0),
        ("OpenTermsArchive/genai-eu-versions:Grok/Terms of Service.md line 32; Privacy.md", "Terms of Service line 32, archived copy", TERMS, 1),
        ("javascript:alert(1)", "javascript:alert", TERMS, 0),
    ],
)  # fmt: skip
def test_a_source_is_said_in_short(text, words, url, more):
    assert sources.shortened(text, TERMS) == sources.Source(words, url, more)


def test_a_long_source_is_cut_between_words_and_an_empty_one_is_none():
    said = sources.shortened("word " * 40)
    assert len(said.words) <= sources.LONGEST
    assert said.words.endswith("word…")
    assert sources.shortened("") is None
    assert sources.shortened(" ; (undated)") is None


def test_every_source_of_the_shipped_catalogue_has_short_words():
    for row in catalogue_file.read(SHIPPED):
        said = sources.shortened(row.source, row.terms_url)
        assert said is None or (0 < len(said.words) <= sources.LONGEST and "://" not in said.words), row.source


# What a line says -----------------------------------------------------------------------------------------------------


@pytest.fixture
def place(db):
    return make.place(ages=(11, 18), published=True)


@pytest.fixture
def head(place):
    return make.member(place, Role.HEAD)


def lay(place, tool, field, value, *, role=Role.DEPUTY_DPO, check=False, **source):
    by = make.member(place.trust, role)
    shown = getattr(reading.facts_today(tool, place.trust_id), field)
    new = facts.NewFact(place.trust_id, tool.pk, field, value, **source)
    laid = facts.lay(fact=new, shown=shown, by=by, standing=make.standing(by), at=make.NOW)
    if check:
        second = make.member(place.trust, Role.DPO)
        facts.check(fact_id=laid.pk, by=second, standing=make.standing(second), at=make.NOW)
    return laid


def lines(place, tool):
    return {line.name: line for line in reading.brief(tool, place.trust_id)}


READ = {"wording": "“At least 16.”", "source": "https://new.example/terms, clause 2", "source_on": date(2026, 11, 20)}


class TestALine:
    def test_a_shared_fact_says_the_catalogues_source(self, place):
        line = lines(place, make.shared_tool(terms_url=TERMS))["Minimum age"]
        assert (line.value, line.source.words, line.source.url) == ("13 and over", "The terms, line 1", TERMS)
        assert (line.source_on, line.confidence, line.is_laid) == (date(2026, 9, 1), "Confirmed", False)

    def test_a_laid_fact_says_its_own_and_the_rest_keep_theirs(self, place):
        tool = make.shared_tool()
        lay(place, tool, FactField.MINIMUM_AGE, 16, **READ)
        age, sign_in = (lines(place, tool)[name] for name in ("Minimum age", "How people sign in"))
        assert (age.value, age.source.words, age.source.url, age.source_on) == (
            "16 and over",
            "new.example, clause 2",
            "https://new.example/terms",
            date(2026, 11, 20),
        )
        assert (age.is_laid, age.wording, age.confidence) == (True, "“At least 16.”", "Confirmed")
        assert (sign_in.is_laid, sign_in.source.words) == (False, "The terms, line 1")
        assert not lines(make.place(), tool)["Minimum age"].is_laid

    def test_a_laid_fact_without_a_source_is_not_said_to_be_confirmed(self, place):
        tool = make.shared_tool()
        lay(place, tool, FactField.SIGN_IN, SignIn.PERSONAL, role=Role.NETWORK)
        line = lines(place, tool)["How people sign in"]
        assert (line.confidence, line.source, line.set_on) == (reading.NO_SOURCE, None, make.TODAY)

    def test_an_age_the_trust_has_read_itself_rests_on_that_reading(self, place):
        tool = make.shared_tool(confidence="unconfirmed")
        assert lines(place, tool)["Minimum age"].confidence == NOT_CONFIRMED
        lay(place, tool, FactField.AGE_CONFIRMED, True, check=True, **READ)
        line = lines(place, tool)["Minimum age"]
        assert (line.value, line.confidence, line.source.words) == ("13 and over", "Confirmed", "new.example, clause 2")

    def test_what_nobody_knows_has_neither_source_nor_confidence(self, place):
        line = lines(place, make.shared_tool(data_location=""))["Where data is processed"]
        assert (line.value, line.known, line.source, line.confidence) == ("Not known", False, None, "")

    def test_an_age_that_nobody_knows_says_where_it_was_looked_for(self, place):
        line = lines(place, make.shared_tool(minimum_age=None))["Minimum age"]
        assert (line.value, line.known, line.confidence) == ("Not known", False, "")
        assert (line.source.words, line.source_on) == ("The terms, line 1", date(2026, 9, 1))
        assert "no pupil may use the tool" in line.note

    def test_it_is_one_query(self, place, django_assert_num_queries):
        tool = make.shared_tool()
        lay(place, tool, FactField.MINIMUM_AGE, 16, **READ)
        tool = Tool.objects.get(pk=tool.pk)
        with django_assert_num_queries(1):
            reading.brief(tool, place.trust_id)


# The pages on which people decide -------------------------------------------------------------------------------------


def words(response):
    return " ".join(re.sub(r"<[^>]+>", "", response.text).split())


@pytest.fixture
def tool(place):
    tool = make.shared_tool(terms_url=TERMS, data_location="Ireland")
    lay(place, tool, FactField.MINIMUM_AGE, 16, **READ)
    return tool


def at(place, tool, name):
    return reverse(f"tools_registry:{name}", args=[place.urn, tool.public_id])


def assert_each_fact_says_its_source(response):
    said = words(response)
    assert (
        "16 and over Confirmed, our trust’s own: new.example, clause 2, read 20 November 2026. “At least 16.”" in said
    )
    assert "Ireland Confirmed, from The terms, line 1, read 1 September 2026." in said
    assert 'href="https://new.example/terms"' in response.text
    assert f'href="{TERMS}"' in response.text


def test_the_page_of_a_tool_at_a_place(client, place, head, tool):
    client.force_login(head)
    assert_each_fact_says_its_source(client.get(at(place, tool, "entry")))


def test_the_page_where_it_is_decided(client, place, head, tool):
    make.clearance(place.trust, tool)
    client.force_login(head)
    assert_each_fact_says_its_source(client.get(at(place, tool, "decide")))


@pytest.mark.parametrize("role", [Role.HEAD, Role.AI_LEAD])
def test_the_page_where_a_request_is_answered(client, place, tool, role):
    made = make.request(place, tool)
    client.force_login(make.member(place, role))
    assert_each_fact_says_its_source(client.get(reverse("tools_registry:request", args=[made.public_id])))


def test_what_is_not_confirmed_is_said_plainly_where_it_is_decided(client, place, head):
    doubtful = make.shared_tool("doubtful", confidence="unconfirmed", source_on=None)
    client.force_login(head)
    said = words(client.get(at(place, doubtful, "entry")))
    assert f"13 and over Until two people have read it in the terms, no pupil may use the tool. {NOT_CONFIRMED}" in said
    assert f"{NOT_CONFIRMED}, from The terms, line 1, date not known." in said


# A risen age limit -----------------------------------------------------------------------------------------------------


class TestARisenAgeLimit:
    @pytest.fixture
    def chat(self, place):
        return make.shared_tool("chat")

    @pytest.fixture
    def typed(self):
        return {"kind": ChangeKind.AGE, "new_age": "16", "summary": "It rose.", "effective_on": "24 11 2026"}

    def post(self, client, place, chat, said):
        client.force_login(make.member(place.trust, Role.NETWORK))
        answered = client.post(reverse("tools_registry:record_change", args=[chat.public_id]), said)
        assert answered.status_code == 302, words(answered)
        return TrustFact.objects.get()

    def test_the_day_it_is_recorded_is_kept(self, place, chat):
        by = make.member(place.trust, Role.NETWORK)
        new = changes.NewChange(place.trust_id, chat.pk, ChangeKind.AGE, "It rose.", date(2027, 1, 4), new_age=16)
        changes.record(new=new, by=by, standing=make.standing(by), at=make.NOW)
        assert TrustFact.objects.get().source_on == make.TODAY

    def test_its_wording_and_link_become_the_facts_source(self, client, place, chat, typed):
        laid = self.post(
            client, place, chat, {**typed, "source": "https://new.example/terms", "wording": "At least 16."}
        )
        assert (laid.source, laid.wording, laid.source_on) == (
            "https://new.example/terms",
            "At least 16.",
            make.TODAY,
        )
        said = words(client.get(chat.get_absolute_url()))
        assert "Confirmed, from our trust’s own word: new.example, read 24 November 2026." in said

    def test_neither_is_needed_and_then_the_page_says_so(self, client, place, chat, typed):
        assert self.post(client, place, chat, typed).source == ""
        said = words(client.get(chat.get_absolute_url()))
        assert "Our trust’s own word: no source was given, set 24 November 2026." in said

    def test_they_belong_to_an_age_limit_alone(self, client, place, chat, typed):
        client.force_login(make.member(place.trust, Role.NETWORK))
        said = {**typed, "kind": ChangeKind.TERMS, "source": "https://new.example", "wording": "Anything."}
        client.post(reverse("tools_registry:record_change", args=[chat.public_id]), said)
        assert not TrustFact.objects.exists()
