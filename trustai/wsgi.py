"""Where a web server begins."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustai.settings")

application = get_wsgi_application()
