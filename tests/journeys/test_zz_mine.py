import pytest, re
from pathlib import Path
from .conftest import DESKTOP, PHONE
from .test_catalogue import pages, world
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
OUT = Path("/tmp/shots_cat"); OUT.mkdir(exist_ok=True)
@pytest.mark.parametrize("name,viewport", [("d", DESKTOP), ("p", PHONE)])
def test_shots(visitor, world, name, viewport):
    for role, paths in pages(world).items():
        person = visitor(viewport=viewport).sign_in(world.people[role].email)
        for n, path in enumerate(paths):
            person.go(path)
            slug = re.sub(r"[0-9a-f-]{36}", "X", path).strip("/").replace("/", "_").replace("?", "-")
            person.page.screenshot(path=OUT / f"{role}-{n:02}-{slug}-{name}.png", full_page=True)
