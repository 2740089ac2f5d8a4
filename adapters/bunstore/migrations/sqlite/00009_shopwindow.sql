-- +goose Up
-- How often the tree of categories was changed. Every change of its form swaps it, so that two of them never make a ring.
CREATE TABLE kontor_category_tree (
    tenant  TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant)
) WITHOUT ROWID, STRICT;

-- Under what products are found. The parent of one at the top is sixteen zero bytes.
CREATE TABLE kontor_category (
    tenant      TEXT    NOT NULL,
    id          BLOB    NOT NULL,
    slug        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    description TEXT    NOT NULL,
    parent      BLOB    NOT NULL CHECK (parent <> id),
    position    INTEGER NOT NULL,
    featured    INTEGER NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 0),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, slug)
) WITHOUT ROWID, STRICT;
CREATE INDEX kontor_category_parent ON kontor_category (tenant, parent);

-- What can be said about products.
CREATE TABLE kontor_attribute (
    tenant     TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    type       TEXT    NOT NULL CHECK (type IN ('text', 'number', 'bool')),
    unit       TEXT    NOT NULL,
    scale      INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 9),
    filterable INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, code)
) WITHOUT ROWID, STRICT;

-- How a product is shown: its place, its window in time [begins, ends), its media, and all it says of itself in one text.
CREATE TABLE kontor_presentation (
    tenant     TEXT    NOT NULL,
    product    BLOB    NOT NULL,
    position   INTEGER NOT NULL,
    featured   INTEGER NOT NULL CHECK (featured IN (0, 1)),
    begins     INTEGER NOT NULL,
    ends       INTEGER NOT NULL CHECK (ends > begins),
    image      TEXT    NOT NULL,
    media      TEXT    NOT NULL,
    attributes TEXT    NOT NULL,
    PRIMARY KEY (tenant, product),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
) WITHOUT ROWID, STRICT;

-- The categories of a product, in the order in which they are named.
CREATE TABLE kontor_product_category (
    tenant   TEXT    NOT NULL,
    product  BLOB    NOT NULL,
    category BLOB    NOT NULL,
    n        INTEGER NOT NULL,
    PRIMARY KEY (tenant, product, category),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id),
    FOREIGN KEY (tenant, category) REFERENCES kontor_category (tenant, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX kontor_product_category_of ON kontor_product_category (tenant, category, product);

-- What a product says of itself, one row a value. The token is the code and the value.
CREATE TABLE kontor_product_value (
    tenant    TEXT NOT NULL,
    product   BLOB NOT NULL,
    token     TEXT NOT NULL,
    attribute TEXT NOT NULL,
    PRIMARY KEY (tenant, product, token),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id),
    FOREIGN KEY (tenant, attribute) REFERENCES kontor_attribute (tenant, code)
) WITHOUT ROWID, STRICT;
CREATE INDEX kontor_product_value_token ON kontor_product_value (tenant, token, product, attribute);

-- The words of a product, as catalog.Words folds them. Search looks them up.
CREATE TABLE kontor_product_text (
    n       INTEGER PRIMARY KEY,
    tenant  TEXT NOT NULL,
    product BLOB NOT NULL,
    title   TEXT NOT NULL,
    body    TEXT NOT NULL,
    UNIQUE (tenant, product),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
) STRICT;

CREATE VIRTUAL TABLE kontor_product_words USING fts5 (
    title, body, content = 'kontor_product_text', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);

-- The index follows its text.
-- +goose StatementBegin
CREATE TRIGGER kontor_product_text_added AFTER INSERT ON kontor_product_text BEGIN
    INSERT INTO kontor_product_words (rowid, title, body) VALUES (new.n, new.title, new.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER kontor_product_text_removed AFTER DELETE ON kontor_product_text BEGIN
    INSERT INTO kontor_product_words (kontor_product_words, rowid, title, body) VALUES ('delete', old.n, old.title, old.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER kontor_product_text_changed AFTER UPDATE ON kontor_product_text BEGIN
    INSERT INTO kontor_product_words (kontor_product_words, rowid, title, body) VALUES ('delete', old.n, old.title, old.body);
    INSERT INTO kontor_product_words (rowid, title, body) VALUES (new.n, new.title, new.body);
END;
-- +goose StatementEnd

-- What lists show, one row for each active product and each currency in which one piece of it has a price for everyone. It is
-- written anew with every change of the product. price is that of one piece, rounded up, by which lists filter and sort.
CREATE TABLE kontor_product_card (
    tenant     TEXT    NOT NULL,
    currency   TEXT    NOT NULL,
    product    BLOB    NOT NULL,
    slug       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    sort_title TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    featured   INTEGER NOT NULL CHECK (featured IN (0, 1)),
    created_at INTEGER NOT NULL,
    begins     INTEGER NOT NULL,
    ends       INTEGER NOT NULL,
    image      TEXT    NOT NULL,
    attributes TEXT    NOT NULL,
    price      INTEGER NOT NULL CHECK (price >= 0),
    highest    INTEGER NOT NULL CHECK (highest >= price),
    minor      INTEGER NOT NULL CHECK (minor >= 0),
    per        INTEGER NOT NULL CHECK (per >= 0),
    PRIMARY KEY (tenant, currency, product),
    FOREIGN KEY (tenant, product) REFERENCES kontor_product (tenant, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX kontor_product_card_product ON kontor_product_card (tenant, product);
CREATE INDEX kontor_product_card_position ON kontor_product_card (tenant, currency, position, product);
CREATE INDEX kontor_product_card_created ON kontor_product_card (tenant, currency, created_at, product);
CREATE INDEX kontor_product_card_price ON kontor_product_card (tenant, currency, price, product);
CREATE INDEX kontor_product_card_title ON kontor_product_card (tenant, currency, sort_title, product);
CREATE INDEX kontor_product_card_featured ON kontor_product_card (tenant, currency, position, product) WHERE featured;
