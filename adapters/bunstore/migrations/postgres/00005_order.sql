-- +goose Up
-- What was agreed, and what orders have been told since. Amounts are minor units of currency.
CREATE TABLE kontor_order (
    tenant          text   NOT NULL,
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version > 0),
    status          text   NOT NULL,
    number          text   NOT NULL,
    origin          text   NOT NULL,
    buyer_kind      text   NOT NULL,
    buyer_id        text   NOT NULL,
    email           text   NOT NULL,
    channel         text   NOT NULL,
    market          text   NOT NULL,
    currency        text   NOT NULL,
    country         text   NOT NULL,
    locale          text   NOT NULL,
    buyer_groups    text   NOT NULL,
    priced_at       bigint NOT NULL,
    tax_inclusive   boolean NOT NULL,
    subtotal        bigint NOT NULL,
    shipping        bigint NOT NULL,
    fees            bigint NOT NULL,
    discount        bigint NOT NULL,
    tax             bigint NOT NULL,
    rounding        bigint NOT NULL,
    total           bigint NOT NULL CHECK (total >= 0),
    paid            bigint NOT NULL CHECK (paid >= 0),
    refunded        bigint NOT NULL,
    charges         text   NOT NULL,
    policy          text   NOT NULL,
    ship_to         text   NOT NULL,
    bill_to         text   NOT NULL,
    shipping_method text   NOT NULL,
    snapshot        text   NOT NULL,
    payment_due     bigint NOT NULL,
    reason          text   NOT NULL,
    metadata        text   NOT NULL,
    placed_at       bigint NOT NULL,
    updated_at      bigint NOT NULL,
    CHECK (refunded BETWEEN 0 AND paid)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX kontor_order_number ON kontor_order (tenant, number);
-- Nothing becomes two orders.
CREATE UNIQUE INDEX kontor_order_origin ON kontor_order (tenant, origin) WHERE origin <> '';
CREATE INDEX kontor_order_placed ON kontor_order (tenant, placed_at, id);
CREATE INDEX kontor_order_buyer ON kontor_order (tenant, buyer_kind, buyer_id, placed_at, id) WHERE buyer_id <> '';
-- The key comes last: while nothing is known about a table PostgreSQL takes the youngest of the indexes that begin with the
-- tenant, and keeps to it. An older key would have every look-up by id walk through all rows of the tenant.
ALTER TABLE kontor_order ADD PRIMARY KEY (tenant, id);

-- One row for each line: what was agreed, and how many pieces were cancelled, have left and have come back.
CREATE TABLE kontor_order_line (
    tenant     text   NOT NULL,
    order_id   uuid   NOT NULL,
    n          bigint NOT NULL CHECK (n > 0),
    sku        text   NOT NULL,
    title      text   NOT NULL,
    quantity   bigint NOT NULL CHECK (quantity BETWEEN 1 AND 99999),
    unit_minor bigint NOT NULL,
    unit_per   bigint NOT NULL,
    subtotal   bigint NOT NULL,
    discount   bigint NOT NULL,
    net        bigint NOT NULL,
    tax        bigint NOT NULL,
    gross      bigint NOT NULL,
    cancelled  bigint NOT NULL CHECK (cancelled >= 0),
    shipped    bigint NOT NULL CHECK (shipped >= 0),
    returned   bigint NOT NULL CHECK (returned >= 0),
    metadata   text   NOT NULL,
    PRIMARY KEY (tenant, order_id, n),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_order (tenant, id),
    CHECK (shipped <= quantity - cancelled),
    CHECK (returned <= shipped)
) WITH (fillfactor = 80);

-- What an order has been told of payments, parcels and returns: each fact once.
CREATE TABLE kontor_order_told (
    tenant   text   NOT NULL,
    order_id uuid   NOT NULL,
    kind     text   NOT NULL,
    source   text   NOT NULL,
    ref      text   NOT NULL,
    minor    bigint NOT NULL,
    items    text   NOT NULL,
    at       bigint NOT NULL,
    PRIMARY KEY (tenant, order_id, kind, source, ref),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_order (tenant, id)
);
