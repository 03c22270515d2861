from django.apps import AppConfig


class DpiaConfig(AppConfig):
    name = "dpia"
    label = "dpia"
    verbose_name = "Assessments"
