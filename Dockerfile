# The environment is built from the hash-pinned lock, in a stage of its own; what runs is not root.
FROM python:3.11-slim AS environment
RUN python -m venv /opt/newsbell
COPY requirements.lock .
RUN /opt/newsbell/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home newsbell \
 && printf '#!/bin/sh\nexec /opt/newsbell/bin/python -m bot "$@"\n' >/usr/local/bin/newsbell \
 && chmod 755 /usr/local/bin/newsbell
COPY --from=environment /opt/newsbell /opt/newsbell
COPY bot /opt/newsbell/app/bot
COPY seeds /opt/newsbell/app/seeds
ENV PYTHONPATH=/opt/newsbell/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER newsbell
WORKDIR /data
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/opt/newsbell/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8787/healthz', timeout=4)"]
ENTRYPOINT ["newsbell"]
CMD ["start"]
