-- +goose Up
-- What happened to the money of the shop: one row for each sale, cancellation, return, payment and refund, never updated but for awaited and
-- never deleted. Amounts of what was taken back are negative. awaited is 1 until the host's own analytics have got it.
CREATE TABLE kontor_analytics_fact (
    tenant   text   NOT NULL,
    event    uuid   NOT NULL,
    kind     text   NOT NULL,
    subject  text   NOT NULL,
    order_id text   NOT NULL,
    origin   text   NOT NULL,
    at       bigint NOT NULL,
    currency text   NOT NULL,
    gross    bigint NOT NULL,
    discount bigint NOT NULL,
    net      bigint NOT NULL,
    shipping bigint NOT NULL,
    fees     bigint NOT NULL,
    tax      bigint NOT NULL,
    rounding bigint NOT NULL,
    total    bigint NOT NULL,
    awaited  bigint NOT NULL,
    PRIMARY KEY (tenant, event),
    CHECK (kind IN ('payment', 'refund') OR total = net + shipping + fees + tax + rounding)
);
CREATE UNIQUE INDEX kontor_analytics_fact_subject ON kontor_analytics_fact (tenant, kind, subject) WHERE kind <> 'payment';
CREATE INDEX kontor_analytics_fact_at ON kontor_analytics_fact (tenant, at);
CREATE INDEX kontor_analytics_fact_order ON kontor_analytics_fact (tenant, order_id);
CREATE INDEX kontor_analytics_fact_origin ON kontor_analytics_fact (tenant, origin) WHERE origin <> '';
CREATE INDEX kontor_analytics_fact_awaited ON kontor_analytics_fact (tenant, at, event) WHERE awaited = 1;

-- The lines of sales, cancellations and returns, with what is asked for of their fact. product is all zeros if it is not known.
CREATE TABLE kontor_analytics_line (
    tenant   text   NOT NULL,
    event    uuid   NOT NULL,
    n        bigint NOT NULL CHECK (n > 0),
    kind     text   NOT NULL,
    at       bigint NOT NULL,
    currency text   NOT NULL,
    sku      text   NOT NULL,
    product  uuid   NOT NULL,
    quantity bigint NOT NULL CHECK (quantity <> 0),
    gross    bigint NOT NULL,
    discount bigint NOT NULL,
    net      bigint NOT NULL,
    tax      bigint NOT NULL,
    PRIMARY KEY (tenant, event, n),
    FOREIGN KEY (tenant, event) REFERENCES kontor_analytics_fact (tenant, event)
);
CREATE INDEX kontor_analytics_line_at ON kontor_analytics_line (tenant, at);
CREATE INDEX kontor_analytics_line_sku ON kontor_analytics_line (tenant, sku, at);

-- What visitors did. visitor is empty for who has not consented to be recognised, and cart is empty then too.
CREATE TABLE kontor_analytics_action (
    tenant  text   NOT NULL,
    id      uuid   NOT NULL,
    step    text   NOT NULL,
    visitor text   NOT NULL,
    cart    text   NOT NULL CHECK (visitor <> '' OR cart = ''),
    product uuid   NOT NULL,
    sku     text   NOT NULL,
    at      bigint NOT NULL,
    awaited bigint NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX kontor_analytics_action_at ON kontor_analytics_action (tenant, at, id);
CREATE INDEX kontor_analytics_action_visitor ON kontor_analytics_action (tenant, visitor, at) WHERE visitor <> '';
CREATE INDEX kontor_analytics_action_awaited ON kontor_analytics_action (tenant, at, id) WHERE awaited = 1;

-- What a SKU costs the shop, as far as somebody has said so: minor units for per pieces.
CREATE TABLE kontor_analytics_cost (
    tenant   text   NOT NULL,
    sku      text   NOT NULL,
    minor    bigint NOT NULL CHECK (minor >= 0),
    per      bigint NOT NULL CHECK (per > 0),
    currency text   NOT NULL,
    since    bigint NOT NULL,
    PRIMARY KEY (tenant, sku)
);
