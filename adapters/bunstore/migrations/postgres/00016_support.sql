-- +goose Up
-- Conversations with customers.
CREATE TABLE kontor_support_conversation (
    tenant           text   NOT NULL,
    id               uuid   NOT NULL,
    version          bigint NOT NULL CHECK (version > 0),
    status           text   NOT NULL,
    subject          text   NOT NULL,
    kind             text   NOT NULL,
    title            text   NOT NULL,
    customer_kind    text   NOT NULL,
    customer_id      text   NOT NULL,
    customer_name    text   NOT NULL,
    customer_address text   NOT NULL,
    assignee_kind    text   NOT NULL,
    assignee_id      text   NOT NULL,
    messages         bigint NOT NULL CHECK (messages >= 0),
    last_at          bigint NOT NULL,
    created_at       bigint NOT NULL,
    updated_at       bigint NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX kontor_support_conversation_subject ON kontor_support_conversation (tenant, subject, created_at, id) WHERE subject <> '';
CREATE INDEX kontor_support_conversation_updated ON kontor_support_conversation (tenant, updated_at, id);
CREATE INDEX kontor_support_conversation_status ON kontor_support_conversation (tenant, status, updated_at, id);
CREATE INDEX kontor_support_conversation_assignee ON kontor_support_conversation (tenant, assignee_kind, assignee_id, updated_at, id) WHERE assignee_id <> '';

-- What was said in them. duration is in microseconds.
CREATE TABLE kontor_support_message (
    tenant       text   NOT NULL,
    id           uuid   NOT NULL,
    conversation uuid   NOT NULL,
    n            bigint NOT NULL CHECK (n > 0),
    direction    text   NOT NULL,
    kind         text   NOT NULL,
    author_kind  text   NOT NULL,
    author_id    text   NOT NULL,
    sender       text   NOT NULL,
    strange      boolean NOT NULL,
    body         text   NOT NULL,
    duration     bigint NOT NULL CHECK (duration >= 0),
    external     text   NOT NULL,
    delivery     text   NOT NULL,
    reference    text   NOT NULL,
    problem      text   NOT NULL,
    due_at       bigint NOT NULL,
    tries        bigint NOT NULL CHECK (tries >= 0),
    at           bigint NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, conversation, n),
    FOREIGN KEY (tenant, conversation) REFERENCES kontor_support_conversation (tenant, id)
);
-- An email is received once.
CREATE UNIQUE INDEX kontor_support_message_external ON kontor_support_message (tenant, external) WHERE external <> '';
