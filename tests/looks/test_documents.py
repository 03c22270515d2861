"""The printed list and the poster, made from a list document and read back."""

import io
import re
from datetime import UTC, date, datetime

import pikepdf
import pypdf
import pytest
from django.conf import settings
from django.template.loader import render_to_string

from schools import year_groups
from trustai.exports.pdf import render
from trustai.exports.qr import qr_svg

ISSUED = datetime(2026, 11, 21, 9, tzinfo=UTC)
LONG_NAME = "Microsoft 365 Copilot Chat for Education (A5)"
CLASSES = ("General topics only", "School information", "Personal data", "Sensitive personal data")


def year(code, mark="", words=""):
    return {"code": year_groups.short(code), "name": year_groups.name(code), "mark": mark, "words": words}


def audience(code, who, level, purposes=(), years=(), *, with_parents=False, work=False, whose=()):
    return {
        "audience": code,
        "name": code.capitalize(),
        "may": level > 0,
        "who": who,
        "with_parents": with_parents,
        "with_work_consent": work,
        "data_name": CLASSES[level - 1] if level else "",
        "data_level": level,
        "whose": [{"code": name.lower(), "name": name, "most": most} for name, most in whose],
        "purposes": list(purposes),
        "years": list(years),
    }


def tool(name, *audiences, **more):
    return {
        "name": name,
        "edition": "School account",
        "sign_in": "With the school account",
        "supplier": "Supplier",
        "minimum_age": 13,
        "agreement": True,
        "clearance": {"reference": "OST-2026-0004", "signed_on": "2026-05-03"},
        "decided": {"by": "Headteacher", "on": "2026-09-12"},
        "review_by": "2027-08-31",
        "unsuitable_for": "",
        "conditions": [],
        "features_off": [],
        "audiences": list(audiences),
        **more,
    }


def chat(name="Microsoft 365 Copilot Chat"):
    years = [
        year(7, "young", "no, not old enough"),
        year(8, "mix", "no, some are under 13"),
        year(9, "ok", "may use it"),
    ]
    return tool(
        name,
        audience(
            "staff",
            "Staff",
            3,
            ["Planning lessons", "Drafting letters"],
            work=True,
            whose=[("Pupils", "Personal data"), ("Staff", "Personal data")],
        ),
        audience("pupils", "Year 9", 1, ["Revision with a teacher"], years, with_parents=True),
        audience("visitors", "Visitors: no", 0),
        conditions=[{"kind": "by_date", "text": "all staff have had the briefing", "due_on": "2026-12-12"}],
    )


def edition(*tools, groups=(7, 8, 9)):
    return {
        "number": 7,
        "code": "K7QM3-RTX9V",
        "last_changed": date(2026, 11, 21),
        "check_address": "trustai.example/check",
        "qr": qr_svg("https://trustai.example/check/K7QM3RTX9V/", label="QR code: is this list still current?"),
        "changes": ["Padlet is off the list: its age limit rose to 16."],
        "list": {
            "place": {"name": "Oakfield Park School", "urn": "999001", "trust": "Oakfield Schools Trust"},
            "policy": {"name": "Trust AI policy, May 2026", "url": ""},
            "ask": {"role": "AI lead", "mailbox": "ai@oakfieldpark.example"},
            "decides": "The headteacher",
            "year_groups": [year(code) for code in groups],
            "tools": list(tools),
            "never": [{"text": "Safeguarding records", "clause": ""}],
            "only_where_listed": [{"text": "Writing up a meeting", "tools": []}],
            "always": ["Taking the name out is not enough."],
            "data_classes": [
                {"name": name, "level": level, "example": "For example"} for level, name in enumerate(CLASSES, 1)
            ],
        },
    }


def made(layout, given):
    html = render_to_string(f"paper/{layout}.html", {"edition": given})
    return render(html=html, issued_at=ISSUED, title="A list")


def words(document):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages).split())


@pytest.fixture(scope="module")
def listed():
    return made("list", edition(chat(), *(tool(f"Tool {n}", audience("staff", "Staff", 2)) for n in range(40))))


def test_the_list_says_for_each_audience_what_may_go_in_and_what_for(listed):
    text = words(listed)
    for said in (
        "Last changed 21 November 2026",
        "If a tool is not on this list, do not use it.",
        "Planning lessons; Drafting letters",
        "Revision with a teacher",
        "Only pupils whose parent has agreed",
        "Year 8: no, some are under 13",
        "By 12 December 2026: all staff have had the briefing",
        "Never, in any tool",
        "Only where this list says so",
        "AI lead, ai@oakfieldpark.example",
        "Users must be 13",
        "Data-sharing agreement",
        "Decided by the headteacher on 12 September 2026, within the trust’s clearance OST-2026-0004 of 3 May 2026.",
        "Review by 31 August 2027.",
        "About pupils and staff",
        "Pupils’ own work only where the pupil and a parent have agreed",
    ):
        assert said in text
    assert "Printed" not in text
    assert "Visitors" not in text


