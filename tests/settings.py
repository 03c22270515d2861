"""The settings the tests run with: those of the project, on the tests' own database."""

import os

os.environ.setdefault("TRUSTAI_ENV", "local")

from trustai.postgres import TEST_CLUSTER
from trustai.settings import *  # noqa: F403
from trustai.settings import DATABASES, embedded

if embedded:
    DATABASES["default"].update(TEST_CLUSTER.settings("postgres"))
DATABASES["default"]["TEST"] = {"NAME": f"test_{os.environ.get('TRUSTAI_TEST_DB', 'trustai')}"}
SECRET_KEY = "for the tests only, and for nothing else: fifty characters at least"
SITE_URL = "https://trustai.example.org"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WAKE_TASKS = False
# Files are looked for when asked for, not listed anew for every test client.
WHITENOISE_AUTOREFRESH = True
