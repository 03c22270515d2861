"""The words the register, the answer and the list share: audiences, data classes, whose data, how people sign in."""

from __future__ import annotations

from django.db.models import TextChoices


class Audience(TextChoices):
    STAFF = "staff", "Staff"
    PUPILS = "pupils", "Pupils"
    GOVERNORS = "governors", "Governors and trustees"
    VISITORS = "visitors", "Visitors"


class DataClass(TextChoices):
    """The most sensitive data allowed in, least first (design §1). Safeguarding records belong to no class."""

    NONE = "none", "General topics only"
    INTERNAL = "internal", "School information"
    PERSONAL = "personal", "Personal data"
    SPECIAL = "special", "Sensitive personal data"

    @property
    def rank(self) -> int:
        return RANK[self]

    @property
    def is_personal(self) -> bool:
        return self in {DataClass.PERSONAL, DataClass.SPECIAL}


RANK = {DataClass.NONE: 0, DataClass.INTERNAL: 1, DataClass.PERSONAL: 2, DataClass.SPECIAL: 3}

EXAMPLES = {
    DataClass.NONE: "A topic, your own question, text whose licence allows it",
    DataClass.INTERNAL: "The calendar, a published policy, a lesson you wrote",
    DataClass.PERSONAL: "Names, marks, photos, anything about one person",
    DataClass.SPECIAL: "SEN, health, biometrics, ethnicity, faith, offences",
}


def lower(one: DataClass, other: DataClass) -> DataClass:
    """The less sensitive of two classes."""
    return min(one, other, key=RANK.__getitem__)


class Subject(TextChoices):
    """Whose personal data goes in."""

    PUPILS = "pupils", "Pupils"
    STAFF = "staff", "Staff"
    PARENTS = "parents", "Parents and carers"
    OTHERS = "others", "Other people"


class SignIn(TextChoices):
    NONE = "none", "No account"
    SCHOOL = "school", "School account"
    PERSONAL = "personal", "Personal account"
    UNKNOWN = "unknown", "Not known"


class ConditionKind(TextChoices):
    BEFORE_USE = "before_use", "Before use"
    BY_DATE = "by_date", "By a date"
    ALWAYS = "always", "Always"


class ChangeKind(TextChoices):
    """What can change in a tool (design §3, what narrows when)."""

    AGE = "age", "Its age limit"
    FEATURE = "feature", "A new AI feature"
    TERMS = "terms", "Its terms"
    DATA = "data", "The data it takes"
    PURPOSE = "purpose", "What it is for"
    SUPPLIER = "supplier", "Its supplier"
    SUBPROCESSOR = "subprocessor", "A company its supplier uses"
    HOSTING = "hosting", "Where the data is kept"


NARROWING_CHANGES = frozenset(ChangeKind) - {ChangeKind.AGE, ChangeKind.FEATURE}


class EntryStatus(TextChoices):
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Mark(TextChoices):
    """One box of the year strip."""

    OK = "ok", "may use it"
    CONSENT = "consent", "only pupils whose parent has agreed"
    MIXED = "mix", "some are too young"
    YOUNG = "young", "not old enough"
    SHUT = "shut", "not offered here"
