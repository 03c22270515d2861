"""Who gets which page of schools and people, what the pages say, and in how many queries."""

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from schools.models import PLACE_ROLES, Membership, Place, PlaceKind, Role, School, SchoolStatus
from schools.urls import urlpatterns
from tests import make
from tools_registry.models import ListEdition
from trustai.accounts.models import User
from trustai.audit.models import Event

pytestmark = pytest.mark.django_db
EVERY_ROLE = set(Role)
RUN = {Role.HEAD, Role.TRUST_LEAD, Role.ADMIN}
WIDE = EVERY_ROLE - PLACE_ROLES
SETTLE = {Role.TRUST_LEAD, Role.ADMIN}
PEOPLE = {Role.HEAD, Role.ADMIN}


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(make.NOW):
        yield


@pytest.fixture
def place():
    """A school with a role somebody else holds, reported to have left."""
    return make.place(make.trust("Oak Trust"), "Ash School", leaving_reported_at=make.NOW)


def person_as(role, place):
    return make.member(place if role in PLACE_ROLES else place.trust, role)


# Every address: (how, in sight of, open to). Who sees it without the role gets 403, who does not see it 404.

TABLE = {
    "list": ("get", EVERY_ROLE, EVERY_ROLE),
    "sheet": ("get", EVERY_ROLE, EVERY_ROLE),
    "place": ("get", EVERY_ROLE, EVERY_ROLE),
    "year_groups": ("get", EVERY_ROLE, {Role.HEAD, Role.TRUST_LEAD}),
    "place_settings": ("get", EVERY_ROLE, RUN),
    "publish": ("post", EVERY_ROLE, RUN),
    "leaving": ("get", EVERY_ROLE, SETTLE),
    "keep": ("post", EVERY_ROLE, SETTLE),
    "office": ("get", WIDE, WIDE),
    "office_settings": ("get", WIDE, SETTLE),
    "people": ("get", EVERY_ROLE, PEOPLE),
    "people_sheet": ("get", EVERY_ROLE, PEOPLE),
    "give_role": ("get", EVERY_ROLE, PEOPLE),
    "role": ("get", EVERY_ROLE, PEOPLE),
    "end_role": ("post", EVERY_ROLE, PEOPLE),
    "trust_settings": ("get", EVERY_ROLE, WIDE),
    "delegation": ("get", EVERY_ROLE, {Role.DPO}),
    "switch_place": ("post", EVERY_ROLE, EVERY_ROLE),
}


def address(name, place, held):
    arguments = {"sheet": ["csv"], "people_sheet": ["csv"], "role": [held.public_id], "end_role": [held.public_id]}
    of_place = {"place", "year_groups", "place_settings", "publish", "leaving", "keep"}
    return reverse(f"schools:{name}", args=[place.urn] if name in of_place else arguments.get(name, []))


def ask(client, name, place, held):
    posted = {"revision": 1, "place": place.public_id}
    method = TABLE[name][0]
    # An open list is closed: that is never refused for what the school is.
    posted |= {"unpublish": "1"} if name == "publish" else {}
    return getattr(client, method)(address(name, place, held), posted if method == "post" else {})


def test_no_address_is_missing_from_the_table():
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


@pytest.mark.parametrize("name", list(TABLE))
def test_each_role_gets_its_pages_and_the_sentence_on_others(client, place, name):
    _, in_sight, opened = TABLE[name]
    for role in Role:
        Place.objects.filter(pk=place.pk).update(is_published=True, leaving_reported_at=make.NOW, revision=1)
        held = make.membership(place, Role.STAFF)
        client.force_login(person_as(role, place))
        answer = ask(client, name, place, held)
        if role in opened:
            assert answer.status_code in {200, 302}, (role, answer.status_code)
        else:
            assert answer.status_code == (403 if role in in_sight else 404), role
        if role in in_sight - opened:
            assert any(word in answer.text for word in ("Only", "looks after")), role


