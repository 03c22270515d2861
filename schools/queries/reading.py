"""What an import has to know beforehand."""

from __future__ import annotations

from schools.models import Place, PlaceKind, Trust


def trusts_by_code() -> dict[str, str]:
    """Code to name of every trust known here."""
    return dict(Trust.objects.values_list("group_uid", "name"))


def trust_name(code: str) -> str:
    """A trust as the import names it: its name and code."""
    name = Trust.objects.filter(group_uid=code).values_list("name", flat=True).first()
    return f"{name} ({code})" if name else code


def urns_in_trust(code: str) -> frozenset[str]:
    """Schools that have their place in the trust now, whatever the file says."""
    places = Place.objects.filter(trust__group_uid=code, kind=PlaceKind.SCHOOL, left_on__isnull=True)
    return frozenset(places.values_list("urn", flat=True))
