-- +goose Up
-- How often something was requested or settled for an order. Two at once meet here, so that no piece comes back or is refunded twice.
CREATE TABLE kontor_return_history (
    tenant   text   NOT NULL,
    order_id uuid   NOT NULL,
    version  bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, order_id)
);

-- Goods of an order that come back. refund is the money that goes back, and the call that is in flight, or was last.
CREATE TABLE kontor_return (
    tenant     text   NOT NULL,
    id         uuid   NOT NULL,
    version    bigint NOT NULL CHECK (version > 0),
    order_id   uuid   NOT NULL,
    number     text   NOT NULL,
    buyer_kind text   NOT NULL,
    buyer_id   text   NOT NULL,
    status     text   NOT NULL CHECK (status IN ('requested', 'approved', 'rejected', 'expired', 'received', 'inspected', 'settled')),
    lines      text   NOT NULL,
    decision   text   NOT NULL,
    note       text   NOT NULL,
    reason     text   NOT NULL,
    receive_by bigint NOT NULL,
    refund     text   NOT NULL,
    metadata   text   NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_return_history (tenant, order_id)
) WITH (fillfactor = 80);
CREATE INDEX kontor_return_order ON kontor_return (tenant, order_id, id);
CREATE INDEX kontor_return_status ON kontor_return (tenant, status, id);

-- What has arrived of an order, each delivery once.
CREATE TABLE kontor_return_delivery (
    tenant   text   NOT NULL,
    order_id uuid   NOT NULL,
    source   text   NOT NULL,
    items    text   NOT NULL,
    at       bigint NOT NULL,
    PRIMARY KEY (tenant, order_id, source)
);
