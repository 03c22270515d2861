"""Why not, or not further: each sentence a teacher understands, with the clause it comes from (design §4, law 6). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from .purposes import Purpose
    from .words import Audience, DataClass, Subject

SECTION_3 = "Trust AI policy, section 3"
SECTION_4 = "Trust AI policy, section 4"
APPENDIX_1 = "Trust AI policy, appendix 1"
ALTERNATIVE = "A pupil without it gets an equal alternative."


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` for tests and events, `title` the question it answers, `text` the sentence, `clause` its source."""

    code: str
    title: str
    text: str
    clause: str


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def not_listed() -> Reason:
    return Reason(
        "not_listed",
        "Why not?",
        "It is not in your school's list, and staff may use only approved tools. Ask for it if you need it.",
        SECTION_3,
    )


def not_yet(progress: str) -> Reason:
    text = (
        "The Network Team and the Deputy Data Protection Officer are being consulted first."
        if progress == "under_review"
        else "Somebody has asked for it. It has to be looked at before anybody uses it."
    )
    return Reason("not_yet", "Why not yet?", text, SECTION_4)


def left_trust(on: date) -> Reason:
    return Reason(
        "left_trust",
        "Why not?",
        f"The school left the trust on {day(on)}, and the trust's approvals ended that day.",
        SECTION_4,
    )


def suspended(since: date, by_role: str) -> Reason:
    return Reason(
        "suspended",
        "Why is it suspended?",
        f"It was suspended on {day(since)} by the {by_role}. Stop using it until you are told otherwise.",
        SECTION_3,
    )


def declined() -> Reason:
    return Reason("declined", "Why not?", "Your school has looked at it and decided against it.", SECTION_3)


def withdrawn() -> Reason:
    return Reason(
        "withdrawn", "Why not?", "It is no longer approved. What was put in is to be deleted from it.", SECTION_3
    )


def no_clearance() -> Reason:
    return Reason(
        "no_clearance",
        "Why not?",
        "The trust's clearance for it has ended or been withdrawn, so nothing is allowed.",
        SECTION_4,
    )


def expired(on: date) -> Reason:
    return Reason(
        "expired",
        "Why not?",
        f"It was due to be looked at again by {day(on)}, and the time after that has run out.",
        SECTION_3,
    )


def not_offered(audience: Audience) -> Reason:
    return Reason(
        f"not_offered_{audience}",
        f"Why not {audience.label.lower()}?",
        f"Your school has not opened it to {audience.label.lower()}.",
        SECTION_3,
    )


def not_cleared(audience: Audience, reference: str) -> Reason:
    return Reason(
        f"not_cleared_{audience}",
        f"Why not {audience.label.lower()}?",
        f"The trust's clearance {reference} does not include {audience.label.lower()}.",
        SECTION_4,
    )


def clearance_stops(audience: Audience, reference: str, left_out: Sequence[str]) -> Reason:
    """What the place decided and the clearance it stands on now does not allow."""
    return Reason(
        f"clearance_stops_{audience}",
        "Why not all that your school decided?",
        f"For {audience.label.lower()} the trust's clearance {reference} leaves out: {'; '.join(left_out)}.",
        SECTION_4,
    )


def no_purpose(audience: Audience) -> Reason:
    return Reason(
        f"no_purpose_{audience}",
        f"Why not {audience.label.lower()}?",
        f"Nothing is named that {audience.label.lower()} may use it for.",
        SECTION_3,
    )


def condition_first(words: str) -> Reason:
    return Reason(
        "condition_first",
        "What has to be done first?",
        f"To be done before anybody uses it: {words.rstrip('.')}.",
        SECTION_4,
    )


def condition_late(words: str, due_on: date) -> Reason:
    return Reason(
        "condition_late", "What is late?", f"This was to be done by {day(due_on)}: {words.rstrip('.')}.", SECTION_4
    )


def age_unknown() -> Reason:
    return Reason(
        "age_unknown",
        "Why not pupils?",
        "How old users must be is not known for certain, so no pupil may use it until somebody has read the terms.",
        SECTION_4,
    )


def years_unconfirmed() -> Reason:
    return Reason(
        "years_unconfirmed",
        "Why not pupils?",
        "The headteacher has not yet confirmed which year groups the school has.",
        SECTION_4,
    )


