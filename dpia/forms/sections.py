"""Writing a case: the questions of a section, the screening, and who is to be allowed what."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse

from dpia.forms.naming import say_about, small
from dpia.questions import DONE_WORDS, LONGEST, Done, Kind, Question, done_faults
from dpia.screening import CRITERIA, result
from tools_registry import purposes
from tools_registry.answer import Allowance
from tools_registry.words import EXAMPLES, Audience, DataClass, Subject
from trustai.forms import ClosedChoiceField, ClosedMultipleChoiceField, DayField, PlainForm, speak_plainly

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from dpia.queries.sections import Asked, ScreeningPage, WhoPage

TYPED = "input changed delay:1s, blur changed"
UNFINISHED = "unfinished"


def name_of(key: str) -> str:
    """A field's name: "what.aim" cannot stand in a style selector."""
    return key.replace(".", "_")


class AnswersForm(PlainForm):
    """The questions of a section. Each is saved as it is typed, and all of them by the button."""

    marks_optional = False

    def __init__(self, *args: Any, items: Sequence[Asked], reference: str, today: date, **kwargs: Any) -> None:
        self.items, self.reference, self.today = items, reference, today
        super().__init__(*args, **kwargs)
        for item in items:
            self._ask(item)
        speak_plainly(self)
        for item in items:
            for part in (f"{name_of(item.question.key)}__{part}" for part in ("on", "note")):
                if part in self.fields:
                    say_about(self.fields[part], item.number)
        if self.is_bound:
            return
        for item in items:
            self.initial.update(_initial(item.question, item.value))

    def _ask(self, item: Asked) -> None:
        question, name = item.question, name_of(item.question.key)
        self.fields[f"{name}__revision"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=item.revision, required=False, min_value=0
        )
        label = f"{item.number} {question.text}"
        if question.kind == Kind.DONE:
            self._ask_done(name, label, question)
        else:
            self.fields[name] = self._field(question, label)
        for each in self._own(name):
            widget = self.fields[each].widget
            if not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
                widget.attrs |= {"hx-trigger": TYPED, **self._saving(question)}

    def _field(self, question: Question, label: str) -> forms.Field:
        common: dict[str, Any] = {"label": label, "help_text": question.hint, "required": False}
        if question.kind == Kind.CHOICE:
            return forms.ChoiceField(choices=question.options, widget=forms.RadioSelect, **common)
        if question.kind == Kind.CHOICES:
            return forms.MultipleChoiceField(choices=question.options, widget=forms.CheckboxSelectMultiple, **common)
        if question.kind == Kind.TEXT:
            return forms.CharField(max_length=500, **common)
        return forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}), **common)

    def _ask_done(self, name: str, label: str, question: Question) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label,
            help_text=question.hint,
            required=False,
            choices=[(code.value, DONE_WORDS[code]) for code in Done],
            widget=forms.RadioSelect,
        )
        self.fields[f"{name}__on"] = DayField(
            label="On which day?",
            required=False,
            on_or_before=self.today,
            because="because it is about what has been done",
        )
        self.fields[f"{name}__note"] = forms.CharField(
            label="Who, what came of it, or why not",
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _own(self, name: str) -> list[str]:
        return [each for each in (name, f"{name}__on", f"{name}__note") if each in self.fields]

    def _saving(self, question: Question) -> dict[str, str]:
        """What htmx is told. One save of a question at a time: the next carries the revision the one before it brought."""
        return {
            "hx-post": reverse("dpia:answer", args=[self.reference, question.key]),
            "hx-target": f"#saved-{name_of(question.key)}",
            "hx-swap": "outerHTML",
            "hx-sync": "closest .plain-fields:queue last",
        }

    # What a page and a view ask of it

    def groups(self) -> Iterator[dict[str, Any]]:
        """For each question: its place on the page, and its fields in order. `saving` saves a choice when it is made."""
        for item in self.items:
            name = name_of(item.question.key)
            yield {
                "item": item,
                "name": name,
                "fields": [self[each] for each in self._own(name)],
                "revision": self[f"{name}__revision"],
                "saving": self._saving(item.question),
                "lacks": "" if self.is_bound else _lacks(item),
            }

    def value_of(self, item: Asked) -> Any:
        """The answer as it is stored. A part that cannot be read leaves what stood there."""
        question, name = item.question, name_of(item.question.key)
        said = self.cleaned_data.get(name)
        if question.kind != Kind.DONE:
            return said.strip() if isinstance(said, str) else said or []
        stood = item.value or {}
        on, note = (self.cleaned_data.get(f"{name}__{part}") for part in ("on", "note"))
        value = {
            "state": said or "",
            "on": stood.get("on", "") if self._is_unreadable(f"{name}__on") else on.isoformat() if on else "",
            "note": stood.get("note", "") if self._is_unreadable(f"{name}__note") else (note or "").strip(),
        }
        return value if any(value.values()) else {}

    def revision_of(self, question: Question) -> int:
        return self.cleaned_data.get(f"{name_of(question.key)}__revision") or 0

    def can_keep(self, question: Question) -> bool:
        """Whether the answer can be stored, finished or not: with a yes whose day cannot be read, the yes can."""
        return not self._is_unreadable(name_of(question.key))

    def _is_unreadable(self, name: str) -> bool:
        return any(error.code != UNFINISHED for error in self.errors.as_data().get(name, ()))

    def lacks(self, item: Asked) -> str:
        """What is wrong with what was typed, or still to be done, in a sentence without the question's number."""
        found = [str(said) for each in self._own(name_of(item.question.key)) for said in self.errors.get(each, ())]
        return small(found[0].removeprefix(f"{item.number}: ")) if found else ""

    @property
    def kept_title(self) -> str:
        """Above what needs another look, where everything else was saved; nothing where it was not."""
        if self.non_field_errors():
            return ""
        wrong = sum(self.has_errors_in(item.question) for item in self.items)
        return f"Saved, but {'1 answer needs' if wrong == 1 else f'{wrong} answers need'} another look"

    def name_of(self, key: str) -> str:
        return name_of(key)

    def has_errors_in(self, question: Question) -> bool:
        return any(each in self.errors for each in self._own(name_of(question.key)))

    def clean(self) -> dict[str, Any]:
        """A yes without a day, or a no without a reason, is said at once when everything is saved together."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        found = {}
        for item in self.items:
            if item.question.kind == Kind.DONE and not self.has_errors_in(item.question):
                value = self.value_of(item)
                for fault in done_faults(item.question, value) if value else ():
                    found[_faulty(name_of(item.question.key), value)] = f"{item.number}: {small(fault)}"
        for where, sentence in found.items():
            self.add_error(where, forms.ValidationError(sentence, code=UNFINISHED))
        return said


def _lacks(item: Asked) -> str:
    """What the answer that stands still lacks, said beside it."""
    if item.question.kind != Kind.DONE or not item.value:
        return ""
    return small(next(iter(done_faults(item.question, item.value)), ""))


def _faulty(name: str, value: Mapping[str, Any]) -> str:
    """Which of the three fields lacks something."""
    if value["state"] == Done.YES:
        return f"{name}__on" if not value["on"] else f"{name}__note"
    return f"{name}__note" if value["state"] == Done.NO else name


def _initial(question: Question, value: Any) -> dict[str, Any]:
    name = name_of(question.key)
    if question.kind != Kind.DONE:
        return {name: value}
    said = value or {}
    on = said.get("on")
    return {
        name: said.get("state", ""),
        f"{name}__on": date.fromisoformat(on) if on else None,
        f"{name}__note": said.get("note", ""),
    }


# Screening -----------------------------------------------------------------------------------------------------------


class ScreeningForm(PlainForm):
    """The 22 criteria, and whether a DPIA is done although they do not ask for one."""

    ticks = forms.MultipleChoiceField(
        label="What applies", required=False, choices=[(c.code, c.words) for c in CRITERIA]
    )
    dpia_chosen = forms.BooleanField(label="Do a DPIA anyway", required=False)
    reasons = forms.CharField(
        label="Why something known does not apply, or why no DPIA is needed",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed when you take a tick off that was set for you, and when no DPIA is done. The Deputy DPO has to agree.",
    )

    def __init__(self, *args: Any, page: ScreeningPage, **kwargs: Any) -> None:
        said = page.said
        initial = {
            "ticks": [t.criterion.code for _, ticks in page.groups for t in ticks if t.ticked],
            "dpia_chosen": page.dpia_chosen,
            "reasons": said.reasons if said else "",
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.page = page

    @property
    def ticked(self) -> Collection[str]:
        """What is ticked on the page as it is shown."""
        if self.is_bound:
            posted = self.data.getlist("ticks") if hasattr(self.data, "getlist") else self.data.get("ticks", ())
            return frozenset(posted)
        return frozenset(self.initial["ticks"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        ticks = frozenset(said.get("ticks", ()))
        reasons = said.get("reasons", "").strip()
        left_off = [criterion for criterion in CRITERIA if criterion.code in set(self.page.known) - ticks]
        if left_off and not reasons:
            named = "; ".join(criterion.words for criterion in left_off)
            self.add_error("reasons", f"Say why this does not apply: {named}")
        elif not result(ticks).needed and not said.get("dpia_chosen") and not reasons:
            self.add_error("reasons", "Say why no DPIA is needed")
        return said


# Who is to be allowed what -------------------------------------------------------------------------------------------


class AskedForm(PlainForm):
    """One audience: what data at most, whose, what for, and for pupils which years."""

    asks = {
        "data_class": "Choose what they may put in, at most",
        "purposes": "Choose at least one thing they may use it for",
    }
    data_class = ClosedChoiceField(label="What may they put in, at most?", choices=DataClass.choices)
    subjects = ClosedMultipleChoiceField(
        label="Whose personal data?",
        required=False,
        choices=Subject.choices,
        help_text="Only where personal data goes in.",
    )
    purposes = ClosedMultipleChoiceField(label="What may they use it for?")
    years = ClosedMultipleChoiceField(label="Pupils of which years?", required=False)

    def __init__(self, *args: Any, page: WhoPage, audience: Audience, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience = audience
        self.fields["data_class"].hint(EXAMPLES)  # type: ignore[attr-defined]  # ClosedChoiceField
        uses = self.fields["purposes"]
        offered = purposes.offered_to(audience)
        uses.choices = [(p.code, p.label) for p in offered]  # type: ignore[attr-defined]  # ClosedMultipleChoiceField
        uses.close(_closed(offered, page.assessment.tool.restricted_purposes))  # type: ignore[attr-defined]  # the same
        if audience == Audience.PUPILS:
            groups = [(str(group), name) for group, name in page.groups]
            self.fields["years"].choices = groups  # type: ignore[attr-defined]  # ClosedMultipleChoiceField
        else:
            del self.fields["years"]
        row = page.of(audience).asked
        if row is not None and not self.is_bound:
            self.initial = {
                "data_class": row.data_class,
                "subjects": row.subjects,
                "purposes": row.purposes,
                "years": [str(group) for group in row.year_groups],
            }

    def allowance(self) -> Allowance:
        said = self.cleaned_data
        return Allowance(
            self.audience,
            DataClass(said["data_class"]),
            frozenset(Subject(subject) for subject in said["subjects"]),
            frozenset(said["purposes"]),
            frozenset(int(group) for group in said.get("years", ())),
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        personal = said.get("data_class") in {DataClass.PERSONAL, DataClass.SPECIAL}
        if personal and not said.get("subjects") and "subjects" not in self.errors:
            self.add_error("subjects", "Personal data goes in: say whose")
        if said.get("data_class") and not personal and said.get("subjects"):
            self.add_error("subjects", "Nobody’s personal data goes in at this level, so leave out whose")
        if self.audience == Audience.PUPILS and not said.get("years") and "years" not in self.errors:
            self.add_error("years", "Choose the year groups whose pupils are to use it")
        return said


def _closed(offered: Sequence[purposes.Purpose], restricted: Collection[str]) -> dict[str, str]:
    return {
        p.code: f"{p.why} {p.clause}."
        for p in offered
        if p.code in purposes.MICROSOFT_ONLY and p.code not in restricted
    }
