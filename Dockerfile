FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev

FROM python:3.13-slim-trixie
ENV LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    TRUSTAI_ENV=production TRUSTAI_STATIC_ROOT=/srv/static TRUSTAI_MEDIA_ROOT=/srv/media
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin trustai \
    && install --directory --owner=trustai /srv/media
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
COPY --from=assets /app/node_modules node_modules
# These settings last for this one line: collecting files needs a complete set, and none of them is used.
RUN python -m trustai.assets && rm -rf node_modules \
    && TRUSTAI_SECRET_KEY="$(head -c 64 /dev/urandom | base64 -w0)" TRUSTAI_HOSTS=build \
       TRUSTAI_SITE_URL=https://build TRUSTAI_MAIL_FROM=build@example.org TRUSTAI_SMTP_URL=smtp://build \
       DATABASE_URL=postgresql://build@build/build CELERY_BROKER_URL=redis://build \
       python manage.py collectstatic --no-input
USER trustai
EXPOSE 8000
CMD ["gunicorn", "--config", "python:trustai.web", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
