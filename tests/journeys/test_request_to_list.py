"""The main path: a teacher asks, six people do their part, and a line stands in the school's printed list."""

import io
import re

import pypdf
import pytest

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SECTIONS = (
    "What it is and why we want it",
    "Whose data, and what",
    "Where the data goes",
    "Is it needed, and is it fair?",
    "People we asked",
    "Children’s needs",
    "Before it is used",
)
YEARS = ("Year 7", "Year 8", "Year 9", "Year 10", "Year 11")


def test_from_a_teachers_request_to_a_line_in_the_printed_list(person, visitor, demo):
    """Tom asks for Eedi, Marcus writes the case, Dina, Yusuf and Ellen review it, Ruth signs and decides."""
    teacher = person("staff", viewport=PHONE)
    the_teacher_asks(teacher)
    lead = person("ailead")
    the_ai_lead_takes_it_forward(lead)
    deputy = person("deputydpo", dark=True)
    the_deputy_records_the_agreement(deputy)
    the_ai_lead_writes_the_case(lead)
    everybody_reviews(deputy, person("network"), person("dsl", viewport=PHONE))
    head = person("head", viewport=PHONE, dark=True)
    the_head_signs(head)
    the_head_decides(head)
    everybody_can_read_it(teacher, visitor(viewport=PHONE))


def the_teacher_asks(teacher):
    teacher.go("/look-up/?q=eedi")
    teacher.reads("Not approved here: do not use it.").check()
    teacher.follow("Ask for it")
    teacher.choose("Who is to use it?", "Staff", "Pupils").choose("Which year groups?", *YEARS)
    teacher.choose("What for?", "Quizzes and model answers", "Practice and revision")
    teacher.write("In your own words", "Diagnostic questions in maths, and what the class misunderstood.")
    teacher.choose("What is the most sensitive thing", "General topics only").choose(
        "How far are you?", "Not bought yet"
    )
    teacher.press("Ask for it")
    teacher.reads("Not yet: your request waits for an answer.").check()


def the_ai_lead_takes_it_forward(lead):
    lead.go("/")
    lead.follow("may we use Eedi")
    lead.reads("Diagnostic questions in maths").check()
    lead.follow("Begin an assessment")
    lead.reads("1 person has asked").check()
    lead.choose("Who is it for?", "One place, or several").choose("Which places?", "Oakfield Park School")
    lead.press("Start the case")
    lead.check()


def the_deputy_records_the_agreement(deputy):
    """A pupil's account is personal data, whatever is typed: without an agreement there is no pupil."""
    deputy.go("/catalogue/?q=eedi")
    deputy.follow(re.compile("^Eedi"))
    deputy.check()
    deputy.follow("Enter an agreement")
    deputy.write("Reference", "OST-DSA-2026-9").write("With whom?", "Eedi Ltd")
    deputy.write("First day", "1 11 2026").write("Last day", "31 8 2028")
    deputy.choose("What is the most sensitive data it covers?", "Personal data")
    deputy.choose("Whose data?", "Pupils", "Staff")
    deputy.page.get_by_label("It covers the data in their accounts").check()
    deputy.check()
    deputy.press("Enter the agreement")
    deputy.reads("OST-DSA-2026-9").check()


def the_ai_lead_writes_the_case(lead):
    """Who and what for is taken over from the request; the screening knows it, and says why a DPIA is needed."""
    lead.follow("Who is to use it")
    lead.reads("Staff", "Pupils").check()
    lead.follow("Go on to the screening")
    lead.check()
    lead.press("Save the screening")
    lead.reads("A DPIA is needed.").check()
    case = lead.page.url
    for section in SECTIONS:
        lead.page.goto(case)
        lead.follow(section)
        answer_everything(lead)
        lead.check()
        lead.press("Save, and go on")
    lead.page.goto(case)
    name_a_risk(lead)
    lead.check()
    lead.press("Send")
    lead.reads("Version 1 is with the teams.").check()


