-- +goose Up
-- The books: one row for each posting; the postings of one entry add up to nothing in every currency.
CREATE TABLE kontor_posting (
    tenant   TEXT    NOT NULL,
    entry    BLOB    NOT NULL,
    n        INTEGER NOT NULL CHECK (n > 0),
    subject  TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    minor    INTEGER NOT NULL CHECK (minor <> 0),
    currency TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    memo     TEXT    NOT NULL,
    PRIMARY KEY (tenant, entry, n)
) WITHOUT ROWID, STRICT;
CREATE INDEX kontor_posting_subject ON kontor_posting (tenant, subject);

-- Rows are added and never changed: a mistake is made good by its reverse.
-- +goose StatementBegin
CREATE TRIGGER kontor_posting_update BEFORE UPDATE ON kontor_posting
BEGIN
    SELECT RAISE(ABORT, 'kontor_posting is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER kontor_posting_delete BEFORE DELETE ON kontor_posting
BEGIN
    SELECT RAISE(ABORT, 'kontor_posting is append-only');
END;
-- +goose StatementEnd
