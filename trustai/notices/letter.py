"""The e-mail a notice becomes: plain text and HTML with the same words. Nothing is sent or written here."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.formats import date_format

from .kinds import KINDS

if TYPE_CHECKING:
    from .models import Notice


def compose(notice: Notice) -> EmailMultiAlternatives:
    """Raises KeyError when the notice is of a kind that has no words (any longer)."""
    kind = KINDS[notice.kind]
    due = date_format(notice.due_on, "j F Y") if notice.due_on else ""
    words = {
        "name": notice.person.name,
        "subject": _one_line(kind.subject.format(about=notice.about, due=due)),
        "sentence": _one_line(kind.sentence.format(about=notice.about, due=due)),
        "link": settings.SITE_URL + notice.path,
    }
    message = EmailMultiAlternatives(
        subject=words["subject"],
        body=render_to_string("notices/message.txt", words),
        to=[notice.person.email],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("notices/message.html", words), "text/html")
    return message


def message_id(notice: Notice) -> str:
    """The same for every attempt, so that a mailbox can drop a notice that was sent twice."""
    return f"<{notice.public_id}@{urlsplit(settings.SITE_URL).hostname}>"


def _one_line(words: str) -> str:
    return " ".join(words.split())
