#!/bin/sh
# Logs in and prints the token:  TOKEN=$(sh examples/log-in.sh name password)
curl --silent --show-error --fail-with-body "$API/api/v1/sessions" \
  --header 'x-barrage-client: curl' --json "{\"name\": \"$1\", \"password\": \"$2\"}" |
  sed 's/.*"token":"\([^"]*\)".*/\1/'
