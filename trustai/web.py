"""How gunicorn serves TrustAI: `gunicorn --config python:trustai.web`. Its own command line comes on top."""

import os

wsgi_app = "trustai.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 10
accesslog = "-"
# The path without its query: what people look up, and links they paste, are nobody's to keep.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s "%(a)s"'
control_socket_disable = True
forwarded_allow_ips = ""


def worker_exit(_server: object, _worker: object) -> None:
    """The threads of the database pool would otherwise hold the process up for ten seconds."""
    from django.db import connection  # noqa: PLC0415  # gunicorn reads this file before there are settings

    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's wrapper
