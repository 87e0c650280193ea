#!/bin/sh
# Prints a .env for docker-compose.yml with fresh secrets:  sh deploy/new-env.sh your.domain > .env
set -eu
[ $# -eq 1 ] || { echo "usage: sh deploy/new-env.sh <domain> > .env" >&2; exit 2; }
case "$1" in *[!A-Za-z0-9.-]*|"") echo "not a domain name: $1" >&2; exit 2 ;; esac
# Letters and digits alone: these stand inside URLs.
secret() { od -An -N 24 -tx1 /dev/urandom | tr -d ' \n'; }
umask 077
cat <<END
DOMAIN=$1
POSTGRES_PASSWORD=$(secret)
REDIS_PASSWORD=$(secret)
TICKET_SECRET=$(secret)
S3_ACCESS_KEY_ID=barrage
S3_SECRET_ACCESS_KEY=$(secret)
END
