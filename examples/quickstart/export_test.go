package main

import (
	"context"
	"io"

	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/order"
)

// Run is the program.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	return run(ctx, args, out, errs, sources{})
}

// RunWith is the program with ids and order numbers that are known beforehand.
func RunWith(ctx context.Context, args []string, out io.Writer, newID id.Source, numbers order.Numberer) int {
	return run(ctx, args, out, out, sources{newID, numbers})
}

// Table writes a table as the program does.
func Table(w io.Writer, head string, rows ...[]string) {
	r := report{w: w}
	r.table(head, rows...)
}
