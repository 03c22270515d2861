"""The register of a place: its rows, its filters, what is taken away, and how many queries it costs."""

import io
from datetime import date, timedelta
from itertools import count

import pytest
from openpyxl import load_workbook

from schools.models import Role
from tests import make
from tools_registry.actions import clearances, entries
from tools_registry.actions.conditions import OwnCondition
from tools_registry.models import Clearance, ClearanceAllowance, EntryAllowance, RegisterEntry, Tool, ToolChange
from tools_registry.queries import register
from tools_registry.queries.register import RegisterFilter
from tools_registry.words import Audience, ChangeKind, ConditionKind, DataClass, SignIn

pytestmark = pytest.mark.django_db
STAFF, PUPILS = Audience.STAFF, Audience.PUPILS
# Session, person, memberships, places, and the whole register.
QUERIES = 5
_number = count(1)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(make.NOW)


@pytest.fixture
def place():
    return make.place(name="Oakfield Park School")


@pytest.fixture
def head(place):
    return make.member(place, Role.HEAD)


@pytest.fixture
def teacher(place):
    return make.member(place, Role.STAFF)


def page_of(person, place, *, number="", **wanted):
    return register.register_page(make.standing(person), place, RegisterFilter(**wanted), number)


def only_row(who, place):
    (row,) = page_of(who, place).rows.object_list
    return row


def names(page):
    return [row.tool.name for row in page.rows.object_list]


