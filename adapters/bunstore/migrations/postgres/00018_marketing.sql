-- +goose Up
-- Addresses that something was said about or sent to. Each time counts, so that a no and a message never pass each other.
CREATE TABLE kontor_marketing_address (
    tenant  text   NOT NULL,
    channel text   NOT NULL,
    address text   NOT NULL COLLATE "C",
    version bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (tenant, channel, address)
) WITH (fillfactor = 80);

-- Who agreed to what: a history for each channel, address and purpose. The entry with the highest n holds.
CREATE TABLE kontor_marketing_consent (
    tenant     text   NOT NULL,
    channel    text   NOT NULL,
    address    text   NOT NULL COLLATE "C",
    purpose    text   NOT NULL COLLATE "C",
    n          bigint NOT NULL CHECK (n > 0),
    state      text   NOT NULL,
    method     text   NOT NULL,
    wording    text   NOT NULL,
    source     text   NOT NULL,
    actor_kind text   NOT NULL,
    actor_id   text   NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (tenant, channel, address, purpose, n)
);

-- Who gets nothing, whatever they agreed to.
CREATE TABLE kontor_marketing_suppression (
    tenant     text   NOT NULL,
    channel    text   NOT NULL,
    address    text   NOT NULL COLLATE "C",
    reason     text   NOT NULL,
    actor_kind text   NOT NULL,
    actor_id   text   NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (tenant, channel, address)
);

-- What was sent to an address, counted from 1.
CREATE TABLE kontor_marketing_touch (
    tenant  text   NOT NULL,
    channel text   NOT NULL,
    address text   NOT NULL COLLATE "C",
    n       bigint NOT NULL CHECK (n > 0),
    purpose text   NOT NULL,
    subject text   NOT NULL,
    at      bigint NOT NULL,
    PRIMARY KEY (tenant, channel, address, n)
);
CREATE UNIQUE INDEX kontor_marketing_touch_subject ON kontor_marketing_touch (tenant, subject);

-- Whom the shop has heard of.
CREATE TABLE kontor_marketing_contact (
    tenant  text   NOT NULL,
    address text   NOT NULL COLLATE "C",
    name    text   NOT NULL,
    locale  text   NOT NULL,
    country text   NOT NULL,
    told_at bigint NOT NULL,
    PRIMARY KEY (tenant, address)
);

-- What was bought and kept, one row for each order that was paid. lines is JSON, empty if nothing is left.
CREATE TABLE kontor_marketing_purchase (
    tenant   text   NOT NULL,
    order_id text   NOT NULL COLLATE "C",
    version  bigint NOT NULL CHECK (version > 0),
    address  text   NOT NULL COLLATE "C",
    at       bigint NOT NULL,
    currency text   NOT NULL,
    total    bigint NOT NULL CHECK (total >= 0),
    lines    text   NOT NULL,
    PRIMARY KEY (tenant, order_id)
);
CREATE INDEX kontor_marketing_purchase_address ON kontor_marketing_purchase (tenant, address);

-- In how many purchases a SKU is; the empty SKU counts them all. Each pair has two rows, one from either side.
CREATE TABLE kontor_marketing_sku (
    tenant    text   NOT NULL,
    sku       text   NOT NULL COLLATE "C",
    purchases bigint NOT NULL CHECK (purchases >= 0),
    PRIMARY KEY (tenant, sku)
) WITH (fillfactor = 80);
CREATE TABLE kontor_marketing_pair (
    tenant    text   NOT NULL,
    sku       text   NOT NULL COLLATE "C",
    other     text   NOT NULL COLLATE "C",
    purchases bigint NOT NULL CHECK (purchases >= 0),
    PRIMARY KEY (tenant, sku, other)
) WITH (fillfactor = 80);

-- Carts, as far as their buyers may be reminded. lines is JSON.
CREATE TABLE kontor_marketing_basket (
    tenant      text   NOT NULL,
    cart        text   NOT NULL,
    version     bigint NOT NULL CHECK (version > 0),
    status      text   NOT NULL,
    address     text   NOT NULL,
    name        text   NOT NULL,
    locale      text   NOT NULL,
    lines       text   NOT NULL,
    currency    text   NOT NULL,
    total       bigint NOT NULL,
    changed_at  bigint NOT NULL,
    due_at      bigint NOT NULL,
    timer_at    bigint NOT NULL,
    reminded_at bigint NOT NULL,
    withheld    text   NOT NULL,
    order_id    text   NOT NULL,
    PRIMARY KEY (tenant, cart)
) WITH (fillfactor = 80);

-- Groups of contacts. rule is JSON.
CREATE TABLE kontor_marketing_segment (
    tenant     text   NOT NULL,
    id         uuid   NOT NULL,
    version    bigint NOT NULL CHECK (version > 0),
    name       text   NOT NULL,
    rule       text   NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Emails to a segment. rule is that of the segment when it was scheduled.
CREATE TABLE kontor_marketing_campaign (
    tenant     text    NOT NULL,
    id         uuid    NOT NULL,
    version    bigint  NOT NULL CHECK (version > 0),
    status     text    NOT NULL,
    name       text    NOT NULL,
    segment    uuid    NOT NULL,
    purpose    text    NOT NULL,
    template   text    NOT NULL,
    title      text    NOT NULL,
    body       text    NOT NULL,
    rule       text    NOT NULL,
    at         bigint  NOT NULL,
    started_at bigint  NOT NULL,
    ended_at   bigint  NOT NULL,
    step       bigint  NOT NULL,
    reached    text    NOT NULL,
    gathered   boolean NOT NULL,
    reason     text    NOT NULL,
    created_at bigint  NOT NULL,
    updated_at bigint  NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, segment) REFERENCES kontor_marketing_segment (tenant, id)
);

-- Who is to get them, and what became of that.
CREATE TABLE kontor_marketing_recipient (
    tenant   text   NOT NULL,
    campaign uuid   NOT NULL,
    address  text   NOT NULL COLLATE "C",
    id       uuid   NOT NULL,
    name     text   NOT NULL,
    locale   text   NOT NULL,
    state    text   NOT NULL,
    withheld text   NOT NULL,
    at       bigint NOT NULL,
    PRIMARY KEY (tenant, campaign, address),
    FOREIGN KEY (tenant, campaign) REFERENCES kontor_marketing_campaign (tenant, id)
) WITH (fillfactor = 80);
CREATE INDEX kontor_marketing_recipient_planned ON kontor_marketing_recipient (tenant, campaign, address) WHERE state = 'planned';

-- The address at which one POST turns messages like this one off; empty for those that were asked for.
ALTER TABLE kontor_notification ADD COLUMN unsubscribe text NOT NULL DEFAULT '';
