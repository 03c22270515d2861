"""What a person types to ask for a tool, and to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from crispy_forms.layout import Div, Layout
from django import forms

from schools import year_groups
from tools_registry import finding
from tools_registry.actions.requests import Answer, Asked
from tools_registry.models import Tool
from tools_registry.models.requests import Stage
from tools_registry.purposes import ALLOWED, MICROSOFT_ONLY, RESTRICTED
from tools_registry.queries.requests import ALL, ANSWERED, MINE, RequestFilter
from tools_registry.words import EXAMPLES, Audience, DataClass, Subject
from trustai.forms import (
    ClosedChoiceField,
    ClosedMultipleChoiceField,
    DayField,
    LastDayField,
    PlainForm,
    plain_helper,
    whole_number,
)

from .catalogue import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from crispy_forms.helper import FormHelper
    from django.db.models import QuerySet

    from schools.models import Place

ALLOW, REFUSE = "allowed", "refused"
AUDIENCE_HINTS = {
    Audience.STAFF: "Everybody who works under the school’s direction: supply staff and trainees too.",
    Audience.GOVERNORS: "Governors of the school and trustees.",
    Audience.VISITORS: "Volunteers too.",
}


class AskForm(PlainForm):
    """Who for, what for, with what data, and how far one is with buying it. `tool`: already chosen in the catalogue."""

    asks: ClassVar[Mapping[str, str]] = {
        "name": "Type what it is called",
        "audiences": "Choose who is to use it",
        "data_class": "Choose what would go in, at most",
        "stage": "Say how far you are",
    }
    sometimes_needed = frozenset({"year_groups", "purposes", "what_for", "subjects", "buy_on", "in_use_since"})

    name = forms.CharField(label="What is it called?", max_length=LONGEST_NAME)
    link = forms.CharField(
        label="Its link",
        required=False,
        max_length=1000,
        help_text="Only the site is kept, nothing that comes after it.",
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    audiences = ClosedMultipleChoiceField(label="Who is to use it?", choices=Audience.choices)
    year_groups = ClosedMultipleChoiceField(label="Which year groups?", required=False)
    purposes = ClosedMultipleChoiceField(
        label="What for?",
        required=False,
        choices=[(p.code, p.label) for p in (*ALLOWED, *RESTRICTED)],
        help_text="Choose all that fit. If nothing does, say it in your own words beneath.",
    )
    what_for = forms.CharField(
        label="In your own words",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="What would you do with it? Name nobody.",
    )
    data_class = ClosedChoiceField(
        label="What is the most sensitive thing that would go in?", choices=DataClass.choices
    )
    subjects = ClosedMultipleChoiceField(label="Whose data?", required=False, choices=Subject.choices)
    stage = ClosedChoiceField(label="How far are you?", choices=Stage.choices)
    buy_on = DayField(label="When is it to be bought?", required=False)
    in_use_since = DayField(label="Since when has it been used?", required=False)
    contract_ends_on = LastDayField(label="Last day of the contract", required=False)

    def __init__(self, *args: Any, place: Place, tool: Tool | None, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.tool = place, tool
        if tool is not None:
            del self.fields["name"], self.fields["link"]
        self._offer_years()
        self._offer_purposes()
        self.fields["audiences"].hint(AUDIENCE_HINTS)  # type: ignore[attr-defined]  # a closed field
        self.fields["data_class"].hint(EXAMPLES)  # type: ignore[attr-defined]  # a closed field
        self.fields["in_use_since"].on_or_before = on  # type: ignore[attr-defined]  # a DayField

    def _offer_years(self) -> None:
        """The school's own; an office has no pupils to ask for."""
        years = [(str(year), year_groups.name(year)) for year in self.place.year_groups]
        if years:
            self.fields["year_groups"].choices = years  # type: ignore[attr-defined]  # a closed field
        else:
            del self.fields["year_groups"]
        if self.place.is_office:
            closed = {Audience.PUPILS: "The trust office has no pupils. Ask from the school."}
            self.fields["audiences"].close(closed)  # type: ignore[attr-defined]  # a closed field

    def _offer_purposes(self) -> None:
        may = frozenset(self.tool.restricted_purposes) if self.tool else frozenset[str]()
        field = self.fields["purposes"]
        field.close({p.code: p.why for p in RESTRICTED if p.code in MICROSOFT_ONLY - may})  # type: ignore[attr-defined]  # a closed field
        field.hint({p.code: p.why for p in RESTRICTED if p.code not in MICROSOFT_ONLY - may})  # type: ignore[attr-defined]  # a closed field

    @property
    def helper(self) -> FormHelper:
        """What depends on an answer stands in a part of its own, that the stylesheet shows with the answer."""
        helper = plain_helper()
        helper.layout = Layout(
            *(name for name in ("name", "link") if name in self.fields),
            "audiences",
            *([Div("year_groups", css_class="if-pupils")] if "year_groups" in self.fields else []),
            Div("purposes", css_class="in-columns"),
            "what_for",
            "data_class",
            Div("subjects", css_class="if-personal"),
            "stage",
            Div("buy_on", css_class="if-buying"),
            Div("in_use_since", "contract_ends_on", css_class="if-in-use"),
        )
        return helper

    def clean_name(self) -> str:
        """The words, or of a pasted link only its site."""
        name = finding.read(self.cleaned_data["name"]).shown
        if not name:
            raise forms.ValidationError(self.asks["name"])
        return name

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        self.leave_out(typed, *self._not_shown(typed))
        for name, sentence in self._missing(typed):
            if name in self.fields and not typed.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return typed

    @staticmethod
    def _not_shown(typed: Mapping[str, Any]) -> Iterator[str]:
        """The fields of the parts that the stylesheet hides: those of an answer not given (see `helper`)."""
        if Audience.PUPILS not in typed.get("audiences", []):
            yield "year_groups"
        if typed.get("data_class") not in {DataClass.PERSONAL, DataClass.SPECIAL}:
            yield "subjects"
        if typed.get("stage") != Stage.BUYING:
            yield "buy_on"
        if typed.get("stage") != Stage.IN_USE:
            yield from ("in_use_since", "contract_ends_on")

    def _missing(self, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What the other answers make necessary."""
        found = []
        if Audience.PUPILS in typed.get("audiences", []):
            found.append(("year_groups", "Choose the year groups that are to use it"))
        if not typed.get("purposes") and not typed.get("what_for"):
            found.append(("purposes", "Choose at least one thing it is for, or say it in your own words"))
        if typed.get("data_class") in {DataClass.PERSONAL, DataClass.SPECIAL}:
            found.append(("subjects", "Choose whose data would go in"))
        if typed.get("stage") == Stage.BUYING:
            found.append(("buy_on", "Type the day it is to be bought"))
        if typed.get("stage") == Stage.IN_USE:
            found.append(("in_use_since", "Type the day since when it has been used"))
        return found

    def asked(self) -> Asked:
        typed = self.cleaned_data
        return Asked(
            place_id=self.place.pk,
            tool_id=self.tool.pk if self.tool else None,
            name=typed.get("name", ""),
            link=typed.get("link", ""),
            audiences=frozenset(Audience(code) for code in typed["audiences"]),
            year_groups=tuple(int(year) for year in typed.get("year_groups", [])),
            purposes=frozenset(typed["purposes"]),
            what_for=typed["what_for"],
            data_class=DataClass(typed["data_class"]),
            subjects=frozenset(Subject(code) for code in typed["subjects"]),
            stage=Stage(typed["stage"]),
            buy_on=typed["buy_on"],
            in_use_since=typed["in_use_since"],
            contract_ends_on=typed["contract_ends_on"],
        )


def first_words(q: str) -> dict[str, str]:
    """What the look-up did not find, as the form's first values: the words, or the site of a link."""
    typed = finding.read(q)
    return {"name": typed.words[:LONGEST_NAME], "link": typed.host}


class AnswerForm(PlainForm):
    """Already allowed, or not allowed; the first is closed where not all that was asked for is allowed here."""

    asks: ClassVar[Mapping[str, str]] = {"verdict": "Choose an answer"}
    sometimes_needed = frozenset({"words"})

    verdict = ClosedChoiceField(
        label="Your answer", choices=[(ALLOW, "It is already allowed: look it up"), (REFUSE, "It is not allowed")]
    )
    words = forms.CharField(
        label="In a sentence or two",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text="The person who asked reads it. A no needs its reason.",
    )

    def __init__(self, *args: Any, allowed_refusal: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].close({ALLOW: allowed_refusal or ""})  # type: ignore[attr-defined]  # a closed field

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("verdict") == REFUSE and not typed.get("words") and "words" not in self.errors:
            self.add_error("words", "Say why not: the person who asked reads it")
        return typed

    def answer(self) -> Answer:
        return Answer(allowed=self.cleaned_data["verdict"] == ALLOW, words=self.cleaned_data["words"])


class LookAgainForm(PlainForm):
    asks: ClassVar[Mapping[str, str]] = {"reason": "Say what has not been seen yet"}

    reason = forms.CharField(
        label="Why another look?",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="You can ask once. The answer after it is final.",
    )


class LinkForm(PlainForm):
    """Which tool of the catalogue was meant."""

    asks: ClassVar[Mapping[str, str]] = {"tool": "Choose the tool that was meant"}

    tool = forms.ModelChoiceField(
        label="It is this tool of the catalogue",
        queryset=Tool.objects.none(),
        empty_label="Choose a tool",
        to_field_name="public_id",
    )

    def __init__(self, *args: Any, tools: QuerySet[Tool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tool"].queryset = tools  # type: ignore[attr-defined]  # a ModelChoiceField


class RequestFilterForm(forms.Form):
    q = forms.CharField(
        label="Tool or words", required=False, max_length=LONGEST_LINE, widget=forms.TextInput({"type": "search"})
    )
    show = forms.ChoiceField(label="Show", required=False)
    stage = forms.ChoiceField(label="How far", required=False, choices=[("", "Any"), *Stage.choices])
    what = forms.ChoiceField(
        label="Data",
        required=False,
        choices=[("", "Any"), ("personal", "Personal or sensitive"), ("none", "Nothing personal")],
    )

    def __init__(self, *args: Any, answers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = (
            [("", "Waiting"), (ANSWERED, "Answered"), (MINE, "My own"), (ALL, "All")] if answers else [("", "My own")]
        )
        self.fields["show"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        if not answers:
            del self.fields["show"]

    def wanted(self, sort: str) -> RequestFilter:
        typed = self.cleaned_data if self.is_valid() else {}
        return RequestFilter(
            words=typed.get("q", ""),
            show=typed.get("show", ""),
            stage=typed.get("stage", ""),
            data=typed.get("what", ""),
            sort=sort or "first",
        )


def shown_requests(posted: str) -> dict[UUID, int]:
    """The requests and revisions a page showed. What is no such list is none."""
    found: dict[UUID, int] = {}
    for part in posted.split(","):
        public_id, _, revision = part.partition(":")
        try:
            found[UUID(public_id)] = whole_number(revision)
        except ValueError:
            return {}
    return found