@pytest.mark.parametrize("name", [name for name in TABLE if name not in {"list", "sheet", "people", "people_sheet"}])
def test_another_trusts_people_get_404_or_their_own(client, place, name):
    stranger = make.member(make.trust("Elm Trust"), Role.ADMIN)
    make.member(stranger.memberships.get().trust, Role.DPO, who=stranger)
    client.force_login(stranger)
    answer = ask(client, name, place, make.membership(place, Role.STAFF))
    if name in {"office", "office_settings", "trust_settings", "delegation", "give_role"}:
        assert answer.status_code == 200
        assert "Oak Trust" not in answer.text
        assert "Ash School" not in answer.text
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize("name", list(TABLE))
def test_the_signed_out_are_sent_to_sign_in(client, place, name):
    answer = ask(client, name, place, make.membership(place, Role.STAFF))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_somebody_without_any_role_sees_an_empty_list_and_nothing_else(client, place):
    client.force_login(make.person())
    answer = client.get(reverse("schools:list"))
    assert "No school yet" in answer.text
    assert client.get(reverse("schools:trust_settings")).status_code == 404
    assert client.get(reverse("schools:place", args=[place.urn])).status_code == 404


@pytest.mark.parametrize("urn", ["999999", "abc", "-"])
def test_an_unknown_urn_is_404(client, place, urn):
    client.force_login(person_as(Role.ADMIN, place))
    assert client.get(f"/schools/{urn}/").status_code == 404


# The list


def names_in(answer):
    return [row.name for row in answer.context["page"].shown]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ash Infants", "Birch High", "Cedar Junior"]),
        ("q=junior", ["Cedar Junior"]),
        ("q=ASH+inf", ["Ash Infants"]),
        ("q=guildford", ["Birch High"]),
        ("q=gu1", ["Birch High"]),
        ("listed=yes", ["Birch High"]),
        ("listed=no", ["Ash Infants", "Cedar Junior"]),
        ("todo=years", ["Cedar Junior"]),
        ("todo=leaving", ["Ash Infants"]),
        ("status=closed", []),
        ("sort=-name", ["Cedar Junior", "Birch High", "Ash Infants"]),
        ("sort=nonsense", ["Ash Infants", "Birch High", "Cedar Junior"]),
        ("status=nonsense", ["Ash Infants", "Birch High", "Cedar Junior"]),
        ("page=99", ["Ash Infants", "Birch High", "Cedar Junior"]),
        ("page=x", ["Ash Infants", "Birch High", "Cedar Junior"]),
        ("q=zzz", []),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(client, query, found):
    trust = make.trust()
    make.place(trust, "Ash Infants", ages=(4, 7), leaving_reported_at=make.NOW)
    birch = make.place(trust, "Birch High", published=True)
    make.place(trust, "Cedar Junior", confirmed=False)
    make.place(name="Elsewhere")
    School.objects.filter(pk=birch.school_id).update(town="Guildford", postcode="GU1 1XX")
    client.force_login(make.member(trust, Role.TRUSTEE))

    assert names_in(client.get(f"/schools/?{query}")) == found


def test_a_search_by_urn(client, place):
    client.force_login(person_as(Role.DPO, place))
    assert names_in(client.get("/schools/", {"q": place.urn})) == ["Ash School"]


def test_all_of_the_dfes_file_can_be_listed_and_holds_no_school_page_of_another_trust(client, place):
    make.school(None, "Birch Community School")
    make.school(None, "Cedar Closed School", status=SchoolStatus.CLOSED)
    make.place(make.trust("Elm Trust"), "Dogwood Academy", published=True)
    client.force_login(person_as(Role.HEAD, place))

    answer = client.get("/schools/?scope=england")
    assert names_in(answer) == ["Ash School", "Birch Community School", "Dogwood Academy"]
    assert [bool(row.url) for row in answer.context["page"].shown] == [True, False, False]
    assert "In no academy trust" in answer.text
    assert names_in(client.get("/schools/?scope=england&status=closed")) == ["Cedar Closed School"]


def test_pages_of_25(client):
    trust = make.trust()
    for _ in range(26):
        make.place(trust)
    client.force_login(make.member(trust, Role.DPO))
    answer = client.get("/schools/")
    assert (len(names_in(answer)), "26 schools" in answer.text) == (25, True)
    assert len(names_in(client.get("/schools/?page=2"))) == 1


