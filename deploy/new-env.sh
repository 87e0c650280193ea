#!/bin/sh
# Writes a .env for docker-compose.yml with fresh secrets, for its owner's eyes alone:
#   sh deploy/new-env.sh your.domain [file; .env unless named, - prints it]
set -eu
case $# in 1|2) ;; *) echo "usage: sh deploy/new-env.sh <domain> [file, or -]" >&2; exit 2 ;; esac
case "$1" in *[!A-Za-z0-9.-]*|"") echo "not a domain name: $1" >&2; exit 2 ;; esac
file=${2:-.env}
# Letters and digits alone: these stand inside URLs.
secret() { od -An -N 24 -tx1 /dev/urandom | tr -d ' \n'; }
print() {
  cat <<END
DOMAIN=$1
POSTGRES_PASSWORD=$(secret)
REDIS_PASSWORD=$(secret)
TICKET_SECRET=$(secret)
S3_ACCESS_KEY_ID=barrage
S3_SECRET_ACCESS_KEY=$(secret)
END
}
if [ "$file" = - ]; then print "$1"; exit; fi
if [ -e "$file" ]; then
  echo "$file is there already, and stays as it is: it may hold the passwords that the data was made with" >&2
  exit 1
fi
umask 077
# Not even a file that appeared since is written over.
set -C
print "$1" > "$file"
echo "$file is written. Keep a copy elsewhere: without its passwords the data can't be opened." >&2
