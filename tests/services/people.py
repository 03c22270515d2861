"""People for tests that know no school."""

from datetime import UTC, datetime
from itertools import count

from trustai.accounts.models import User

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
_number = count(1)


def person(name="Ruth Adeyemi"):
    return User.objects.create_user(email=f"person{next(_number)}@oakfield.example", name=name)