def test_a_filter_that_finds_nothing_says_which_to_take_off(client, place):
    client.force_login(person_as(Role.ADMIN, place))
    answer = client.get("/schools/?q=zzz&listed=yes&sort=-name")
    assert "No school fits" in answer.text
    assert [chosen["text"] for chosen in answer.context["chosen"]] == [
        "School, URN, town or postcode: zzz",
        "Public list: Published",
    ]
    assert answer.context["chosen"][0]["url"] == "?listed=yes&sort=-name"


def test_the_list_goes_out_as_csv_and_xlsx_without_formulas(client, place):
    Place.objects.filter(pk=place.pk).update(name="=HYPERLINK(1)")
    client.force_login(person_as(Role.ADMIN, place))

    answer = client.get(reverse("schools:sheet", args=["csv"]), {"q": place.urn})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["URN", "School", "Town"]
    assert rows[1][:2] == [place.urn, "'=HYPERLINK(1)"]
    assert answer["Content-Disposition"] == 'attachment; filename="schools.csv"'

    answer = client.get(reverse("schools:sheet", args=["xlsx"]))
    assert answer.content.startswith(b"PK")
    assert client.get(reverse("schools:sheet", args=["pdf"])).status_code == 404


# A place


def test_the_page_says_what_is_known_and_who_to_ask_and_no_other_name(client, place):
    head = make.member(place, Role.HEAD, who=make.person("Hana Head"))
    make.member(place, Role.STAFF, who=make.person("Sam Staff"))
    make.member(make.place(), Role.HEAD, who=make.person("Otto Other"))
    client.force_login(head)

    text = client.get(f"/schools/{place.urn}/").text
    assert "Years 7 to 13" in text
    assert "Hana Head" in text
    assert "1 more person" in text
    assert "Sam Staff" not in text
    assert "Otto Other" not in text
    assert f"/schools/{place.urn}/tools/" in text


def test_the_office_shows_the_people_of_the_whole_trust(client, place):
    dpo = make.member(place.trust, Role.DPO, who=make.person("Dina Dpo"))
    client.force_login(dpo)
    text = client.get("/office/").text
    assert "Dina Dpo" in text
    assert "Year groups" not in text


def test_confirming_year_groups_begins_with_what_the_file_suggests(client):
    place = make.place(name="Ash", ages=(4, 7), confirmed=False)
    client.force_login(make.member(place, Role.HEAD))
    url = reverse("schools:year_groups", args=[place.urn])

    form = client.get(url).context["form"]
    assert form["groups"].initial == ["R", "1", "2"]

    answer = client.post(url, {"groups": ["R", "1"], "with_1": "R", "shows_ages": "on", "revision": place.revision})
    assert answer.url == f"/schools/{place.urn}/"
    place.refresh_from_db()
    assert (place.year_groups, place.youngest_in_mixed_class, place.shows_ages) == ([0, 1], {"1": 0}, True)
    text = client.get(answer.url).text
    assert "Ages 4 and 5" in text
    assert "Age 5 sits with Age 4" in text


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({}, "Choose at least one year group"),
        ({"groups": ["1", "2"], "with_1": "R"}, "Tick Reception above, or choose a year the school has"),
        ({"groups": ["15"]}, "Choose one of the answers shown"),
    ],
)
def test_year_groups_that_cannot_be_are_said_beside_the_field(client, posted, said):
    place = make.place(ages=(4, 7), confirmed=False)
    client.force_login(make.member(place, Role.HEAD))
    answer = client.post(reverse("schools:year_groups", args=[place.urn]), {**posted, "revision": 1})
    assert answer.status_code == 200
    assert answer.text.count(said) == 2
    assert not Event.objects.exists()


def test_a_stale_form_is_a_409_that_keeps_what_was_typed_and_can_be_sent_again(client, place):
    client.force_login(person_as(Role.HEAD, place))
    Place.objects.filter(pk=place.pk).update(revision=7)
    url = reverse("schools:place_settings", args=[place.urn])
    typed = {"role": "Head of computing", "mailbox": "ai@ash.example"}

    answer = client.post(url, {**typed, "revision": 6})
    assert answer.status_code == 409
    assert "changed while you were reading it" in answer.text
    assert "Head of computing" in answer.text
    assert 'name="revision" value="7"' in answer.text
    assert client.post(url, {**typed, "revision": 7}).status_code == 302


