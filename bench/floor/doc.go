// Package floor is what the engine is measured against: the same work written
// by hand for one database, with nothing of the engine in it.
//
// An order of the floor fills the same tables and the same columns as one of
// the engine. What an order is made of is read off one that the engine has
// placed (Mould): its rows, of which ids, keys, times and SKUs are replaced and
// the rest, such as the snapshot of the prices, is a constant of the size the
// engine writes. The floor computes no price, checks no input, and has no
// anchor unless a Shape asks for one.
//
// The shapes are those that have been measured to be the fastest: on PostgreSQL
// one batch of prepared reads and one batch of prepared one-row writes in a
// trip each, stock last and sorted, behind a gate of two where many want the
// same; on SQLite one writer with prepared statements, and commits of all that
// wait together where many wait.
package floor
