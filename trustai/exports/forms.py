"""The field every form with an upload uses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from trustai.rules import Refused

from . import files


class CheckedFileField(forms.FileField):
    """An upload told by its bytes; what we do not take is refused beside the field, in the same words as the action."""

    widget = forms.FileInput(attrs={"accept": files.ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload and upload is not initial:
            try:
                files.check(upload)
            except Refused as refused:
                raise ValidationError(str(refused), code="refused") from refused
        return upload
