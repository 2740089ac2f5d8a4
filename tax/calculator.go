package tax

import (
	"context"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

// Calculator says what taxes apply. Implementations are safe for concurrent
// use. One that goes over the network refuses to be called inside a unit of work
// (tx.RefuseOpen).
type Calculator interface {
	// Rates returns the taxes on each category asked for, in the order in which
	// compound ones build on those before. A category that is not taxed has
	// none. Errors by kind: Invalid for a Query that does not pass Check;
	// Unavailable if it cannot be found out now.
	Rates(ctx context.Context, q Query) ([]Rate, error)
}

// CalculatorFunc makes a Calculator of a function.
type CalculatorFunc func(ctx context.Context, q Query) ([]Rate, error)

// Rates calls f.
func (f CalculatorFunc) Rates(ctx context.Context, q Query) ([]Rate, error) { return f(ctx, q) }

// Query is goods that go somewhere.
type Query struct {
	// To is where they go. The country is required; what else is known makes the
	// answer more exact.
	To postal.Place `json:"to"`
	// Categories are the tax categories of the goods, at most MaxCategories.
	// None: the standard one, "".
	Categories []string `json:"categories,omitempty"`
	// At is the time whose rates are wanted. Required.
	At time.Time `json:"at"`
}

// MaxCategories is how many categories one Query may name.
const MaxCategories = 100

const maxCode = 64

// Check records what is wrong with q.
func (q Query) Check(c *fault.Check) {
	q.To.Check(c, "to")
	c.That(!q.At.IsZero(), "at", "required", "must be a time")
	if c.That(len(q.Categories) <= MaxCategories, "categories", "too_many", "must be at most "+strconv.Itoa(MaxCategories)) {
		for i, code := range q.Categories {
			checkCode(c, "categories["+strconv.Itoa(i)+"]", code)
		}
	}
}

// Rate is one tax on the goods of one category.
type Rate struct {
	// Name is for people, and tells the taxes of a category apart.
	Name string `json:"name"`
	// Category is that of the Query.
	Category string `json:"category,omitempty"`
	// Rate is zero or more: 0.19 for 19 percent.
	Rate money.Rate `json:"rate"`
	// Compound: it is on the price and on the taxes of the category before it.
	Compound bool `json:"compound,omitempty"`
}

// checkCode checks a code of a zone or category, which may be empty.
func checkCode(c *fault.Check, path, code string) {
	ok := len(code) <= maxCode
	for i := range min(len(code), maxCode) {
		ok = ok && code[i] > ' ' && code[i] < 0x7f
	}
	c.That(ok, path, "bad_code", "must be at most 64 printable ASCII characters without spaces")
}
