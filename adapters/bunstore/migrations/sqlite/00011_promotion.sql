-- +goose Up
-- What a shop grants. terms is read as a whole; what statements ask for stands beside it.
CREATE TABLE kontor_promotion (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    state      TEXT    NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'ended')),
    automatic  INTEGER NOT NULL,
    counted    INTEGER NOT NULL,
    terms      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX kontor_promotion_active ON kontor_promotion (tenant, id) WHERE state = 'active';

-- Rises with every change of a promotion, so that what was read of them can be kept in memory.
CREATE TABLE kontor_promotion_revision (
    tenant   TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant)
) WITHOUT ROWID, STRICT;

-- Which code belongs to which promotion. A code is unique in the shop.
CREATE TABLE kontor_promotion_code (
    tenant     TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    promotion  BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, code),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion (tenant, id)
) WITHOUT ROWID, STRICT;

-- How often a promotion was used in all, and its limits (0: none). Every use of a limited promotion changes this row first, so
-- the counters below change one after the other.
CREATE TABLE kontor_promotion_count (
    tenant    TEXT    NOT NULL,
    promotion BLOB    NOT NULL,
    used      INTEGER NOT NULL CHECK (used >= 0),
    max_all   INTEGER NOT NULL CHECK (max_all >= 0),
    max_code  INTEGER NOT NULL CHECK (max_code >= 0),
    max_buyer INTEGER NOT NULL CHECK (max_buyer >= 0),
    PRIMARY KEY (tenant, promotion),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion (tenant, id),
    CHECK (max_all = 0 OR used <= max_all)
) WITHOUT ROWID, STRICT;

-- How often a limited promotion was used by one buyer or with one code. most is the limit as of the last use.
CREATE TABLE kontor_promotion_use (
    tenant    TEXT    NOT NULL,
    promotion BLOB    NOT NULL,
    kind      TEXT    NOT NULL CHECK (kind IN ('buyer', 'code')),
    subject   TEXT    NOT NULL,
    used      INTEGER NOT NULL CHECK (used >= 0),
    most      INTEGER NOT NULL,
    PRIMARY KEY (tenant, promotion, kind, subject),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion_count (tenant, promotion),
    CHECK (most = 0 OR used <= most)
) WITHOUT ROWID, STRICT;

-- Which order has used which promotion. A use counts until it is given back, which happens once.
CREATE TABLE kontor_promotion_redemption (
    tenant        TEXT    NOT NULL,
    order_id      TEXT    NOT NULL,
    promotion     BLOB    NOT NULL,
    code          TEXT    NOT NULL,
    buyer         TEXT    NOT NULL,
    counted       INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    given_back_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, order_id, promotion),
    FOREIGN KEY (tenant, promotion) REFERENCES kontor_promotion (tenant, id)
) WITHOUT ROWID, STRICT;
