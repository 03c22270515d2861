import smtplib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tests.make import NOW, person
from trustai import celery
from trustai.notices import actions, queries, tasks
from trustai.notices.kinds import KINDS
from trustai.notices.models import Notice, State

TRUST = 7


def owe(*people, kind="entry.decided", about="Microsoft 365 Copilot Chat", **more):
    actions.tell(
        [who.pk for who in people], kind, trust_id=TRUST, path="/schools/100001/tools/x/", at=NOW, about=about, **more
    )
    return list(Notice.objects.order_by("pk"))


def sweep(at=NOW):
    with time_machine.travel(at, tick=False):
        tasks.sweep()


class Broken:
    """A mail server that says no, naming the person."""

    def __init__(self, monkeypatch, error=smtplib.SMTPRecipientsRefused):
        self.error, self.tries = error, 0
        monkeypatch.setattr(EmailMultiAlternatives, "send", self.send)

    def send(self, *_):
        self.tries += 1
        raise self.error({"person@oakfield.example": (550, b"no such mailbox")})


@pytest.mark.django_db
class TestTelling:
    def test_owes_each_person_one_notice_whatever_the_repeats(self):
        first, second = person(), person()
        owe(first, second, first)
        assert list(Notice.objects.order_by("pk").values_list("person_id", "state")) == [
            (first.pk, State.WAITING),
            (second.pk, State.WAITING),
        ]

    def test_wakes_the_sweep_only_once_the_change_is_committed(self, monkeypatch, django_capture_on_commit_callbacks):
        woken = []
        monkeypatch.setattr(celery, "wake", woken.append)
        with django_capture_on_commit_callbacks(execute=True):
            owe(person())
            assert woken == []
        assert woken == ["notices.sweep"]

    def test_refuses_a_kind_without_words(self):
        with pytest.raises(KeyError):
            owe(person(), kind="no.such.kind")

    def test_refuses_words_that_need_a_date_and_have_none(self):
        with pytest.raises(ValueError, match="needs due_on"):
            owe(person(), kind="review.asked")

    @pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "schools/"])
    def test_refuses_a_link_to_elsewhere(self, path):
        with pytest.raises(ValueError, match="not a path"):
            actions.tell([person().pk], "entry.decided", trust_id=TRUST, path=path, at=NOW)


@pytest.mark.django_db
class TestTheLetter:
    def test_says_one_sentence_with_a_link_in_text_and_in_html(self):
        owe(person("Ruth Adeyemi"), kind="review.asked", due_on=date(2027, 5, 3))
        sweep()

        (message,) = mail.outbox
        ((html, kind),) = message.alternatives
        assert kind == "text/html"
        assert message.subject == "Review: Microsoft 365 Copilot Chat"
        for body in (message.body, html):
            assert "Dear Ruth Adeyemi," in body
            assert "A review of Microsoft 365 Copilot Chat waits for your team. It is due 3 May 2027." in body
            assert "https://trustai.example.org/schools/100001/tools/x/" in body

    def test_plain_text_is_not_escaped_and_html_is(self):
        owe(person("Siân O'Neill"), about="Read&Write <free>")
        sweep()
        (message,) = mail.outbox
        assert "Dear Siân O'Neill," in message.body
        assert "Read&Write <free>" in message.body
        assert "Read&amp;Write &lt;free&gt;" in message.alternatives[0][0]

    def test_a_name_over_two_lines_cannot_add_a_header(self):
        owe(person(), about="Copilot\nBcc: somebody@evil.example")
        sweep()
        assert mail.outbox[0].subject == "Decided: Copilot Bcc: somebody@evil.example"
        assert mail.outbox[0].recipients() == [Notice.objects.get().person.email]

    def test_is_the_same_message_at_every_attempt(self):
        (notice,) = owe(person())
        sweep()
        message = mail.outbox[0].message()
        assert message["Message-ID"] == f"<{notice.public_id}@trustai.example.org>"
        assert message["Auto-Submitted"] == "auto-generated"

    def test_goes_to_one_person_only(self):
        owe(person(), person())
        sweep()
        assert [len(message.recipients()) for message in mail.outbox] == [1, 1]

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_makes_whole_sentences(self, kind):
        owe(person(), kind=kind, due_on=date(2027, 5, 3))
        sweep()
        (message,) = mail.outbox
        assert "{" not in message.subject + message.body
        assert Notice.objects.get().state == State.SENT


@pytest.mark.django_db
class TestSweeping:
    def test_sends_all_that_waits_and_nothing_twice(self):
        owe(*(person() for _ in range(actions.BATCH + 3)))
        sweep()
        sweep()
        assert len(mail.outbox) == actions.BATCH + 3
        assert set(Notice.objects.values_list("state", "attempts", "sent_at", "leased_until")) == {
            (State.SENT, 1, NOW, None)
        }

    def test_remind_sends_what_waits(self):
        owe(person())
        with time_machine.travel(NOW, tick=False):
            tasks.remind()
        assert len(mail.outbox) == 1

    def test_stops_after_its_budget_and_wakes_the_next(self, monkeypatch):
        woken = []
        monkeypatch.setattr(tasks, "wake", woken.append)
        monkeypatch.setattr(tasks, "BUDGET", timedelta(0))
        owe(*(person() for _ in range(actions.BATCH + 3)))
        sweep()
        assert (len(mail.outbox), woken) == (actions.BATCH, ["notices.sweep"])
        sweep()
        assert len(mail.outbox) == actions.BATCH + 3

    def test_a_worker_killed_between_claim_and_mark_is_made_good_when_its_lease_ends(self):
        owe(person())
        assert len(actions.claim(at=NOW)) == 1

        sweep(NOW + actions.LEASE - timedelta(seconds=1))
        assert mail.outbox == []
        sweep(NOW + actions.LEASE)

        assert len(mail.outbox) == 1
        assert Notice.objects.get().state == State.SENT

    def test_whoever_lost_the_lease_does_not_have_the_last_word(self, monkeypatch):
        owe(person())
        (slow,) = actions.claim(at=NOW)
        sweep(NOW + actions.LEASE)
        Broken(monkeypatch)
        actions.send(slow, at=NOW + actions.LEASE)
        assert Notice.objects.get().state == State.SENT

    def test_a_person_who_has_left_gets_nothing(self):
        who = person()
        owe(who)
        who.is_active = False
        who.save(update_fields=["is_active"])
        sweep()
        assert mail.outbox == []
        assert Notice.objects.values_list("state", "last_error").get() == (State.FAILED, "PersonHasLeft")
        assert queries.waiting_failures(trust_id=TRUST).given_up == 0