class TestARow:
    def test_what_is_approved_shows_each_audience_its_years_conditions_and_review(self, place, head):
        tool = make.shared_tool(edition="School account", supplier="Chat Ltd")
        own = make.clearance(
            place.trust, tool, make.allowance(), make.allowance(PUPILS, DataClass.NONE), places=[place]
        )
        due = OwnCondition(ConditionKind.BY_DATE, "Brief the staff", due_on=date(2026, 12, 12))
        make.approved(
            place,
            tool,
            make.allowance(),
            make.allowance(PUPILS, DataClass.NONE),
            within=own,
            by=head,
            conditions=(due,),
        )
        row = only_row(head, place)
        assert (row.code, row.word, row.pupils) == ("approved_with_conditions", "", "Years 9 to 13")
        assert [(each.who, each.name) for each in row.data] == [
            ("Staff", "School information"),
            ("Pupils", "General topics only"),
        ]
        assert [box.mark for box in row.strip] == ["young", "mix", "ok", "ok", "ok", "ok", "ok"]
        assert (row.conditions, row.review_on) == ("1 of 1 due 12 Dec", date(2027, 8, 31))

    def test_an_adults_tool_says_so(self, place, head):
        make.approved(place, make.shared_tool(minimum_age=18), by=head)
        assert only_row(head, place).pupils == "Staff only: users must be 18"

    def test_what_is_cleared_waits_to_be_decided(self, place, head):
        make.clearance(place.trust, make.shared_tool())
        row = only_row(head, place)
        assert (row.status, row.code, row.word) == ("to_decide", "asked_for", "To be decided")
        assert (row.nothing, row.pupils, row.conditions) == ("Nothing yet", "None until it is decided", "")

    def test_what_is_under_review_asked_for_declined_and_suspended(self, place, head):
        tools = [make.shared_tool(code) for code in ("asked", "declined", "reviewed", "suspended")]
        make.request(place, tools[0])
        entries.decline(
            place_id=place.pk,
            tool_id=tools[1].pk,
            reason="No",
            revision=0,
            by=head,
            standing=make.standing(head),
            at=make.NOW,
        )
        clearances.open_consultation(
            trust_id=place.trust_id, tool_id=tools[2].pk, place_ids=None, reference="R-1", at=make.NOW
        )
        make.approved(place, tools[3], by=head)
        entries.suspend(
            tool_id=tools[3].pk,
            trust_id=place.trust_id,
            place_id=place.pk,
            reason="A breach",
            by=head,
            standing=make.standing(head),
            at=make.NOW,
        )
        page = page_of(head, place)
        assert [row.code for row in page.rows.object_list] == ["asked_for", "declined", "under_review", "suspended"]
        assert [row.nothing for row in page.rows.object_list] == ["Nothing yet", "Nothing at all"] * 2

    def test_staff_read_what_is_allowed_today_and_the_head_that_it_needs_attention(self, place, head, teacher):
        tool = make.shared_tool()
        make.approved(place, tool, by=head)
        ToolChange.objects.create(
            tool=tool, kind=ChangeKind.TERMS, summary="New terms", effective_on=make.TODAY, at=make.NOW
        )
        assert only_row(head, place).code == "needs_attention"
        assert only_row(teacher, place).code == "approved"

    def test_staff_read_not_yet_where_a_condition_comes_first(self, place, head, teacher):
        first = OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff")
        make.approved(place, make.shared_tool(), by=head, conditions=(first,))
        assert only_row(teacher, place).word == "Not yet"

    def test_what_nobody_may_use_yet_is_not_approved_in_the_row_the_count_or_the_filter(self, place, head, teacher):
        first = OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff")
        make.approved(place, make.shared_tool("alpha"), by=head, conditions=(first,))
        make.approved(place, make.shared_tool("beta"), by=head)
        for who in (head, teacher):
            page = page_of(who, place)
            row = page.rows.object_list[0]
            assert (row.status, row.code, row.status_words) == ("not_yet", "under_review", "Not yet")
            assert (row.nothing, row.data, row.pupils) == ("Nothing yet", (), "None")
            assert page.lead == "1 approved, 1 not yet. Anything not here is not approved."
            assert names(page_of(who, place, status="approved")) == ["Beta"]
            assert names(page_of(who, place, status="not_yet")) == ["Alpha"]

    def test_a_late_condition_needs_attention_and_for_staff_it_is_not_yet(self, place, head, teacher, time_machine):
        due = OwnCondition(ConditionKind.BY_DATE, "Brief the staff", due_on=make.TODAY)
        make.approved(place, make.shared_tool(), by=head, conditions=(due,))
        tomorrow = make.TODAY + timedelta(days=1)
        said = {who: register.register_rows(make.standing(who, on=tomorrow), place)[0] for who in (head, teacher)}
        assert [row.status_words for row in said.values()] == ["Needs attention", "Not yet"]
        assert not any(row.data for row in said.values())

    def test_a_review_date_that_has_come_says_now(self, place, head):
        make.approved(place, make.shared_tool(), by=head, review_on=make.TODAY + timedelta(days=1))
        standing = make.standing(head, on=make.TODAY + timedelta(days=1))
        (row,) = register.register_rows(standing, place)
        assert row.review_is_due

    def test_nothing_of_another_school_or_trust(self, place, head):
        tool = make.shared_tool()
        other = make.place()
        make.approved(other, tool)
        make.request(other, make.shared_tool("other"))
        assert page_of(head, place).rows.object_list == []


