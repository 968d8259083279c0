# One image for every process: serve, worker, db, demo.
#
# This file was written without a Docker engine at hand and has never been built or run. It installs
# the same lock files that ./run setup installs where CI runs, on a Debian 12 machine and never in a
# container; treat the first build as a test.

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /opt/tanbiao
COPY requirements-build.lock requirements.lock ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && uv pip install --no-cache --python /opt/tanbiao/bin/python --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY footprint footprint
COPY labels labels
COPY lca_db lca_db
COPY api api
RUN uv build --wheel --no-build-isolation --python "$(command -v python)" --out-dir /dist \
 && uv pip install --no-cache --python /opt/tanbiao/bin/python --no-deps /dist/*.whl

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
        fonts-dejavu-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/tanbiao --create-home tanbiao
COPY --from=build /opt/tanbiao /opt/tanbiao
ENV PATH=/opt/tanbiao/bin:$PATH \
    PYTHONUTF8=1 PYTHONUNBUFFERED=1 \
    TANBIAO_DATA_DIR=/var/lib/tanbiao \
    BRIGHTWAY2_DIR=/var/lib/tanbiao/brightway
USER tanbiao
WORKDIR /var/lib/tanbiao
RUN mkdir -p brightway
VOLUME /var/lib/tanbiao
EXPOSE 8000
ENTRYPOINT ["tanbiao"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
