"""allauth, our way: nobody signs themselves up, and errors say what to do. Throttling is allauth's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from allauth.account.adapter import DefaultAccountAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask your AI lead if you think that is wrong.",
        "email_password_mismatch": "The e-mail address or the password is not right. Check both, or ask for a new password.",
        "enter_current_password": "That is not your password now. Type it again.",
        "incorrect_password": "That is not your password. Type it again.",
        "invalid_login": "The e-mail address or the password is not right. Check both, or ask for a new password.",
        "invalid_password_reset": "This link has been used or is too old. Ask for a new one.",
        "max_email_addresses": "You cannot have more than %d e-mail address here.",
        "same_as_current": "Choose a password you do not have now.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again or ask for a new password.",
        "rate_limited": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
