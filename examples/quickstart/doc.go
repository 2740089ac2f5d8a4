// Command quickstart tells how a shop sells: one customer, from the shop window
// to the refund.
//
// It imports a catalogue, and then every stage of the trade works in turn: the
// home page, lists and search, a cart with codes, an address with its taxes and
// carriage, the payment, mail, stock at two places, picking and packing, parcels
// and where they are, a review, a return, and what was talked about. What it
// shows was computed by the engine a moment before. In the end it prints the
// books, and the engine audits itself.
//
//	go run ./quickstart                          a throw-away SQLite file
//	go run ./quickstart -pay stripe              three cards, at a simulator of Stripe
//	go run ./quickstart -db shop.db              a file that is kept: each run is the next customer
//	go run ./quickstart -db shop.db -fresh       the same file, begun anew
//	go run ./quickstart -dsn postgres://...      a PostgreSQL database of its own
//	go run ./quickstart -out files               mail, labels and slips go to this folder
//
// A story that was broken off, even by a power cut, goes on where it stood when
// it is run again on the same database.
//
// Where to read: shop.go builds the engine, story.go leads through the chapters,
// and each chapter stands in a file of its own (story_cart.go, ...). memory.go
// says how a program finds back into its own work after a crash.
package main
