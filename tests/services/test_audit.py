from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from tests.make import NOW, person
from trustai.audit import actions, queries
from trustai.audit.models import Event, Sequence

TRUST, OTHER = 7, 8
SUBJECT = uuid4()


def record(kind="entry.decided", *, trust_id=TRUST, subject_id=SUBJECT, by=None, at=NOW, **more):
    with transaction.atomic():
        return actions.record(
            kind, trust_id=trust_id, subject_type="entry", subject_id=subject_id, by=by, at=at, **more
        )


def remove(*sequences, trust_id=TRUST):
    """What an intruder with the database's own rights might do."""
    with pgtrigger.ignore("audit.Event:audit_event_append_only"):
        Event.objects.filter(trust_id=trust_id, sequence__in=sequences).delete()


@pytest.mark.django_db
class TestRecording:
    def test_numbers_each_trust_from_one_without_a_gap(self):
        numbers = [record().sequence, record(trust_id=OTHER).sequence, record().sequence, record().sequence]
        assert numbers == [1, 1, 2, 3]
        assert dict(Sequence.objects.values_list("trust_id", "last")) == {TRUST: 3, OTHER: 1}

    def test_holds_ids_and_codes_and_no_name(self):
        who = person("Ruth Adeyemi")
        record(by=who, role="head", urn="100001", status="approved")
        event = Event.objects.get()
        assert (event.by, event.role, event.urn, event.detail) == (
            who.public_id,
            "head",
            "100001",
            {"status": "approved"},
        )
        assert "Ruth" not in str(Event.objects.values().get())
        assert who.email not in str(Event.objects.values().get())

    def test_a_change_that_is_rolled_back_gives_its_number_back(self):
        record()
        with transaction.atomic():
            record()
            transaction.set_rollback(True)
        assert record().sequence == 2

    @pytest.mark.parametrize("act", ["UPDATE audit_event SET kind = 'x'", "DELETE FROM audit_event"])
    def test_the_database_refuses_to_change_or_remove_an_event(self, act):
        record()
        with pytest.raises(DatabaseError, match="Cannot update or delete rows"), connection.cursor() as cursor:
            cursor.execute(act)

    @pytest.mark.parametrize(
        ("sequence", "name"), [(1, "audit_event_numbered_once"), (0, "audit_event_number_positive")]
    )
    def test_the_database_refuses_a_number_that_cannot_be(self, sequence, name):
        record()
        with pytest.raises(IntegrityError, match=name):
            Event.objects.create(
                trust_id=TRUST, sequence=sequence, kind="x", subject_type="x", subject_id=SUBJECT, at=NOW
            )


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_is_refused_outside_the_change_it_describes(self):
        with pytest.raises(transaction.TransactionManagementError, match="inside the change"):
            actions.record("x", trust_id=TRUST, subject_type="x", subject_id=SUBJECT, by=None, at=NOW)

    def test_many_writers_leave_no_gap_even_when_some_are_rolled_back(self):
        writers, rounds = 4, 5
        together = Barrier(writers, timeout=10)

        def write(writer):
            try:
                for n in range(rounds):
                    with transaction.atomic():
                        Event.objects.count()
                        together.wait()
                        record(writer=writer)
                        transaction.set_rollback(writer == n)
            finally:
                connection.close()

        with ThreadPoolExecutor(writers) as pool:
            list(pool.map(write, range(writers)))

        kept = writers * rounds - writers
        assert sorted(Event.objects.values_list("sequence", flat=True)) == list(range(1, kept + 1))
        assert queries.numberings() == (queries.Numbering(TRUST, kept, kept, None),)


