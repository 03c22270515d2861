"""Django's settings. Every choice of the operator is an environment variable, listed in docs/operating.md."""

import os
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

from trustai import logs, postgres
from trustai.env import Environment, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = postgres.VAR

env = Environment(os.environ)
embedded = env.database("DATABASE_URL") is None
# With a database of its own this is a real service, and the safe settings are the default.
PRODUCTION = env.choice("TRUSTAI_ENV", ["production", "local"], "local" if embedded else "production") == "production"
REQUIRED = None if PRODUCTION else ""

# Who we are
DEBUG = env.flag("TRUSTAI_DEBUG")
if DEBUG and PRODUCTION:
    env.wrong("TRUSTAI_DEBUG shows the inside of the program to strangers: it cannot be yes in production.")
if embedded and PRODUCTION:
    env.wrong("DATABASE_URL is not set: production needs a PostgreSQL of its own.")
SECRET_KEY = env.secret("TRUSTAI_SECRET_KEY", REQUIRED) or ("" if PRODUCTION else kept_secret(VAR / "secret-key"))
SITE_URL = env.url(
    "TRUSTAI_SITE_URL",
    None if PRODUCTION else "http://127.0.0.1:8000",
    schemes=["https"] if PRODUCTION else ["http", "https"],
)
ALLOWED_HOSTS = env.names("TRUSTAI_HOSTS", None if PRODUCTION else "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION and SITE_URL else []
ROOT_URLCONF = "trustai.urls"
WSGI_APPLICATION = "trustai.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "trustai.accounts",
    "trustai.audit",
    "trustai.notices",
    "trustai.exports",
    "schools",
    "tools_registry",
    "dpia",
    "trustai.home",
    "trustai.signin",
    "pgtrigger",
    "pghistory",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "schools.middleware.StandingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trustai.home.context.band",
                "trustai.home.context.case_panel",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# The database
database: dict[str, Any] = env.database("DATABASE_URL") or postgres.CLUSTER.settings()
pool_size = env.number("TRUSTAI_DATABASE_POOL", 0)
if pool_size:
    database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        **database,
    }
}
# History rows are written by trigger, and by trigger nothing changes or removes them.
PGHISTORY_APPEND_ONLY = True

# Who may come in
AUTH_USER_MODEL = "accounts.User"
# An address is one person's without regard to case, by the constraint on Lower(email), which this check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "trustai.signin.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# A school comes from one address, and its whole staff signs in at half past eight.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_FORMS = {
    "login": "trustai.signin.forms.SignInForm",
    "change_password": "trustai.signin.forms.ChangePasswordForm",
    "set_password": "trustai.signin.forms.SetPasswordForm",
    "reset_password": "trustai.signin.forms.AskForPasswordForm",
    "reset_password_from_key": "trustai.signin.forms.NewPasswordForm",
    "reauthenticate": "trustai.signin.forms.ReauthenticateForm",
}

# What a browser is told
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 3600 * env.number("TRUSTAI_SESSION_HOURS", 12, least=1)
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
proxies = env.number("TRUSTAI_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = proxies
if proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The sign-in page names the people of the demo where `load_demo` has made them
DEMO = not PRODUCTION and (VAR / "demo-password.txt").exists()

# Words, days and times
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["trustai.formats"]

# Files
STATIC_URL = "/static/"
# Collected for production alone; elsewhere files are served from where they lie.
STATIC_ROOT = Path(env.text("TRUSTAI_STATIC_ROOT", str(VAR / "static"))) if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 60 if PRODUCTION else 0
MEDIA_ROOT = Path(env.text("TRUSTAI_MEDIA_ROOT", str(VAR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o600
bucket = env.text("TRUSTAI_S3_BUCKET")
endpoint = env.url("TRUSTAI_S3_ENDPOINT", "", schemes=["https", "http"])
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if bucket:
    s3 = {"bucket_name": bucket, "endpoint_url": endpoint or None, "default_acl": "private", "file_overwrite": False}
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3}

# E-mail
DEFAULT_FROM_EMAIL = env.text("TRUSTAI_MAIL_FROM", None if PRODUCTION else "TrustAI <trustai@oakfield.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
mail = env.mail("TRUSTAI_SMTP_URL", REQUIRED)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if mail else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.host, mail.port, mail.user, mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = mail.starttls, mail.tls

# Work in the background
broker = env.url("CELERY_BROKER_URL", REQUIRED, schemes=["redis", "rediss"])
WAKE_TASKS = True
CELERY_BROKER_URL = broker or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"max_retries": 0, "socket_connect_timeout": 2, "socket_keepalive": True}
    if broker
    else {
        "data_folder_in": str(VAR / "broker" / "queue"),
        "data_folder_out": str(VAR / "broker" / "queue"),
        "control_folder": str(VAR / "broker" / "control"),
        "store_processed": False,
    }
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "send what waits to be sent": {"task": "notices.sweep", "schedule": 60.0},
    "narrow what the calendar narrows": {"task": "tools_registry.nightly", "schedule": crontab(hour=2, minute=30)},
    "look again at assessments": {"task": "dpia.nightly", "schedule": crontab(hour=2, minute=45)},
    "tell people what changed in a tool": {"task": "tools_registry.tell_changes", "schedule": 300.0},
    "warn of agreements that end": {"task": "tools_registry.warn_of_endings", "schedule": crontab(hour=6, minute=30)},
    "remind people of what waits": {"task": "notices.remind", "schedule": crontab(hour=7, minute=0)},
    "remove files that no row names": {"task": "exports.sweep_orphans", "schedule": crontab(hour=3, minute=0)},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": broker}
    if broker
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(VAR / "cache")}
}

# What is written down about running
LOGGING = logs.logging_settings(as_json=PRODUCTION, level=env.choice("TRUSTAI_LOG_LEVEL", logs.LEVELS, "INFO"))

env.refuse_if_wrong()
