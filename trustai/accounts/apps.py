from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "trustai.accounts"
    label = "accounts"
    verbose_name = "People"
