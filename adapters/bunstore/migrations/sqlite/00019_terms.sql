-- +goose Up
-- For whom uses of promotions are counted: the text of a buyer, the hash of the mail address of a guest, or empty.
ALTER TABLE kontor_cart ADD COLUMN counted_for TEXT NOT NULL DEFAULT '';

-- The categories of what was agreed, as they were then: a list as JSON, or empty.
ALTER TABLE kontor_order_line ADD COLUMN categories TEXT NOT NULL DEFAULT '';
