"""Waking a task: by name, after the commit, and never at the cost of the person who waits for a page."""

import logging
import time

import pytest
from celery import Celery

from trustai import celery

IN_PRODUCTION = {"max_retries": 0, "socket_connect_timeout": 2}


@pytest.fixture
def awake(settings):
    settings.WAKE_TASKS = True


@pytest.fixture
def broker(monkeypatch):
    def use(url, **options):
        app = Celery("test", broker=url, broker_transport_options=options, broker_connection_timeout=2)
        monkeypatch.setattr(celery, "app", app)

    return use


def test_a_task_is_sent_by_name_with_its_arguments(awake, broker, tmp_path):
    folder = str(tmp_path)
    broker("filesystem://", data_folder_in=folder, data_folder_out=folder, control_folder=folder)
    celery.wake("notices.send", 42)
    (message,) = tmp_path.glob("*.msg")
    assert '"task": "notices.send"' in message.read_text()


def test_a_broker_that_is_away_is_logged_and_does_not_keep_anybody_waiting(awake, broker, caplog):
    broker("redis://127.0.0.1:1/0", **IN_PRODUCTION)
    began = time.monotonic()
    with caplog.at_level(logging.ERROR):
        celery.wake("notices.send", 42)
    assert "Could not wake notices.send" in caplog.text
    assert time.monotonic() - began < 10


def test_the_tests_wake_nothing(broker):
    broker("redis://127.0.0.1:1/0")
    celery.wake("notices.send", 42)


def test_beat_names_only_tasks_that_exist(settings):
    celery.app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(celery.app.tasks)
