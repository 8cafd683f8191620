# One image for the five processes and for migrations; the command chooses which.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

RUN groupadd --system --gid 10001 support \
    && useradd --system --uid 10001 --gid support --home-dir /opt/support support \
    && install -d -o support -g support -m 0700 /var/lib/support /var/lib/support/files

WORKDIR /opt/support
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY support.toml manage.py ./
COPY locales locales
COPY contracts contracts
COPY chassis chassis
COPY botapi botapi
COPY cli cli
COPY services services

USER support
ENV SUPPORT_DATA_DIR=/var/lib/support SUPPORT_HOST=0.0.0.0
VOLUME /var/lib/support
EXPOSE 8080
CMD ["python", "-m", "services.gateway"]
