-- +goose Up
-- One row for each unit of work: by it a unit whose commit was not answered is recognised when it is run again.
CREATE TABLE kontor_unit (
    id uuid PRIMARY KEY,
    at bigint NOT NULL
);

CREATE TABLE kontor_operation (
    tenant    text   NOT NULL,
    actor     text   NOT NULL,
    operation text   NOT NULL,
    key       text   NOT NULL,
    print     bytea  NOT NULL,
    result    text   NOT NULL,
    at        bigint NOT NULL,
    PRIMARY KEY (tenant, actor, operation, key)
);

-- Events wait here until every subscription has had them. seq numbers the events of a subject in the order of its commits.
-- state: 0 fresh, 1 waiting for due_at (timers; events that have failed), 2 behind an earlier event that is in state 1 or 3, 3 parked.
-- A timer has a deliver_at and is outside the order of its subject. done is the JSON list of the subscriptions that have had it.
CREATE TABLE kontor_event (
    seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid    NOT NULL,
    tenant     text    NOT NULL,
    name       text    NOT NULL,
    subject    text    NOT NULL,
    version    bigint  NOT NULL,
    at         bigint  NOT NULL,
    deliver_at bigint  NOT NULL,
    actor      text    NOT NULL,
    data       text    NOT NULL,
    lane       integer NOT NULL,
    state      integer NOT NULL CHECK (state BETWEEN 0 AND 3),
    due_at     bigint  NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    done       text    NOT NULL DEFAULT '',
    failure    text    NOT NULL DEFAULT '',
    CHECK (deliver_at = 0 OR state IN (1, 3))
);
CREATE INDEX kontor_event_fresh ON kontor_event (lane, seq) WHERE state = 0;
CREATE INDEX kontor_event_waiting ON kontor_event (lane, due_at) WHERE state = 1;
CREATE INDEX kontor_event_held ON kontor_event (tenant, subject, seq) WHERE state <> 0 AND deliver_at = 0;
CREATE INDEX kontor_event_parked ON kontor_event (id) WHERE state = 3;

-- Subjects are spread over lanes, and one relay at a time works on a lane: the one whose claim it is, until another one finds the time run out.
CREATE TABLE kontor_lane (
    lane      integer PRIMARY KEY,
    claim     uuid,
    until     bigint NOT NULL DEFAULT 0,
    served_at bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
INSERT INTO kontor_lane (lane) SELECT generate_series(0, 63);

CREATE TABLE kontor_seen (
    tenant   text NOT NULL,
    consumer text NOT NULL,
    event    uuid   NOT NULL,
    at       bigint NOT NULL,
    PRIMARY KEY (tenant, consumer, event)
);
