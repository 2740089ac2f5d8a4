-- +goose Up
-- Who may review what: one for each line of an order that was delivered. review is all zeros until it is used.
CREATE TABLE kontor_review_entitlement (
    tenant       TEXT    NOT NULL,
    id           BLOB    NOT NULL,
    order_id     TEXT    NOT NULL,
    n            INTEGER NOT NULL CHECK (n > 0),
    product      BLOB    NOT NULL,
    sku          TEXT    NOT NULL,
    buyer_kind   TEXT    NOT NULL,
    buyer_id     TEXT    NOT NULL,
    review       BLOB    NOT NULL,
    delivered_at INTEGER NOT NULL,
    invited_at   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE UNIQUE INDEX kontor_review_entitlement_line ON kontor_review_entitlement (tenant, order_id, n);

-- What buyers say.
CREATE TABLE kontor_review (
    tenant      TEXT    NOT NULL,
    id          BLOB    NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 0),
    status      TEXT    NOT NULL,
    entitlement BLOB    NOT NULL,
    product     BLOB    NOT NULL,
    sku         TEXT    NOT NULL,
    author_kind TEXT    NOT NULL,
    author_id   TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    rating      INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, entitlement),
    FOREIGN KEY (tenant, entitlement) REFERENCES kontor_review_entitlement (tenant, id)
) STRICT;
CREATE INDEX kontor_review_product ON kontor_review (tenant, product, created_at, id);
CREATE INDEX kontor_review_status ON kontor_review (tenant, status, created_at, id);
CREATE INDEX kontor_review_created ON kontor_review (tenant, created_at, id);

-- What the published reviews of a product say together. sum is that of their stars.
CREATE TABLE kontor_review_rating (
    tenant  TEXT    NOT NULL,
    product BLOB    NOT NULL,
    count   INTEGER NOT NULL CHECK (count >= 0),
    sum     INTEGER NOT NULL CHECK (sum >= 0),
    stars1  INTEGER NOT NULL CHECK (stars1 >= 0),
    stars2  INTEGER NOT NULL CHECK (stars2 >= 0),
    stars3  INTEGER NOT NULL CHECK (stars3 >= 0),
    stars4  INTEGER NOT NULL CHECK (stars4 >= 0),
    stars5  INTEGER NOT NULL CHECK (stars5 >= 0),
    PRIMARY KEY (tenant, product),
    CHECK (count = stars1 + stars2 + stars3 + stars4 + stars5),
    CHECK (sum = stars1 + 2 * stars2 + 3 * stars3 + 4 * stars4 + 5 * stars5)
) STRICT;