def test_every_page_has_its_foot_and_the_head_of_the_table(listed):
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(listed)).pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Oakfield Schools Trust. Edition 7, check code K7QM3-RTX9V" in " ".join(text.split())
    assert all("Tool and account" in text for text in pages[:-1])


def elements(root):
    """Every structure element under one, in order."""
    if isinstance(root, pikepdf.Array):
        for kid in root:
            yield from elements(kid)
    elif isinstance(root, pikepdf.Dictionary):
        if "/S" in root:
            yield root
        if "/K" in root:
            yield from elements(root["/K"])


def test_the_list_is_tagged_and_every_cell_knows_its_tool_and_its_column(listed):
    with pikepdf.open(io.BytesIO(listed)) as document:
        found = list(elements(document.Root.StructTreeRoot))
        headings = [str(each.S) for each in found if str(each.S) in {"/H1", "/H2", "/H3"}]
        assert headings[0] == "/H1"
        assert set(headings[1:]) == {"/H2"}
        cells = [each for each in found if str(each.S) == "/TD"]
        assert cells
        assert all(len(cell.A.Headers) == 2 for cell in cells)
        assert [str(each.Alt) for each in found if str(each.S) == "/Figure"] == ["QR code: is this list still current?"]
        assert str(document.Root.Lang) == "en-GB"


@pytest.mark.parametrize("groups", [(7, 8, 9), tuple(range(-2, 15)), ()])
def test_the_poster_is_one_page_whatever_is_on_it(groups):
    years = [year(code, "young", "no") for code in groups]
    pupils = audience("pupils", "Years 9 to 11 and Year 13", 4, ["Revision"], years, with_parents=True)
    staff = audience(
        "staff", "Staff", 4, ["Making a text simpler to read or translating it", "Drafting letters and reports"]
    )
    document = made("poster", edition(*(tool(LONG_NAME, staff, pupils) for _ in range(12)), groups=groups))
    assert len(pypdf.PdfReader(io.BytesIO(document)).pages) == 1
    assert "Scan for the whole list" in words(document)
    assert "of our 12 tools" in words(document)


def test_eight_usual_tools_fit_on_the_poster():
    pupils = audience("pupils", "Year 9", 1, ["Homework"], [year(9, "ok", "may use it")])
    staff = audience("staff", "Staff", 3, ["Planning lessons", "Drafting letters and reports"])
    assert "8 of our 9 tools" in words(made("poster", edition(*(tool(f"Tool {n}", staff, pupils) for n in range(9)))))


def test_pupils_who_may_not_stand_beside_the_staff_who_may():
    no = audience("pupils", "Pupils: no", 0, years=[year(7, "young", "no, users must be 13")])
    text = words(made("list", edition(tool("Aila", audience("staff", "Staff", 2, ["Ideas"]), no, minimum_age=None))))
    assert "Staff" in text
    assert "Pupils: no" in text
    assert "Nothing at all" not in text
    assert "Users must be" not in text


def test_one_class_of_data_for_some_people_and_another_for_others_is_said_for_each():
    whose = [("Pupils", "Personal data"), ("Staff", "Sensitive personal data")]
    text = words(
        made("list", edition(tool("Chat", audience("staff", "Staff", 4, ["Ideas"], whose=whose), agreement=False)))
    )
    assert "Pupils: personal data; Staff: sensitive personal data" in text
    assert "No data-sharing agreement" in text


def test_every_mark_of_a_year_has_a_shape_of_its_own():
    """The legend works in black and white: without their colours no two marks are drawn alike."""
    sheet = (settings.BASE_DIR / "static/css/paper.css").read_text()
    drawn = re.findall(r"^\.box-(\w+) \{(.*?)\}", sheet, re.MULTILINE | re.DOTALL)
    assert {mark for mark, _ in drawn} == {"ok", "consent", "mix", "young", "shut"}
    assert len({re.sub(r"#[0-9a-f]{3,6}", "", rules) for _, rules in drawn}) == len(drawn)


@pytest.mark.parametrize("layout", ["list", "poster"])
def test_an_empty_list_says_what_that_means(layout):
    assert "any AI tool for school work" in words(made(layout, edition()))
