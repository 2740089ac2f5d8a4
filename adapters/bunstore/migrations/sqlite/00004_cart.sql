-- +goose Up
-- What shoppers mean to buy. There are no amounts here: a cart is priced when somebody asks.
CREATE TABLE kontor_cart (
    tenant          TEXT    NOT NULL,
    id              BLOB    NOT NULL,
    version         INTEGER NOT NULL CHECK (version > 0),
    status          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    market          TEXT    NOT NULL,
    currency        TEXT    NOT NULL,
    country         TEXT    NOT NULL,
    locale          TEXT    NOT NULL,
    buyer_groups    TEXT    NOT NULL,
    buyer_kind      TEXT    NOT NULL,
    buyer_id        TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    codes           TEXT    NOT NULL,
    ship_to         TEXT    NOT NULL,
    bill_to         TEXT    NOT NULL,
    shipping_method TEXT    NOT NULL,
    order_id        TEXT    NOT NULL,
    last_line       INTEGER NOT NULL,
    metadata        TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK ((status IN ('placed', 'paying')) = (order_id <> ''))
) WITHOUT ROWID, STRICT;

-- One row for each line; n is never given twice in a cart.
CREATE TABLE kontor_cart_line (
    tenant   TEXT    NOT NULL,
    cart     BLOB    NOT NULL,
    n        INTEGER NOT NULL CHECK (n > 0),
    sku      TEXT    NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99999),
    metadata TEXT    NOT NULL,
    PRIMARY KEY (tenant, cart, n),
    FOREIGN KEY (tenant, cart) REFERENCES kontor_cart (tenant, id)
) WITHOUT ROWID, STRICT;
