#!/bin/sh
# Fills an empty database and an empty folder from a backup. Stop API and workers first, and empty the queue's Redis before
# starting them again: deliveries of the time after the backup mean nothing to the older database.
#   PGHOST=… PGUSER=… PGPASSWORD=… PGDATABASE=otklik EXPORT_DIR=… deploy/restore.sh FOLDER
set -eu
folder=${1:?Say where from: deploy/restore.sh FOLDER}
: "${PGDATABASE:?Say which database: PGDATABASE=otklik}" "${EXPORT_DIR:?Say where the exports shall lie: EXPORT_DIR=…}"
(cd "$folder" && sha256sum --check --quiet SHA256SUMS)
# One transaction: a restore that fails leaves the database as empty as it was.
pg_restore --single-transaction --exit-on-error --no-owner --no-privileges --dbname="$PGDATABASE" "$folder/otklik.dump"
mkdir -p "$EXPORT_DIR"
tar -C "$EXPORT_DIR" -xf "$folder/exports.tar"
echo "Restored from $folder."
