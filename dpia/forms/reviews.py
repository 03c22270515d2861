"""A team's verdict with its conditions, the DPO's advice, and what the ICO says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from dpia.actions.advice import IcoAnswer
from dpia.actions.reviews import Given
from dpia.forms.naming import say_about
from dpia.forms.risks import OWNER_CHOICES
from dpia.rules.reviews import SetCondition
from dpia.words import IcoOutcome
from dpia.workflow import Verdict
from tools_registry.words import Audience, ConditionKind
from trustai.forms import ClosedChoiceField, DayField, PlainForm, plain_helper, speak_plainly

if TYPE_CHECKING:
    from datetime import date

VERDICT_HINTS = {
    Verdict.CONDITIONS: "Each says who sees to it, and by when",
    Verdict.CHANGES: "It goes back to be changed; nothing is lost",
    Verdict.OBJECT: "The trust lead has to answer it, or decline",
}
MOST_CONDITIONS = 10


class VerdictForm(PlainForm):
    asks = {"verdict": "Choose your verdict"}
    marks_optional = False
    verdict = ClosedChoiceField(label="Verdict", choices=Verdict.choices)
    reason = forms.CharField(
        label="What you found, in your words",
        required=False,
        help_text="Needed when you ask for changes or object, and when your review is the DPO’s advice as well.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
    )
    refer = forms.BooleanField(
        label="Leave the advice to the Data Protection Officer",
        help_text="Your review then is not their advice as well.",
        required=False,
    )

    def __init__(self, *args: Any, can_refer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].hint(VERDICT_HINTS)  # type: ignore[attr-defined]  # ClosedChoiceField
        if not can_refer:
            del self.fields["refer"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        needs_reason = {Verdict.CHANGES: "Say what should change", Verdict.OBJECT: "Say why you object"}
        verdict = said.get("verdict")
        if verdict in needs_reason and not said.get("reason", "").strip():
            self.add_error("reason", needs_reason[Verdict(verdict)])
        return said


class ConditionForm(forms.Form):
    """One condition; a blank one is left out. What is wrong names its number: there may be several on the page."""

    marks_optional = False
    use_required_attribute = False
    words = forms.CharField(
        label="Condition", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )
    kind = forms.ChoiceField(label="When must it be met?", required=False, choices=ConditionKind.choices)
    due_on = DayField(label="Last day, if by a date", required=False, help_text="Like 12 1 2027")
    owner_role = forms.ChoiceField(label="Who sees to it?", required=False, choices=OWNER_CHOICES)
    audiences = forms.MultipleChoiceField(
        label="For whom? Nobody ticked means everybody",
        required=False,
        choices=Audience.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    is_per_person = forms.BooleanField(label="Each person has to meet it", required=False)
    resets_each_september = forms.BooleanField(label="Again each September", required=False)
    public_words = forms.CharField(
        label="How the published list says it", required=False, max_length=300, help_text="Blank: it is not published."
    )

    def __init__(self, *args: Any, today: date, number: int = 1, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.about = f"Condition {number}"
        due = self.fields["due_on"]
        if isinstance(due, DayField):
            due.on_or_after, due.because = today, "because a condition cannot be due before today"
        speak_plainly(self)
        for field in self.fields.values():
            say_about(field, self.about)

    helper = property(lambda self: plain_helper())

    @property
    def is_typed(self) -> bool:
        """Whether anything was written or ticked; "when" always has an answer."""
        return bool(set(self.changed_data) - {"kind"})

    @property
    def is_blank(self) -> bool:
        return not self.has_changed() or not self.cleaned_data.get("words", "").strip()

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("words", "").strip():
            if self.is_typed and "words" not in self.errors:
                self.lacks("words", "say what it is")
            return said
        if said.get("kind") == ConditionKind.BY_DATE and not said.get("due_on") and "due_on" not in self.errors:
            self.lacks("due_on", "type the last day to do it")
        if not said.get("owner_role") and "owner_role" not in self.errors:
            self.lacks("owner_role", "choose who sees to it")
        return said

    def lacks(self, name: str, sentence: str) -> None:
        self.add_error(name, f"{self.about}: {sentence}")

    def condition(self) -> SetCondition:
        said = self.cleaned_data
        kind = ConditionKind(said["kind"] or ConditionKind.BEFORE_USE)
        return SetCondition(
            kind=kind,
            words=said["words"],
            owner_role=said["owner_role"],
            public_words=said["public_words"],
            due_on=said["due_on"] if kind == ConditionKind.BY_DATE else None,
            audiences=frozenset(Audience(audience) for audience in said["audiences"]),
            is_per_person=said["is_per_person"],
            resets_each_september=said["resets_each_september"],
        )


class _Conditions(forms.BaseFormSet):  # type: ignore[type-arg]  # no generic when it runs
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"number": (index or 0) + 1}

    @property
    def any_typed(self) -> bool:
        """Whether a condition was written or begun."""
        return self.is_bound and any(each.is_typed for each in self)


ConditionFormSet = forms.formset_factory(
    ConditionForm,
    formset=_Conditions,
    extra=1,
    max_num=MOST_CONDITIONS,
    validate_max=True,
    absolute_max=MOST_CONDITIONS,
)


def agree(form: VerdictForm, conditions: Any) -> bool:
    """Whether the verdict and its conditions are right and fit each other; what is wrong is said at the fields."""
    verdict = form.cleaned_data.get("verdict") if form.is_valid() else form.data.get("verdict")
    if verdict != Verdict.CONDITIONS:
        if conditions.any_typed and "verdict" not in form.errors:
            form.add_error("verdict", "A condition is written below: choose “Agree with conditions”, or empty it")
        for each in conditions:
            each.errors.clear()
        return not form.errors
    right = conditions.is_valid()
    for sentence in conditions.non_form_errors():
        form.add_error(None, sentence)
    if right and all(each.is_blank for each in conditions):
        conditions[0].lacks("words", "say what it is, or choose “Agree”")
    return right and not form.errors and not conditions[0].errors


def given(form: VerdictForm, conditions: Any) -> Given:
    """The verdict that both forms say together. Conditions count only with the verdict that has them."""
    verdict = Verdict(form.cleaned_data["verdict"])
    said = tuple(each.condition() for each in conditions if not each.is_blank)
    return Given(
        verdict=verdict,
        reason=form.cleaned_data["reason"],
        conditions=said if verdict == Verdict.CONDITIONS else (),
        refer=form.cleaned_data.get("refer", False),
    )


class AdviceForm(PlainForm):
    asks = {"may_go_ahead": "Choose whether it may go ahead", "text": "Write the advice"}
    may_go_ahead = forms.ChoiceField(
        label="May it go ahead?",
        choices=[("yes", "It may go ahead"), ("no", "It should not go ahead")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Your advice",
        help_text="On whether it keeps the law, on the measures, and on what is left. Whoever signs accepts it or answers it.",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
    )


class IcoForm(PlainForm):
    asks = {"outcome": "Choose what the ICO says", "outcome_on": "Type the day"}
    outcome = forms.ChoiceField(label="What does the ICO say?", choices=IcoOutcome.choices, widget=forms.RadioSelect)
    outcome_on = DayField(label="On which day?")
    reference = forms.CharField(label="Its reference", required=False, max_length=200)
    note = forms.CharField(
        label="What it wants, in short", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["outcome_on"]
        if isinstance(day, DayField):
            day.on_or_before, day.because = today, "because it is about what the ICO has said"

    def answer(self) -> IcoAnswer:
        said = self.cleaned_data
        return IcoAnswer(IcoOutcome(said["outcome"]), said["outcome_on"], said["reference"], said["note"])
