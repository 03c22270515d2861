"""How codes and dates look, and the rules that components keep. No database."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from trustai.home.templatetags import looks

TODAY = date(2026, 11, 23)
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
WHOLE = {"base_head.html"}  # the head has no names of its own
FIELD_PARTS = "templates/bootstrap5"


@pytest.mark.parametrize(
    ("name", "given", "today", "shown"),
    [
        ("day", date(2026, 12, 12), None, "12 December 2026"),
        ("day", "2026-12-12", None, "12 December 2026"),
        ("day", datetime(2027, 6, 30, 23, 30, tzinfo=UTC), None, "1 July 2027"),
        ("day", None, None, ""),
        ("day_short", date(2026, 12, 2), None, "2 Dec 2026"),
        ("last_day", date(2027, 9, 1), None, "31 August 2027"),
        ("last_day_short", date(2027, 9, 1), None, "31 Aug 2027"),
        ("last_day", None, None, ""),
        ("due", date(2026, 11, 27), TODAY, "Fri 27 Nov, in 4 days"),
        ("due", date(2027, 1, 12), TODAY, "Tue 12 Jan 2027, in 50 days"),
        ("due_in", date(2026, 11, 20), TODAY, "3 days late"),
        ("due_in", date(2026, 11, 22), TODAY, "1 day late"),
        ("due_in", TODAY, TODAY, "today"),
        ("due_in", date(2026, 11, 24), TODAY, "tomorrow"),
        ("due_line", date(2027, 1, 12), TODAY, "2027, in 50 days"),
        ("is_late", date(2026, 11, 22), TODAY, True),
        ("is_late", TODAY, TODAY, False),
        ("is_late", None, TODAY, False),
        ("due_tone", None, TODAY, "off"),
        ("due_tone", date(2026, 11, 20), TODAY, "no"),
        ("due_tone", date(2026, 12, 6), TODAY, "limit"),
        ("due_tone", date(2026, 12, 7), TODAY, "pen"),
        ("moment", datetime(2026, 11, 20, 15, 12, tzinfo=UTC), None, "20 Nov 2026, 15:12"),
        ("moment", date(2026, 11, 20), None, "20 Nov 2026"),
        ("machine_time", datetime(2026, 7, 1, 9, tzinfo=UTC), None, "2026-07-01T10:00+01:00"),
    ],
)
def test_days_and_moments(name, given, today, shown):
    look = getattr(looks, name)
    assert (look(given) if today is None else look(given, today)) == shown


def test_no_two_states_share_shape_and_tone_unless_they_mean_the_same():
    alike = {}
    for code, look in looks.STATES.items():
        alike.setdefault((look.tone, look.icon), []).append(code)
    assert [codes for codes in alike.values() if len(codes) > 1] == [
        ["approved", "done", "agrees"],
        ["approved_with_conditions", "agrees_with_conditions"],
        ["under_review", "reading"],
        ["declined", "objects"],
        ["changes_asked", "asks_for_changes"],
    ]


def test_an_unknown_state_is_not_drawn():
    with pytest.raises(KeyError):
        looks.state_look("probably_fine")


def test_the_key_explains_only_what_is_there():
    marks = [{"mark": "ok"}, {"mark": "mix"}, {"mark": "ok"}]
    assert [line.mark for line in looks.key_lines(marks)] == ["ok", "mix"]
    assert [line.mark for line in looks.key_lines("", ["shut"])] == ["shut"]
    assert len(looks.key_lines()) == 5


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_has_no_inline_style_or_script_and_includes_end_in_only(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|hx-on|javascript:", text)
    if FIELD_PARTS in str(path):
        return  # crispy hands its field templates the whole form
    loose = [
        tag
        for tag in re.findall(r"{% include (.*?) %}", text)
        if not tag.endswith("only") and not any(name in tag for name in WHOLE)
    ]
    assert loose == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_can_be_read_and_its_comments_stay_out_of_the_page(path):
    engines["django"].get_template(str(path.relative_to(Path(settings.BASE_DIR) / "templates")))
    assert not re.search(r"{#(?:(?!#}).)*$", path.read_text(), re.MULTILINE)


def test_every_component_is_explained():
    folder = Path(settings.BASE_DIR) / "templates" / "components"
    explained = (folder / "README.md").read_text()
    missing = [p.name for p in folder.glob("*.html") if p.name not in explained and not p.name.startswith("paper_")]
    assert missing == []


def test_every_component_is_in_the_gallery():
    folder = Path(settings.BASE_DIR) / "templates" / "components"
    shown = (folder.parent / "home" / "gallery.html").read_text() + "".join(
        path.read_text() for path in [*folder.glob("*.html"), folder.parent / "base.html"]
    )
    missing = [p.name for p in folder.glob("*.html") if f"components/{p.name}" not in shown]
    assert [name for name in missing if not name.startswith("paper_")] == []


def test_stylesheets_name_no_other_host_and_no_page_without_a_name():
    for path in (Path(settings.BASE_DIR) / "static" / "css").glob("*.css"):
        text = path.read_text()
        assert not re.search(r"@import|https?://(?!www\.w3\.org)", text), path.name
        if path.name != "paper.css":
            assert "@page" not in text, f"{path.name}: a page without a name prints on every page"
