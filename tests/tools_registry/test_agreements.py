"""Agreements with suppliers: who keeps them, who reads the document, and what their end does to every answer."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from schools.models import Role
from tests import make
from tools_registry import tasks
from tools_registry.actions import agreements
from tools_registry.models import Agreement, Tool
from tools_registry.queries import situations
from tools_registry.queries.agreements import state_of
from tools_registry.words import DataClass, Subject
from trustai.audit.models import Event
from trustai.exports.models import StoredFile
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
KEEPERS = (Role.DEPUTY_DPO, Role.DPO, Role.ADMIN)


@pytest.fixture(autouse=True)
def _today(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(make.NOW):
        yield


@pytest.fixture
def trust():
    return make.trust()


@pytest.fixture
def deputy(trust):
    return make.member(trust, Role.DEPUTY_DPO)


def pdf(name="agreement.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def terms(**more):
    plain = {
        "reference": "DSA-1",
        "supplier_party": "Supplier Limited",
        "starts_on": make.LONG_AGO,
        "ends_on": None,
        "data_class": DataClass.PERSONAL,
        "subjects": frozenset({Subject.STAFF}),
    }
    return agreements.Terms(**plain | more)


def add(trust, by, tool=None, upload=None, **more):
    return agreements.add(
        trust_id=trust.pk,
        tool_id=(tool or make.shared_tool("chat")).pk,
        terms=terms(**more),
        upload=upload,
        by=by,
        standing=make.standing(by),
        at=make.NOW,
    )


class TestAdding:
    @pytest.mark.parametrize("role", KEEPERS)
    def test_keepers_enter_one_and_it_is_on_record(self, trust, role):
        made = add(trust, make.member(trust, role), subjects=frozenset({Subject.STAFF, Subject.PUPILS}))
        assert made.subjects == ["pupils", "staff"]
        event = Event.objects.get(kind="agreement.added")
        assert (event.role, event.detail["data_class"], event.detail["ends_on"]) == (role, "personal", None)
        assert "Supplier" not in str(event.detail)

    @pytest.mark.parametrize("role", [Role.NETWORK, Role.TRUST_LEAD, Role.SAFEGUARDING, Role.TRUSTEE])
    def test_others_do_not(self, trust, role):
        with pytest.raises(Refused, match="keeps the agreements"):
            add(trust, make.member(trust, role))

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            ({"data_class": DataClass.INTERNAL}, "about personal data"),
            ({"subjects": frozenset()}, "whose data"),
            ({"ends_on": make.LONG_AGO}, "before the first day"),
            ({"subjects": frozenset({Subject.PARENTS}), "covers_accounts": True}, "Accounts are"),
        ],
    )
    def test_terms_that_make_no_sense_are_refused(self, trust, deputy, more, sentence):
        with pytest.raises(Refused, match=sentence):
            add(trust, deputy, **more)

    def test_a_reference_is_used_once(self, trust, deputy):
        add(trust, deputy)
        with pytest.raises(Refused, match="already"):
            add(trust, deputy, tool=make.shared_tool("other"))

    def test_the_database_takes_nothing_that_is_not_about_people(self, trust, deputy):
        made = add(trust, deputy)
        with pytest.raises(IntegrityError, match="agreement_about_people"), transaction.atomic():
            Agreement.objects.filter(pk=made.pk).update(data_class=DataClass.NONE)

    def test_another_trusts_tool_is_not_in_sight(self, trust, deputy):
        with pytest.raises(Tool.DoesNotExist):
            add(trust, deputy, tool=make.own_tool(make.trust()))

    def test_a_document_is_kept_and_one_that_is_none_writes_nothing(self, trust, deputy):
        made = add(trust, deputy, upload=pdf())
        assert (made.document.content_type, made.document.owner_id) == ("application/pdf", made.public_id)
        with pytest.raises(Refused, match="plain text"):
            add(trust, deputy, upload=pdf("signed.pdf", b"hello"), reference="DSA-2")
        assert Agreement.objects.count() == StoredFile.objects.count() == 1


class TestChanging:
    def change(self, agreement, by, *, revision=None, upload=None, **more):
        return agreements.change(
            agreement_id=agreement.pk,
            terms=terms(**more),
            upload=upload,
            revision=revision or agreement.revision,
            by=by,
            standing=make.standing(by),
            at=make.NOW,
        )

    def test_a_new_document_closes_the_old_one(self, trust, deputy):
        made = add(trust, deputy, upload=pdf())
        changed = self.change(made, deputy, upload=pdf("second.pdf"))
        assert changed.document.original_name == "second.pdf"
        assert StoredFile.objects.get(original_name="agreement.pdf").withdrawn_at == make.NOW

    def test_the_same_again_says_so(self, trust, deputy):
        with pytest.raises(AlreadyDone):
            self.change(add(trust, deputy), deputy)

    def test_a_stale_page_has_not_the_last_word(self, trust, deputy):
        made = add(trust, deputy)
        self.change(made, deputy, supplier_party="Another Limited")
        with pytest.raises(Conflict):
            self.change(made, deputy, revision=1, supplier_party="Third Limited")
        made.refresh_from_db()
        assert made.supplier_party == "Another Limited"

    def test_a_withdrawn_one_stays_as_it_was(self, trust, deputy):
        made = add(trust, deputy)
        agreements.withdraw(agreement_id=made.pk, revision=1, by=deputy, standing=make.standing(deputy), at=make.NOW)
        with pytest.raises(Refused, match="withdrawn"):
            self.change(made, deputy, revision=2, supplier_party="Another Limited")
        with pytest.raises(AlreadyDone):
            agreements.withdraw(
                agreement_id=made.pk, revision=2, by=deputy, standing=make.standing(deputy), at=make.NOW
            )
        assert Event.objects.filter(kind="agreement.withdrawn").count() == 1


class TestInTheAnswer:
    def covered(self, tool, place, on):
        row = situations.with_situation(Tool.objects.filter(pk=tool.pk), place, on).get()
        return [one.in_force(on) for one in situations.situation_of(row, place, on).agreements]

    def test_it_counts_on_its_last_day_and_not_the_day_after(self, trust, deputy):
        tool, place = make.shared_tool("chat"), make.place(trust)
        add(trust, deputy, tool=tool, ends_on=date(2027, 9, 1))
        assert self.covered(tool, place, date(2027, 8, 31)) == [True]
        assert self.covered(tool, place, date(2027, 9, 1)) == [False]

    def test_withdrawn_it_is_gone(self, trust, deputy):
        tool, place = make.shared_tool("chat"), make.place(trust)
        made = add(trust, deputy, tool=tool)
        agreements.withdraw(agreement_id=made.pk, revision=1, by=deputy, standing=make.standing(deputy), at=make.NOW)
        assert self.covered(tool, place, make.TODAY) == []

    @pytest.mark.parametrize(
        ("starts", "ends", "state"),
        [
            (-10, None, "in_force"),
            (-10, 200, "in_force"),
            (-10, 60, "ending"),
            (-10, 1, "ending"),
            (-10, 0, "ended"),
            (1, None, "coming"),
            (0, None, "in_force"),
        ],
    )
    def test_its_state_in_words(self, trust, deputy, starts, ends, state):
        day = lambda n: None if n is None else make.TODAY + timedelta(days=n)  # noqa: E731
        assert state_of(add(trust, deputy, starts_on=day(starts), ends_on=day(ends)), make.TODAY) == state


class TestWarnings:
    def warned(self):
        return Notice.objects.filter(kind="agreement.ending").count()

    def test_each_warning_is_given_once_before_the_last_day(self, trust, deputy):
        add(trust, deputy, ends_on=date(2027, 9, 1))
        last = date(2027, 8, 31)
        for days, told in ((61, 0), (60, 1), (59, 1), (15, 1), (14, 2), (13, 2), (1, 3), (0, 3), (-1, 3)):
            at = make.NOW.replace(year=last.year, month=last.month, day=last.day) - timedelta(days=days)
            agreements.warn_of_endings(at=at)
            assert self.warned() == told, days
            Notice.objects.filter(created_at=at).update(created_at=at)
        assert set(Notice.objects.values_list("due_on", flat=True)) == {last}

    def test_one_that_is_withdrawn_or_has_no_end_warns_nobody(self, trust, deputy):
        made = add(trust, deputy, ends_on=make.TODAY + timedelta(days=10))
        add(trust, deputy, tool=make.shared_tool("other"), reference="DSA-2")
        agreements.withdraw(agreement_id=made.pk, revision=1, by=deputy, standing=make.standing(deputy), at=make.NOW)
        tasks.warn_of_endings()
        assert not self.warned()


class TestWhoIsTold:
    """The people of a place read of the tool; those who keep the agreement, of the agreement."""

    @pytest.fixture
    def tool(self):
        return make.shared_tool("chat")

    @pytest.fixture
    def people(self, trust, deputy, tool):
        """Of a school and the office that have approved the tool, of one that has not, and of the teams."""
        place, idle = make.place(trust), make.place(trust)
        found = {role: make.member(place, role) for role in (Role.HEAD, Role.AI_LEAD, Role.STAFF)}
        found |= {role: make.member(trust, role) for role in (Role.DPO, Role.NETWORK, Role.TRUST_LEAD, Role.TRUSTEE)}
        make.member(idle, Role.HEAD)
        make.member(make.place(), Role.HEAD)
        make.approved(place, tool, by=found[Role.HEAD])
        gone = make.membership(place, Role.AI_LEAD, ends_on=make.TODAY).person
        return found | {Role.DEPUTY_DPO: deputy, "gone": gone}

    def told(self, people, kind):
        """By role, what each is led to."""
        roles = {person.pk: role for role, person in people.items()}
        rows = Notice.objects.filter(kind=kind).values_list("person_id", "path")
        assert len(rows) == len({person for person, _ in rows})
        return {roles.get(person, person): path for person, path in rows}

    def change(self, made, by, **more):
        return agreements.change(
            agreement_id=made.pk,
            terms=terms(**more),
            revision=made.revision,
            by=by,
            standing=make.standing(by),
            at=make.NOW,
        )

    def everybody(self, made, tool, *, but=None):
        teams = dict.fromkeys((Role.DEPUTY_DPO, Role.DPO, Role.NETWORK), made.get_absolute_url())
        places = dict.fromkeys((Role.HEAD, Role.AI_LEAD), tool.get_absolute_url())
        return {role: path for role, path in (teams | places).items() if role != but}

    def test_of_one_that_is_withdrawn(self, trust, deputy, tool, people):
        made = add(trust, deputy, tool=tool)
        agreements.withdraw(agreement_id=made.pk, revision=1, by=deputy, standing=make.standing(deputy), at=make.NOW)
        assert self.told(people, "agreement.withdrawn") == self.everybody(made, tool, but=Role.DEPUTY_DPO)

    @pytest.mark.parametrize(
        "less",
        [
            {"data_class": DataClass.PERSONAL},
            {"subjects": frozenset({Subject.STAFF})},
            {"covers_accounts": False},
            {"starts_on": make.TODAY},
            {"ends_on": make.TODAY + timedelta(days=30)},
        ],
    )
    def test_of_one_that_covers_less(self, trust, deputy, tool, people, less):
        before = {
            "data_class": DataClass.SPECIAL,
            "subjects": frozenset({Subject.STAFF, Subject.PUPILS}),
            "covers_accounts": True,
            "ends_on": make.TODAY + timedelta(days=300),
        }
        made = add(trust, deputy, tool=tool, **before)
        self.change(made, deputy, **before | less)
        assert self.told(people, "agreement.changed") == self.everybody(made, tool, but=Role.DEPUTY_DPO)

    def test_nobody_of_one_that_covers_as_much_or_more(self, trust, deputy, tool, people):
        made = add(trust, deputy, tool=tool, ends_on=make.TODAY + timedelta(days=30))
        made = self.change(made, deputy, data_class=DataClass.SPECIAL, supplier_party="Another Limited")
        self.change(made, deputy, data_class=DataClass.SPECIAL, subjects=frozenset({Subject.STAFF, Subject.PUPILS}))
        assert self.told(people, "agreement.changed") == {}

    def test_of_one_that_ends_soon(self, trust, deputy, tool, people):
        made = add(trust, deputy, tool=tool, ends_on=make.TODAY + timedelta(days=10))
        assert agreements.warn_of_endings(at=make.NOW) == 1
        assert self.told(people, "agreement.ending") == self.everybody(made, tool)

    def test_at_the_office_the_trust_lead(self, trust, deputy, tool, people):
        make.approved(make.office(trust), tool, by=people[Role.TRUST_LEAD])
        add(trust, deputy, tool=tool, ends_on=make.TODAY + timedelta(days=10))
        agreements.warn_of_endings(at=make.NOW)
        assert self.told(people, "agreement.ending")[Role.TRUST_LEAD] == tool.get_absolute_url()

    def test_once_even_where_no_team_is_there_to_tell(self, trust, deputy, tool, people):
        add(trust, deputy, tool=tool, ends_on=make.TODAY + timedelta(days=10))
        for role in (Role.DEPUTY_DPO, Role.DPO, Role.NETWORK):
            people[role].memberships.update(ends_on=make.TODAY)
        trust.memberships.filter(role=Role.DEPUTY_DPO).update(ends_on=make.TODAY)
        assert [agreements.warn_of_endings(at=make.NOW + timedelta(days=day)) for day in (0, 1)] == [1, 0]
        assert set(self.told(people, "agreement.ending")) == {Role.HEAD, Role.AI_LEAD}


class TestThePages:
    list_url = "/agreements/"

    def test_wide_roles_read_all_of_it_heads_what_it_covers_staff_nothing(self, trust, deputy, client):
        made = add(trust, deputy, upload=pdf())
        document = reverse("tools_registry:agreement_document", args=[made.public_id])
        place = make.place(trust)
        expected = {
            make.member(trust, Role.TRUSTEE): (200, 200, 200),
            make.member(place, Role.HEAD): (200, 200, 403),
            make.member(place, Role.STAFF): (403, 403, 403),
            make.member(place, Role.AI_LEAD): (403, 403, 403),
        }
        for person, codes in expected.items():
            client.force_login(person)
            answers = [client.get(url) for url in (self.list_url, made.get_absolute_url(), document)]
            assert tuple(answer.status_code for answer in answers) == codes, person
            list(getattr(answers[-1], "streaming_content", []))
        client.force_login(make.member(make.trust(), Role.DEPUTY_DPO))
        assert [client.get(url).status_code for url in (made.get_absolute_url(), document)] == [404, 404]
        assert made.reference not in client.get(self.list_url).text

    def test_the_document_comes_back_as_it_was_and_only_as_a_download(self, trust, deputy, client):
        made = add(trust, deputy, upload=pdf())
        client.force_login(deputy)
        answer = client.get(reverse("tools_registry:agreement_document", args=[made.public_id]))
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"].startswith("attachment")

    def test_without_a_document_there_is_none(self, trust, deputy, client):
        client.force_login(deputy)
        url = reverse("tools_registry:agreement_document", args=[add(trust, deputy).public_id])
        assert client.get(url).status_code == 404

    def form(self, **more):
        return {
            "reference": "DSA-9",
            "supplier_party": "Supplier Limited",
            "starts_on": "1 9 2026",
            "ends_on": "31 8 2027",
            "data_class": "personal",
            "subjects": ["pupils", "staff"],
            "covers_accounts": "on",
        } | more

    def test_the_form_asks_for_the_last_day_and_keeps_the_day_after(self, trust, deputy, client):
        tool = make.shared_tool("chat")
        client.force_login(deputy)
        done = client.post(f"/agreements/add/?tool={tool.public_id}", self.form(document=pdf()))
        made = Agreement.objects.get()
        assert (made.ends_on, made.document.original_name) == (date(2027, 9, 1), "agreement.pdf")
        page = client.get(done.url).text
        assert "31 August 2027" in page
        assert "Personal data about pupils and staff, and accounts" in page

    def test_without_a_tool_in_the_address_it_asks_which(self, trust, deputy, client):
        tool = make.shared_tool("chat")
        client.force_login(deputy)
        assert "Choose the tool the agreement is for" in client.post("/agreements/add/", self.form()).text
        assert client.post("/agreements/add/", self.form(tool=str(tool.public_id))).status_code == 302

    def test_what_is_wrong_stands_beside_the_field(self, trust, deputy, client):
        tool = make.shared_tool("chat")
        client.force_login(deputy)
        url = f"/agreements/add/?tool={tool.public_id}"
        page = client.post(url, self.form(ends_on="1 8 2026", document=pdf("a.pdf", b"MZ\x90"))).text
        assert "Type a last day on or after the first day" in page
        assert "This file is a program named .pdf" in page
        assert not Agreement.objects.exists()

    def test_a_stale_form_gets_409_and_keeps_what_was_typed(self, trust, deputy, client):
        made = add(trust, deputy)
        client.force_login(deputy)
        url = reverse("tools_registry:edit_agreement", args=[made.public_id])
        client.post(url, self.form(revision="1", supplier_party="Second Limited"))
        page = client.post(url, self.form(revision="1", supplier_party="Third Limited"))
        assert page.status_code == 409
        assert "Third Limited" in page.text
        made.refresh_from_db()
        assert made.supplier_party == "Second Limited"

    def test_withdrawing_asks_first(self, trust, deputy, client):
        made = add(trust, deputy)
        client.force_login(deputy)
        url = reverse("tools_registry:withdraw_agreement", args=[made.public_id])
        assert "goes off at once" in client.get(url).text
        client.post(url, {"revision": "1"})
        made.refresh_from_db()
        assert (made.withdrawn_by, made.revision) == (deputy, 2)

    def test_the_list_is_found_filtered_and_taken_away(self, trust, deputy, client):
        add(trust, deputy, ends_on=make.TODAY + timedelta(days=30))
        add(trust, deputy, tool=make.shared_tool("other"), reference="OLD-2", ends_on=make.TODAY)
        client.force_login(deputy)
        assert "OLD-2" not in client.get("/agreements/?state=ending").text
        assert "DSA-1" not in client.get("/agreements/?q=old").text
        assert "No agreement fits" in client.get("/agreements/?q=nothing").text
        assert b"OLD-2" in client.get("/agreements/agreements.csv").content
        book = load_workbook(BytesIO(client.get("/agreements/agreements.xlsx?state=ended").content))
        assert [row[2].value for row in book.active.iter_rows(min_row=2)] == ["OLD-2"]
        assert client.get("/agreements/agreements.pdf").status_code == 404

    def test_an_empty_list_says_what_it_means(self, trust, deputy, client):
        client.force_login(deputy)
        assert "no personal data may go into any AI tool" in client.get(self.list_url).text

    def test_the_list_takes_as_many_queries_for_one_as_for_many(
        self, trust, deputy, client, django_assert_max_num_queries
    ):
        client.force_login(deputy)
        for number in range(12):
            add(trust, deputy, tool=make.shared_tool(f"chat-{number}"), reference=f"R-{number}")
        with django_assert_max_num_queries(9):
            client.get(self.list_url)
