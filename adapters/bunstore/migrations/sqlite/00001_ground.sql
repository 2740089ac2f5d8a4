-- +goose Up
-- One row for each unit of work: by it a unit whose commit was not answered is recognised when it is run again.
CREATE TABLE kontor_unit (
    id BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE kontor_operation (
    tenant    TEXT    NOT NULL,
    actor     TEXT    NOT NULL,
    operation TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    print     BLOB    NOT NULL,
    result    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, actor, operation, key)
) WITHOUT ROWID, STRICT;

-- Events wait here until every subscription has had them. seq numbers the events of a subject in the order of its commits.
-- state: 0 fresh, 1 waiting for due_at (timers; events that have failed), 2 behind an earlier event that is in state 1 or 3, 3 parked.
-- A timer has a deliver_at and is outside the order of its subject. done is the JSON list of the subscriptions that have had it.
CREATE TABLE kontor_event (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         BLOB    NOT NULL,
    tenant     TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    deliver_at INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    data       TEXT    NOT NULL,
    lane       INTEGER NOT NULL,
    state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    due_at     INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    done       TEXT    NOT NULL DEFAULT '',
    failure    TEXT    NOT NULL DEFAULT '',
    CHECK (deliver_at = 0 OR state IN (1, 3))
) STRICT;
CREATE INDEX kontor_event_fresh ON kontor_event (lane, seq) WHERE state = 0;
CREATE INDEX kontor_event_waiting ON kontor_event (lane, due_at) WHERE state = 1;
CREATE INDEX kontor_event_held ON kontor_event (tenant, subject, seq) WHERE state <> 0 AND deliver_at = 0;
CREATE INDEX kontor_event_parked ON kontor_event (id) WHERE state = 3;

-- Subjects are spread over lanes, and one relay at a time works on a lane: the one whose claim it is, until another one finds the time run out.
CREATE TABLE kontor_lane (
    lane      INTEGER PRIMARY KEY,
    claim     BLOB,
    until     INTEGER NOT NULL DEFAULT 0,
    served_at INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO kontor_lane (lane) SELECT value FROM json_each('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63]');

CREATE TABLE kontor_seen (
    tenant   TEXT NOT NULL,
    consumer TEXT NOT NULL,
    event    BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, consumer, event)
) WITHOUT ROWID, STRICT;