@pytest.mark.parametrize("revision", ["", "x", "-1", "²", None])
def test_a_button_without_the_right_revision_is_a_409(client, revision):
    place = make.place()
    client.force_login(make.member(place, Role.HEAD))
    url = reverse("schools:publish", args=[place.urn])
    answer = client.post(
        url, {} if revision is None else {"revision": revision}, headers={"referer": "/schools/1/?a=1"}
    )
    assert answer.status_code == 409
    assert 'href="/schools/1/?a=1"' in answer.text


def test_publishing_and_stopping_and_doing_it_twice(client):
    place = make.place()
    client.force_login(make.member(place, Role.HEAD))
    url = reverse("schools:publish", args=[place.urn])
    here = reverse("schools:place", args=[place.urn])

    assert "is published: everybody can read it" in client.post(url, {"revision": 1}, follow=True).text
    again = client.post(url, {"revision": 1}, headers={"referer": f"http://testserver{here}"}, follow=True)
    assert "The list is published already." in again.text
    stopped = client.post(url, {"unpublish": "1", "revision": 2}, follow=True)
    assert "is not published any longer" in stopped.text
    assert Event.objects.count() == 2


def test_a_school_that_left_is_confirmed_on_its_page(client, place):
    client.force_login(person_as(Role.ADMIN, place))
    assert "no longer has this school in the trust" in client.get(f"/schools/{place.urn}/").text

    url = reverse("schools:leaving", args=[place.urn])
    answer = client.post(url, {"left_on": "25 11 2026", "revision": 1})
    assert "cannot be after today" in answer.text
    answer = client.post(url, {"left_on": "24 11 2026", "revision": 1}, follow=True)
    assert "Its records stay with this trust" in answer.text
    answer = client.get(f"/schools/{place.urn}/")
    assert "What was decided here stays as it was" in answer.text
    assert client.post(reverse("schools:publish", args=[place.urn]), {"revision": 2}).status_code == 403


def test_a_school_that_has_not_left_is_kept(client, place):
    client.force_login(person_as(Role.TRUST_LEAD, place))
    answer = client.post(reverse("schools:keep", args=[place.urn]), {"revision": 1}, follow=True)
    assert "stays in the trust" in answer.text
    place.refresh_from_db()
    assert place.leaving_reported_at is None


def test_a_school_in_two_trusts_of_one_person_shows_the_current_one(client, place):
    """A DPO serves both the old trust and the new."""
    Place.objects.filter(pk=place.pk).update(left_on=make.TODAY)
    new = make.place(make.trust("Elm Trust"))
    Place.objects.filter(pk=new.pk).update(school=place.school_id, urn=place.urn, name=place.name)
    dpo = make.member(place.trust, Role.DPO)
    make.member(new.trust, Role.DPO, who=dpo)
    client.force_login(dpo)
    assert client.get(f"/schools/{place.urn}/").context["page"].place == new


# Looking from another place


def test_the_place_one_looks_from_is_chosen_and_kept(client, place):
    other = make.place(place.trust, "Beech School")
    client.force_login(make.member(place.trust, Role.NETWORK))
    answer = client.post(
        "/switch-place/", {"place": other.public_id}, headers={"referer": f"/schools/{place.urn}/tools/"}
    )
    assert answer.url == f"/schools/{other.urn}/tools/"
    assert "Beech School" in client.get("/schools/").text.split("<main")[0]


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [
        ("/look-up/?q=a", "/look-up/?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/schools/123456/", "OFFICE"),
        ("/schools/123456/tools/7/?a=1", "OFFICEtools/7/"),
        ("/schools/123456/settings/", "/schools/123456/settings/"),
    ],
)
def test_one_goes_back_to_a_page_of_this_site_only(client, place, came_from, goes_to):
    client.force_login(make.member(place.trust, Role.NETWORK))
    answer = client.post("/switch-place/", {"place": make.office(place.trust).public_id, "next": came_from})
    assert answer.url == goes_to.replace("OFFICE", "/office/")


