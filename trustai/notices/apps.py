from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "trustai.notices"
    label = "notices"
    verbose_name = "Notices"
