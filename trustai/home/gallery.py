"""Every component on one page, with made-up rows: looked at in development, and by the test that runs axe over it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.views.generic import TemplateView

from trustai.forms import ClosedChoiceField, ClosedMultipleChoiceField, DayField, LastDayField, PlainForm

from .context import Band, Link
from .templatetags.looks import STATES

Row = dict[str, Any]

TODAY = date(2026, 11, 23)
CLASSES = ("General topics only", "School information", "Personal data", "Sensitive personal data")
EXAMPLES = (
    "A topic, your own question, text whose licence allows it",
    "The calendar, a published policy, a lesson you wrote",
    "Names, marks, photos, anything about one person",
    "SEN, health, biometrics, ethnicity, faith, offences",
)
WORDS = {
    "ok": "may use it",
    "consent": "only pupils whose parent has agreed",
    "mix": "no, some are under 13",
    "young": "no, not old enough",
    "shut": "no, not offered here",
}


def years(marks: str, first: int = -2) -> list[Row]:
    """One mark a letter: o ok, c consent, m mix, y young, s shut; from Nursery 1 or from `first`."""
    names = {-2: ("N1", "Nursery 1"), -1: ("N2", "Nursery 2"), 0: ("R", "Reception")}
    code = {mark[0]: mark for mark in WORDS}
    rows = []
    for year, letter in enumerate(marks, first):
        label, name = names.get(year, (str(year), f"Year {year}"))
        rows.append({"label": label, "name": name, "mark": code[letter], "words": WORDS[code[letter]]})
    return rows


def scale(stop: int) -> list[Row]:
    state = ["in"] * (stop - 1) + ["stop"] + ["out"] * (4 - stop) if stop else ["out"] * 4
    return [
        {"name": name, "example": example, "state": at}
        for name, example, at in zip(CLASSES, EXAMPLES, state, strict=True)
    ]


class Filters(forms.Form):
    words = forms.CharField(label="Tool, supplier or purpose", required=False, widget=forms.SearchInput)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any"), ("approved", "Approved")])
    who = forms.ChoiceField(label="Who", required=False, choices=[("", "Anyone"), ("pupils", "Pupils")])
    year = forms.ChoiceField(label="Year group", required=False, choices=[("", "Any year"), ("9", "Year 9")])


class Decide(PlainForm):
    asks = {"use": "Choose at least one thing staff may use it for", "what": "Choose what they may put in, at most"}
    who = ClosedMultipleChoiceField(
        label="Who may use it at Oakfield Park?",
        choices=[("staff", "Staff"), ("pupils", "Pupils"), ("visitors", "Visitors")],
    )
    what = ClosedChoiceField(label="What may they put in, at most?", choices=list(enumerate(CLASSES)))
    use = ClosedMultipleChoiceField(
        label="What may they use it for?",
        choices=[("plan", "Planning lessons"), ("quiz", "Making quizzes"), ("minutes", "Writing up meetings")],
    )
    review = DayField(
        label="When will you look at it again?",
        on_or_before=date(2027, 11, 16),
        because="when the clearance ends",
    )
    ends = LastDayField(label="Last day of the agreement", required=False)
    reason = forms.CharField(label="Why", widget=forms.Textarea, help_text="Staff read this.", required=False)
    owner = forms.ChoiceField(label="Owner", choices=[("", "Choose"), ("1", "Priya Nair")])
    mailbox = forms.EmailField(label="Shared mailbox")
    link = forms.URLField(label="Link to the terms", required=False, assume_scheme="https")
    paper = forms.FileField(
        label="The signed document", required=False, help_text="PDF, DOCX, PNG or JPEG, up to 10 MB"
    )
    read = forms.BooleanField(label="I have read the assessment and the Deputy DPO’s advice")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].close(  # type: ignore[attr-defined]  # ClosedMultipleChoiceField
            {
                "pupils": "The clearance is for staff only.",
                "visitors": "It needs a school account, and visitors have none.",
            }
        )
        what = self.fields["what"]
        what.close({2: "The trust has no agreement that covers it.", 3: "Same reason."})  # type: ignore[attr-defined]  # ClosedChoiceField
        what.hint(dict(enumerate(EXAMPLES)))  # type: ignore[attr-defined]  # ClosedChoiceField
        self.fields["use"].close({"minutes": "Only Microsoft’s programs may do this. Trust AI policy, appendix 1."})  # type: ignore[attr-defined]  # ClosedMultipleChoiceField


def answers() -> Row:
    return {
        "trust_years": years("yyyyyyyyyymccoooo"),
        "school_years": years("ymooosss", first=7),
        "scales": [scale(0), scale(2), scale(4)],
        "bars": list(enumerate(("Nothing at all", *CLASSES))),
        "verdicts": [
            (
                "yes",
                "",
                "Immersive Reader",
                "School account",
                ["Yes, for reading support.", "Nothing medical or about SEN."],
            ),
            ("limit", "", "Padlet", "School account", ["Staff only, since 21 November.", "The age limit rose to 16."]),
            ("pen", "", "Canva for Education", "School account", ["Not yet: two teams are reviewing it."]),
            ("no", "", "Otter", "Any account", ["Not approved here: do not use it."]),
            ("no", "pause-circle-fill", "TeachMateAI", "School licence", ["Suspended on 20 November: stop using it."]),
            ("off", "", "Brightwrite", "Not known", ["We do not know this tool, so do not use it."]),
        ],
        "audiences": [
            {"name": "Staff", "level": 3, "data": "Personal data", "uses": "Planning lessons; writing reports"},
            {
                "name": "Pupils, Years 9 to 11",
                "level": 1,
                "data": "General topics only",
                "uses": "Revision with a teacher",
            },
            {"name": "Visitors", "level": 0, "data": "May not use it", "note": "They have no school account."},
        ],
        "may": [
            {"mark": "yes", "lead": "Staff", "text": "yes, all of them"},
            {"mark": "no", "lead": "Visitors", "text": "no: they have no school account"},
            {"mark": "never", "text": "Safeguarding records or threshold decisions"},
            {"mark": "day", "text": "Until 16 November 2027"},
        ],
        "uses": ["Lesson plans, quizzes, model answers", "Making a text simpler to read"],
        "conditions": [
            {
                "state": "before_use",
                "title": "Sign-in goes through the school account.",
                "text": "The Network Team confirms it.",
            },
            {"state": "late", "title": "The privacy notice names it.", "text": "Was due 9 November 2026."},
            {
                "state": "due",
                "title": "All staff have had the briefing.",
                "text": "Due 12 December 2026. 71 of 84 done.",
            },
            {"state": "always", "title": "A teacher is in the room.", "text": ""},
            {"state": "met", "title": "Parents are told.", "text": "Met 18 September 2026."},
        ],
        "reasons": [
            {
                "title": "Why not Year 8?",
                "text": "You must be 13, and some are 12.",
                "clause": "Trust AI policy, section 4",
            },
            {
                "title": "Why never safeguarding records?",
                "text": "A person writes these.",
                "clause": "Trust AI policy, section 5",
            },
        ],
    }


def lists() -> Row:
    return {
        "waits": [
            {
                "on": date(2026, 11, 20),
                "title": "Sign off: Mizou, Years 7 to 9",
                "text": "All agree.",
                "url": "#",
                "action": "Read and sign",
            },
            {
                "on": date(2026, 11, 27),
                "title": "Decide: may Oakfield Park use Gemini?",
                "url": "#",
                "action": "Decide",
            },
            {"on": date(2027, 1, 12), "tone": "pen", "title": "Finish a condition", "url": "#", "action": "See the 13"},
            {"on": None, "tone": "pen", "title": "Tom Hargreaves asked for Diffit", "url": "#", "action": "Answer"},
        ],
        "figures": [
            {"number": 14, "label": "tools approved", "url": "#"},
            {"number": 2, "label": "need attention", "url": "#"},
            {"number": 3, "label": "conditions not met yet", "url": "#"},
            {"number": 1, "label": "assessment under way", "url": "#"},
        ],
        "counts": [{**year, "number": n} for n, year in enumerate(years("oooooooooo", first=3))],
        "events": [
            {
                "at": datetime(2026, 11, 20, 15, 12, tzinfo=UTC),
                "sentence": "Ellen Moss asked for a change to section 7.",
            },
            {
                "at": date(2026, 11, 3),
                "lead": "Padlet needs attention.",
                "sentence": "Its age limit rose.",
                "url": "#",
                "link": "Decide",
            },
        ],
        "page_of_tools": Paginator(range(24), 10).get_page(2),
        "filters": Filters(),
        "chosen": [{"text": "Status: approved", "url": "#"}],
        "quick": [{"text": "Attention 2", "url": "#"}, {"text": "Review due 4", "url": "#"}],
        "downloads": [
            {"url": "#", "text": "List to print", "note": "PDF, 2 pages A4", "icon": "file-earmark-pdf"},
            {"url": "#", "text": "Staffroom poster", "note": "PDF, 1 page A4", "icon": "easel"},
        ],
    }


def assessments() -> Row:
    lanes = [
        {"name": "Network Team", "state": "agrees_with_conditions", "word": "Agrees, 1 condition"},
        {"name": "Deputy DPO", "state": "reading", "word": "Due 30 November"},
        {"name": "Safeguarding lead", "state": "asks_for_changes"},
    ]
    cells = [
        [("medium", []), ("high", ["R1"]), ("high", [])],
        [("low", []), ("medium", ["R3", "R4"]), ("high", ["R2"])],
        [("low", []), ("low", []), ("medium", ["R5"])],
    ]
    return {
        "tasks": [
            {
                "number": 1,
                "title": "What it is and why we want it",
                "url": "#",
                "meta": "Priya Nair, 4 November",
                "state": "done",
            },
            {
                "number": 4,
                "title": "Is it needed, and is it fair?",
                "url": "#",
                "meta": "1 question left",
                "state": "under_way",
            },
            {"number": 7, "title": "Children’s needs", "url": "#", "meta": "The DSL asked", "state": "changes_asked"},
            {
                "number": 8,
                "title": "Sign-off",
                "url": None,
                "meta": "Opens when all reviews are in",
                "state": "not_open",
            },
        ],
        "stages": [
            {
                "name": "Screening",
                "when": "done",
                "state": "done",
                "word": "Done 3 November",
                "meta": "A DPIA is needed",
            },
            {"name": "Writing", "when": "done", "state": "done", "word": "Version 2 sent 16 November"},
            {"name": "All three teams at once", "when": "now", "lanes": lanes},
            {"name": "DPO’s advice", "when": "next", "state": "not_started"},
            {"name": "Sign-off", "when": "next", "state": "not_open", "word": "Ruth Adeyemi"},
        ],
        "teams": [{**lane, "meta": "Version 2, 19 November"} for lane in lanes],
        "parts": [
            {"kind": "same", "text": "Designs stay for as long as the account is open."},
            {"kind": "del", "text": "Accounts are closed at the end of the year."},
            {"kind": "ins", "text": "An account is closed within 5 school days of a pupil leaving."},
        ],
        "thread": [
            {"who": "Yusuf Demir", "meta": "Network Team, 12 November", "text": "Where do images go?"},
            {
                "who": "Priya Nair",
                "meta": "16 November",
                "text": "Answer rewritten.",
                "state": "done",
                "word": "Settled",
            },
        ],
        "columns": ["Remote", "Possible", "Probable"],
        "risks": [
            {"name": name, "cells": [{"level": at, "word": at.capitalize(), "risks": found} for at, found in row]}
            for name, row in zip(("Severe", "Significant", "Minimal"), cells, strict=True)
        ],
    }


def forms_and_acts() -> Row:
    wrong = Decide(
        {"who": ["staff", "pupils"], "what": "1", "review": "31 8 2028", "ends": "31 31 2027", "mailbox": "office"}
    )
    wrong.is_valid()
    return {
        "form": Decide(
            initial={"who": ["staff"], "what": 1, "review": date(2027, 8, 31), "ends": date(2027, 9, 1)}, prefix="a"
        ),
        "wrong": wrong,
        "checks": [
            {"name": "Who", "value": "Staff. Not pupils, not visitors.", "url": "#"},
            {"name": "May put in", "value": "School information, and nothing above it", "level": 2, "url": "#"},
            {"name": "Within", "value": "OAK-2026-0044, until 16 November 2027"},
        ],
        "missing": [
            {"text": "Condition 1 has no due date.", "url": "#"},
            {"text": "You have not opened section 6 in this version."},
        ],
    }


def sample_band() -> Band:
    labels = ("Home", "Look up", "Our tools", "Assessments", "Requests")
    menu = [Link(label, "#", label == "Our tools", label == "Home") for label in labels]
    others = [SimpleNamespace(public_id=name, name=name) for name in ("Oakfield Brook Primary", "Trust office")]
    return Band(
        place_name="Oakfield Park School",
        trust_name="Oakfield Schools Trust",
        person="Ruth Adeyemi",
        role_words="Headteacher",
        places=menu,
        other_places=others,
        switch_url="#",
        ask_role="AI lead",
    )


def context() -> Row:
    return {
        "sample_band": sample_band(),
        "today": TODAY,
        "codes": list(STATES),
        "tones": ["yes", "limit", "no", "pen", "off"],
        **answers(),
        **lists(),
        **assessments(),
        **forms_and_acts(),
    }


class Gallery(TemplateView):
    template_name = "home/gallery.html"
    http_method_names = ["get", "head"]

    def get_context_data(self, **kwargs: Any) -> Row:
        return super().get_context_data(**context(), **kwargs)


view = login_not_required(Gallery.as_view())
