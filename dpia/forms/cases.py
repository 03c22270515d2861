"""Begin a case, and give it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from trustai.forms import ClosedChoiceField, ClosedMultipleChoiceField, PlainForm

if TYPE_CHECKING:
    from dpia.queries.starting import StartPage

WHOLE_TRUST = "trust"
PLACES = "places"


class StartForm(PlainForm):
    """Which tool, and where. What the rules do not allow stays in sight with the reason."""

    asks = {
        "tool": "Choose the tool the case is about",
        "reach": "Choose whether it is for the whole trust or for places you name",
    }
    tool = forms.ChoiceField(
        label="Which tool, with which kind of account?",
        help_text="Two accounts of one product are two tools, and a case is about one of them.",
    )
    reach = ClosedChoiceField(
        label="Who is it for?",
        choices=[(PLACES, "One place, or several"), (WHOLE_TRUST, "The whole trust: every school, now and later")],
    )
    places = ClosedMultipleChoiceField(label="Which places?", required=False)
    replaces = forms.ChoiceField(
        label="Does it replace a clearance that stands?",
        required=False,
        help_text="The old clearance stops counting on the day the new one is signed.",
    )

    def __init__(self, *args: Any, page: StartPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self._choose("tool", [("", "Choose a tool"), *((str(t.public_id), str(t)) for t in page.tools)])
        self._choose("places", [(str(p.public_id), p.name) for p in page.places])
        self._choose("replaces", [("", "No, it is new"), *((str(c.public_id), page.words(c)) for c in page.clearances)])
        if page.wide_refusal:
            self.fields["reach"].close({WHOLE_TRUST: page.wide_refusal})  # type: ignore[attr-defined]  # ClosedChoiceField
        if not page.clearances:
            del self.fields["replaces"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("reach") == PLACES and not said.get("places") and "places" not in self.errors:
            self.add_error("places", "Choose at least one place, or the whole trust")
        return said


class WithdrawForm(PlainForm):
    asks = {"reason": "Say why it is withdrawn: the teams read this"}
    reason = forms.CharField(label="Why is it withdrawn?", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
