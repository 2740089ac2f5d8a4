-- +goose Up
-- Messages to people, as they were rendered: one for each subject, template and channel.
CREATE TABLE kontor_notification (
    tenant     text   NOT NULL,
    id         uuid   NOT NULL,
    version    bigint NOT NULL CHECK (version > 0),
    status     text   NOT NULL,
    subject    text   NOT NULL,
    template   text   NOT NULL,
    channel    text   NOT NULL,
    recipient  text   NOT NULL,
    name       text   NOT NULL,
    locale     text   NOT NULL,
    title      text   NOT NULL,
    body       text   NOT NULL,
    html       text   NOT NULL,
    segments   bigint NOT NULL CHECK (segments >= 0),
    round      bigint NOT NULL CHECK (round > 0),
    tries      bigint NOT NULL CHECK (tries >= 0),
    reference  text   NOT NULL,
    code       text   NOT NULL,
    problem    text   NOT NULL,
    due_at     bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX kontor_notification_once ON kontor_notification (tenant, subject, template, channel);
CREATE INDEX kontor_notification_due ON kontor_notification (tenant, due_at) WHERE due_at > 0;

-- What became of each call to a provider.
CREATE TABLE kontor_notification_attempt (
    tenant    text   NOT NULL,
    message   uuid   NOT NULL,
    version   bigint NOT NULL,
    round     bigint NOT NULL,
    at        bigint NOT NULL,
    state     text   NOT NULL,
    reference text   NOT NULL,
    code      text   NOT NULL,
    problem   text   NOT NULL,
    PRIMARY KEY (tenant, message, version),
    FOREIGN KEY (tenant, message) REFERENCES kontor_notification (tenant, id)
);
-- A provider takes a message once in each round.
CREATE UNIQUE INDEX kontor_notification_accepted ON kontor_notification_attempt (tenant, message, round) WHERE state = 'accepted';
