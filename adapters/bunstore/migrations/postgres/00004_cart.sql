-- +goose Up
-- What shoppers mean to buy. There are no amounts here: a cart is priced when somebody asks.
CREATE TABLE kontor_cart (
    tenant          text   NOT NULL,
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version > 0),
    status          text   NOT NULL,
    channel         text   NOT NULL,
    market          text   NOT NULL,
    currency        text   NOT NULL,
    country         text   NOT NULL,
    locale          text   NOT NULL,
    buyer_groups    text   NOT NULL,
    buyer_kind      text   NOT NULL,
    buyer_id        text   NOT NULL,
    email           text   NOT NULL,
    codes           text   NOT NULL,
    ship_to         text   NOT NULL,
    bill_to         text   NOT NULL,
    shipping_method text   NOT NULL,
    order_id        text   NOT NULL,
    last_line       bigint NOT NULL,
    metadata        text   NOT NULL,
    created_at      bigint NOT NULL,
    updated_at      bigint NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK ((status IN ('placed', 'paying')) = (order_id <> ''))
) WITH (fillfactor = 70);

-- One row for each line; n is never given twice in a cart.
CREATE TABLE kontor_cart_line (
    tenant   text   NOT NULL,
    cart     uuid   NOT NULL,
    n        bigint NOT NULL CHECK (n > 0),
    sku      text   NOT NULL,
    quantity bigint NOT NULL CHECK (quantity BETWEEN 1 AND 99999),
    metadata text   NOT NULL,
    PRIMARY KEY (tenant, cart, n),
    FOREIGN KEY (tenant, cart) REFERENCES kontor_cart (tenant, id)
) WITH (fillfactor = 70);
