"""What anybody may type without signing in."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from tools_registry import check_codes
from trustai.forms import PlainForm

EXAMPLE = "K7QM3-RTX9V"


class CheckForm(PlainForm):
    """The code at the foot of a printed list, in any case and with or without the dash."""

    asks = {"code": f"Type the code at the foot of the list, like {EXAMPLE}"}
    code = forms.CharField(
        label="The code at its foot",
        max_length=40,
        help_text=f"Ten letters and figures, like {EXAMPLE}",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = check_codes.read(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(f"A code has ten letters and figures, like {EXAMPLE}. Type it as it is printed")
        return code
