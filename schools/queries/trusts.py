"""A trust's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schools import rules
from schools.models import Place
from trustai.rules import refusal

if TYPE_CHECKING:
    from datetime import date

    from schools.models import Trust
    from schools.standing import Standing


@dataclass(frozen=True, slots=True)
class TrustPage:
    trust: Trust
    change_refusal: str | None
    delegate_refusal: str | None
    today: date

    @property
    def deputy_advises_now(self) -> bool:
        starts = self.trust.deputy_may_advise_from
        return starts is not None and starts <= self.today


def trust_page(standing: Standing) -> TrustPage:
    """The settings of the trust one looks from. Raises Refused, or Place.DoesNotExist for who is nowhere."""
    place = standing.place
    if place is None:
        raise Place.DoesNotExist
    rules.check_may_see_trust_settings(standing, place.trust)
    return TrustPage(
        trust=place.trust,
        change_refusal=refusal(rules.check_may_change_trust, standing, place.trust),
        delegate_refusal=refusal(rules.check_may_delegate_advice, standing, place.trust),
        today=standing.day,
    )
