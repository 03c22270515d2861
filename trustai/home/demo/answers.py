"""What the demo's cases say, question by question: made up, and written as an AI lead might."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dpia import questions
from dpia.questions import Kind

if TYPE_CHECKING:
    from datetime import date

CHOSEN = {"flow.training": "off", "fair.basis": "public_task"}
SAID = {
    "what.aim": "Teachers spend hours on first drafts. {tool} makes them in minutes, and the time goes to pupils.",
    "what.use": "A teacher types what the lesson is about, reads what comes back, changes it to fit the class, and only then uses it. "
    "Nothing reaches a pupil or a parent that a person has not read, and the teacher may throw all of it away.",
    "what.functions": "Text only. Pictures, voice and links to other systems are switched off by the Network Team.",
    "what.effects": "Teachers gain time, pupils get more versions of a text. Nobody is judged by it.",
    "what.context": "It is new to our schools. Staff worried about wrong facts, parents about what happens to names.",
    "data.kinds": "Topics, texts and plans that staff wrote. Where the agreement covers it: first names and marks of a class.",
    "data.source": "Staff type it. Nothing is taken from the management information system.",
    "data.amount": "About 80 staff, a few times a week; of pupils, at most a class list of 30 at a time.",
    "data.expect": "Staff are employees and were told. Pupils and parents read of it in the privacy notice.",
    "flow.holder": "The supplier, as our processor, in the United Kingdom and the European Economic Area.",
    "flow.kept": "Prompts are kept 30 days. An account is closed within 5 school days of somebody leaving, and what it held is deleted 30 days later.",
    "flow.others": "Two companies host it. We are told 30 days before one is added, and may say no.",
    "flow.contract": "Instructions: clause 3. Security: 5. Other companies: 6. Giving back and deleting: 9. Leaks within 48 hours: 7.",
    "flow.security": "Sign-in by the school account with a second factor. Logs go to the Network Team. No link to other systems.",
    "fair.basis_why": "Teaching is our public task. No sensitive data goes in.",
    "fair.necessary": "We looked at shared plans without AI: they do not fit a class. This takes no more than the teacher types.",
    "fair.limits": "The purposes are named here and on the list; staff are briefed each September.",
    "fair.decisions": "It decides nothing. Marks, sanctions and support stay with a person.",
    "fair.accuracy": "It is sometimes wrong with dates and quotations. Staff check; errors are reported to the AI lead each half term.",
    "fair.rights": "The privacy notice says so. Prompts are our records and are searched when somebody asks for their data.",
    "people.inside": "Department leads in October, the staff forum in November. They asked for a list of what may go in.",
    "people.outside": "The supplier answered our 20 questions; the Network Team's contractor looked at the sign-in.",
    "children.interests": "Pupils who read less well get the same text in simpler words. Without it they would wait for a teacher.",
    "children.age": "Only the year groups named here, in class, with a teacher in the room.",
    "children.harm": "Wrong or unkind text. Filters are on, prompts are logged, alerts go to the DSL the same day.",
    "children.learning": "It asks back before it answers. Teachers set the task so that the thinking stays with the pupil.",
    "children.worried": "They tell the teacher or use the worry box; the DSL answers the same day.",
}
DONE_NOTES = {
    "before.notices": "The notices for staff and pupils name it.",
    "before.views": "Staff forum and pupil council: both in favour, both asked for a clear list.",
    "before.filtering": "Looked at by the Network Team and the DSL.",
    "before.principles": "Each of the five is answered in the attached note of the AI lead.",
    "before.equity": "Works with a screen reader. Unsuitable for pupils who cannot read yet; they get the picture version.",
}


def answers_for(tool: str, *, dpia: bool, children: bool, sign_up: str, done_on: date) -> dict[str, Any]:
    """A value for every question that has to be answered."""
    return {
        question.key: _value(question, tool=tool, sign_up=sign_up, done_on=done_on)
        for question in questions.QUESTIONS.values()
        if question.is_required(dpia=dpia, children=children)
    }


def _value(question: questions.Question, *, tool: str, sign_up: str, done_on: date) -> Any:
    if question.key == questions.SIGN_UP:
        return sign_up
    if question.kind == Kind.DONE:
        return {"state": "yes", "on": done_on.isoformat(), "note": DONE_NOTES[question.key]}
    if question.kind == Kind.CHOICE:
        return CHOSEN[question.key]
    return SAID[question.key].format(tool=tool)
