"""What staff ask for."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from schools.models import Place, Role, Trust
from tools_registry.words import DataClass

from .catalogue import Tool

if TYPE_CHECKING:
    from schools.standing import Standing


class Stage(models.TextChoices):
    NOT_BOUGHT = "not_bought", "Not bought yet"
    BUYING = "buying", "About to be bought"
    IN_USE = "in_use", "Already in use"


class RequestStatus(models.TextChoices):
    OPEN = "open", "Waiting for an answer"
    ALLOWED = "allowed", "Answered: it is already allowed"
    REFUSED = "refused", "Answered: not allowed"
    FORWARD = "forward", "Taken forward"
    DECIDED = "decided", "Decided"


# Who sees what others asked for: those who answer at the place, and those who are consulted in the trust.
ANSWERS_AT_PLACE = (Role.HEAD, Role.AI_LEAD)
ANSWERS_FOR_TRUST = (Role.TRUST_LEAD, Role.NETWORK, Role.DEPUTY_DPO)
SEES_ALL = (*ANSWERS_FOR_TRUST, Role.DPO, Role.SAFEGUARDING)
# Theirs is the last word: nobody is asked to look again after them.
HAVE_THE_LAST_WORD = (Role.HEAD, Role.TRUST_LEAD)


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, standing: Standing) -> RequestQuerySet:
        return self.filter(self._in_care_of(standing) | Q(by_id=standing.person_id)).filter(
            trust_id__in=standing.trust_ids
        )

    def seen_by_role(self, standing: Standing) -> RequestQuerySet:
        """Those in sight because of a role, not because one asked."""
        return self.filter(self._in_care_of(standing))

    def waiting(self) -> RequestQuerySet:
        """Not answered, or answered no and taken to the head since."""
        return self.filter(
            Q(status=RequestStatus.OPEN) | Q(status=RequestStatus.REFUSED, look_again_at__gt=F("answered_at"))
        )

    @staticmethod
    def _in_care_of(standing: Standing) -> Q:
        places = frozenset[int]().union(*(standing.place_ids_as(role) for role in ANSWERS_AT_PLACE))
        trusts = frozenset[int]().union(*(standing.trust_ids_as(role) for role in SEES_ALL))
        return Q(place_id__in=places) | Q(trust_id__in=trusts)


class Request(models.Model):
    """One person asks for one tool at one place. Alike requests share `alike_key` and are shown as one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="requests")
    tool = models.ForeignKey(Tool, null=True, on_delete=models.PROTECT, related_name="requests")
    asked_name = models.TextField(help_text="The tool's name as typed, or the catalogue's")
    link_host = models.TextField(blank=True, help_text="Of a pasted link only the host is kept")
    alike_key = models.TextField()
    audiences = ArrayField(models.TextField())
    year_groups = ArrayField(models.SmallIntegerField(), default=list)
    purposes = ArrayField(models.TextField(), default=list)
    what_for = models.TextField(blank=True)
    data_class = models.TextField(choices=DataClass)
    subjects = ArrayField(models.TextField(), default=list)
    stage = models.TextField(choices=Stage)
    buy_on = models.DateField(null=True)
    in_use_since = models.DateField(null=True)
    contract_ends_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    status = models.TextField(choices=RequestStatus, default=RequestStatus.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_role = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    # What the AI lead had said, kept when the head answers in their place.
    recommendation = models.TextField(blank=True)
    recommended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recommended_at = models.DateTimeField(null=True)
    look_again_at = models.DateTimeField(null=True)
    look_again_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values), name="tools_registry_request_status_known"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="tools_registry_request_stage_known"),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.OPEN) | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="tools_registry_request_answer_has_giver",
            ),
            models.CheckConstraint(
                condition=~Q(status=RequestStatus.REFUSED) | ~Q(answer=""), name="tools_registry_request_no_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "alike_key"], name="tools_registry_request_alike"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_name} at {self.place_id}"

    def get_absolute_url(self) -> str:
        return reverse("tools_registry:request", args=[self.public_id])

    @property
    def is_to_be_looked_at_again(self) -> bool:
        """The asker has taken a no to the head, who has not answered yet."""
        return bool(
            self.status == RequestStatus.REFUSED
            and self.look_again_at
            and self.answered_at
            and self.look_again_at > self.answered_at
        )

    @property
    def is_waiting(self) -> bool:
        return self.status == RequestStatus.OPEN or self.is_to_be_looked_at_again

    @property
    def is_undecided(self) -> bool:
        """Still open to an answer or an assessment: not answered, or said no to by somebody who has not the last word."""
        refused = self.status == RequestStatus.REFUSED and self.answered_role not in HAVE_THE_LAST_WORD
        return self.status == RequestStatus.OPEN or refused