class TestFilters:
    @pytest.fixture(autouse=True)
    def some(self, place, head):
        make.approved(place, make.shared_tool("alpha", supplier="Acme", minimum_age=18), by=head)
        quiz = make.allowance(STAFF, DataClass.NONE, purposes={"quizzes"})
        beta = make.shared_tool("beta", aliases=("bee",))
        own = make.clearance(place.trust, beta, quiz, make.allowance(PUPILS, DataClass.NONE), places=[place])
        make.approved(place, beta, quiz, make.allowance(PUPILS, DataClass.NONE, year_groups={10}), within=own, by=head)
        make.request(place, make.shared_tool("gamma"))

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({}, ["Alpha", "Beta", "Gamma"]),
            ({"words": "acme"}, ["Alpha"]),
            ({"words": "BEE"}, ["Beta"]),
            ({"words": "lesson"}, ["Alpha"]),
            ({"status": "approved"}, ["Alpha", "Beta"]),
            ({"status": "asked_for"}, ["Gamma"]),
            ({"who": "pupils"}, ["Beta"]),
            ({"who": "staff"}, ["Alpha", "Beta"]),
            ({"year": 10}, ["Beta"]),
            ({"year": 11}, []),
            ({"takes": "internal"}, ["Alpha"]),
            ({"takes": "none", "who": "pupils"}, ["Beta"]),
            ({"only": "review"}, []),
            ({"sort": "-name"}, ["Gamma", "Beta", "Alpha"]),
            ({"sort": "status"}, ["Gamma", "Alpha", "Beta"]),
            ({"sort": "-data"}, ["Alpha", "Beta", "Gamma"]),
            ({"sort": "nonsense"}, ["Alpha", "Beta", "Gamma"]),
        ],
    )
    def test_finds(self, place, head, wanted, found):
        assert names(page_of(head, place, **wanted)) == found

    def test_the_count_says_how_many_of_how_many(self, place, head):
        assert page_of(head, place).count == "3 tools"
        assert page_of(head, place, words="acme").count == "1 of 3 tools"
        assert page_of(head, place).lead == "2 approved, 1 waiting. Anything not here is not approved."

    def test_an_empty_filter_names_the_one_to_take_off(self, place, head):
        page = page_of(head, place, status="suspended", words="acme")
        assert (page.takes_off, page.would_find) == ("status", 1)

    def test_and_none_where_no_single_one_helps(self, place, head):
        page = page_of(head, place, status="suspended", words="nothing like it")
        assert (page.takes_off, page.would_find) == ("", 0)


# Pages ----------------------------------------------------------------------------------------------------------------


class TestThePage:
    def get(self, client, who, address):
        client.force_login(who)
        return client.get(address)

    def test_staff_see_their_schools_register(self, client, place, head, teacher):
        make.approved(place, make.shared_tool(edition="School account"), by=head)
        page = self.get(client, teacher, place.register_url())
        assert page.status_code == 200
        assert "1 approved. Anything not here is not approved." in page.text
        assert "School account" in page.text

    def test_a_stranger_gets_a_404(self, client, place):
        for stranger in (
            make.person(),
            make.member(make.place(place.trust), Role.HEAD),
            make.member(make.trust(), Role.DPO),
        ):
            assert self.get(client, stranger, place.register_url()).status_code == 404

    def test_the_office_is_for_the_trust(self, client, place, head):
        lead = make.member(place.trust, Role.TRUST_LEAD)
        assert self.get(client, lead, "/office/tools/").status_code == 200
        assert self.get(client, head, "/office/tools/").status_code == 404

    def test_an_empty_register_offers_what_is_cleared(self, client, place, head, teacher):
        for code in ("one", "two"):
            make.clearance(place.trust, make.shared_tool(code))
        page = self.get(client, head, place.register_url()).text
        assert "Start with the 2 tools the trust has cleared" in page
        assert "so staff may not use any AI tool at work" in page
        assert "Start with" not in self.get(client, teacher, place.register_url()).text

    def test_with_nothing_at_all_it_says_what_to_do(self, client, place, head):
        assert "Ask for the one you need" in self.get(client, head, place.register_url()).text

    def test_a_filter_that_finds_nothing_says_which_to_take_off(self, client, place, head):
        make.approved(place, make.shared_tool("alpha"), by=head)
        page = self.get(client, head, place.register_url() + "?words=alpha&status=suspended").text
        assert '<a href="?words=alpha">“Status: Suspended”</a> and you will see 1' in page
        assert "0 of 1 tool" in page

    def test_quick_filters_and_their_way_off(self, client, place, head):
        before = OwnCondition(ConditionKind.BEFORE_USE, "Brief the staff")
        make.approved(place, make.shared_tool(), by=head, conditions=(before,))
        assert 'href="?only=conditions">Conditions 1' in self.get(client, head, place.register_url()).text
        assert "Only: conditions" in self.get(client, head, place.register_url() + "?only=conditions").text

    def test_a_school_without_confirmed_years_is_told(self, client):
        place = make.place(confirmed=False)
        head = make.member(place, Role.HEAD)
        make.approved(place, make.shared_tool(), by=head)
        assert "Confirm the year groups" in self.get(client, head, place.register_url()).text

    def test_pages_of_25(self, client, place, head):
        many(place, head, 30)
        page = self.get(client, head, place.register_url() + "?page=2&sort=name").text
        assert "Tools 26 to 30 of 30" in page
        assert "?page=1&amp;sort=name" in page or "?sort=name&amp;page=1" in page

    def test_bad_values_in_the_address_are_left_out(self, client, place, head):
        make.approved(place, make.shared_tool(), by=head)
        page = self.get(client, head, place.register_url() + "?year=99&status=x&takes=y&only=z&sort=w&page=minus")
        assert page.status_code == 200


