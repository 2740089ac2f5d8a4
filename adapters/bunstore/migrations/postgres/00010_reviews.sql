-- +goose Up
-- Who may review what: one for each line of an order that was delivered. review is all zeros until it is used.
CREATE TABLE kontor_review_entitlement (
    tenant       text   NOT NULL,
    id           uuid   NOT NULL,
    order_id     text   NOT NULL,
    n            bigint NOT NULL CHECK (n > 0),
    product      uuid   NOT NULL,
    sku          text   NOT NULL,
    buyer_kind   text   NOT NULL,
    buyer_id     text   NOT NULL,
    review       uuid   NOT NULL,
    delivered_at bigint NOT NULL,
    invited_at   bigint NOT NULL,
    created_at   bigint NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX kontor_review_entitlement_line ON kontor_review_entitlement (tenant, order_id, n);

-- What buyers say.
CREATE TABLE kontor_review (
    tenant      text   NOT NULL,
    id          uuid   NOT NULL,
    version     bigint NOT NULL CHECK (version > 0),
    status      text   NOT NULL,
    entitlement uuid   NOT NULL,
    product     uuid   NOT NULL,
    sku         text   NOT NULL,
    author_kind text   NOT NULL,
    author_id   text   NOT NULL,
    name        text   NOT NULL,
    rating      bigint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title       text   NOT NULL,
    body        text   NOT NULL,
    reason      text   NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, entitlement),
    FOREIGN KEY (tenant, entitlement) REFERENCES kontor_review_entitlement (tenant, id)
);
CREATE INDEX kontor_review_product ON kontor_review (tenant, product, created_at, id);
CREATE INDEX kontor_review_status ON kontor_review (tenant, status, created_at, id);
CREATE INDEX kontor_review_created ON kontor_review (tenant, created_at, id);

-- What the published reviews of a product say together. sum is that of their stars.
CREATE TABLE kontor_review_rating (
    tenant  text   NOT NULL,
    product uuid   NOT NULL,
    count   bigint NOT NULL CHECK (count >= 0),
    sum     bigint NOT NULL CHECK (sum >= 0),
    stars1  bigint NOT NULL CHECK (stars1 >= 0),
    stars2  bigint NOT NULL CHECK (stars2 >= 0),
    stars3  bigint NOT NULL CHECK (stars3 >= 0),
    stars4  bigint NOT NULL CHECK (stars4 >= 0),
    stars5  bigint NOT NULL CHECK (stars5 >= 0),
    PRIMARY KEY (tenant, product),
    CHECK (count = stars1 + stars2 + stars3 + stars4 + stars5),
    CHECK (sum = stars1 + 2 * stars2 + 3 * stars3 + 4 * stars4 + 5 * stars5)
) WITH (fillfactor = 80);