def too_young(limit: int) -> Reason:
    return Reason(
        "too_young",
        "Why not our pupils?",
        f"The supplier's terms say users must be {limit}, and ours are younger.",
        SECTION_4,
    )


def years_too_young(names: str, limit: int) -> Reason:
    return Reason(
        "years_too_young",
        f"Why not {names}?",
        f"The supplier's terms say users must be {limit}, and pupils there are younger.",
        f"Supplier's terms; {SECTION_4}",
    )


def mixed_year(name: str, limit: int) -> Reason:
    return Reason(
        "mixed_year",
        f"Why not {name}?",
        f"Users must be {limit}. In September some pupils there are younger and turn {limit} at different times, "
        "so the whole year waits.",
        f"Supplier's terms; {SECTION_4}",
    )


def parents(limit: int | None, keeper: str, *, collected: bool) -> Reason:
    who = f"Pupils under {limit} may use it only when a parent has agreed"
    rest = (
        f"; {keeper} keeps the record."
        if collected
        else f", and that has not been collected for this school year. The record would be with {keeper}."
    )
    return Reason(
        "parents", "What about parents' agreement?", f"{who}{rest} {ALTERNATIVE}", f"Supplier's terms; {SECTION_4}"
    )


def terms_changed() -> Reason:
    return Reason(
        "terms_changed",
        "What changed?",
        "Its terms or the way it handles data have changed. Until the Deputy Data Protection Officer has looked, "
        "pupils and personal data are off.",
        SECTION_4,
    )


def feature_off(feature: str) -> Reason:
    return Reason(
        "feature_off",
        f"What about {feature}?",
        f"{feature} is new and has not been through the teams. Leave it off.",
        SECTION_4,
    )


def no_agreement() -> Reason:
    return Reason(
        "no_agreement",
        "Why no personal data?",
        "The trust has no data-sharing agreement in force that covers it. No school can change that.",
        SECTION_4,
    )


def agreement_stops(whose: tuple[tuple[Subject, DataClass], ...]) -> Reason:
    covered = "; ".join(f"{subject.label.lower()}: {most.label.lower()}" for subject, most in whose)
    return Reason("agreement_stops", "Why not more?", f"The trust's agreement covers only this: {covered}.", SECTION_4)


def visitors_have_no_account() -> Reason:
    return Reason(
        "visitors_no_account",
        "Why not visitors?",
        "It needs an account, and visitors have no school account.",
        SECTION_4,
    )


def no_personal_accounts() -> Reason:
    return Reason(
        "no_personal_accounts",
        "Why not pupils?",
        "Pupils may never use their own personal accounts for school work, and it has no school account.",
        SECTION_4,
    )


def pupil_accounts_need_agreement() -> Reason:
    return Reason(
        "pupil_accounts",
        "Why not pupils?",
        "A pupil's account is personal data, and no agreement in force covers pupils' accounts.",
        SECTION_4,
    )


def staff_sign_up_not_cleared() -> Reason:
    return Reason(
        "staff_sign_up",
        "Why not, when no personal data goes in?",
        "Signing up gives the supplier a name and a work e-mail address, and the clearance does not allow that.",
        SECTION_4,
    )


def purpose_unknown(code: str) -> Reason:
    return Reason("purpose_unknown", "Why not that use?", f"“{code}” is not a use these people can have.", APPENDIX_1)


def purpose_closed(purpose: Purpose) -> Reason:
    return Reason(f"closed_{purpose.code}", f"Why not: {purpose.label.lower()}?", purpose.why, purpose.clause)


def purpose_needs_data(purpose: Purpose) -> Reason:
    return Reason(
        f"needs_data_{purpose.code}",
        f"Why not: {purpose.label.lower()}?",
        f"It cannot be done without {purpose.least.label.lower()}, which may not go in.",
        SECTION_4,
    )


def work_consent(keeper: str, *, collected: bool) -> Reason:
    """Policy, appendix 1: pupils' own work needs the pupil's and a parent's agreement."""
    rest = (
        f"; {keeper} keeps the record."
        if collected
        else f", and that has not been collected for this school year. The record would be with {keeper}."
    )
    return Reason(
        "work_consent",
        "What about pupils' own work?" if collected else "Why not pupils' work?",
        f"Pupils' own work goes in only when the pupil and a parent have agreed{rest} {ALTERNATIVE}",
        APPENDIX_1,
    )
