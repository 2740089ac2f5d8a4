// Command storefront is a web shop with pages, and its back office.
//
//	go run ./storefront                  a throw-away SQLite file, on localhost:8080
//	go run ./storefront -db shop.db      a file that is kept
//	go run ./storefront -addr :9000      another address
//	go run ./storefront -empty           without made-up trade
//
// It prints its address and the password of the back office. The pages are HTML
// made on the server; they work without scripts, and htmx makes them quicker
// where a browser runs it. All that browsers fetch is inside the program.
//
// A new shop opens with a fortnight of trade behind it: made-up buyers, real
// calls (see trade.go). Cards are taken by a simulator inside the program, which
// forgets them when it ends: what was paid by card in an earlier run on the same
// file cannot be paid back in this one.
//
// The host owns pages, cookies, sessions and one table of its own. Everything
// about the trade is asked of the engine, and nothing is shown that it has not
// worked out.
package main