class TestTheSheet:
    def test_csv_and_xlsx_hold_the_rows_that_fit(self, client, place, head):
        make.approved(place, make.shared_tool("alpha"), by=head)
        make.approved(place, make.shared_tool("beta", name="=Beta"), by=head)
        client.force_login(head)
        address = f"/schools/{place.urn}/tools/register"
        text = client.get(f"{address}.csv").content.decode("utf-8-sig")
        assert text.splitlines()[0].startswith("Tool,Account,Supplier,Status")
        assert "'=Beta" in text
        book = load_workbook(io.BytesIO(client.get(f"{address}.xlsx?words=alpha").content))
        rows = list(book.active.values)
        assert [row[0] for row in rows] == ["Tool", "Alpha"]
        assert client.get(f"{address}.doc").status_code == 404

    def test_a_stranger_takes_nothing_away(self, client, place):
        client.force_login(make.person())
        assert client.get(f"/schools/{place.urn}/tools/register.csv").status_code == 404


# Queries --------------------------------------------------------------------------------------------------------------


def many(place, head, how_many):
    """Approved tools in bulk: rows, not acts."""
    lead = make.member(place.trust, Role.TRUST_LEAD)
    tools = Tool.objects.bulk_create(
        Tool(
            code=f"many-{next(_number)}",
            name=f"Many {n:04}",
            sort_name=f"many {n:04}",
            minimum_age=13,
            confidence="confirmed",
            sign_in=SignIn.NONE,
            created_at=make.NOW,
        )
        for n in range(how_many)
    )
    cleared = Clearance.objects.bulk_create(
        Clearance(
            trust=place.trust,
            tool=tool,
            reference=f"MANY-{tool.pk}",
            is_trust_wide=True,
            starts_on=make.TODAY,
            signed_by=lead,
            signed_role=Role.TRUST_LEAD,
            signed_at=make.NOW,
        )
        for tool in tools
    )
    decided = RegisterEntry.objects.bulk_create(
        RegisterEntry(
            trust=place.trust,
            place=place,
            tool=clearance.tool,
            status="approved",
            clearance=clearance,
            review_on=date(2027, 8, 31),
            decided_by=head,
            decided_role=Role.HEAD,
            decided_at=make.NOW,
        )
        for clearance in cleared
    )
    allowed = {"trust": place.trust, "audience": STAFF, "data_class": DataClass.INTERNAL, "purposes": ["planning"]}
    ClearanceAllowance.objects.bulk_create(ClearanceAllowance(clearance=c, **allowed) for c in cleared)
    EntryAllowance.objects.bulk_create(EntryAllowance(entry=e, **allowed) for e in decided)


@pytest.mark.parametrize("how_many", [10, 1000])
def test_the_register_is_one_query_for_10_tools_and_for_1000(place, head, how_many, django_assert_num_queries):
    many(place, head, how_many)
    standing = make.standing(head)
    with django_assert_num_queries(1):
        page = register.register_page(standing, place, RegisterFilter(), "")
    assert page.total == how_many
    assert len(page.rows.object_list) == min(how_many, register.PAGE)


def test_the_page_costs_the_same_for_10_and_for_200(client, django_assert_num_queries):
    for how_many in (10, 200):
        place = make.place()
        head = make.member(place, Role.HEAD)
        many(place, head, how_many)
        client.force_login(head)
        client.get(place.register_url())
        with django_assert_num_queries(QUERIES):
            client.get(place.register_url())
