"""The pages on the way in and out, in our words."""

import re

import pytest
from django.core import mail

from schools.models import TRUST_ROLES, Role
from tests import make
from trustai.home import context

pytestmark = pytest.mark.django_db


def page(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_signing_in_leads_to_the_page_asked_for(client):
    who = make.person()
    answer = client.post(
        "/accounts/login/?next=/gallery/", {"login": who.email, "password": make.PASSWORD, "next": "/gallery/"}
    )
    assert answer.status_code == 302
    assert answer.url == "/gallery/"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Type your e-mail address"),
        ({"login": "nobody", "password": "x"}, "Type an e-mail address like name@school.example"),
        ({"login": "nobody@oakfield.example", "password": "x"}, "The e-mail address or the password is not right."),
    ],
)
def test_a_wrong_sign_in_says_what_to_do(client, typed, said):
    answer = client.post("/accounts/login/", typed)
    assert answer.status_code == 200
    assert said in page(answer)
    assert "Error: Sign in" in page(answer)


def test_a_password_is_never_shown_again(client):
    answer = client.post("/accounts/login/", {"login": "nobody@oakfield.example", "password": "secret-typed"})
    assert "secret-typed" not in answer.content.decode()


def test_demo_people_are_shown_only_in_the_demo(client, settings):
    settings.DEMO = False
    assert "oakfield.example" not in page(client.get("/accounts/login/"))
    settings.DEMO = True
    assert "governor @oakfield.example" in page(client.get("/accounts/login/"))


def test_a_forgotten_password(client):
    who = make.person()
    answer = client.post("/accounts/password/reset/", {"email": who.email}, follow=True)
    assert "Look in your e-mail" in page(answer)
    assert mail.outbox[0].subject == "Choose a new password"
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    assert "Choose a new password" in page(form)
    new = "four words not together"
    wrong = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": "something else"})
    assert wrong.status_code == 200
    done = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert "Your password is changed" in page(done)
    who.refresh_from_db()
    assert who.check_password(new)


def test_an_unknown_address_is_told_the_same(client):
    answer = client.post("/accounts/password/reset/", {"email": "nobody@oakfield.example"}, follow=True)
    assert "Look in your e-mail" in page(answer)


def test_an_old_link(client):
    assert "This link no longer works" in page(client.get("/accounts/password/reset/key/1-set-password/"))


def test_signed_in_pages(client):
    client.force_login(make.person())
    assert "Your password now" in page(client.get("/accounts/password/change/"))
    assert "Sign out?" in page(client.get("/accounts/logout/"))
    answer = client.get("/accounts/email/")
    assert "To change it, ask your trust administrator." in page(answer)


def test_nobody_gives_themselves_another_address(client):
    who = make.person()
    client.post("/accounts/login/", {"login": who.email, "password": make.PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "other@oakfield.example"})
    assert list(who.emailaddress_set.values_list("email", flat=True)) == [who.email]


def test_an_account_is_not_made_by_oneself(client):
    assert "Accounts are made by your school" in page(client.get("/accounts/signup/"))


# The band ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def addresses(monkeypatch):
    """Every page of the menu exists, whatever of it is built."""
    monkeypatch.setattr(context, "reverse", lambda name, args=(): f"/{name}/{''.join(args)}")
    monkeypatch.setattr("schools.models.reverse", lambda name, args=(): f"/{name}/{''.join(args)}")


@pytest.mark.parametrize(
    ("role", "menu"),
    [
        (Role.STAFF, ["Look up", "Approved list", "My requests"]),
        (Role.HEAD, ["Home", "Look up", "Our tools", "Assessments", "Requests", "Our school"]),
        (Role.AI_LEAD, ["Home", "Look up", "Our tools", "Assessments", "Requests", "Our school"]),
        (Role.DSL, ["Home", "Look up", "Our tools", "Assessments", "Requests", "Our school"]),
        (Role.GOVERNOR, ["Home", "Look up", "Our tools", "Assessments"]),
        (Role.NETWORK, ["Home", "Look up", "Tools", "Assessments", "Requests", "Schools"]),
        (Role.DPO, ["Home", "Look up", "Tools", "Assessments", "Requests", "Schools"]),
        (Role.TRUSTEE, ["Home", "Look up", "Tools", "Assessments", "Schools"]),
        (Role.ADMIN, ["Home", "Look up", "Tools", "Assessments", "Requests", "Schools", "People"]),
    ],
)
@pytest.mark.usefixtures("addresses")
def test_the_menu_by_role(rf, role, menu):
    place = make.place(name="Oakfield Park School")
    who = make.person("Ruth Adeyemi")
    make.membership(place.trust if role in TRUST_ROLES else place, role, who=who)
    request = rf.get("/")
    request.user, request.standing = who, make.standing(who)
    band = context.band_for(request)
    assert [link.label for link in band.places] == menu
    assert (band.person, band.role_words) == ("Ruth Adeyemi", role.label)


@pytest.mark.usefixtures("addresses")
def test_the_band_asks_the_database_nothing_more(rf, django_assert_num_queries):
    place = make.place()
    who = make.person()
    make.membership(place, Role.HEAD, who=who)
    request = rf.get("/")
    request.user, request.standing = who, make.standing(who)
    with django_assert_num_queries(0):
        band = context.band_for(request)
        assert (band.place_name, band.trust_name) == (place.name, place.trust.name)


def test_nobody_signed_in_has_an_empty_band(rf):
    assert context.band_for(rf.get("/")) == context.Band()


def test_pages_that_say_no_stand_alone(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page here" in page(answer)
