"""Loading the shared tools: all or nothing, idempotent, and what got worse becomes a change."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from schools.models import Role
from tests import make
from tools_registry import catalogue_file
from tools_registry.actions import catalogue, facts
from tools_registry.models import Tool, ToolChange, TrustFact
from tools_registry.models.catalogue import FactField
from tools_registry.purposes import MICROSOFT_ONLY
from trustai.audit.models import Event

OURS = Path(catalogue_file.__file__).parent / "catalogue" / "ai_tools.csv"
LATER = make.NOW.replace(year=2027)


def written(tmp_path, text, *, encoding="utf-8"):
    path = tmp_path / "tools.csv"
    path.write_bytes(text.encode(encoding))
    return path


def a_file(tmp_path, *rows, encoding="utf-8", header=catalogue_file.COLUMNS):
    out = StringIO()
    writer = csv.DictWriter(out, header, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow(dict.fromkeys(header, "") | {"name": "Chat", "source": "Terms"} | row)
    return written(tmp_path, out.getvalue(), encoding=encoding)


def run(path):
    out, err = StringIO(), StringIO()
    try:
        call_command("load_catalogue", str(path), stdout=out, stderr=err)
    except CommandError as wrong:
        return wrong.returncode, f"{err.getvalue()}{wrong}"
    return 0, out.getvalue()


class TestOurFile:
    rows = catalogue_file.read(OURS)

    def test_it_has_every_tool_once(self):
        assert len(self.rows) == 77
        assert len({(row.name, row.edition) for row in self.rows}) == 77

    def test_the_two_copilots_are_two_tools(self):
        found = {row.name: row for row in self.rows}
        school, private = found["Microsoft 365 Copilot Chat"], found["Microsoft Copilot"]
        assert (school.edition, school.sign_in, school.minimum_age, school.parental_age) == (
            "School account",
            "school",
            13,
            None,
        )
        assert (private.edition, private.sign_in, private.minimum_age, private.parental_age) == (
            "Personal account",
            "personal",
            18,
            13,
        )

    def test_only_microsofts_school_editions_may_write_down_meetings(self):
        may = {row.code for row in self.rows if row.restricted_purposes}
        assert may == {"copilot-chat-school", "copilot-licence"}
        assert all(set(row.restricted_purposes) <= MICROSOFT_ONLY for row in self.rows)

    def test_ages_are_those_of_the_facts(self):
        assert sum(row.minimum_age is None for row in self.rows) == 24
        assert sum(row.confidence == "confirmed" for row in self.rows) == 46
        assert {row.code for row in self.rows if row.minimum_age == 0} >= {"gemini-education", "kahoot-play"}

    def test_a_confirmed_row_says_where_it_was_read(self):
        assert [row.code for row in self.rows if row.confidence == "confirmed" and not row.source] == []


@pytest.mark.django_db
class TestTheCommand:
    def test_our_file_twice_adds_then_changes_nothing(self):
        assert run(OURS) == (0, "77 tools: 77 added, 0 changed, 0 as they were.\n")
        before = list(Tool.objects.order_by("code").values())
        assert run(OURS) == (0, "77 tools: 0 added, 0 changed, 77 as they were.\n")
        assert list(Tool.objects.order_by("code").values()) == before
        assert not ToolChange.objects.exists()

    def test_tools_the_file_does_not_have_stay(self, tmp_path):
        make.shared_tool("old")
        assert "1 shared tool is not in this file" in run(a_file(tmp_path, {"code": "new"}))[1]
        assert Tool.objects.filter(code="old", withdrawn_at=None).exists()

    def test_windows_files_are_read(self, tmp_path):
        assert run(a_file(tmp_path, {"code": "chat", "education_rule": "the school’s"}, encoding="cp1252"))[0] == 0
        assert Tool.objects.get().education_rule == "the school’s"

    def test_a_byte_order_mark_and_names_in_capitals_do_no_harm(self, tmp_path):
        path = a_file(tmp_path, {"code": "chat"}, encoding="utf-8-sig")
        path.write_bytes(path.read_bytes().replace(b"code,name", b"Code,NAME"))
        assert run(path)[0] == 0

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"minimum_age": "thirteen"}, "minimum_age is “thirteen”: write an age in whole years"),
            ({"minimum_age": "13", "parental_age": "16"}, "parental_age is above minimum_age"),
            ({"sign_in": "sso"}, "sign_in is “sso”: write one of none, school, personal, unknown"),
            ({"source_on": "3 May"}, "source_on is “3 May”: write a day like 2026-08-31"),
            ({"website": "javascript:alert(1)"}, "website is “javascript:alert(1)”"),
            ({"domains": "no domain"}, "domains has “no domain”"),
            ({"restricted_purposes": "safeguarding"}, "restricted_purposes has “safeguarding”"),
            ({"name": " "}, "name is empty"),
            ({"confidence": "confirmed", "source": ""}, "it is confirmed, but source is empty"),
            ({"code": "Chat GPT"}, "code is “Chat GPT”"),
        ],
    )
    def test_a_wrong_row_is_named_by_line_and_nothing_is_loaded(self, tmp_path, facts, sentence):
        code, said = run(a_file(tmp_path, {"code": "good"}, {"code": "bad", **facts}))
        assert code == 2
        assert "Line 3: " in said
        assert sentence in said
        assert "1 line is wrong, so nothing was loaded." in said
        assert not Tool.objects.exists()

    def test_lines_are_counted_through_texts_of_several_lines(self, tmp_path):
        two_lines = {"code": "a", "education_rule": "one\ntwo"}
        assert "Line 4: minimum_age" in run(a_file(tmp_path, two_lines, {"code": "b", "minimum_age": "x"}))[1]

    def test_a_code_that_stands_twice(self, tmp_path):
        assert (
            "Line 3: code chat stands on line 2 already" in run(a_file(tmp_path, {"code": "chat"}, {"code": "chat"}))[1]
        )

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "is empty"),
            ("code,name\nchat,Chat\n", "The file has no column edition"),
            (f"{','.join(catalogue_file.COLUMNS)}\n", "has a header and no tools"),
            (f"{','.join(catalogue_file.COLUMNS)},ages\n", "there is no fact called “ages”"),
            (f"{','.join(catalogue_file.COLUMNS)}\nchat,Chat\n", "Line 2 has 2 fields and the header has 22"),
            (f'{",".join(catalogue_file.COLUMNS)}\n"chat', "Line 2 is not CSV"),
            ("PK\0\0", "is not a CSV file"),
        ],
    )
    def test_a_file_that_is_none_gets_a_sentence(self, tmp_path, text, sentence):
        code, said = run(written(tmp_path, text))
        assert (code, sentence in said) == (2, True), said

    def test_a_file_that_is_not_there(self, tmp_path):
        code, said = run(tmp_path / "none.csv")
        assert code == 2
        assert "cannot be read" in said


def reload(**facts):
    catalogue.load(rows=[make.tool_row("chat", **facts)], at=LATER)
    return list(ToolChange.objects.order_by("pk").values_list("kind", "summary"))


@pytest.mark.django_db
class TestWhatGotWorse:
    @pytest.mark.parametrize(
        ("before", "after", "kinds"),
        [
            ({"minimum_age": 13}, {"minimum_age": 16}, ["age"]),
            ({"minimum_age": 13}, {"minimum_age": None}, ["age"]),
            ({"minimum_age": 16}, {"minimum_age": 13}, []),
            ({"minimum_age": None}, {"minimum_age": 18}, []),
            ({"minimum_age": 18, "parental_age": 13}, {"minimum_age": 18, "parental_age": None}, ["age"]),
            ({"minimum_age": 18}, {"minimum_age": 18, "parental_age": 13}, []),
            ({}, {"confidence": "unconfirmed"}, ["age"]),
            ({"sign_in": "school"}, {"sign_in": "personal"}, ["data"]),
            ({"sign_in": "personal"}, {"sign_in": "school"}, []),
            ({"sign_in": "unknown"}, {"sign_in": "personal"}, []),
            ({"trains_on_inputs": "no"}, {"trains_on_inputs": "yes"}, ["terms"]),
            ({"trains_on_inputs": "unknown"}, {"trains_on_inputs": "yes"}, ["terms"]),
            ({"trains_on_inputs": "yes"}, {"trains_on_inputs": "no"}, []),
            ({"data_location": "London"}, {"data_location": "China"}, ["hosting"]),
            ({}, {"data_location": "China"}, []),
            ({}, {"supplier": "Another"}, ["supplier"]),
            ({"restricted_purposes": ("minutes",)}, {}, ["purpose"]),
            ({"education_rule": "One."}, {"education_rule": "Two.", "source_on": make.TODAY}, ["terms"]),
            ({"education_rule": "One."}, {"education_rule": "One, better said."}, []),
            ({}, {"name": "Better name", "category": "Search"}, []),
        ],
    )
    def test_a_change_is_recorded_when_and_only_when_a_fact_got_worse(self, before, after, kinds):
        make.shared_tool("chat", **before)
        assert [kind for kind, _ in reload(**before | after if "restricted_purposes" not in before else after)] == kinds

    def test_it_says_from_what_to_what_and_holds_for_everybody(self):
        make.shared_tool("chat")
        assert reload(minimum_age=16) == [("age", "Its minimum age rose from 13 to 16.")]
        change = ToolChange.objects.get()
        assert (change.trust, change.by, change.told_at, str(change.effective_on)) == (None, None, None, "2027-11-24")

    def test_the_tool_is_written_and_its_revision_rises(self):
        tool = make.shared_tool("chat")
        reload(minimum_age=16)
        tool.refresh_from_db()
        assert (tool.minimum_age, tool.revision) == (16, 2)


def looser(tool, trust, field, value):
    """A looser fact of a trust's own, checked by a second person."""
    by, other = make.member(trust, Role.DEPUTY_DPO), make.member(trust, Role.DPO)
    known = facts.facts_today(tool, trust.pk)
    new = facts.NewFact(trust.pk, tool.pk, field, value, "“words”", "https://terms.example", make.TODAY)
    laid = facts.lay(fact=new, shown=getattr(known, field), by=by, standing=make.standing(by), at=make.NOW)
    return facts.check(fact_id=laid.pk, by=other, standing=make.standing(other), at=make.NOW)