@pytest.mark.django_db
class TestFailing:
    def test_keeps_the_kind_of_error_and_no_address(self, monkeypatch, caplog):
        owe(person())
        Broken(monkeypatch)
        sweep()
        notice = Notice.objects.get()
        assert (notice.state, notice.attempts, notice.last_error) == (State.WAITING, 1, "SMTPRecipientsRefused")
        assert notice.leased_until == NOW + timedelta(minutes=1)
        assert "@" not in caplog.text

    def test_one_failure_does_not_hold_up_the_others(self, monkeypatch):
        first, second = person(), person()
        owe(first, second)
        send = EmailMultiAlternatives.send

        def refuse_first(message, *args):
            if message.to == [first.email]:
                raise ConnectionRefusedError
            return send(message, *args)

        monkeypatch.setattr(EmailMultiAlternatives, "send", refuse_first)
        sweep()
        assert [message.to for message in mail.outbox] == [[second.email]]

    def test_rests_longer_each_time_and_gives_up_after_five_rests(self, monkeypatch):
        owe(person())
        server = Broken(monkeypatch)
        at = NOW
        for tries, minutes in enumerate([1, 5, 30, 120, 480], start=1):
            sweep(at)
            sweep(at + timedelta(minutes=minutes) - timedelta(seconds=1))
            assert server.tries == tries
            at += timedelta(minutes=minutes)
        assert queries.waiting_failures(trust_id=TRUST) == queries.Failures(1, NOW, 0)
        sweep(at)
        sweep(at + timedelta(days=30))
        assert server.tries == 6
        assert Notice.objects.get().state == State.FAILED
        assert queries.waiting_failures(trust_id=TRUST) == queries.Failures(0, None, 1)
        assert queries.waiting_failures(trust_id=TRUST + 1) == queries.Failures(0, None, 0)

    def test_a_notice_that_ends_every_worker_is_given_up_too(self):
        owe(person())
        at = NOW
        for _ in range(6):
            assert len(actions.claim(at=at)) == 1
            at += actions.LEASE
        sweep(at)
        assert mail.outbox == []
        assert Notice.objects.values_list("state", "last_error").get() == (State.FAILED, "WorkerLost")

    def test_a_kind_whose_words_are_gone_fails_by_itself(self):
        (notice, _) = owe(person(), person())
        Notice.objects.filter(pk=notice.pk).update(kind="gone")
        sweep()
        assert len(mail.outbox) == 1
        assert Notice.objects.get(pk=notice.pk).last_error == "KeyError"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "name"),
    [({"state": "lost"}, "notices_notice_state_known"), ({"state": State.SENT}, "notices_notice_sent_has_time")],
)
def test_the_database_refuses_a_state_that_cannot_be(values, name):
    owe(person())
    with pytest.raises(IntegrityError, match=name):
        Notice.objects.update(**values)


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_two_sweeps_at_the_same_moment_never_send_one_notice_twice(self, monkeypatch):
        people = [person() for _ in range(4)]
        owe(*people)
        together = Barrier(2, timeout=1)
        lease = actions._lease

        def lease_together(notices, **more):
            """Hold each worker inside its transaction, its notices read but not yet marked, until both are there."""
            with suppress(BrokenBarrierError):
                together.wait()
            lease(notices, **more)

        def work(_):
            try:
                sweep()
            finally:
                connection.close()

        monkeypatch.setattr(actions, "_lease", lease_together)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(2)))

        assert sorted(message.to[0] for message in mail.outbox) == sorted(who.email for who in people)
        assert set(Notice.objects.values_list("state", "attempts")) == {(State.SENT, 1)}

    def test_a_worker_passes_over_what_another_is_taking(self):
        first, second = person(), person()
        owe(first, second)
        with transaction.atomic():
            (mine,) = actions.claim(at=NOW, most=1)
            with ThreadPoolExecutor(1) as pool:
                theirs = pool.submit(self.claim_elsewhere).result(timeout=10)
        assert (mine.person_id, theirs) == (first.pk, [second.pk])

    @staticmethod
    def claim_elsewhere():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return [notice.person_id for notice in actions.claim(at=NOW)]
        finally:
            connection.close()

    def test_nothing_is_locked_while_the_mail_server_is_asked(self, monkeypatch):
        owe(person())
        seen = []
        monkeypatch.setattr(EmailMultiAlternatives, "send", lambda _: seen.append(connection.in_atomic_block))
        sweep()
        assert seen == [False]
