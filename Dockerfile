# The environment is built from the hash-pinned lock, in a stage of its own; what runs has no compiler and is not root.
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/newsbell
COPY requirements.lock ./
RUN /opt/newsbell/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE config.example.toml ./
COPY bot bot
COPY seeds seeds
# The build tool itself is no part of what runs; it stays in this stage.
RUN pip install --no-cache-dir --disable-pip-version-check "hatchling>=1.27" \
 && pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/newsbell/bin/pip install --no-cache-dir --no-deps /wheels/newsbell-*.whl

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home newsbell
COPY --from=build /opt/newsbell /opt/newsbell
ENV PATH=/opt/newsbell/bin:$PATH PYTHONUNBUFFERED=1
USER newsbell
WORKDIR /data
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8787/healthz', timeout=4)"]
ENTRYPOINT ["newsbell"]
CMD ["start"]
