#!/bin/sh
# Writes what can't be made again into a new folder: the database as of one moment, and the exported files.
#   PGHOST=… PGUSER=… PGPASSWORD=… PGDATABASE=otklik EXPORT_DIR=… deploy/backup.sh FOLDER
# API and workers may go on meanwhile. Queue and cache are not part of it: both are made again from the database.
set -eu
folder=${1:?Say where to: deploy/backup.sh FOLDER}
: "${PGDATABASE:?Say which database: PGDATABASE=otklik}" "${EXPORT_DIR:?Say where the exports lie: EXPORT_DIR=…}"
umask 077
mkdir "$folder"
# The database first: a file is written before its row, so every file that a row names is there afterwards.
pg_dump --format=custom --no-owner --no-privileges --file="$folder/otklik.dump"
tar -C "$EXPORT_DIR" --exclude=./.tmp -cf "$folder/exports.tar" .
(cd "$folder" && sha256sum otklik.dump exports.tar >SHA256SUMS)
echo "Backed up to $folder: $(du -sh "$folder" | cut -f1)"
