from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "trustai.audit"
    label = "audit"
    verbose_name = "What happened"
