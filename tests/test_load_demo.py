"""Where the demo is not loaded."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.django_db
def test_the_demo_wants_the_catalogue_first():
    with pytest.raises(CommandError, match="Load the catalogue first"):
        call_command("load_demo", verbosity=0)


@pytest.mark.django_db
def test_the_demo_is_never_loaded_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not loaded in production"):
        call_command("load_demo", verbosity=0)
