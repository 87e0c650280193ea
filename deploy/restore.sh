#!/bin/sh
# Unpacks a backup of backup.sh into empty folders, after checking every byte of it.
#   sh deploy/restore.sh /backups/2026-11-23 postgres=/path nats=/path s3=/path
set -eu
[ $# -ge 2 ] || { echo "usage: sh restore.sh <backup> <name>=<empty folder> …" >&2; exit 2; }
backup=$1
shift
(cd "$backup" && sha256sum --check --quiet SHA256SUMS) || { echo "the backup is damaged: nothing was done" >&2; exit 1; }
for pair in "$@"; do
  name=${pair%%=*} folder=${pair#*=}
  [ -f "$backup/$name.tar.gz" ] || { echo "the backup has no $name" >&2; exit 1; }
  [ ! -d "$folder" ] || [ -z "$(ls -A "$folder")" ] || { echo "$folder is not empty" >&2; exit 1; }
done
for pair in "$@"; do
  name=${pair%%=*} folder=${pair#*=}
  mkdir -p "$folder"
  tar --extract --gzip --numeric-owner --xattrs --file="$backup/$name.tar.gz" --directory="$folder"
done
