-- +goose Up
-- What was agreed, and what orders have been told since. Amounts are minor units of currency.
CREATE TABLE kontor_order (
    tenant          TEXT    NOT NULL,
    id              BLOB    NOT NULL,
    version         INTEGER NOT NULL CHECK (version > 0),
    status          TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    origin          TEXT    NOT NULL,
    buyer_kind      TEXT    NOT NULL,
    buyer_id        TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    market          TEXT    NOT NULL,
    currency        TEXT    NOT NULL,
    country         TEXT    NOT NULL,
    locale          TEXT    NOT NULL,
    buyer_groups    TEXT    NOT NULL,
    priced_at       INTEGER NOT NULL,
    tax_inclusive   INTEGER NOT NULL,
    subtotal        INTEGER NOT NULL,
    shipping        INTEGER NOT NULL,
    fees            INTEGER NOT NULL,
    discount        INTEGER NOT NULL,
    tax             INTEGER NOT NULL,
    rounding        INTEGER NOT NULL,
    total           INTEGER NOT NULL CHECK (total >= 0),
    paid            INTEGER NOT NULL CHECK (paid >= 0),
    refunded        INTEGER NOT NULL,
    charges         TEXT    NOT NULL,
    policy          TEXT    NOT NULL,
    ship_to         TEXT    NOT NULL,
    bill_to         TEXT    NOT NULL,
    shipping_method TEXT    NOT NULL,
    snapshot        TEXT    NOT NULL,
    payment_due     INTEGER NOT NULL,
    reason          TEXT    NOT NULL,
    metadata        TEXT    NOT NULL,
    placed_at       INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK (refunded BETWEEN 0 AND paid)
) STRICT;
CREATE UNIQUE INDEX kontor_order_number ON kontor_order (tenant, number);
-- Nothing becomes two orders.
CREATE UNIQUE INDEX kontor_order_origin ON kontor_order (tenant, origin) WHERE origin <> '';
CREATE INDEX kontor_order_placed ON kontor_order (tenant, placed_at, id);
CREATE INDEX kontor_order_buyer ON kontor_order (tenant, buyer_kind, buyer_id, placed_at, id) WHERE buyer_id <> '';

-- One row for each line: what was agreed, and how many pieces were cancelled, have left and have come back.
CREATE TABLE kontor_order_line (
    tenant     TEXT    NOT NULL,
    order_id   BLOB    NOT NULL,
    n          INTEGER NOT NULL CHECK (n > 0),
    sku        TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99999),
    unit_minor INTEGER NOT NULL,
    unit_per   INTEGER NOT NULL,
    subtotal   INTEGER NOT NULL,
    discount   INTEGER NOT NULL,
    net        INTEGER NOT NULL,
    tax        INTEGER NOT NULL,
    gross      INTEGER NOT NULL,
    cancelled  INTEGER NOT NULL CHECK (cancelled >= 0),
    shipped    INTEGER NOT NULL CHECK (shipped >= 0),
    returned   INTEGER NOT NULL CHECK (returned >= 0),
    metadata   TEXT    NOT NULL,
    PRIMARY KEY (tenant, order_id, n),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_order (tenant, id),
    CHECK (shipped <= quantity - cancelled),
    CHECK (returned <= shipped)
) WITHOUT ROWID, STRICT;

-- What an order has been told of payments, parcels and returns: each fact once.
CREATE TABLE kontor_order_told (
    tenant   TEXT    NOT NULL,
    order_id BLOB    NOT NULL,
    kind     TEXT    NOT NULL,
    source   TEXT    NOT NULL,
    ref      TEXT    NOT NULL,
    minor    INTEGER NOT NULL,
    items    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, order_id, kind, source, ref),
    FOREIGN KEY (tenant, order_id) REFERENCES kontor_order (tenant, id)
) WITHOUT ROWID, STRICT;