def answer_everything(lead):
    """Every question on the page: the first thing to pick, a day, a sentence."""
    form = lead.page.locator("main form").first
    for question in form.get_by_role("group").all():
        question.get_by_role("radio").first.check()
    for box in form.get_by_role("textbox").all():
        box.fill(
            "20 11 2026"
            if (box.get_attribute("name") or "").endswith("__on")
            else "Ten maths teachers try it for half a term."
        )


def name_a_risk(lead):
    """A high risk, and a measure that leaves a low one."""
    lead.follow("Risks and what we do about them")
    lead.follow("Add a risk")
    lead.write("What could happen, and to whom?", "A pupil is shown a wrong explanation and believes it.")
    lead.choose("How likely is it?", "Possible").choose("How much harm?", "Significant").choose(
        "So how grave", "Medium"
    )
    lead.pick("How likely is it after the measures?", "Remote").pick("How much harm after the measures?", "Significant")
    lead.pick("So how grave is what is left?", "Low").check()
    lead.press("Add the risk")
    lead.write("What is done about it?", "The teacher reads the answers of the class before the lesson.")
    lead.choose("What does that do to the risk?", "Reduced").pick("Who sees to it?", "AI lead")
    lead.press("Add the measure")
    lead.check()
    lead.follow(re.compile("^OST-2026-"))


def everybody_reviews(deputy, network, dsl):
    """In any order, at the same time; the Deputy's review is the DPO's advice as well, as the DPO has delegated."""
    for reviewer in (network, dsl, deputy):
        reviewer.go("/")
        reviewer.follow("Review: Eedi")
        reviewer.choose("Verdict", "Agree").write("What you found, in your words", "Read and agreed: the measures fit.")
        reviewer.check()
        reviewer.press("Give this verdict")
        reviewer.reads("Agrees").check()


def the_head_signs(head):
    head.go("/")
    head.follow("Sign off: Eedi")
    head.check()
    head.page.get_by_label("I approve the measures").check()
    head.page.get_by_label("I accept the risks that are left").check()
    head.choose("The Data Protection Officer’s advice", "I follow it").pick("Who keeps it under review?", "Deputy")
    head.press("Sign and issue the clearance")
    head.reads("Signed").check()


def the_head_decides(head):
    head.go("/")
    head.follow("may Oakfield Park School use Eedi")
    head.reads("To be decided").check()
    head.follow("Decide", exact=True)
    head.choose("Who may use it at Oakfield Park School?", "Pupils").check()
    head.choose("Which year groups may use it?", "Year 7", "Year 8")
    head.choose("What may pupils put in, at most?", "General topics only")
    head.choose("What may pupils use it for?", "Practice and revision")
    head.write("What did you consider about SEND", "It reads aloud; paper for whoever has no device.")
    head.press("Check your answers")
    head.reads("This is what staff will read").check()
    head.press("Approve for Oakfield Park School")
    head.page.locator(".wrong:focus").wait_for()
    head.check()
    head.page.get_by_label("I have read").check()
    head.press("Approve for Oakfield Park School")
    head.reads("Eedi (School account) is approved for Oakfield Park School.").check()


def everybody_can_read_it(teacher, parent):
    teacher.go("/look-up/?q=eedi")
    teacher.reads("Yes, for quizzes", "Years 7 and 8").check()
    parent.go("/s/900011/")
    parent.reads("Eedi", "Staff, and Years 7 and 8").check()
    printed = words_of(parent.page.request.get(f"{parent.server.url}/s/900011/approved-ai-tools.pdf").body())
    assert re.search(r"Eedi School account · Eedi \(UK\) .{0,80}Staff Quizzes and model answers", printed)
    assert "Review by 23 November 2027" in printed
    assert "New on the list: Eedi (School account), for staff and Years 7 and 8" in printed
    code = re.search("check code ([0-9A-Z]{5}-[0-9A-Z]{5})", printed)[1]
    parent.go(f"/check/{code}/")
    parent.reads("Yes, this list is still current.").check()


def words_of(paper):
    """The text of a PDF on one line."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages).split())
