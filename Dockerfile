# shopgraph for the processor: no GPU is needed, though torch's wheel for Linux brings its GPU libraries along.

FROM python:3.12-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy
COPY requirements/bootstrap.lock requirements/run.lock requirements/build.lock requirements/
RUN python -m venv /opt/boot \
    && /opt/boot/bin/pip install --no-cache-dir --require-hashes -r requirements/bootstrap.lock \
    && python -m venv --without-pip /opt/shopgraph \
    && /opt/boot/bin/uv pip install --no-cache --compile-bytecode --python /opt/shopgraph/bin/python \
        --require-hashes -r requirements/run.lock \
    && /opt/boot/bin/uv pip install --no-cache --python /opt/boot/bin/python --require-hashes -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY kg kg
COPY linking linking
COPY embeddings embeddings
COPY recommender recommender
COPY cypher cypher
COPY shopgraph shopgraph
RUN VIRTUAL_ENV=/opt/boot /opt/boot/bin/uv build --wheel --no-build-isolation --python /opt/boot/bin/python --out-dir /dist \
    && /opt/boot/bin/uv pip install --no-cache --compile-bytecode --no-deps --python /opt/shopgraph/bin/python /dist/*.whl

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 shopgraph && install -d -o shopgraph -g shopgraph /shop
COPY --from=build /opt/shopgraph /opt/shopgraph
ENV PATH=/opt/shopgraph/bin:$PATH PYTHONUNBUFFERED=1
USER shopgraph
WORKDIR /shop
VOLUME /shop
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["shopgraph"]
CMD ["--help"]
