-- +goose Up
-- What is for sale. The version counts every change of a product, its variants and their prices.
CREATE TABLE kontor_product (
    tenant       TEXT    NOT NULL,
    id           BLOB    NOT NULL,
    slug         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    tax_category TEXT    NOT NULL,
    metadata     TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, slug)
) STRICT;

-- The forms in which a product is sold, in the order of their ids. Carts, stock and prices know them by their SKU.
CREATE TABLE kontor_variant (
    tenant  TEXT    NOT NULL,
    product BLOB    NOT NULL,
    id      BLOB    NOT NULL,
    sku     TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    options TEXT    NOT NULL,
    weight  INTEGER NOT NULL CHECK (weight >= 0),
    PRIMARY KEY (tenant, product, id),
    UNIQUE (tenant, sku),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
) WITHOUT ROWID, STRICT;

-- What a SKU costs: minor units of a currency for a number of pieces, for a group of buyers ('' is everyone), from a quantity on.
CREATE TABLE kontor_price (
    tenant       TEXT    NOT NULL,
    sku          TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    buyers       TEXT    NOT NULL,
    min_quantity INTEGER NOT NULL CHECK (min_quantity > 0),
    minor        INTEGER NOT NULL CHECK (minor >= 0),
    per          INTEGER NOT NULL CHECK (per >= 0),
    PRIMARY KEY (tenant, sku, currency, buyers, min_quantity),
    FOREIGN KEY (tenant, sku) REFERENCES kontor_variant (tenant, sku)
) WITHOUT ROWID, STRICT;
