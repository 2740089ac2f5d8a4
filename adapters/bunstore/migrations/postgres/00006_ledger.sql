-- +goose Up
-- The books: one row for each posting; the postings of one entry add up to nothing in every currency.
CREATE TABLE kontor_posting (
    tenant   text   NOT NULL,
    entry    uuid   NOT NULL,
    n        bigint NOT NULL CHECK (n > 0),
    subject  text   NOT NULL,
    account  text   NOT NULL,
    minor    bigint NOT NULL CHECK (minor <> 0),
    currency text   NOT NULL,
    at       bigint NOT NULL,
    memo     text   NOT NULL,
    PRIMARY KEY (tenant, entry, n)
);
CREATE INDEX kontor_posting_subject ON kontor_posting (tenant, subject);

-- Rows are added and never changed: a mistake is made good by its reverse.
-- +goose StatementBegin
CREATE FUNCTION kontor_posting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'kontor_posting is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER kontor_posting_stays BEFORE UPDATE OR DELETE ON kontor_posting
    FOR EACH ROW EXECUTE FUNCTION kontor_posting_stays();
