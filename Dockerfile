# docker build -t kspec . && docker run --rm -v "$PWD:/work" kspec check k8s/
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY kspec kspec
COPY grammar grammar
COPY models models
COPY schemas schemas
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
# git is for `kspec diff` and `kspec check --changed-since`
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && git config --system --add safe.directory '*'
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels kspec \
 && useradd --create-home --uid 1000 kspec
USER kspec
WORKDIR /work
ENTRYPOINT ["kspec"]
CMD ["--help"]
