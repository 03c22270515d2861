"""Errors that say which question they are about, where a page asks the same thing more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.forms import Field


def say_about(field: Field, about: str) -> None:
    """Begin every error sentence of a field with what it is about: "8.1: type a day like 31 8 2027"."""
    field.error_messages = {code: f"{about}: {small(said)}" for code, said in field.error_messages.items()}


def small(sentence: object) -> str:
    words = str(sentence)
    return words[:1].lower() + words[1:]
