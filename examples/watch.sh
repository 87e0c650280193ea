#!/bin/sh
# Prints a room's newest ten events and then each one as it comes.
curl --silent --show-error --fail-with-body --no-buffer "$REALTIME/rooms/$ROOM/events?tail=10"
