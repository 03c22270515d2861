"""Appoint a trust's first administrator: `manage.py appoint_administrator EMAIL NAME --trust CODE_OR_NAME`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from schools import actions, trust_names
from schools.models import Trust
from schools.queries import reading as queries
from trustai.rules import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser

REFUSED = 2


class Command(BaseCommand):
    help = "Appoint the first administrator of a trust, who then gives all other roles. They set a password by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--trust", required=True, metavar="CODE_OR_NAME")

    def handle(self, *, email: str, name: str, trust: str, **_: Any) -> None:
        try:
            validate_email(email)
            code = trust_names.choose(trust, queries.trusts_by_code())
            appointed = actions.appoint_first_administrator(
                trust_id=Trust.objects.get(group_uid=code).pk, email=email, name=name, at=timezone.now()
            )
        except ValidationError as problem:
            raise CommandError(f"“{email}” is not an e-mail address.", returncode=REFUSED) from problem
        except (trust_names.NoSuchTrust, Refused) as problem:
            raise CommandError(str(problem), returncode=REFUSED) from problem
        self.stdout.write(f"{appointed.person.name} administers {appointed.trust.name}.")
