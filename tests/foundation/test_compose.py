"""What docker-compose.yml promises: the services of design §7, and settings that TrustAI knows."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text()
# Asked of `env` by name, here and in settings.
KNOWN = set(re.findall(r'"(TRUSTAI_[A-Z0-9_]+)"', (ROOT / "trustai" / "settings.py").read_text()))


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(TEXT)["services"]


def test_web_worker_beat_and_the_migrations_are_one_image_of_ours(services):
    ours = {name: service for name, service in services.items() if "build" in service}
    assert set(ours) == {"web", "worker", "beat", "migrate"}
    assert {service["image"] for service in ours.values()} == {"trustai"}
    assert {service["build"] for service in ours.values()} == {"."}


def test_postgresql_is_18_and_sorts_as_the_embedded_one_does(services):
    database = services["db"]
    assert re.fullmatch(r"postgres:18(\.\d+)?(-\w+)?", database["image"])
    assert database["environment"]["POSTGRES_INITDB_ARGS"] == "--encoding=UTF8 --locale=C.UTF-8"
    assert "db:/var/lib/postgresql" in database["volumes"]


def test_the_broker_is_valkey(services):
    assert services["broker"]["image"].startswith("valkey/valkey:")


def test_worker_and_beat_are_the_same_celery(services):
    worker, beat = services["worker"]["command"], services["beat"]["command"]
    assert worker[:3] == ["celery", "--app=trustai.celery", "worker"]
    assert {"--without-mingle", "--without-gossip"} <= set(worker)
    assert beat[:3] == ["celery", "--app=trustai.celery", "beat"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_migrations_are_done(services, name):
    assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"]["db"] == {"condition": "service_healthy"}


def test_every_setting_in_it_is_one_that_trustai_knows():
    assert len(KNOWN) >= 12
    assert set(re.findall(r"\bTRUSTAI_[A-Z0-9_]+", TEXT)) - KNOWN == set()


def test_every_setting_that_production_needs_is_handed_on(services):
    handed = set(services["web"]["environment"])
    needed = {"TRUSTAI_SECRET_KEY", "TRUSTAI_HOSTS", "TRUSTAI_SITE_URL", "TRUSTAI_MAIL_FROM", "TRUSTAI_SMTP_URL"}
    assert needed | {"DATABASE_URL", "CELERY_BROKER_URL"} <= handed
