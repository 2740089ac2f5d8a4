package main

import "io"

// Run is the program.
var Run = run

// Table writes a table as the program does.
func Table(w io.Writer, head string, rows ...[]string) {
	r := report{w: w}
	r.table(head, rows...)
}
