"""allauth's forms with our labels, hints and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as allauth_forms

from trustai.forms import plain_helper, speak_plainly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crispy_forms.helper import FormHelper
    from django.forms import Field

NEW_PASSWORD = "At least 12 characters. Three or four words that do not belong together are easy to keep in mind."  # noqa: S105


class _Plain:
    """Comes before an allauth form: labels above the boxes, nothing inside them."""

    words: ClassVar[Mapping[str, tuple[str, str]]] = {}
    asks: ClassVar[Mapping[str, str]] = {}
    use_required_attribute = False
    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = self.words.get(name, (field.label, ""))
            field.widget.attrs.pop("placeholder", None)
        speak_plainly(self)  # type: ignore[arg-type]  # always mixed into a form

    @property
    def helper(self) -> FormHelper:
        return plain_helper()


class SignInForm(_Plain, allauth_forms.LoginForm):
    words = {"login": ("E-mail address", ""), "password": ("Password", "")}
    asks = {"login": "Type your e-mail address", "password": "Type your password"}


class ChangePasswordForm(_Plain, allauth_forms.ChangePasswordForm):
    words = {
        "oldpassword": ("Your password now", ""),
        "password1": ("New password", NEW_PASSWORD),
        "password2": ("New password again", ""),
    }
    asks = {
        "oldpassword": "Type the password you have now",
        "password1": "Type a new password",
        "password2": "Type the new password again",
    }


class SetPasswordForm(_Plain, allauth_forms.SetPasswordForm):
    words = {"password1": ("Password", NEW_PASSWORD), "password2": ("Password again", "")}
    asks = {"password1": "Type a password", "password2": "Type the password again"}


class AskForPasswordForm(_Plain, allauth_forms.ResetPasswordForm):
    words = {"email": ("E-mail address", "The one your school gave you")}
    asks = {"email": "Type your e-mail address"}


class NewPasswordForm(_Plain, allauth_forms.ResetPasswordKeyForm):
    words = {"password1": ("New password", NEW_PASSWORD), "password2": ("New password again", "")}
    asks = {"password1": "Type a new password", "password2": "Type the new password again"}


class ReauthenticateForm(_Plain, allauth_forms.ReauthenticateForm):
    words = {"password": ("Password", "")}
    asks = {"password": "Type your password"}
