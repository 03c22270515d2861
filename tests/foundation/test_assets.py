"""Stylesheets, fonts and scripts: all ours to serve, and every file they name is there."""

import re

import pytest
from django.core.management import call_command

from trustai import assets


def test_collecting_for_production_finds_every_file_that_a_stylesheet_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
    assert list(tmp_path.glob("vendor/bootstrap/bootstrap.min.*.css.gz"))


def test_no_stylesheet_asks_another_host():
    for sheet in (assets.ROOT / "static").rglob("*.css"):
        assert not re.findall(r"""(?:url\(|@import\s)["']?(?:https?:)?//""", sheet.read_text()), sheet


def test_a_file_that_npm_did_not_bring_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="npm ci --ignore-scripts"):
        assets.copy_vendor(modules=tmp_path, vendor=tmp_path / "vendor")