@pytest.mark.parametrize("wanted", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_place_out_of_sight_cannot_be_looked_from(client, place, wanted):
    client.force_login(make.member(place, Role.HEAD))
    for public_id in (wanted, make.place().public_id):
        assert client.post("/switch-place/", {"place": public_id}).status_code == 404
    assert "place" not in client.session


# People


def test_a_head_sees_the_roles_at_their_school_and_no_others(client, place):
    head = make.member(place, Role.HEAD, who=make.person("Hana Head"))
    make.member(place, Role.STAFF, who=make.person("Sam Staff"))
    make.member(place.trust, Role.DPO, who=make.person("Dina Dpo"))
    make.member(make.place(place.trust), Role.STAFF, who=make.person("Olga Other"))
    client.force_login(head)

    text = client.get("/people/").text
    assert ("Hana Head" in text, "Sam Staff" in text) == (True, True)
    assert ("Dina Dpo" in text, "Olga Other" in text) == (False, False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Amy Admin", "Bea Staff", "Cy Head"]),
        ("q=bea", ["Bea Staff"]),
        ("q=CY@", ["Cy Head"]),
        ("role=head", ["Cy Head"]),
        ("where=trust", ["Amy Admin"]),
        ("where=PLACE", ["Bea Staff", "Cy Head"]),
        ("where=nonsense", ["Amy Admin", "Bea Staff", "Cy Head"]),
        ("state=ended", ["Di Gone"]),
        ("state=coming", ["Ed Soon"]),
        ("state=all", ["Amy Admin", "Bea Staff", "Cy Head", "Di Gone", "Ed Soon"]),
        ("sort=-name", ["Cy Head", "Bea Staff", "Amy Admin"]),
    ],
)
def test_people_are_searched_filtered_and_sorted(client, place, query, found):
    admin = make.member(place.trust, Role.ADMIN, who=make.person("Amy Admin"))
    make.membership(place, Role.STAFF, who=make.person("Bea Staff"))
    make.membership(place, Role.HEAD, who=make.person("Cy Head", "cy@ash.example"))
    make.membership(place, Role.STAFF, who=make.person("Di Gone"), ends_on=make.TODAY)
    make.membership(place, Role.STAFF, who=make.person("Ed Soon"), starts_on=make.TODAY.replace(day=30))
    client.force_login(admin)
    answer = client.get(f"/people/?{query.replace('PLACE', str(place.public_id))}")
    assert names_in(answer) == found


def test_people_go_out_as_a_sheet(client, place):
    admin = make.member(place.trust, Role.ADMIN)
    make.membership(place, Role.STAFF, who=make.person("Bea", "bea@ash.example"), ends_on=make.TODAY.replace(year=2027))
    client.force_login(admin)
    answer = client.get(reverse("schools:people_sheet", args=["csv"]), {"q": "bea@"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1] == ["Bea", "bea@ash.example", "Staff", "Ash School", "2020-09-01", "2027-11-23", "Has a last day"]


GIVEN = {
    "email": "nell@ash.example",
    "name": "Nell New",
    "role": "dsl",
    "starts_on": "24 11 2026",
    "ends_on": "31 8 2027",
}


def test_a_role_is_given_with_the_last_day_that_was_typed(client, place):
    client.force_login(make.member(place.trust, Role.ADMIN))
    answer = client.post("/people/add/", {**GIVEN, "where": place.public_id}, follow=True)

    assert "Nell New has the role Designated safeguarding lead" in answer.text
    held = Membership.objects.get(person__email="nell@ash.example")
    assert (held.place, str(held.ends_on)) == (place, "2027-09-01")
    assert "31 Aug 2027" in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "nell"}, "Type an e-mail address like name@school.example"),
        ({"role": ""}, "Choose a role"),
        ({"where": ""}, "Choose where the role is held"),
        ({"role": "dpo"}, "a role in the whole trust, not at one place"),
        ({"starts_on": "1 1 2026"}, "a role does not count backwards"),
        ({"starts_on": "31 2 2027"}, "Type a day like 31 8 2027"),
        ({"ends_on": "1 1 2026"}, "The last day cannot be before the first day"),
    ],
)
def test_what_cannot_be_given_is_said_and_what_was_typed_stays(client, place, wrong, said):
    client.force_login(make.member(place.trust, Role.ADMIN))
    answer = client.post("/people/add/", {**GIVEN, "where": place.public_id, **wrong})
    assert answer.status_code == 200
    assert said in answer.text
    assert "Nell New" in answer.text
    assert not User.objects.filter(name="Nell New").exists()


