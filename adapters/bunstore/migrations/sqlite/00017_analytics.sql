-- +goose Up
-- What happened to the money of the shop: one row for each sale, cancellation, return, payment and refund, never updated but for awaited and
-- never deleted. Amounts of what was taken back are negative. awaited is 1 until the host's own analytics have got it.
CREATE TABLE kontor_analytics_fact (
    tenant   TEXT    NOT NULL,
    event    BLOB    NOT NULL,
    kind     TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    origin   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    currency TEXT    NOT NULL,
    gross    INTEGER NOT NULL,
    discount INTEGER NOT NULL,
    net      INTEGER NOT NULL,
    shipping INTEGER NOT NULL,
    fees     INTEGER NOT NULL,
    tax      INTEGER NOT NULL,
    rounding INTEGER NOT NULL,
    total    INTEGER NOT NULL,
    awaited  INTEGER NOT NULL,
    PRIMARY KEY (tenant, event),
    CHECK (kind IN ('payment', 'refund') OR total = net + shipping + fees + tax + rounding)
) STRICT;
CREATE UNIQUE INDEX kontor_analytics_fact_subject ON kontor_analytics_fact (tenant, kind, subject) WHERE kind <> 'payment';
CREATE INDEX kontor_analytics_fact_at ON kontor_analytics_fact (tenant, at);
CREATE INDEX kontor_analytics_fact_order ON kontor_analytics_fact (tenant, order_id);
CREATE INDEX kontor_analytics_fact_origin ON kontor_analytics_fact (tenant, origin) WHERE origin <> '';
CREATE INDEX kontor_analytics_fact_awaited ON kontor_analytics_fact (tenant, at, event) WHERE awaited = 1;

-- The lines of sales, cancellations and returns, with what is asked for of their fact. product is all zeros if it is not known.
CREATE TABLE kontor_analytics_line (
    tenant   TEXT    NOT NULL,
    event    BLOB    NOT NULL,
    n        INTEGER NOT NULL CHECK (n > 0),
    kind     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    currency TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    product  BLOB    NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity <> 0),
    gross    INTEGER NOT NULL,
    discount INTEGER NOT NULL,
    net      INTEGER NOT NULL,
    tax      INTEGER NOT NULL,
    PRIMARY KEY (tenant, event, n),
    FOREIGN KEY (tenant, event) REFERENCES kontor_analytics_fact (tenant, event)
) STRICT;
CREATE INDEX kontor_analytics_line_at ON kontor_analytics_line (tenant, at);
CREATE INDEX kontor_analytics_line_sku ON kontor_analytics_line (tenant, sku, at);

-- What visitors did. visitor is empty for who has not consented to be recognised, and cart is empty then too.
CREATE TABLE kontor_analytics_action (
    tenant  TEXT    NOT NULL,
    id      BLOB    NOT NULL,
    step    TEXT    NOT NULL,
    visitor TEXT    NOT NULL,
    cart    TEXT    NOT NULL CHECK (visitor <> '' OR cart = ''),
    product BLOB    NOT NULL,
    sku     TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    awaited INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX kontor_analytics_action_at ON kontor_analytics_action (tenant, at, id);
CREATE INDEX kontor_analytics_action_visitor ON kontor_analytics_action (tenant, visitor, at) WHERE visitor <> '';
CREATE INDEX kontor_analytics_action_awaited ON kontor_analytics_action (tenant, at, id) WHERE awaited = 1;

-- What a SKU costs the shop, as far as somebody has said so: minor units for per pieces.
CREATE TABLE kontor_analytics_cost (
    tenant   TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    minor    INTEGER NOT NULL CHECK (minor >= 0),
    per      INTEGER NOT NULL CHECK (per > 0),
    currency TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (tenant, sku)
) STRICT;
