-- +goose Up
-- One way in which one subject is paid. attempt is the call to the provider that is in flight, or was last.
CREATE TABLE kontor_payment (
    tenant            TEXT    NOT NULL,
    id                BLOB    NOT NULL,
    subject           TEXT    NOT NULL,
    method            TEXT    NOT NULL,
    currency          TEXT    NOT NULL,
    amount            INTEGER NOT NULL CHECK (amount >= 0),
    authorized        INTEGER NOT NULL,
    captured          INTEGER NOT NULL,
    refunding         INTEGER NOT NULL,
    refunded          INTEGER NOT NULL,
    status            TEXT    NOT NULL,
    reference         TEXT    NOT NULL,
    capture_reference TEXT    NOT NULL,
    orphaned          INTEGER NOT NULL,
    attempt           TEXT    NOT NULL,
    details           TEXT    NOT NULL,
    action            TEXT    NOT NULL,
    decline           TEXT    NOT NULL,
    expires_at        INTEGER NOT NULL,
    due_at            INTEGER NOT NULL,
    version           INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT kontor_payment_balance CHECK (refunded >= 0 AND refunding >= 0 AND refunded + refunding <= captured AND captured <= authorized)
) STRICT;
CREATE INDEX kontor_payment_subject ON kontor_payment (tenant, subject);
-- A subject has at most one payment of which something may still come.
CREATE UNIQUE INDEX kontor_payment_open ON kontor_payment (tenant, subject)
    WHERE status IN ('authorizing', 'action_required', 'authorized', 'capturing', 'voiding') AND NOT orphaned;
CREATE INDEX kontor_payment_reference ON kontor_payment (tenant, method, reference) WHERE reference <> '';
CREATE INDEX kontor_payment_due ON kontor_payment (tenant, due_at) WHERE due_at > 0;

-- Captured money on its way back.
CREATE TABLE kontor_refund (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    payment    BLOB    NOT NULL,
    currency   TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    reason     TEXT    NOT NULL,
    status     TEXT    NOT NULL,
    reference  TEXT    NOT NULL,
    attempt    TEXT    NOT NULL,
    decline    TEXT    NOT NULL,
    due_at     INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, payment) REFERENCES kontor_payment (tenant, id)
) STRICT;
CREATE INDEX kontor_refund_payment ON kontor_refund (tenant, payment);
CREATE INDEX kontor_refund_due ON kontor_refund (tenant, due_at) WHERE due_at > 0;

-- What was asked of providers and what came of it. Only ever added to; the amounts of a payment are sums of its lines that are done.
CREATE TABLE kontor_payment_log (
    tenant    TEXT    NOT NULL,
    payment   BLOB    NOT NULL,
    id        BLOB    NOT NULL,
    operation TEXT    NOT NULL,
    result    TEXT    NOT NULL,
    currency  TEXT    NOT NULL,
    amount    INTEGER NOT NULL,
    reference TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    note      TEXT    NOT NULL,
    refund    TEXT    NOT NULL,
    actor     TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, payment, id),
    FOREIGN KEY (tenant, payment) REFERENCES kontor_payment (tenant, id)
) STRICT;

-- The log is added to and never changed.
-- +goose StatementBegin
CREATE TRIGGER kontor_payment_log_update BEFORE UPDATE ON kontor_payment_log
BEGIN
    SELECT RAISE(ABORT, 'kontor_payment_log is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER kontor_payment_log_delete BEFORE DELETE ON kontor_payment_log
BEGIN
    SELECT RAISE(ABORT, 'kontor_payment_log is append-only');
END;
-- +goose StatementEnd

-- Notices of providers, one row for each thing a notice is about, stored before anybody believes them.
CREATE TABLE kontor_inbox (
    tenant      TEXT    NOT NULL,
    method      TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    event       TEXT    NOT NULL,
    payment     TEXT    NOT NULL,
    refund      TEXT    NOT NULL,
    reference   TEXT    NOT NULL,
    body        BLOB    NOT NULL,
    state       TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, method, account, event)
) STRICT;
CREATE INDEX kontor_inbox_due ON kontor_inbox (tenant, due_at) WHERE due_at > 0;
