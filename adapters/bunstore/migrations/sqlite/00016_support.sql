-- +goose Up
-- Conversations with customers.
CREATE TABLE kontor_support_conversation (
    tenant           TEXT    NOT NULL,
    id               BLOB    NOT NULL,
    version          INTEGER NOT NULL CHECK (version > 0),
    status           TEXT    NOT NULL,
    subject          TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    customer_kind    TEXT    NOT NULL,
    customer_id      TEXT    NOT NULL,
    customer_name    TEXT    NOT NULL,
    customer_address TEXT    NOT NULL,
    assignee_kind    TEXT    NOT NULL,
    assignee_id      TEXT    NOT NULL,
    messages         INTEGER NOT NULL CHECK (messages >= 0),
    last_at          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX kontor_support_conversation_subject ON kontor_support_conversation (tenant, subject, created_at, id) WHERE subject <> '';
CREATE INDEX kontor_support_conversation_updated ON kontor_support_conversation (tenant, updated_at, id);
CREATE INDEX kontor_support_conversation_status ON kontor_support_conversation (tenant, status, updated_at, id);
CREATE INDEX kontor_support_conversation_assignee ON kontor_support_conversation (tenant, assignee_kind, assignee_id, updated_at, id) WHERE assignee_id <> '';

-- What was said in them. duration is in microseconds.
CREATE TABLE kontor_support_message (
    tenant       TEXT    NOT NULL,
    id           BLOB    NOT NULL,
    conversation BLOB    NOT NULL,
    n            INTEGER NOT NULL CHECK (n > 0),
    direction    TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    author_kind  TEXT    NOT NULL,
    author_id    TEXT    NOT NULL,
    sender       TEXT    NOT NULL,
    strange      INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    duration     INTEGER NOT NULL CHECK (duration >= 0),
    external     TEXT    NOT NULL,
    delivery     TEXT    NOT NULL,
    reference    TEXT    NOT NULL,
    problem      TEXT    NOT NULL,
    due_at       INTEGER NOT NULL,
    tries        INTEGER NOT NULL CHECK (tries >= 0),
    at           INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, conversation, n),
    FOREIGN KEY (tenant, conversation) REFERENCES kontor_support_conversation (tenant, id)
) STRICT;
-- An email is received once.
CREATE UNIQUE INDEX kontor_support_message_external ON kontor_support_message (tenant, external) WHERE external <> '';
