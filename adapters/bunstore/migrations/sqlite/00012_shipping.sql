-- +goose Up
-- Parcels on their way. addresses is read as a whole and holds personal data.
CREATE TABLE kontor_shipment (
    tenant       TEXT    NOT NULL,
    id           BLOB    NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    state        TEXT    NOT NULL CHECK (state IN ('planned', 'labelling', 'ready', 'cancelled')),
    status       TEXT    NOT NULL,
    owner        TEXT    NOT NULL,
    carrier      TEXT    NOT NULL,
    service      TEXT    NOT NULL,
    number       TEXT    NOT NULL,
    addresses    TEXT    NOT NULL,
    parcel       TEXT    NOT NULL,
    reference    TEXT    NOT NULL,
    status_at    INTEGER NOT NULL,
    delivered_at INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK (state <> 'ready' OR number <> '')
) STRICT;
CREATE INDEX kontor_shipment_owner ON kontor_shipment (tenant, owner);
CREATE INDEX kontor_shipment_number ON kontor_shipment (tenant, carrier, number) WHERE number <> '';

-- What is stuck on a parcel.
CREATE TABLE kontor_shipment_label (
    tenant   TEXT NOT NULL,
    shipment BLOB NOT NULL,
    number   TEXT NOT NULL,
    service  TEXT NOT NULL,
    format   TEXT NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (tenant, shipment),
    FOREIGN KEY (tenant, shipment) REFERENCES kontor_shipment (tenant, id)
) STRICT;

-- What carriers have told about a parcel, each thing once.
CREATE TABLE kontor_shipment_happening (
    tenant   TEXT    NOT NULL,
    shipment BLOB    NOT NULL,
    key      TEXT    NOT NULL,
    ref      TEXT    NOT NULL,
    status   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    place    TEXT    NOT NULL,
    text     TEXT    NOT NULL,
    code     TEXT    NOT NULL,
    told_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, shipment, key),
    FOREIGN KEY (tenant, shipment) REFERENCES kontor_shipment (tenant, id)
) WITHOUT ROWID, STRICT;

-- Rows are added and never changed.
-- +goose StatementBegin
CREATE TRIGGER kontor_shipment_happening_update BEFORE UPDATE ON kontor_shipment_happening
BEGIN
    SELECT RAISE(ABORT, 'kontor_shipment_happening is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER kontor_shipment_happening_delete BEFORE DELETE ON kontor_shipment_happening
BEGIN
    SELECT RAISE(ABORT, 'kontor_shipment_happening is append-only');
END;
-- +goose StatementEnd
