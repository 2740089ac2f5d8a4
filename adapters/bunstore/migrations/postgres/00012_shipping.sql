-- +goose Up
-- Parcels on their way. addresses is read as a whole and holds personal data.
CREATE TABLE kontor_shipment (
    tenant       text    NOT NULL,
    id           uuid    NOT NULL,
    version      bigint  NOT NULL CHECK (version > 0),
    state        text    NOT NULL CHECK (state IN ('planned', 'labelling', 'ready', 'cancelled')),
    status       text    NOT NULL,
    owner        text    NOT NULL,
    carrier      text    NOT NULL,
    service      text    NOT NULL,
    number       text    NOT NULL,
    addresses    text    NOT NULL,
    parcel       text    NOT NULL,
    reference    text    NOT NULL,
    status_at    bigint  NOT NULL,
    delivered_at bigint  NOT NULL,
    created_at   bigint  NOT NULL,
    updated_at   bigint  NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK (state <> 'ready' OR number <> '')
);
CREATE INDEX kontor_shipment_owner ON kontor_shipment (tenant, owner);
CREATE INDEX kontor_shipment_number ON kontor_shipment (tenant, carrier, number) WHERE number <> '';

-- What is stuck on a parcel.
CREATE TABLE kontor_shipment_label (
    tenant   text NOT NULL,
    shipment uuid NOT NULL,
    number   text NOT NULL,
    service  text NOT NULL,
    format   text NOT NULL,
    body     bytea NOT NULL,
    PRIMARY KEY (tenant, shipment),
    FOREIGN KEY (tenant, shipment) REFERENCES kontor_shipment (tenant, id)
);

-- What carriers have told about a parcel, each thing once.
CREATE TABLE kontor_shipment_happening (
    tenant   text    NOT NULL,
    shipment uuid    NOT NULL,
    key      text    NOT NULL,
    ref      text    NOT NULL,
    status   text    NOT NULL,
    at       bigint  NOT NULL,
    place    text    NOT NULL,
    text     text    NOT NULL,
    code     text    NOT NULL,
    told_at  bigint  NOT NULL,
    PRIMARY KEY (tenant, shipment, key),
    FOREIGN KEY (tenant, shipment) REFERENCES kontor_shipment (tenant, id)
);

-- Rows are added and never changed.
-- +goose StatementBegin
CREATE FUNCTION kontor_shipment_happening_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'kontor_shipment_happening is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER kontor_shipment_happening_stays BEFORE UPDATE OR DELETE ON kontor_shipment_happening
    FOR EACH ROW EXECUTE FUNCTION kontor_shipment_happening_stays();