@pytest.mark.django_db
class TestATrustsOwnWord:
    def test_a_looser_one_ends_when_the_shared_fact_gets_worse(self):
        tool, trust = make.shared_tool("chat", minimum_age=16), make.trust()
        looser(tool, trust, FactField.MINIMUM_AGE, 13)
        reload(minimum_age=18)
        tool.refresh_from_db()
        assert facts.facts_today(tool, trust.pk).minimum_age == 18
        assert Event.objects.filter(trust_id=trust.pk, kind="fact.overtaken").count() == 1

    def test_a_stricter_one_stands(self):
        tool, trust = make.shared_tool("chat"), make.trust()
        by = make.member(trust, Role.DEPUTY_DPO)
        new = facts.NewFact(trust.pk, tool.pk, FactField.MINIMUM_AGE, 18)
        facts.lay(fact=new, shown=13, by=by, standing=make.standing(by), at=make.NOW)
        reload(minimum_age=16)
        tool.refresh_from_db()
        assert facts.facts_today(tool, trust.pk).minimum_age == 18

    def test_a_looser_one_stands_while_the_shared_fact_stays(self):
        tool, trust = make.shared_tool("chat", minimum_age=16), make.trust()
        looser(tool, trust, FactField.MINIMUM_AGE, 13)
        reload(minimum_age=16, name="Renamed")
        assert TrustFact.objects.counting().filter(field=FactField.MINIMUM_AGE).count() == 1

    def test_the_confirmation_of_another_age_ends(self):
        tool, trust = make.shared_tool("chat", confidence="unconfirmed"), make.trust()
        looser(tool, trust, FactField.AGE_CONFIRMED, True)
        reload(minimum_age=16, confidence="unconfirmed")
        tool.refresh_from_db()
        assert facts.facts_today(tool, trust.pk).age_confirmed is False