@pytest.mark.django_db
class TestCheckingTheTrail:
    def check(self):
        with pytest.raises(CommandError) as wrong:
            call_command("check_audit")
        assert wrong.value.returncode == 1
        return str(wrong.value)

    def test_says_that_all_is_well(self, capsys):
        for trust_id in (TRUST, TRUST, OTHER):
            record(trust_id=trust_id)
        call_command("check_audit")
        assert "whole: 3 events in 2 trusts, every trigger in place" in capsys.readouterr().out

    def test_an_empty_trail_is_whole(self):
        call_command("check_audit")

    @pytest.mark.parametrize(
        ("gone", "first"), [([1], 1), ([3], 3), ([5], 5), ([4, 2], 2), ([4, 5], 4), ([1, 2, 3, 4, 5], 1)]
    )
    def test_names_the_first_event_that_is_missing(self, gone, first):
        for _ in range(5):
            record()
        remove(*gone)
        assert self.check() == f"The audit trail is not whole: trust 7: event {first} is missing."

    def test_names_every_trust_with_a_gap(self, capsys):
        for trust_id in (TRUST, TRUST, OTHER, OTHER):
            record(trust_id=trust_id)
        remove(1)
        remove(2, trust_id=OTHER)
        assert "trust 7: event 1 is missing" in self.check()
        assert capsys.readouterr().err.splitlines() == ["trust 7: event 1 is missing", "trust 8: event 2 is missing"]

    @pytest.mark.parametrize("tamper", [lambda rows: rows.update(last=1), lambda rows: rows.delete()])
    def test_notices_a_counter_that_was_turned_back(self, tamper):
        record()
        record()
        tamper(Sequence.objects.filter(trust_id=TRUST))
        assert "numbers were given out" in self.check()

    @pytest.mark.parametrize(
        "act",
        [
            "ALTER TABLE audit_event DISABLE TRIGGER {trigger}",
            "DROP TRIGGER {trigger} ON audit_event",
            "COMMENT ON TRIGGER {trigger} ON audit_event IS 'another'",
        ],
    )
    def test_notices_a_trigger_that_no_longer_guards(self, act):
        ((model, trigger),) = pgtrigger.registered("audit.Event:audit_event_append_only")
        with connection.cursor() as cursor:
            cursor.execute(act.format(trigger=trigger.get_pgid(model)))
        assert "missing, changed or switched off: audit_event: audit_event_append_only" in self.check()


@pytest.mark.django_db
class TestTellingTheStory:
    def test_tells_the_newest_first_with_the_name_of_today(self):
        who = person("Ruth Adeyemi")
        record("entry.decided", by=who, role="head", urn="100001", status="approved")
        record("entry.suspended", by=who, at=NOW + timedelta(days=1))
        who.name = "Ruth Okafor"
        who.save(update_fields=["name"])

        newest, oldest = queries.story([SUBJECT], TRUST)

        assert (newest.kind, newest.at, newest.sequence) == ("entry.suspended", NOW + timedelta(days=1), 2)
        assert (oldest.who, oldest.role, oldest.urn, oldest.detail) == (
            "Ruth Okafor",
            "head",
            "100001",
            {"status": "approved"},
        )

    def test_a_leaver_is_a_former_colleague_and_a_task_is_the_program_itself(self):
        left = person("Ruth Adeyemi")
        record(by=left)
        record(by=None)
        left.is_active = False
        left.save(update_fields=["is_active"])
        assert [told.who for told in queries.story([SUBJECT], TRUST)] == ["TrustAI", "A former colleague"]

    def test_tells_only_of_these_subjects_in_this_trust(self):
        second = uuid4()
        record(), record(subject_id=second), record(subject_id=uuid4()), record(trust_id=OTHER)
        assert [told.subject_id for told in queries.story([SUBJECT, second], TRUST)] == [second, SUBJECT]
        assert queries.story([], TRUST) == ()

    def test_tells_no_more_than_asked(self):
        for _ in range(5):
            record()
        assert [told.sequence for told in queries.story([SUBJECT], TRUST, newest=2)] == [5, 4]

    @pytest.mark.parametrize("events", [1, 40])
    def test_takes_two_queries_however_many(self, events, django_assert_num_queries):
        for _ in range(events):
            record(by=person())
        with django_assert_num_queries(2):
            assert len(queries.story([SUBJECT], TRUST)) == events
