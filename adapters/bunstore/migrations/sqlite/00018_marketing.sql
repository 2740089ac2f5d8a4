-- +goose Up
-- Addresses that something was said about or sent to. Each time counts, so that a no and a message never pass each other.
CREATE TABLE kontor_marketing_address (
    tenant  TEXT    NOT NULL,
    channel TEXT    NOT NULL,
    address TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, channel, address)
) STRICT;

-- Who agreed to what: a history for each channel, address and purpose. The entry with the highest n holds.
CREATE TABLE kontor_marketing_consent (
    tenant     TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    n          INTEGER NOT NULL CHECK (n > 0),
    state      TEXT    NOT NULL,
    method     TEXT    NOT NULL,
    wording    TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    actor_kind TEXT    NOT NULL,
    actor_id   TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (tenant, channel, address, purpose, n)
) STRICT;

-- Who gets nothing, whatever they agreed to.
CREATE TABLE kontor_marketing_suppression (
    tenant     TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    actor_kind TEXT    NOT NULL,
    actor_id   TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (tenant, channel, address)
) STRICT;

-- What was sent to an address, counted from 1.
CREATE TABLE kontor_marketing_touch (
    tenant  TEXT    NOT NULL,
    channel TEXT    NOT NULL,
    address TEXT    NOT NULL,
    n       INTEGER NOT NULL CHECK (n > 0),
    purpose TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, channel, address, n)
) STRICT;
CREATE UNIQUE INDEX kontor_marketing_touch_subject ON kontor_marketing_touch (tenant, subject);

-- Whom the shop has heard of.
CREATE TABLE kontor_marketing_contact (
    tenant  TEXT    NOT NULL,
    address TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    locale  TEXT    NOT NULL,
    country TEXT    NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, address)
) STRICT;

-- What was bought and kept, one row for each order that was paid. lines is JSON, empty if nothing is left.
CREATE TABLE kontor_marketing_purchase (
    tenant   TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    version  INTEGER NOT NULL CHECK (version > 0),
    address  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    currency TEXT    NOT NULL,
    total    INTEGER NOT NULL CHECK (total >= 0),
    lines    TEXT    NOT NULL,
    PRIMARY KEY (tenant, order_id)
) STRICT;
CREATE INDEX kontor_marketing_purchase_address ON kontor_marketing_purchase (tenant, address);

-- In how many purchases a SKU is; the empty SKU counts them all. Each pair has two rows, one from either side.
CREATE TABLE kontor_marketing_sku (
    tenant    TEXT    NOT NULL,
    sku       TEXT    NOT NULL,
    purchases INTEGER NOT NULL CHECK (purchases >= 0),
    PRIMARY KEY (tenant, sku)
) STRICT;
CREATE TABLE kontor_marketing_pair (
    tenant    TEXT    NOT NULL,
    sku       TEXT    NOT NULL,
    other     TEXT    NOT NULL,
    purchases INTEGER NOT NULL CHECK (purchases >= 0),
    PRIMARY KEY (tenant, sku, other)
) STRICT;

-- Carts, as far as their buyers may be reminded. lines is JSON.
CREATE TABLE kontor_marketing_basket (
    tenant      TEXT    NOT NULL,
    cart        TEXT    NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 0),
    status      TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    locale      TEXT    NOT NULL,
    lines       TEXT    NOT NULL,
    currency    TEXT    NOT NULL,
    total       INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    timer_at    INTEGER NOT NULL,
    reminded_at INTEGER NOT NULL,
    withheld    TEXT    NOT NULL,
    order_id    TEXT    NOT NULL,
    PRIMARY KEY (tenant, cart)
) STRICT;

-- Groups of contacts. rule is JSON.
CREATE TABLE kontor_marketing_segment (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    name       TEXT    NOT NULL,
    rule       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

-- Emails to a segment. rule is that of the segment when it was scheduled.
CREATE TABLE kontor_marketing_campaign (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    status     TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    segment    BLOB    NOT NULL,
    purpose    TEXT    NOT NULL,
    template   TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    rule       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL,
    step       INTEGER NOT NULL,
    reached    TEXT    NOT NULL,
    gathered   INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, segment) REFERENCES kontor_marketing_segment (tenant, id)
) STRICT;

-- Who is to get them, and what became of that.
CREATE TABLE kontor_marketing_recipient (
    tenant   TEXT    NOT NULL,
    campaign BLOB    NOT NULL,
    address  TEXT    NOT NULL,
    id       BLOB    NOT NULL,
    name     TEXT    NOT NULL,
    locale   TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    withheld TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, campaign, address),
    FOREIGN KEY (tenant, campaign) REFERENCES kontor_marketing_campaign (tenant, id)
) STRICT;
CREATE INDEX kontor_marketing_recipient_planned ON kontor_marketing_recipient (tenant, campaign, address) WHERE state = 'planned';

-- The address at which one POST turns messages like this one off; empty for those that were asked for.
ALTER TABLE kontor_notification ADD COLUMN unsubscribe TEXT NOT NULL DEFAULT '';
