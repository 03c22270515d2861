from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Pages that show several apps together."""

    name = "trustai.home"
    label = "home"
