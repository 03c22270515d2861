"""A headteacher of another trust: nothing of this one exists for him, and nobody sees anything unsigned."""

import pytest
from django.urls import reverse

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def private_pages(demo):
    """Pages that people of Oakfield read every day."""
    park, kahoot = demo.place("park"), demo.tool("kahoot-play")
    case = demo.case("canva-education")
    entry = kahoot.entry_url(park)
    agreement = demo.tool("copilot-chat-school").agreements.get()
    request = kahoot.trust_requests(park)
    return [
        reverse("schools:place", args=[park.urn]),
        park.register_url(),
        entry,
        f"{entry}decide/",
        f"{entry}suspend/",
        reverse("tools_registry:preview", args=[park.urn]),
        case.get_absolute_url(),
        reverse("dpia:section", args=[case.reference, "what"]),
        reverse("dpia:review", args=[case.reference]),
        reverse("dpia:pdf", args=[case.reference]),
        agreement.get_absolute_url(),
    ]
