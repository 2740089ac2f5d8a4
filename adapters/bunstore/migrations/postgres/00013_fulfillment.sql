-- +goose Up
-- How often something was planned for an order. Two plans at once meet here, so that no piece is planned twice.
CREATE TABLE kontor_fulfillment_plan (
    tenant   text   NOT NULL,
    order_id uuid   NOT NULL,
    version  bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, order_id)
);

-- A part of an order that leaves one place together. forward is the call to a warehouse that is in flight, or was last.
CREATE TABLE kontor_fulfillment (
    tenant       text    NOT NULL,
    id           uuid    NOT NULL,
    version      bigint  NOT NULL CHECK (version > 0),
    order_id     uuid    NOT NULL,
    number       text    NOT NULL,
    location     text    NOT NULL,
    status       text    NOT NULL CHECK (status IN ('planned', 'allocated', 'picking', 'packed', 'shipped', 'delivered', 'exception', 'cancelled')),
    sent         boolean NOT NULL,
    parcels      text    NOT NULL,
    forward      text    NOT NULL,
    reason       text    NOT NULL,
    metadata     text    NOT NULL,
    created_at   bigint  NOT NULL,
    updated_at   bigint  NOT NULL,
    shipped_at   bigint  NOT NULL,
    delivered_at bigint  NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_fulfillment_plan (tenant, order_id),
    CHECK (sent OR status NOT IN ('shipped', 'delivered', 'exception')),
    CHECK (NOT sent OR status <> 'cancelled')
) WITH (fillfactor = 80);
CREATE INDEX kontor_fulfillment_order ON kontor_fulfillment (tenant, order_id, id);
CREATE INDEX kontor_fulfillment_status ON kontor_fulfillment (tenant, status, id);

-- The pieces of a fulfillment. They never change.
CREATE TABLE kontor_fulfillment_line (
    tenant      text    NOT NULL,
    fulfillment uuid    NOT NULL,
    n           bigint  NOT NULL CHECK (n > 0),
    sku         text    NOT NULL,
    title       text    NOT NULL,
    quantity    bigint  NOT NULL CHECK (quantity BETWEEN 1 AND 99999),
    stocked     boolean NOT NULL,
    PRIMARY KEY (tenant, fulfillment, n),
    FOREIGN KEY (tenant, fulfillment) REFERENCES kontor_fulfillment (tenant, id)
);
