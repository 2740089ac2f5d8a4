-- +goose Up
-- How often the tree of categories was changed. Every change of its form swaps it, so that two of them never make a ring.
CREATE TABLE kontor_category_tree (
    tenant  text   NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant)
);

-- Under what products are found. The parent of one at the top is sixteen zero bytes.
CREATE TABLE kontor_category (
    tenant      text    NOT NULL,
    id          uuid    NOT NULL,
    slug        text    NOT NULL,
    title       text    NOT NULL,
    description text    NOT NULL,
    parent      uuid    NOT NULL CHECK (parent <> id),
    position    bigint  NOT NULL,
    featured    boolean NOT NULL,
    version     bigint  NOT NULL CHECK (version > 0),
    created_at  bigint  NOT NULL,
    updated_at  bigint  NOT NULL,
    UNIQUE (tenant, slug)
);
CREATE INDEX kontor_category_parent ON kontor_category (tenant, parent);
-- Keys come last, here and below, as that of kontor_order.
ALTER TABLE kontor_category ADD PRIMARY KEY (tenant, id);

-- What can be said about products.
CREATE TABLE kontor_attribute (
    tenant     text    NOT NULL,
    code       text    NOT NULL,
    title      text    NOT NULL,
    type       text    NOT NULL CHECK (type IN ('text', 'number', 'bool')),
    unit       text    NOT NULL,
    scale      bigint  NOT NULL CHECK (scale BETWEEN 0 AND 9),
    filterable boolean NOT NULL,
    position   bigint  NOT NULL,
    version    bigint  NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, code)
);

-- How a product is shown: its place, its window in time [begins, ends), its media, and all it says of itself in one text.
CREATE TABLE kontor_presentation (
    tenant     text    NOT NULL,
    product    uuid    NOT NULL,
    position   bigint  NOT NULL,
    featured   boolean NOT NULL,
    begins     bigint  NOT NULL,
    ends       bigint  NOT NULL CHECK (ends > begins),
    image      text    NOT NULL,
    media      text    NOT NULL,
    attributes text    NOT NULL,
    PRIMARY KEY (tenant, product),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
);

-- The categories of a product, in the order in which they are named.
CREATE TABLE kontor_product_category (
    tenant   text   NOT NULL,
    product  uuid   NOT NULL,
    category uuid   NOT NULL,
    n        bigint NOT NULL,
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id),
    FOREIGN KEY (tenant, category) REFERENCES kontor_category (tenant, id)
);
CREATE INDEX kontor_product_category_of ON kontor_product_category (tenant, category, product);
ALTER TABLE kontor_product_category ADD PRIMARY KEY (tenant, product, category);

-- What a product says of itself, one row a value. The token is the code and the value.
CREATE TABLE kontor_product_value (
    tenant    text NOT NULL,
    product   uuid NOT NULL,
    token     text NOT NULL,
    attribute text NOT NULL,
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id),
    FOREIGN KEY (tenant, attribute) REFERENCES kontor_attribute (tenant, code)
);
CREATE INDEX kontor_product_value_token ON kontor_product_value (tenant, token, product, attribute);
ALTER TABLE kontor_product_value ADD PRIMARY KEY (tenant, product, token);

-- The words of a product, as catalog.Words folds them. Search looks them up in its cards.
CREATE TABLE kontor_product_text (
    tenant  text NOT NULL,
    product uuid NOT NULL,
    title   text NOT NULL COLLATE "C",
    body    text NOT NULL,
    PRIMARY KEY (tenant, product),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
);

-- What lists show, one row for each active product and each currency in which one piece of it has a price for everyone. It is
-- written anew with every change of the product. price is that of one piece, rounded up, by which lists filter and sort.
-- A card has all that a list asks for, its categories and words too: a list that is counted reads no other table.
CREATE TABLE kontor_product_card (
    tenant     text    NOT NULL,
    currency   text    NOT NULL,
    product    uuid    NOT NULL,
    slug       text    NOT NULL,
    title      text    NOT NULL,
    sort_title text    NOT NULL COLLATE "C",
    position   bigint  NOT NULL,
    featured   boolean NOT NULL,
    created_at bigint  NOT NULL,
    begins     bigint  NOT NULL,
    ends       bigint  NOT NULL,
    image      text    NOT NULL,
    attributes text    NOT NULL COLLATE "C",
    price      bigint  NOT NULL CHECK (price >= 0),
    highest    bigint  NOT NULL CHECK (highest >= price),
    minor      bigint  NOT NULL CHECK (minor >= 0),
    per        bigint  NOT NULL CHECK (per >= 0),
    places     uuid[]  NOT NULL,
    heading    text    NOT NULL COLLATE "C",
    words      tsvector NOT NULL,
    PRIMARY KEY (tenant, currency, product),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
);
CREATE INDEX kontor_product_card_position ON kontor_product_card (tenant, currency, position, product);
CREATE INDEX kontor_product_card_created ON kontor_product_card (tenant, currency, created_at, product);
CREATE INDEX kontor_product_card_price ON kontor_product_card (tenant, currency, price, product);
CREATE INDEX kontor_product_card_title ON kontor_product_card (tenant, currency, sort_title, product);
CREATE INDEX kontor_product_card_featured ON kontor_product_card (tenant, currency, position, product) WHERE featured;
-- What is added goes into these at once: a list of what is still to be added would be read whole by every search.
CREATE INDEX kontor_product_card_places ON kontor_product_card USING gin (places) WITH (fastupdate = off);
CREATE INDEX kontor_product_card_words ON kontor_product_card USING gin (words) WITH (fastupdate = off);

-- By this one cards are written anew.
CREATE INDEX kontor_product_card_product ON kontor_product_card (tenant, product);
