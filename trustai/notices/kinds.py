"""What each notice says: a subject and one sentence. Nothing personal and nothing confidential; the link does the rest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`{about}` is a tool's or a case's name; `{due}` a date in words, only in kinds that have one."""

    subject: str
    sentence: str

    @property
    def needs_due(self) -> bool:
        return "{due}" in self.subject + self.sentence


KINDS: dict[str, Kind] = {
    "request.received": Kind(
        "Asked for: {about}", "A colleague has asked to use {about}. Look at the request and answer it."
    ),
    "request.answered": Kind("Your request: {about}", "Your request for {about} has been answered."),
    "request.taken_forward": Kind(
        "Your request: {about}", "Your request for {about} is being taken forward. The teams are asked next."
    ),
    "request.look_again": Kind(
        "Look again: {about}", "A colleague asks you to look again at the answer about {about}."
    ),
    "request.reopened": Kind(
        "Your request: {about}", "The case on {about} was given up, so your request waits for an answer again."
    ),
    "request.decided": Kind("Decided: {about}", "There is a decision on {about}, which you asked for."),
    "request.recommended_no": Kind(
        "Your AI lead said no: {about}",
        "Your AI lead has answered no to a request for {about}. You can see it and answer in their place.",
    ),
    "review.asked": Kind("Review: {about}", "A review of {about} waits for your team. It is due {due}."),
    "review.taken_over": Kind(
        "Taken over: {about}",
        "A colleague has taken over the review of {about} that you had taken. You need not do anything more.",
    ),
    "review.due": Kind("Review due: {about}", "A review of {about} is due {due}."),
    "review.given": Kind("A team has answered: {about}", "A team has given its verdict on {about}."),
    "assessment.changes_asked": Kind(
        "Changes asked for: {about}", "A team has asked for changes to the case on {about}. Nothing is lost."
    ),
    "assessment.advice_needed": Kind(
        "Advice: {about}", "The case on {about} needs the data protection officer's advice."
    ),
    "assessment.sign_off": Kind("Sign-off: {about}", "The case on {about} is ready to be signed."),
    "assessment.signed": Kind("Signed: {about}", "The case on {about} has been signed and a clearance issued."),
    "assessment.withdrawn": Kind("Withdrawn: {about}", "The case on {about} has been withdrawn."),
    "assessment.advised": Kind("Advice given: {about}", "The data protection officer has advised on {about}."),
    "assessment.commented": Kind("A comment: {about}", "Somebody has commented on the case on {about}."),
    "assessment.declined": Kind("Declined: {about}", "The case on {about} has been declined."),
    "assessment.overruled": Kind(
        "Overruled, with reasons: {about}",
        "Your team's objection to {about}, or your advice on it, was not followed. The reasons are on the case.",
    ),
    "clearance.issued": Kind(
        "Ready to decide: {about}", "The trust has cleared {about}. Decide what your school allows."
    ),
    "clearance.withdrawn": Kind(
        "Withdrawn: {about}", "The clearance for {about} has been withdrawn. Nothing is allowed any longer."
    ),
    "clearance.to_confirm": Kind(
        "An earlier consultation: {about}",
        "An earlier consultation on {about} has been entered. It waits for your confirmation or signature.",
    ),
    "entry.decided": Kind("Decided: {about}", "Your school has decided on {about}. Look it up before you use it."),
    "entry.withdrawn": Kind(
        "Withdrawn: {about}",
        "{about} is no longer approved. Stop using it and confirm that what was put in has been deleted.",
    ),
    "entry.suspended": Kind("Stop using: {about}", "{about} has been suspended. Stop using it now."),
    "entry.lifted": Kind(
        "Suspension lifted: {about}", "The suspension of {about} has been lifted. Look it up before you use it."
    ),
    "entry.lift_asked": Kind(
        "Agree to lift: {about}", "You are asked to agree that the suspension of {about} may be lifted."
    ),
    "entry.review_due": Kind("Review due: {about}", "The decision on {about} is due to be looked at again by {due}."),
    "tool.changed": Kind(
        "Needs attention: {about}", "Something about {about} has changed. See what it means for what you have decided."
    ),
    "tool.carry_on": Kind(
        "Carry on: {about}",
        "The Deputy Data Protection Officer has looked at a change in {about} and says that its use may carry on.",
    ),
    "fact.to_check": Kind(
        "Check a fact: {about}", "A fact about {about} that would allow more waits for a second person to check it."
    ),
    "fact.checked": Kind(
        "Checked: {about}", "The fact about {about} that you put forward has been checked and counts."
    ),
    "fact.turned_down": Kind(
        "Not taken: {about}", "The fact about {about} that you put forward was not taken. The stricter one stands."
    ),
    "agreement.ending": Kind(
        "Agreement ending: {about}",
        "The data-sharing agreement for {about} ends on {due}. Personal data must not go in after that day.",
    ),
    "agreement.withdrawn": Kind(
        "Agreement withdrawn: {about}",
        "The data-sharing agreement for {about} no longer covers anything. What it allowed is off from now: "
        "look the tool up before it is used again.",
    ),
    "agreement.changed": Kind(
        "Agreement changed: {about}",
        "The data-sharing agreement for {about} covers less than before. Look up what may still be put in.",
    ),
    "condition.reported": Kind(
        "Confirm a condition: {about}", "A condition on {about} is reported as met and waits for you to confirm it."
    ),
    "condition.asked": Kind(
        "Your agreement: {about}", "{about} is to be opened to pupils at your school. It waits for your agreement."
    ),
    "condition.confirmed": Kind("A condition is met: {about}", "A condition on {about} has been confirmed as met."),
    "condition.refused": Kind(
        "A condition is not met yet: {about}", "A condition on {about} is not confirmed. The reason is on its page."
    ),
    "condition.due": Kind("Condition due: {about}", "A condition on {about} is due {due}."),
    "condition.overdue": Kind(
        "Condition not met in time: {about}",
        "A condition on {about} was due {due} and is not confirmed as met. Until it is, less is allowed than before.",
    ),
    "person.added": Kind(
        "You have a role in TrustAI",
        "You have been given a role in TrustAI. Sign in with this address; if you have no password yet, ask for one there.",
    ),
    "school.left": Kind(
        "Has left the trust: {about}",
        "{about} is no longer in the trust's list at the Department for Education. Its list is unpublished until you confirm.",
    ),
    "school.leaves": Kind(
        "Has left the trust: {about}",
        "{about} is recorded as outside the trust from {due}. Nothing the trust has approved holds there from that day, "
        "and roles at the school end.",
    ),
    "trust.advice_delegated": Kind(
        "Advice is delegated",
        "The data protection officer has recorded that the Deputy may give advice in their place from {due}.",
    ),
    "trust.advice_taken_back": Kind(
        "Advice is no longer delegated",
        "The data protection officer has taken back the delegation: from now on they advise on every case themselves.",
    ),
}
