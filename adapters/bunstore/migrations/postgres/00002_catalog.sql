-- +goose Up
-- What is for sale. The version counts every change of a product, its variants and their prices.
CREATE TABLE kontor_product (
    tenant       text   NOT NULL,
    id           uuid   NOT NULL,
    slug         text   NOT NULL,
    title        text   NOT NULL,
    description  text   NOT NULL,
    status       text   NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    tax_category text   NOT NULL,
    metadata     text   NOT NULL,
    version      bigint NOT NULL CHECK (version > 0),
    created_at   bigint NOT NULL,
    updated_at   bigint NOT NULL,
    UNIQUE (tenant, slug)
);
-- The key comes last, as that of kontor_order.
ALTER TABLE kontor_product ADD PRIMARY KEY (tenant, id);

-- The forms in which a product is sold, in the order of their ids. Carts, stock and prices know them by their SKU.
CREATE TABLE kontor_variant (
    tenant  text   NOT NULL,
    product uuid   NOT NULL,
    id      uuid   NOT NULL,
    sku     text   NOT NULL,
    title   text   NOT NULL,
    options text   NOT NULL,
    weight  bigint NOT NULL CHECK (weight >= 0),
    PRIMARY KEY (tenant, product, id),
    UNIQUE (tenant, sku),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
);

-- What a SKU costs: minor units of a currency for a number of pieces, for a group of buyers ('' is everyone), from a quantity on.
CREATE TABLE kontor_price (
    tenant       text   NOT NULL,
    sku          text   NOT NULL,
    currency     text   NOT NULL,
    buyers       text   NOT NULL,
    min_quantity bigint NOT NULL CHECK (min_quantity > 0),
    minor        bigint NOT NULL CHECK (minor >= 0),
    per          bigint NOT NULL CHECK (per >= 0),
    PRIMARY KEY (tenant, sku, currency, buyers, min_quantity),
    FOREIGN KEY (tenant, sku) REFERENCES kontor_variant (tenant, sku)
);
