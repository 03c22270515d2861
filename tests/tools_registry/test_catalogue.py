"""The catalogue: found, filtered, sorted and taken away; a tool's page; a trust's own tools."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from schools.models import Role
from tests import make
from tests.tools_registry.test_changes import approved
from tools_registry.actions import catalogue, facts
from tools_registry.facts import NOT_CONFIRMED
from tools_registry.models import Tool
from tools_registry.models.catalogue import FactField
from trustai.audit.models import Event
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
LIST = "/catalogue/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(make.NOW):
        yield


@pytest.fixture
def trust():
    return make.trust()


@pytest.fixture
def place(trust):
    return make.place(trust)


@pytest.fixture
def network(trust):
    return make.member(trust, Role.NETWORK)


@pytest.fixture
def teacher(place, client):
    who = make.member(place, Role.STAFF)
    client.force_login(who)
    return who


def names(page):
    """The tools of the list, in order."""
    return [row.tool.name for row in page.context["page"].shown]


class TestTheList:
    def three(self, trust):
        make.shared_tool("chat", edition="School account", aliases=("Talkie",), category="Chatbots")
        make.shared_tool("draw", minimum_age=None, confidence="unconfirmed", supplier="Painters", category="Pictures")
        make.own_tool(trust, "Own words")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Chat", "Draw", "Own words"]),
            ("?q=talkie", ["Chat"]),
            ("?q=PAINT", ["Draw"]),
            ("?q=school+chat", ["Chat"]),
            ("?q=https://www.draw.example/secret/42", ["Draw"]),
            ("?q=nothing", []),
            ("?category=Pictures", ["Draw"]),
            ("?age=confirmed", ["Chat"]),
            ("?age=not_known", ["Draw", "Own words"]),
            ("?age=unconfirmed", []),
            ("?whose=own", ["Own words"]),
            ("?whose=shared", ["Chat", "Draw"]),
            ("?agreement=yes", ["Chat"]),
            ("?agreement=no", ["Draw", "Own words"]),
            ("?sort=-name", ["Own words", "Draw", "Chat"]),
            ("?sort=age", ["Chat", "Draw", "Own words"]),
            ("?sort=-age", ["Chat", "Draw", "Own words"]),
            ("?sort=supplier", ["Own words", "Draw", "Chat"]),
            ("?sort=password", ["Chat", "Draw", "Own words"]),
            ("?category=Nonsense", ["Chat", "Draw", "Own words"]),
        ],
    )
    def test_it_is_searched_filtered_and_sorted(self, trust, teacher, client, query, found):
        self.three(trust)
        make.agreement(trust, Tool.objects.get(code="chat"))
        assert names(client.get(LIST + query)) == found

    def test_an_agreement_that_ended_is_none(self, trust, teacher, client):
        make.agreement(trust, make.shared_tool("chat"), ends_on=make.TODAY)
        assert names(client.get(f"{LIST}?agreement=yes")) == []

    def test_the_trusts_own_word_on_age_is_what_is_filtered_by(self, trust, teacher, client):
        tool, deputy = make.shared_tool("chat"), make.member(trust, Role.DEPUTY_DPO)
        new = facts.NewFact(trust.pk, tool.pk, FactField.MINIMUM_AGE, None)
        facts.lay(fact=new, shown=13, by=deputy, standing=make.standing(deputy), at=make.NOW)
        assert names(client.get(f"{LIST}?age=not_known")) == ["Chat"]
        assert "Not known" in client.get(LIST).text

    def test_another_trusts_tools_are_not_in_it(self, teacher, client):
        theirs = make.own_tool(make.trust(), "Their words")
        assert names(client.get(LIST)) == []
        assert client.get(theirs.get_absolute_url()).status_code == 404

    def test_who_is_in_no_trust_gets_nothing(self, client):
        client.force_login(make.person())
        assert client.get(LIST).status_code == 404

    def test_it_comes_in_pages_of_25(self, teacher, client):
        catalogue.load(rows=[make.tool_row(f"tool-{n:02}") for n in range(30)], at=make.NOW)
        assert len(names(client.get(LIST))) == 25
        assert names(client.get(f"{LIST}?page=2")) == [f"Tool {n}" for n in range(25, 30)]

    @pytest.mark.parametrize("count", [3, 60])
    def test_it_takes_as_many_queries_for_three_as_for_sixty(self, teacher, client, count, django_assert_num_queries):
        catalogue.load(rows=[make.tool_row(f"tool-{n}") for n in range(count)], at=make.NOW)
        client.get(LIST)
        with django_assert_num_queries(8):
            client.get(LIST)

    def test_it_shows_how_a_tool_stands_here(self, place, teacher, client):
        approved(make.shared_tool("chat"), place)
        make.shared_tool("draw")
        rows = client.get(LIST).context["page"].shown
        assert [row.here.code for row in rows] == ["approved", "not_listed"]

    def test_as_a_sheet_every_tool_asked_for_is_in_it_and_nothing_runs(self, trust, teacher, client):
        self.three(trust)
        make.own_tool(trust, "=1+1")
        assert b"'=1+1" in client.get("/catalogue/tools.csv").content
        book = load_workbook(BytesIO(client.get("/catalogue/tools.xlsx?q=chat").content))
        rows = list(book.active.iter_rows(values_only=True))
        assert [row[0] for row in rows] == ["Tool", "Chat"]
        assert rows[1][4] == "13 and over"
        assert client.get("/catalogue/tools.exe").status_code == 404

    def test_an_empty_one_says_what_to_do(self, teacher, client):
        assert "manage.py load_catalogue" in client.get(LIST).text


class TestAToolsPage:
    def page(self, client, tool):
        return client.get(tool.get_absolute_url()).text

    def test_each_fact_has_its_source_date_and_confidence(self, teacher, client):
        page = self.page(client, make.shared_tool("chat", education_rule="13 or over."))
        assert "Confirmed, from the shared catalogue, read 1 September 2026." in page
        assert "The terms, line 1" in page

    def test_what_nobody_has_confirmed_is_said_plainly(self, teacher, client):
        page = self.page(client, make.shared_tool("chat", confidence="unconfirmed", source_on=None))
        assert NOT_CONFIRMED in page
        assert "Nobody has confirmed its age limit from the terms, so no pupil may use it." in page
        assert "date not known" in page

    def test_an_unknown_age_and_any_age_are_told_apart(self, teacher, client):
        assert "no pupil may use it" in self.page(client, make.shared_tool("chat", minimum_age=None))
        assert "Any age under a school account" in self.page(client, make.shared_tool("draw", minimum_age=0))

    def test_a_trusts_own_word_is_shown_as_its_own(self, trust, teacher, client):
        tool, deputy = make.shared_tool("chat"), make.member(trust, Role.DEPUTY_DPO)
        new = facts.NewFact(trust.pk, tool.pk, FactField.MINIMUM_AGE, 16)
        facts.lay(fact=new, shown=13, by=deputy, standing=make.standing(deputy), at=make.NOW)
        page = self.page(client, tool)
        assert "16 and over" in page
        assert f"Set by {deputy.name}." in page
        assert "Our trust’s own word: no source was given" in page

    def test_staff_see_no_agreement_heads_what_it_covers_the_deputy_a_way_to_add_one(self, trust, place, client):
        tool = make.shared_tool("chat")
        made = make.agreement(trust, tool)
        add = reverse("tools_registry:add_agreement")
        for person, sees, adds in (
            (make.member(place, Role.STAFF), False, False),
            (make.member(place, Role.HEAD), True, False),
            (make.member(trust, Role.DEPUTY_DPO), True, True),
        ):
            client.force_login(person)
            page = self.page(client, tool)
            assert (made.reference in page, add in page) == (sees, adds), person

    def test_staff_never_read_needs_attention_and_the_head_does(self, trust, place, client):
        tool, network = make.shared_tool("chat"), make.member(trust, Role.NETWORK)
        entry = approved(tool, place)
        type(entry).objects.filter(pk=entry.pk).update(review_on=make.TODAY - timedelta(days=1))
        for role, said in ((Role.STAFF, False), (Role.HEAD, True)):
            client.force_login(make.member(place, role))
            assert ("Needs attention" in self.page(client, tool)) is said
        client.force_login(network)
        assert client.get(tool.get_absolute_url()).status_code == 200

    def test_it_takes_a_fixed_number_of_queries(self, trust, place, client, django_assert_max_num_queries):
        tool = make.shared_tool("chat")
        for number in range(5):
            make.agreement(trust, tool, reference=f"R-{number}")
        client.force_login(make.member(trust, Role.DEPUTY_DPO))
        with django_assert_max_num_queries(11):
            client.get(tool.get_absolute_url())


class TestATrustsOwnTools:
    def add(self, trust, by, name="Brightwrite", known=catalogue.NOTHING_KNOWN, **description):
        return catalogue.add(
            trust_id=trust.pk,
            description=catalogue.Description(name, **description),
            known=known,
            by=by,
            standing=make.standing(by),
            at=make.NOW,
        )

    @pytest.mark.parametrize("role", [Role.NETWORK, Role.DEPUTY_DPO, Role.ADMIN])
    def test_either_team_or_an_administrator_adds_one(self, trust, role):
        tool = self.add(trust, make.member(trust, role))
        assert (tool.trust, tool.confidence, tool.restricted_purposes) == (trust, "unconfirmed", [])
        assert Event.objects.get(kind="tool.added").role == role

    @pytest.mark.parametrize("role", [Role.DPO, Role.TRUST_LEAD, Role.SAFEGUARDING, Role.TRUSTEE])
    def test_nobody_else_of_the_trust(self, trust, role):
        with pytest.raises(Refused, match="adds a tool"):
            self.add(trust, make.member(trust, role))

    def test_each_gives_only_the_facts_they_set(self, trust, network):
        deputy = make.member(trust, Role.DEPUTY_DPO)
        assert self.add(trust, network, known=catalogue.FirstFacts(sign_in="school")).sign_in == "school"
        with pytest.raises(Refused, match="Deputy DPO sets facts"):
            self.add(trust, network, "Another", catalogue.FirstFacts(minimum_age=13))
        with pytest.raises(Refused, match="Network Team sets"):
            self.add(trust, deputy, "Another", catalogue.FirstFacts(sign_in="none"))

    def test_its_age_counts_as_unconfirmed_whoever_enters_it(self, trust):
        known = catalogue.FirstFacts(minimum_age=13, source="Terms", source_on=make.TODAY)
        tool = self.add(trust, make.member(trust, Role.DEPUTY_DPO), known=known)
        assert tool.own_facts.age_confirmed is False

    def test_the_same_name_and_edition_is_there_once(self, trust, network):
        make.shared_tool("chat", name="Bright Write", edition="School account")
        self.add(trust, network, "Bright write", edition="Personal account")
        with pytest.raises(Refused, match="already"):
            self.add(trust, network, "BRIGHT WRITE", edition="school account")

    def test_names_that_look_alike_get_codes_of_their_own(self, trust, network):
        first, second = self.add(trust, network, "Bright!"), self.add(trust, network, "Bright?", edition="  2")
        third = self.add(trust, network, "?!")
        assert len({first.code, second.code, third.code}) == 3

    def test_no_row_is_locked_after_its_event_is_numbered(self, trust, place, network):
        asked = make.request(place, name="Brightwrite")
        with CaptureQueriesContext(connection) as done:
            catalogue.add(
                trust_id=trust.pk,
                description=catalogue.Description("Brightwrite"),
                by=network,
                standing=make.standing(network),
                at=make.NOW,
                for_request=asked.public_id,
            )
        said = [query["sql"] for query in done.captured_queries]
        numbered = next(at for at, sql in enumerate(said) if "audit_sequence" in sql)
        assert not any(" FOR " in sql and "UPDATE" in sql.split(" FOR ")[-1] for sql in said[numbered:])
        assert Event.objects.filter(kind__in=["request.linked", "tool.added"]).count() == 2

    def test_describing_it_changes_what_it_is(self, trust, network):
        tool = self.add(trust, network)
        standing = make.standing(network)
        new = catalogue.Description("Brightwriter", aliases=("BW",))
        changed = catalogue.describe(
            tool_id=tool.pk, description=new, revision=1, by=network, standing=standing, at=make.NOW
        )
        assert (changed.name, changed.sort_name, changed.aliases, changed.revision) == (
            "Brightwriter",
            "brightwriter",
            ["BW"],
            2,
        )
        with pytest.raises(AlreadyDone):
            catalogue.describe(tool_id=tool.pk, description=new, revision=2, by=network, standing=standing, at=make.NOW)
        other = catalogue.Description("Third")
        with pytest.raises(Conflict):
            catalogue.describe(
                tool_id=tool.pk, description=other, revision=1, by=network, standing=standing, at=make.NOW
            )

    def test_a_shared_tool_is_changed_by_nobody_here(self, network):
        tool = make.shared_tool("chat")
        with pytest.raises(Refused, match="shared by all trusts"):
            catalogue.describe(
                tool_id=tool.pk,
                description=catalogue.Description("Mine"),
                revision=1,
                by=network,
                standing=make.standing(network),
                at=make.NOW,
            )

    def test_it_leaves_the_catalogue_once_it_is_approved_nowhere(self, trust, place, network, client):
        tool = self.add(trust, network)
        entry = approved(tool, place)

        def withdraw():
            return catalogue.withdraw(
                tool_id=tool.pk, revision=1, by=network, standing=make.standing(network), at=make.NOW
            )

        with pytest.raises(Refused, match="approved at 1 place"):
            withdraw()
        type(entry).objects.update(status="withdrawn")
        withdraw()
        client.force_login(network)
        assert names(client.get(LIST)) == []
        assert "taken out of the catalogue" in client.get(tool.get_absolute_url()).text


class TestTheForms:
    def test_each_is_asked_only_for_the_facts_they_set(self, trust, network, client):
        url = reverse("tools_registry:add_tool")
        client.force_login(network)
        page = client.get(url).text
        assert ("How do people sign in?" in page, "Minimum age in its terms" in page) == (True, False)
        client.force_login(make.member(trust, Role.DEPUTY_DPO))
        page = client.get(url).text
        assert ("How do people sign in?" in page, "Minimum age in its terms" in page) == (False, True)

    def test_adding_keeps_sites_not_links(self, trust, network, client):
        client.force_login(network)
        done = client.post(
            reverse("tools_registry:add_tool"),
            {
                "name": "Brightwrite",
                "website": "https://www.bright.example/start",
                "domains": "https://app.bright.example/x?y=z\nbright.example",
                "aliases": "BW\nBright Write",
                "sign_in": "school",
            },
        )
        tool = Tool.objects.get(trust=trust)
        assert done.url == tool.get_absolute_url()
        assert tool.domains == ["app.bright.example", "bright.example"]
        assert tool.aliases == ["BW", "Bright Write"]
        assert "Nothing about it is approved yet." in client.get(done.url).text

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"name": ""}, "Type the tool’s name"),
            ({"domains": "no site"}, "“no site” is no site"),
            ({"minimum_age": "thirteen"}, "Type a number"),
            ({"parental_age": "13"}, "Type the minimum age too"),
            ({"minimum_age": "13", "parental_age": "13"}, "Type an age below 13"),
            ({"terms_url": "not a link"}, "Type a web address like https://example.com"),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field_and_is_kept(self, trust, client, typed, sentence):
        client.force_login(make.member(trust, Role.DEPUTY_DPO))
        page = client.post(reverse("tools_registry:add_tool"), {"name": "Bright", **typed})
        assert sentence in page.text
        assert not Tool.objects.filter(trust=trust).exists()

    def test_editing_and_taking_out_by_form(self, trust, network, client):
        tool = make.own_tool(trust)
        client.force_login(network)
        edit = reverse("tools_registry:edit_tool", args=[tool.public_id])
        assert 'value="Brightwrite"' in client.get(edit).text
        client.post(edit, {"name": "Brightwriter", "revision": "1"})
        stale = client.post(edit, {"name": "Third", "revision": "1"})
        assert (stale.status_code, 'value="Third"' in stale.text) == (409, True)
        client.post(reverse("tools_registry:withdraw_tool", args=[tool.public_id]), {"revision": "2"})
        tool.refresh_from_db()
        assert (tool.name, tool.withdrawn_at is not None) == ("Brightwriter", True)

    def test_who_may_not_reads_who_can_and_a_stranger_nothing(self, trust, place, client):
        tool = make.own_tool(trust)
        add = reverse("tools_registry:add_tool")
        edit = reverse("tools_registry:edit_tool", args=[tool.public_id])
        client.force_login(make.member(place, Role.HEAD))
        assert [client.get(url).status_code for url in (add, edit)] == [403, 403]
        client.force_login(make.member(make.trust(), Role.NETWORK))
        assert client.get(edit).status_code == 404
        assert client.post(reverse("tools_registry:withdraw_tool", args=[tool.public_id])).status_code == 404
