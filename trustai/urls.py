"""Every address of TrustAI begins here."""

from django.conf import settings
from django.urls import include, path

from trustai import health
from trustai.home import gallery

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("trustai.home.urls")),
    path("", include("schools.urls")),
    path("", include("tools_registry.urls")),
    path("", include("dpia.urls")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("gallery/", gallery.view, name="gallery"))
