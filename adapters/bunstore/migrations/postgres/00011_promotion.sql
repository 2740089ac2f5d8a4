-- +goose Up
-- What a shop grants. terms is read as a whole; what statements ask for stands beside it.
CREATE TABLE kontor_promotion (
    tenant     text    NOT NULL,
    id         uuid    NOT NULL,
    version    bigint  NOT NULL CHECK (version > 0),
    state      text    NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'ended')),
    automatic  boolean NOT NULL,
    counted    boolean NOT NULL,
    terms      text    NOT NULL,
    created_at bigint  NOT NULL,
    updated_at bigint  NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX kontor_promotion_active ON kontor_promotion (tenant, id) WHERE state = 'active';

-- Rises with every change of a promotion, so that what was read of them can be kept in memory.
CREATE TABLE kontor_promotion_revision (
    tenant   text    NOT NULL,
    revision bigint  NOT NULL,
    PRIMARY KEY (tenant)
);

-- Which code belongs to which promotion. A code is unique in the shop.
CREATE TABLE kontor_promotion_code (
    tenant     text    NOT NULL,
    code       text    NOT NULL,
    promotion  uuid    NOT NULL,
    created_at bigint  NOT NULL,
    PRIMARY KEY (tenant, code),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion (tenant, id)
);

-- How often a promotion was used in all, and its limits (0: none). Every use of a limited promotion changes this row first, so
-- the counters below change one after the other.
CREATE TABLE kontor_promotion_count (
    tenant    text    NOT NULL,
    promotion uuid    NOT NULL,
    used      bigint  NOT NULL CHECK (used >= 0),
    max_all   bigint  NOT NULL CHECK (max_all >= 0),
    max_code  bigint  NOT NULL CHECK (max_code >= 0),
    max_buyer bigint  NOT NULL CHECK (max_buyer >= 0),
    PRIMARY KEY (tenant, promotion),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion (tenant, id),
    CHECK (max_all = 0 OR used <= max_all)
) WITH (fillfactor = 50);

-- How often a limited promotion was used by one buyer or with one code. most is the limit as of the last use.
CREATE TABLE kontor_promotion_use (
    tenant    text    NOT NULL,
    promotion uuid    NOT NULL,
    kind      text    NOT NULL CHECK (kind IN ('buyer', 'code')),
    subject   text    NOT NULL,
    used      bigint  NOT NULL CHECK (used >= 0),
    most      bigint  NOT NULL,
    PRIMARY KEY (tenant, promotion, kind, subject),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion_count (tenant, promotion),
    CHECK (most = 0 OR used <= most)
);

-- Which order has used which promotion. A use counts until it is given back, which happens once.
CREATE TABLE kontor_promotion_redemption (
    tenant        text    NOT NULL,
    order_id      text    NOT NULL,
    promotion     uuid    NOT NULL,
    code          text    NOT NULL,
    buyer         text    NOT NULL,
    counted       boolean NOT NULL,
    at            bigint  NOT NULL,
    given_back_at bigint  NOT NULL,
    PRIMARY KEY (tenant, order_id, promotion),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion (tenant, id)
);
