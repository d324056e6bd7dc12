# The page in a container, made of the wheel: `python -m build --wheel` first, then `docker build -t studyplan .`
# How to run it stands in docs/how-to/serve.md.
FROM python:3.13-slim

COPY dist/*.whl /tmp/wheel/
RUN pip install --no-cache-dir "$(echo /tmp/wheel/*.whl)[web,postgres]" \
    && rm -r /tmp/wheel \
    && useradd --system --uid 10001 --home-dir /data --create-home studyplan

USER 10001
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/data PYTHONUNBUFFERED=1
VOLUME /data

HEALTHCHECK --interval=1m --timeout=5s --start-period=10s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8765/health', timeout=4)"]
ENTRYPOINT ["studyplan"]
CMD ["serve"]
