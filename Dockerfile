# One image for every part; compose.yaml says which part a container plays.
FROM python:3.12-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /truther

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY manage.py ./
COPY classifier classifier
COPY truther truther
COPY templates templates
COPY static static

RUN useradd --create-home --uid 10001 truther && mkdir /data && chown truther /data
USER truther
ENV TRUTHER_DATA_DIR=/data TRUTHER_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000

CMD ["python", "manage.py", "serve"]
