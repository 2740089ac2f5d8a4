-- +goose Up
-- The address at which one POST turns messages like this one off; empty for those that were asked for.
ALTER TABLE kontor_notification ADD COLUMN unsubscribe text NOT NULL DEFAULT '';
