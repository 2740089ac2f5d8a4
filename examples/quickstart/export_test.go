package main

import (
	"io"
	"strings"
)

// Run is the program.
var Run = run

// Table writes a table as the program does.
func Table(w io.Writer, head string, rows ...[]string) {
	r := report{w: w}
	r.table(head, rows...)
}

// Counts reads a file of products and returns how many products, variants,
// prices and pieces it holds.
func Counts(file string) (products, variants, prices, pieces int, err error) {
	c, err := readCatalogue(strings.NewReader(file))
	for _, p := range c.products {
		variants += len(p.Variants)
		for _, v := range p.Variants {
			prices += len(v.Prices)
		}
	}
	for _, s := range c.stock {
		pieces += s.count
	}
	return len(c.products), variants, prices, pieces, err
}

// Spree is the catalogue of the program.
var Spree = spree
