"""What was published: numbered editions of each place's list, and their finished files."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q

from schools.models import Place, Trust
from trustai.exports.models import StoredFile


class ListEdition(models.Model):
    """A place's list as it was published. `document` is canonical JSON; PDF, JSON, CSV and `/check/` come from it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    check_code = models.CharField(max_length=10, unique=True, help_text="10 random Crockford base32 characters")
    issued_at = models.DateTimeField()
    next_change_on = models.DateField(null=True, help_text="Not part of what is frozen: when to look again")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="tools_registry_edition_numbered_once"),
            models.CheckConstraint(
                condition=Q(check_code__regex=r"^[0-9A-HJKMNP-TV-Z]{10}$"), name="tools_registry_edition_code_crockford"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="edition_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="edition_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["next_change_on"]),
            ),
        ]

    def __str__(self) -> str:
        return f"edition {self.number} of {self.place_id}"


class Layout(models.TextChoices):
    LIST = "list", "List"
    POSTER = "poster", "Staffroom poster"


class EditionFile(models.Model):
    """Finished bytes of an edition in one layout, by renderer version: the same edition gives the same bytes."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(ListEdition, on_delete=models.PROTECT, related_name="files")
    layout = models.TextField(choices=Layout)
    renderer = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "layout", "renderer"], name="tools_registry_editionfile_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="editionfile_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.layout} of {self.edition_id}"
