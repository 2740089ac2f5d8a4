-- +goose Up
-- How often something was planned for an order. Two plans at once meet here, so that no piece is planned twice.
CREATE TABLE kontor_fulfillment_plan (
    tenant   TEXT    NOT NULL,
    order_id BLOB    NOT NULL,
    version  INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, order_id)
) WITHOUT ROWID, STRICT;

-- A part of an order that leaves one place together. forward is the call to a warehouse that is in flight, or was last.
CREATE TABLE kontor_fulfillment (
    tenant       TEXT    NOT NULL,
    id           BLOB    NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    order_id     BLOB    NOT NULL,
    number       TEXT    NOT NULL,
    location     TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('planned', 'allocated', 'picking', 'packed', 'shipped', 'delivered', 'exception', 'cancelled')),
    sent         INTEGER NOT NULL,
    parcels      TEXT    NOT NULL,
    forward      TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    metadata     TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    shipped_at   INTEGER NOT NULL,
    delivered_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_fulfillment_plan (tenant, order_id),
    CHECK (sent OR status NOT IN ('shipped', 'delivered', 'exception')),
    CHECK (NOT sent OR status <> 'cancelled')
) STRICT;
CREATE INDEX kontor_fulfillment_order ON kontor_fulfillment (tenant, order_id, id);
CREATE INDEX kontor_fulfillment_status ON kontor_fulfillment (tenant, status, id);

-- The pieces of a fulfillment. They never change.
CREATE TABLE kontor_fulfillment_line (
    tenant      TEXT    NOT NULL,
    fulfillment BLOB    NOT NULL,
    n           INTEGER NOT NULL CHECK (n > 0),
    sku         TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99999),
    stocked     INTEGER NOT NULL,
    PRIMARY KEY (tenant, fulfillment, n),
    FOREIGN KEY (tenant, fulfillment) REFERENCES kontor_fulfillment (tenant, id)
) WITHOUT ROWID, STRICT;
