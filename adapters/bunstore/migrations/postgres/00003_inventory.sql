-- +goose Up
-- Places where goods lie.
CREATE TABLE kontor_location (
    tenant   text    NOT NULL,
    code     text    NOT NULL,
    name     text    NOT NULL,
    priority integer NOT NULL,
    PRIMARY KEY (tenant, code)
);

-- What lies at a place, and how much of that is promised. The checks are the last line of defence against overselling; the fill
-- factor leaves room on each page, so that the many updates of a hot row need no new index entry.
CREATE TABLE kontor_level (
    tenant   text   NOT NULL,
    sku      text   NOT NULL,
    location text   NOT NULL,
    on_hand  bigint NOT NULL CHECK (on_hand >= 0 AND on_hand <= 1000000000),
    reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    low      bigint NOT NULL DEFAULT 0 CHECK (low >= 0),
    PRIMARY KEY (tenant, sku, location),
    FOREIGN KEY (tenant, location) REFERENCES kontor_location (tenant, code),
    CHECK (reserved <= on_hand)
) WITH (fillfactor = 50);

-- Every change of what is on hand, never updated and never deleted. It has no foreign key to its level, and neither has a
-- reservation: the check of such a key would lock the hot row once more for every order.
CREATE TABLE kontor_movement (
    tenant   text   NOT NULL,
    sku      text   NOT NULL,
    id       uuid   NOT NULL,
    location text   NOT NULL,
    delta    bigint NOT NULL CHECK (delta <> 0),
    reason   text   NOT NULL,
    owner    text   NOT NULL,
    note     text   NOT NULL,
    at       bigint NOT NULL,
    actor    text   NOT NULL,
    PRIMARY KEY (tenant, sku, id)
);

-- Promises of goods to an owner, the held ones and those that have ended.
CREATE TABLE kontor_reservation (
    tenant     text   NOT NULL,
    owner      text   NOT NULL,
    sku        text   NOT NULL,
    location   text   NOT NULL,
    id         uuid   NOT NULL,
    quantity   bigint NOT NULL CHECK (quantity > 0),
    state      text   NOT NULL CHECK (state IN ('held', 'committed', 'released', 'expired')),
    expires_at bigint NOT NULL,
    created_at bigint NOT NULL,
    ended_at   bigint NOT NULL,
    PRIMARY KEY (tenant, owner, sku, location, id)
);
-- An owner holds of a SKU at a place at most once, however often it asks.
CREATE UNIQUE INDEX kontor_reservation_held ON kontor_reservation (tenant, owner, sku, location) WHERE state = 'held';
