-- +goose Up
-- Movements are added and never changed: a mistake is made good by its reverse.
-- +goose StatementBegin
CREATE TRIGGER kontor_movement_update BEFORE UPDATE ON kontor_movement
BEGIN
    SELECT RAISE(ABORT, 'kontor_movement is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER kontor_movement_delete BEFORE DELETE ON kontor_movement
BEGIN
    SELECT RAISE(ABORT, 'kontor_movement is append-only');
END;
-- +goose StatementEnd
