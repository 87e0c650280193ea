#!/bin/sh
# Sends a danmaku:  sh examples/send.sh 'hello'
# The same key again is the same message, so this may be repeated until it is answered.
key=$(od -An -N 12 -tx1 /dev/urandom | tr -d ' \n')
curl --silent --show-error --fail-with-body --retry 5 "$API/api/v1/rooms/$ROOM/messages" \
  --header "authorization: Bearer $TOKEN" --header 'x-barrage-client: curl' \
  --json "{\"text\": \"$1\", \"key\": \"$key\"}"
