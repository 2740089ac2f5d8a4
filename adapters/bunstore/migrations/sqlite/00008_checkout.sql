-- +goose Up
-- Runs at turning a cart into an order by a payment that needs the network. draft is the order as it will be placed.
CREATE TABLE kontor_checkout (
    tenant     TEXT    NOT NULL,
    order_id   BLOB    NOT NULL,
    cart       BLOB    NOT NULL,
    payment    BLOB    NOT NULL,
    status     TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    draft      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, order_id)
) STRICT;
-- A cart has one run under way at a time.
CREATE UNIQUE INDEX kontor_checkout_open ON kontor_checkout (tenant, cart) WHERE status = 'paying';
