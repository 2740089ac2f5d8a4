// Package unit ships units of work to PostgreSQL and SQLite.
//
// A Unit collects the writes of its closure and sends them together: sorted so
// that locks are always taken in one order, guarded so that a decision made on
// a stale read fails instead of being written, and anchored so that a commit
// whose answer was lost can be run again without happening twice. Reads before
// the first write use the pool and hold no transaction; a read after a write
// sends what was collected first.
//
// The tables of the rooms live in the packages beside this one; they know
// texts and arguments, this package knows when they leave.
package unit
