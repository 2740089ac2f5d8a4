-- +goose Up
-- One way in which one subject is paid. attempt is the call to the provider that is in flight, or was last.
CREATE TABLE kontor_payment (
    tenant            text    NOT NULL,
    id                uuid    NOT NULL,
    subject           text    NOT NULL,
    method            text    NOT NULL,
    currency          text    NOT NULL,
    amount            bigint  NOT NULL CHECK (amount >= 0),
    authorized        bigint  NOT NULL,
    captured          bigint  NOT NULL,
    refunding         bigint  NOT NULL,
    refunded          bigint  NOT NULL,
    status            text    NOT NULL,
    reference         text    NOT NULL,
    capture_reference text    NOT NULL,
    orphaned          boolean NOT NULL,
    attempt           text    NOT NULL,
    details           text    NOT NULL,
    action            text    NOT NULL,
    decline           text    NOT NULL,
    expires_at        bigint  NOT NULL,
    due_at            bigint  NOT NULL,
    version           bigint  NOT NULL,
    created_at        bigint  NOT NULL,
    updated_at        bigint  NOT NULL,
    CONSTRAINT kontor_payment_balance CHECK (refunded >= 0 AND refunding >= 0 AND refunded + refunding <= captured AND captured <= authorized)
) WITH (fillfactor = 80);
CREATE INDEX kontor_payment_subject ON kontor_payment (tenant, subject);
-- A subject has at most one payment of which something may still come.
CREATE UNIQUE INDEX kontor_payment_open ON kontor_payment (tenant, subject)
    WHERE status IN ('authorizing', 'action_required', 'authorized', 'capturing', 'voiding') AND NOT orphaned;
CREATE INDEX kontor_payment_reference ON kontor_payment (tenant, method, reference) WHERE reference <> '';
CREATE INDEX kontor_payment_due ON kontor_payment (tenant, due_at) WHERE due_at > 0;
-- The key comes last, as that of kontor_order.
ALTER TABLE kontor_payment ADD PRIMARY KEY (tenant, id);

-- Captured money on its way back.
CREATE TABLE kontor_refund (
    tenant     text   NOT NULL,
    id         uuid   NOT NULL,
    payment    uuid   NOT NULL,
    currency   text   NOT NULL,
    amount     bigint NOT NULL CHECK (amount > 0),
    reason     text   NOT NULL,
    status     text   NOT NULL,
    reference  text   NOT NULL,
    attempt    text   NOT NULL,
    decline    text   NOT NULL,
    due_at     bigint NOT NULL,
    version    bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    FOREIGN KEY (tenant, payment) REFERENCES kontor_payment (tenant, id)
);
CREATE INDEX kontor_refund_payment ON kontor_refund (tenant, payment);
CREATE INDEX kontor_refund_due ON kontor_refund (tenant, due_at) WHERE due_at > 0;
ALTER TABLE kontor_refund ADD PRIMARY KEY (tenant, id);

-- What was asked of providers and what came of it. Only ever added to; the amounts of a payment are sums of its lines that are done.
CREATE TABLE kontor_payment_log (
    tenant    text   NOT NULL,
    payment   uuid   NOT NULL,
    id        uuid   NOT NULL,
    operation text   NOT NULL,
    result    text   NOT NULL,
    currency  text   NOT NULL,
    amount    bigint NOT NULL,
    reference text   NOT NULL,
    key       text   NOT NULL,
    note      text   NOT NULL,
    refund    text   NOT NULL,
    actor     text   NOT NULL,
    at        bigint NOT NULL,
    PRIMARY KEY (tenant, payment, id),
    FOREIGN KEY (tenant, payment) REFERENCES kontor_payment (tenant, id)
);

-- The log is added to and never changed.
-- +goose StatementBegin
CREATE FUNCTION kontor_payment_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'kontor_payment_log is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER kontor_payment_log_stays BEFORE UPDATE OR DELETE ON kontor_payment_log
    FOR EACH ROW EXECUTE FUNCTION kontor_payment_log_stays();

-- Notices of providers, one row for each thing a notice is about, stored before anybody believes them.
CREATE TABLE kontor_inbox (
    tenant      text    NOT NULL,
    method      text    NOT NULL,
    account     text    NOT NULL,
    event       text    NOT NULL,
    payment     text    NOT NULL,
    refund      text    NOT NULL,
    reference   text    NOT NULL,
    body        bytea   NOT NULL,
    state       text    NOT NULL,
    attempts    integer NOT NULL,
    due_at      bigint  NOT NULL,
    received_at bigint  NOT NULL,
    PRIMARY KEY (tenant, method, account, event)
);
CREATE INDEX kontor_inbox_due ON kontor_inbox (tenant, due_at) WHERE due_at > 0;
