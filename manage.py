#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it joins or starts the embedded PostgreSQL."""

import os
import sys

from django.core.management import execute_from_command_line

from trustai import postgres


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustai.settings")
    with postgres.for_command(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
