"""How gunicorn serves TrustAI: `gunicorn --config python:trustai.web`. Its own command line comes on top."""

import os

wsgi_app = "trustai.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 10
accesslog = "-"
control_socket_disable = True
forwarded_allow_ips = ""


def worker_exit(_server: object, _worker: object) -> None:
    """The threads of the database pool would otherwise hold the process up for ten seconds."""
    from django.db import connection  # noqa: PLC0415  # gunicorn reads this file before there are settings

    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL's wrapper
