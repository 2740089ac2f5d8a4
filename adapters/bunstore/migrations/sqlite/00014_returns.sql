-- +goose Up
-- How often something was requested or settled for an order. Two at once meet here, so that no piece comes back or is refunded twice.
CREATE TABLE kontor_return_history (
    tenant   TEXT    NOT NULL,
    order_id BLOB    NOT NULL,
    version  INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, order_id)
) WITHOUT ROWID, STRICT;

-- Goods of an order that come back. refund is the money that goes back, and the call that is in flight, or was last.
CREATE TABLE kontor_return (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    order_id   BLOB    NOT NULL,
    number     TEXT    NOT NULL,
    buyer_kind TEXT    NOT NULL,
    buyer_id   TEXT    NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('requested', 'approved', 'rejected', 'expired', 'received', 'inspected', 'settled')),
    lines      TEXT    NOT NULL,
    decision   TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    receive_by INTEGER NOT NULL,
    refund     TEXT    NOT NULL,
    metadata   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_return_history (tenant, order_id)
) STRICT;
CREATE INDEX kontor_return_order ON kontor_return (tenant, order_id, id);
CREATE INDEX kontor_return_status ON kontor_return (tenant, status, id);

-- What has arrived of an order, each delivery once.
CREATE TABLE kontor_return_delivery (
    tenant   TEXT    NOT NULL,
    order_id BLOB    NOT NULL,
    source   TEXT    NOT NULL,
    items    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, order_id, source)
) WITHOUT ROWID, STRICT;
