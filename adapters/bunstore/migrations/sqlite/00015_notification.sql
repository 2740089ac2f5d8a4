-- +goose Up
-- Messages to people, as they were rendered: one for each subject, template and channel.
CREATE TABLE kontor_notification (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    status     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    template   TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    locale     TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    html       TEXT    NOT NULL,
    segments   INTEGER NOT NULL CHECK (segments >= 0),
    round      INTEGER NOT NULL CHECK (round > 0),
    tries      INTEGER NOT NULL CHECK (tries >= 0),
    reference  TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    problem    TEXT    NOT NULL,
    due_at     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE UNIQUE INDEX kontor_notification_once ON kontor_notification (tenant, subject, template, channel);
CREATE INDEX kontor_notification_due ON kontor_notification (tenant, due_at) WHERE due_at > 0;

-- What became of each call to a provider.
CREATE TABLE kontor_notification_attempt (
    tenant    TEXT    NOT NULL,
    message   BLOB    NOT NULL,
    version   INTEGER NOT NULL,
    round     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    state     TEXT    NOT NULL,
    reference TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    problem   TEXT    NOT NULL,
    PRIMARY KEY (tenant, message, version),
    FOREIGN KEY (tenant, message) REFERENCES kontor_notification (tenant, id)
) STRICT;
-- A provider takes a message once in each round.
CREATE UNIQUE INDEX kontor_notification_accepted ON kontor_notification_attempt (tenant, message, round) WHERE state = 'accepted';