def test_a_head_is_offered_their_school_and_its_roles_only(client, place):
    make.place(place.trust, "Beech School")
    client.force_login(make.member(place, Role.HEAD))
    form = client.get("/people/add/").context["form"]
    assert [name for _, name in form.fields["where"].choices] == ["Ash School"]
    assert {key for key, _ in form.fields["role"].choices} == {"", *(role.value for role in PLACE_ROLES)}


def test_another_role_is_offered_with_the_person_filled_in_but_only_for_ones_own_people(client, place):
    client.force_login(make.member(place, Role.HEAD))
    own = make.membership(place, Role.STAFF, who=make.person("Sam Staff"))
    assert 'value="Sam Staff"' in client.get("/people/add/", {"again": own.public_id}).text
    other = make.membership(make.place(), Role.STAFF, who=make.person("Olga Other"))
    assert client.get("/people/add/", {"again": other.public_id}).status_code == 404
    assert client.get("/people/add/", {"again": "x"}).status_code == 200


def test_a_role_is_changed_and_ended_on_its_page(client, place):
    client.force_login(make.member(place.trust, Role.ADMIN))
    held = make.membership(place, Role.STAFF)
    url = reverse("schools:role", args=[held.public_id])

    answer = client.post(url, {"role": "staff", "ends_on": "31 8 2027", "revision": 1})
    assert answer.status_code == 302
    answer = client.post(url, {"role": "staff", "ends_on": "31 8 2028", "revision": 1})
    assert answer.status_code == 409
    answer = client.post(f"{url}end/", {"revision": 2}, follow=True)
    assert "no longer has the role Staff" in answer.text
    text = client.get(url).text
    assert "This role has ended" in text
    assert "End the role now" not in text
    assert client.post(url, {"role": "staff", "revision": 3}).status_code == 403


def test_ones_own_role_is_shown_but_closed(client, place):
    admin = make.membership(place.trust, Role.ADMIN)
    client.force_login(admin.person)
    url = reverse("schools:role", args=[admin.public_id])
    assert "You cannot give yourself a role or change your own" in client.get(url).text
    assert client.post(f"{url}end/", {"revision": 1}).status_code == 403


# The trust

SET = {
    "review_working_days": "15",
    "grace_school_days": "20",
    "review_months": "12",
    "entry_decider": "trust",
    "mailbox": "ai@oak.example",
    "policy_name": "AI policy",
    "policy_url": "oak.example/policy",
}


def test_settings_are_changed_by_who_may_and_shown_to_others(client, place):
    client.force_login(make.member(place.trust, Role.TRUST_LEAD))
    answer = client.post("/trust/settings/", {**SET, "revision": 1}, follow=True)
    assert "The trust&#x27;s settings are changed." in answer.text
    place.trust.refresh_from_db()
    assert (place.trust.review_working_days, place.trust.policy_url) == (15, "https://oak.example/policy")

    client.force_login(make.member(place.trust, Role.NETWORK))
    assert "15 working days for each team" in client.get("/trust/settings/").text
    assert client.post("/trust/settings/", {**SET, "revision": 2}).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"review_working_days": "0"}, "Type 1 or more"),
        ({"review_months": "many"}, "Type a number"),
        ({"policy_url": "javascript:alert(1)"}, "Type a web address"),
        ({"policy_url": "ftp://oak.example/"}, "Type a web address"),
        ({"entry_decider": "nobody"}, "Choose one of the answers shown"),
    ],
)
def test_settings_that_cannot_be_are_said(client, place, wrong, said):
    client.force_login(make.member(place.trust, Role.ADMIN))
    assert said in client.post("/trust/settings/", {**SET, **wrong, "revision": 1}).text
    assert not Event.objects.exists()


