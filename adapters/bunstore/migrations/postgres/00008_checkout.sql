-- +goose Up
-- Runs at turning a cart into an order by a payment that needs the network. draft is the order as it will be placed.
CREATE TABLE kontor_checkout (
    tenant     text   NOT NULL,
    order_id   uuid   NOT NULL,
    cart       uuid   NOT NULL,
    payment    uuid   NOT NULL,
    status     text   NOT NULL,
    version    bigint NOT NULL CHECK (version > 0),
    draft      text   NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant, order_id)
) WITH (fillfactor = 70);
-- A cart has one run under way at a time.
CREATE UNIQUE INDEX kontor_checkout_open ON kontor_checkout (tenant, cart) WHERE status = 'paying';
