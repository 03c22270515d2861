"""Check that nothing was taken out of the audit trail and that its guards stand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trustai.audit import queries


class Command(BaseCommand):
    help = (
        "Check every trust's events for gaps and the database for missing triggers. Exit code 1 names the first fault."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        numberings = queries.numberings()
        faults = [numbering.fault for numbering in numberings if numbering.fault]
        faults += [f"trigger is missing, changed or switched off: {name}" for name in queries.faulty_triggers()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"The audit trail is not whole: {faults[0]}.")
        events = sum(numbering.events for numbering in numberings)
        self.stdout.write(
            f"The audit trail is whole: {events} events in {len(numberings)} trusts, every trigger in place."
        )