def test_the_dpo_delegates_and_takes_it_back(client, place):
    client.force_login(make.member(place.trust, Role.DPO))
    answer = client.post("/trust/delegation/", {"starts_on": "1 12 2026", "revision": 1}, follow=True)
    assert "may advise in the DPO's place from 1 December 2026" in answer.text
    assert "cannot be before today" in client.post("/trust/delegation/", {"starts_on": "1 1 2026", "revision": 2}).text
    answer = client.post("/trust/delegation/", {"end": "1", "revision": 2}, follow=True)
    assert "advises on every DPIA" in answer.text


# Queries: session, person, memberships, places; then the page


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("list", 2),
        ("place", 2),
        ("office", 1),
        ("year_groups", 1),
        ("place_settings", 1),
        ("leaving", 2),
        ("people", 3),
        ("give_role", 1),
        ("role", 2),
        ("trust_settings", 0),
    ],
)
@pytest.mark.parametrize("schools", [1, 40])
def test_pages_take_the_same_queries_in_a_small_trust_and_a_large(
    client, place, name, more, schools, django_assert_num_queries
):
    who = make.member(place.trust, Role.ADMIN)
    make.member(place.trust, Role.TRUST_LEAD, who=who)
    held = make.membership(place, Role.DSL)
    for _ in range(schools - 1):
        make.membership(make.place(place.trust), Role.HEAD, who=held.person)
        make.member(place, Role.STAFF)
    client.force_login(who)
    url = address(name, place, held)
    client.get(url)
    with django_assert_num_queries(4 + more):
        assert client.get(url).status_code == 200


def test_the_list_of_all_schools_takes_two_queries_more(client, place, django_assert_num_queries):
    for _ in range(30):
        make.school()
    client.force_login(person_as(Role.HEAD, place))
    with django_assert_num_queries(4 + 2):
        assert client.get("/schools/?scope=england").status_code == 200


def test_the_sheet_of_a_large_trust_takes_no_query_a_row(client, place, django_assert_num_queries):
    for _ in range(30):
        make.place(place.trust)
    client.force_login(make.member(place.trust, Role.DPO))
    with django_assert_num_queries(4 + 1):
        assert client.get(reverse("schools:sheet", args=["csv"])).status_code == 200
    assert Place.objects.filter(kind=PlaceKind.SCHOOL).count() == 31


class TestStopPublishing:
    @pytest.mark.parametrize("role", [Role.HEAD, Role.ADMIN])
    def test_it_asks_first_and_says_what_becomes_of_what_is_printed(self, client, role):
        place = make.place(published=True)
        client.force_login(person_as(role, place))
        address = reverse("schools:publish", args=[place.urn])
        page = client.get(reverse("schools:place", args=[place.urn])).text
        assert f'<a class="btn btn-stop" href="{address}">Stop publishing the list</a>' in page
        assert 'name="unpublish"' not in page
        asked = client.get(address).text
        assert "no link and no printed QR code leads to the list any longer" in asked
        assert client.get(f"/s/{place.urn}/").status_code == 200
        client.post(address, {"unpublish": "1", "revision": place.revision})
        assert client.get(f"/s/{place.urn}/").status_code == 404

    def test_what_a_printed_code_then_says(self, client):
        place = make.place(published=True)
        client.get(f"/s/{place.urn}/")
        code = ListEdition.objects.get(place=place).check_code
        Place.objects.filter(pk=place.pk).update(is_published=False)
        said = client.get(f"/check/{code}/").text
        assert "publishes none here any longer" in said
        assert "until you know, use none" in said

    def test_where_nothing_is_published_there_is_nothing_to_stop(self, client):
        place = make.place()
        client.force_login(person_as(Role.HEAD, place))
        page = client.get(reverse("schools:publish", args=[place.urn]), follow=True)
        assert "The list is not published." in page.text
