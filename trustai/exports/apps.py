from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "trustai.exports"
    label = "exports"
    verbose_name = "Files"
