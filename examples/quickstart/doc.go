// Command quickstart shows a shop from the first product to the last cent.
//
// It imports a catalogue, receives stock, lets a buyer fill a cart and pay by
// bank transfer, confirms the money, and prints the books: what the order says,
// what the ledger says, what the shelves say. At the end the engine audits
// itself.
//
//	go run ./quickstart                          a throw-away SQLite file
//	go run ./quickstart -db shop.db              a file that is kept; run it again to go on
//	go run ./quickstart -db shop.db -fresh       the same file, begun anew
//	go run ./quickstart -dsn postgres://...      PostgreSQL, each run a shop of its own
package main
