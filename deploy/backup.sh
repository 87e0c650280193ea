#!/bin/sh
# Packs data folders into a new folder, with checksums. Stop what writes to them first: deploy/backup.md.
#   sh deploy/backup.sh /backups/2026-11-23 postgres=/path nats=/path s3=/path
set -eu
[ $# -ge 2 ] || { echo "usage: sh backup.sh <new folder> <name>=<data folder> …" >&2; exit 2; }
target=$1
shift
[ ! -e "$target" ] || { echo "$target is there already" >&2; exit 2; }
umask 077
mkdir -p "$target.part"
for pair in "$@"; do
  name=${pair%%=*} folder=${pair#*=}
  [ -d "$folder" ] || { echo "no such folder: $folder" >&2; exit 1; }
  # Owners by number, and extended attributes: the S3 server keeps content types in them.
  tar --create --gzip --numeric-owner --xattrs --file="$target.part/$name.tar.gz" --directory="$folder" .
done
(cd "$target.part" && sha256sum ./*.tar.gz > SHA256SUMS)
sync
# The name appears when all is there: half a backup never looks like one.
mv "$target.part" "$target"
