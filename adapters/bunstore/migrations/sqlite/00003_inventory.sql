-- +goose Up
-- Places where goods lie.
CREATE TABLE kontor_location (
    tenant   TEXT    NOT NULL,
    code     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    priority INTEGER NOT NULL,
    PRIMARY KEY (tenant, code)
) WITHOUT ROWID, STRICT;

-- What lies at a place, and how much of that is promised. The checks are the last line of defence against overselling.
CREATE TABLE kontor_level (
    tenant   TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    location TEXT    NOT NULL,
    on_hand  INTEGER NOT NULL CHECK (on_hand >= 0 AND on_hand <= 1000000000),
    reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    low      INTEGER NOT NULL DEFAULT 0 CHECK (low >= 0),
    PRIMARY KEY (tenant, sku, location),
    FOREIGN KEY (tenant, location) REFERENCES kontor_location (tenant, code),
    CHECK (reserved <= on_hand)
) WITHOUT ROWID, STRICT;

-- Every change of what is on hand, never updated and never deleted. It has no foreign key to its level, and neither has a
-- reservation: the check of such a key would cost every order.
CREATE TABLE kontor_movement (
    tenant   TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    id       BLOB    NOT NULL,
    location TEXT    NOT NULL,
    delta    INTEGER NOT NULL CHECK (delta <> 0),
    reason   TEXT    NOT NULL,
    owner    TEXT    NOT NULL,
    note     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    PRIMARY KEY (tenant, sku, id)
) WITHOUT ROWID, STRICT;

-- Promises of goods to an owner, the held ones and those that have ended.
CREATE TABLE kontor_reservation (
    tenant     TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    sku        TEXT    NOT NULL,
    location   TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    state      TEXT    NOT NULL CHECK (state IN ('held', 'committed', 'released', 'expired')),
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant, owner, sku, location, id)
) WITHOUT ROWID, STRICT;
-- An owner holds of a SKU at a place at most once, however often it asks.
CREATE UNIQUE INDEX kontor_reservation_held ON kontor_reservation (tenant, owner, sku, location) WHERE state = 'held';
