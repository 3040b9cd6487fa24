#!/bin/bash
# Name the dresses on pictures: TRUTHER_URL=… TRUTHER_TOKEN=… bash identify.sh PICTURE...
# --retry waits as long as Retry-After says, after 429 and 503 too.
set -euo pipefail

identify() {
  curl --silent --show-error --fail-with-body --retry 8 \
    --header "Authorization: Token $TRUTHER_TOKEN" "$@" "$TRUTHER_URL/api/v1/identify"
}

if [ $# -eq 1 ]; then
  identify --header "Content-Type: image/jpeg" --data-binary "@$1"
else
  # A line for each picture; names must hold no quotes and no backslashes.
  for picture in "$@"; do
    printf '{"id": "%s", "image": "%s"}\n' "$picture" "$(base64 --wrap=0 "$picture")"
  done | identify --header "Content-Type: application/x-ndjson" --data-binary @-
fi
