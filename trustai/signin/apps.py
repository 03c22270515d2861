from django.apps import AppConfig


class SigninConfig(AppConfig):
    """How people come in: allauth, in our words."""

    name = "trustai.signin"
    label = "signin"
