"""A risk, and a measure against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from dpia import grid
from dpia.actions.drafts import MeasureFacts, RiskFacts
from dpia.words import Effect, Level, Likelihood, Severity
from schools.models import Role
from trustai.forms import DayField, PlainForm

if TYPE_CHECKING:
    from dpia.models import Measure, Risk

OWNERS = (
    Role.HEAD,
    Role.AI_LEAD,
    Role.DSL,
    Role.NETWORK,
    Role.DEPUTY_DPO,
    Role.DPO,
    Role.SAFEGUARDING,
    Role.TRUST_LEAD,
    Role.STAFF,
)
OWNER_CHOICES = [("", "Choose"), *((role.value, role.label) for role in OWNERS)]


class RiskForm(PlainForm):
    """The grid suggests how grave it is; a person says so, and why where they differ."""

    asks = {
        "description": "Say what could happen, and to whom",
        "likelihood": "Choose how likely it is",
        "severity": "Choose how much harm it does",
        "level": "Choose how grave it is",
    }
    description = forms.CharField(
        label="What could happen, and to whom?",
        help_text="Where it comes from, and what harm it does to people.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
    )
    likelihood = forms.ChoiceField(label="How likely is it?", choices=Likelihood.choices, widget=forms.RadioSelect)
    severity = forms.ChoiceField(label="How much harm?", choices=Severity.choices, widget=forms.RadioSelect)
    level = forms.ChoiceField(
        label="So how grave is it?",
        help_text="The grid beside this suggests a word. It is you who says it.",
        choices=Level.choices,
        widget=forms.RadioSelect,
    )
    residual_likelihood = forms.ChoiceField(
        label="How likely is it after the measures?",
        required=False,
        choices=[("", "Not said yet"), *Likelihood.choices],
    )
    residual_severity = forms.ChoiceField(
        label="How much harm after the measures?", required=False, choices=[("", "Not said yet"), *Severity.choices]
    )
    residual = forms.ChoiceField(
        label="So how grave is what is left?", required=False, choices=[("", "Not said yet"), *Level.choices]
    )
    level_reason = forms.CharField(
        label="Why it is different from what the grid suggests",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )

    def __init__(self, *args: Any, risk: Risk | None = None, **kwargs: Any) -> None:
        initial = {name: getattr(risk, name) for name in self.base_fields} if risk else {}
        super().__init__(*args, initial=initial, **kwargs)

    def facts(self) -> RiskFacts:
        return RiskFacts(**self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        left = [said.get(name) for name in ("residual_likelihood", "residual_severity", "residual")]
        if any(left) and not all(left):
            self.add_error("residual", "Answer all three about what is left, or none of them")
        self._compare("severity", "likelihood", "level", said)
        self._compare("residual_severity", "residual_likelihood", "residual", said)
        return said

    def _compare(self, severity: str, likelihood: str, level: str, said: dict[str, Any]) -> None:
        answers = [said.get(name, "") for name in (severity, likelihood, level)]
        if all(answers) and grid.departs(*answers) and not said.get("level_reason", "").strip():
            suggested = grid.suggest(answers[0], answers[1]).label.lower()
            what = "what is left" if level == "residual" else "this"
            self.add_error("level_reason", f"The grid suggests “{suggested}” for {what}: say why it is different")


class MeasureForm(PlainForm):
    asks = {"description": "Say what is done about the risk", "effect": "Choose what it does to the risk"}
    description = forms.CharField(
        label="What is done about it?", widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    effect = forms.ChoiceField(label="What does that do to the risk?", choices=Effect.choices, widget=forms.RadioSelect)
    owner_role = forms.ChoiceField(label="Who sees to it?", required=False, choices=OWNER_CHOICES)
    due_on = DayField(label="By which day?", required=False)

    def __init__(self, *args: Any, measure: Measure | None = None, **kwargs: Any) -> None:
        initial = {name: getattr(measure, name) for name in self.base_fields} if measure else {}
        super().__init__(*args, initial=initial, **kwargs)

    def facts(self) -> MeasureFacts:
        return MeasureFacts(**self.cleaned_data)
