-- +goose Up
-- Movements are added and never changed: a mistake is made good by its reverse.
-- +goose StatementBegin
CREATE FUNCTION kontor_movement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'kontor_movement is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER kontor_movement_stays BEFORE UPDATE OR DELETE ON kontor_movement
    FOR EACH ROW EXECUTE FUNCTION kontor_movement_stays();
