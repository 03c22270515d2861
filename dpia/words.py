"""The words of a risk, and the ICO's answers. Codes are stored, sentences are not."""

from __future__ import annotations

from django.db.models import TextChoices


class Likelihood(TextChoices):
    REMOTE = "remote", "Remote"
    POSSIBLE = "possible", "Possible"
    PROBABLE = "probable", "Probable"


class Severity(TextChoices):
    MINIMAL = "minimal", "Minimal"
    SIGNIFICANT = "significant", "Significant"
    SEVERE = "severe", "Severe"


class Level(TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Effect(TextChoices):
    ELIMINATED = "eliminated", "Eliminated"
    REDUCED = "reduced", "Reduced"
    ACCEPTED = "accepted", "Accepted"


class IcoOutcome(TextChoices):
    NONE_YET = "none_yet", "No answer yet"
    PAUSED = "paused", "Paused: the ICO asked for more"
    DO_NOT = "do_not", "Do not go ahead"
    GO_AHEAD = "go_ahead", "May go ahead"
