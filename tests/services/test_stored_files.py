import hashlib
import logging
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.utils import IntegrityError

from tests.make import NOW, person
from tests.services import samples
from trustai.exports import actions, files, queries, tasks
from trustai.exports.models import Scan, StoredFile
from trustai.exports.views import serve
from trustai.rules import Refused

TRUST = 7
OWNER = uuid4()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def store(content=samples.PDF, name="Agreement.pdf", owner=OWNER, trust=TRUST):
    upload = ContentFile(content, name)
    return actions.store(upload=upload, trust_id=trust, owner_type="agreement", owner_id=owner, by=person(), at=NOW)


def body(response):
    with closing(response):
        return b"".join(response.streaming_content)


@pytest.mark.django_db
class TestStoring:
    def test_writes_the_bytes_and_one_row_that_knows_them(self, folder):
        stored = store()
        assert (folder / str(TRUST) / str(stored.public_id)).read_bytes() == samples.PDF
        row = StoredFile.objects.get()
        assert row.key == f"{TRUST}/{row.public_id}"
        assert (row.sha256, row.size) == (hashlib.sha256(samples.PDF).hexdigest(), len(samples.PDF))
        assert (row.content_type, row.original_name) == ("application/pdf", "Agreement.pdf")
        assert (row.owner_type, row.owner_id, row.at, row.scan) == ("agreement", OWNER, NOW, Scan.NOT_SCANNED)

    def test_an_upload_already_read_by_the_form_is_stored_whole(self):
        upload = ContentFile(samples.PDF, "a.pdf")
        files.check(upload)
        stored = actions.store(upload=upload, trust_id=TRUST, owner_type="x", owner_id=OWNER, by=person(), at=NOW)
        with queries.open_file(stored) as file:
            assert file.read() == samples.PDF

    def test_the_same_file_twice_is_two_files(self):
        assert store().key != store().key

    def test_what_is_refused_leaves_nothing_behind(self, folder):
        with pytest.raises(Refused, match="web page"):
            store(b"<html>")
        assert not StoredFile.objects.exists()
        assert list(folder.rglob("*")) == []

    def test_finds_what_an_owner_holds_newest_first_without_what_is_withdrawn(self):
        first, second, gone = store(), store(), store()
        store(owner=uuid4())
        store(trust=TRUST + 1)
        actions.withdraw(stored_id=gone.pk, trust_id=TRUST, by=person(), at=NOW)
        held = queries.files_of(trust_id=TRUST, owner_type="agreement", owner_ids=[OWNER])
        assert held == [second, first]

    @pytest.mark.parametrize(
        ("values", "name"),
        [({"size": 0}, "exports_storedfile_not_empty"), ({"scan": "x"}, "exports_storedfile_scan_known")],
    )
    def test_the_database_refuses_what_cannot_be(self, values, name):
        store()
        with pytest.raises(IntegrityError, match=name):
            StoredFile.objects.update(**values)


@pytest.mark.django_db
class TestOpening:
    def test_a_withdrawn_file_is_closed_and_its_bytes_stay(self, folder):
        stored = store()
        first, second = person(), person()
        actions.withdraw(stored_id=stored.pk, trust_id=TRUST + 1, by=first, at=NOW)
        queries.open_file(StoredFile.objects.get()).close()
        actions.withdraw(stored_id=stored.pk, trust_id=TRUST, by=first, at=NOW)
        actions.withdraw(stored_id=stored.pk, trust_id=TRUST, by=second, at=NOW + timedelta(days=1))
        withdrawn = StoredFile.objects.get()
        assert (withdrawn.withdrawn_at, withdrawn.withdrawn_by) == (NOW, first)
        with pytest.raises(Refused, match="has been withdrawn"):
            serve(withdrawn)
        assert (folder / stored.key).exists()

    def test_a_file_the_scanner_refused_is_closed(self):
        stored = store()
        stored.scan = Scan.REFUSED
        with pytest.raises(Refused, match="virus scanner"):
            queries.open_file(stored)

    def test_is_served_to_be_kept_not_shown_and_by_no_cache(self):
        response = serve(store(name="Agreement “2026”.pdf"))
        assert body(response) == samples.PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Length"] == str(len(samples.PDF))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Disposition"] == "attachment; filename*=utf-8''Agreement%20%E2%80%9C2026%E2%80%9D.pdf"

    def test_may_be_shown_in_the_browser_where_the_owner_says_so(self):
        response = serve(store(samples.PNG, "Plan.png"), as_attachment=False)
        body(response)
        assert (response["Content-Type"], response["Content-Disposition"]) == (
            "image/png",
            'inline; filename="Plan.png"',
        )

    def test_a_name_written_by_other_means_cannot_add_a_header(self):
        stored = store()
        stored.original_name = 'a"\r\nSet-Cookie: x=y\u202e.html'
        response = serve(stored)
        body(response)
        assert response["Content-Disposition"] == 'attachment; filename="a- Set-Cookie- x=y .html.pdf"'
        assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
class TestSweeping:
    LATER = timedelta(days=1, minutes=1)

    def sweep(self, after=LATER):
        with time_machine.travel(datetime.now(UTC) + after, tick=False):
            tasks.sweep_orphans()

    def orphan(self):
        """Stored in a change that was then rolled back."""
        with transaction.atomic():
            key = store().key
            transaction.set_rollback(True)
        return key

    def test_removes_what_a_rolled_back_change_left(self, caplog):
        caplog.set_level(logging.INFO)
        kept, key = store(), self.orphan()
        self.sweep()
        assert default_storage.exists(kept.key)
        assert not default_storage.exists(key)
        assert key in caplog.text

    def test_leaves_what_may_still_be_committed(self):
        key = self.orphan()
        self.sweep(after=timedelta(hours=23))
        assert default_storage.exists(key)

    def test_leaves_a_withdrawn_file(self):
        stored = store()
        actions.withdraw(stored_id=stored.pk, trust_id=TRUST, by=person(), at=NOW)
        self.sweep()
        assert default_storage.exists(stored.key)

    def test_touches_nothing_that_is_not_shaped_like_ours(self):
        others = ["logo.png", "editions/9f/list.pdf", f"7/{uuid4()}.pdf", f"office/{uuid4()}", "7/notes"]
        for name in others:
            default_storage.save(name, ContentFile(b"x"))
        self.sweep()
        assert all(default_storage.exists(name) for name in others)

    def test_an_empty_store_is_no_fault(self, folder):
        folder.rmdir()
        assert actions.sweep_orphans(at=NOW) == 0
