package page

import "github.com/kontor-go/kontor/kernel/fault"

const (
	// DefaultLimit is the number of items of a page whose request names none.
	DefaultLimit = 24
	// MaxLimit is the largest number of items a request may ask for.
	MaxLimit = 100
)

// Request asks for one page of a list. The zero value asks for the first page
// of DefaultLimit items.
type Request struct {
	// Cursor is the Next of the page before, or empty for the first page.
	Cursor string `json:"cursor,omitempty"`
	// Limit is the largest number of items wanted, at most MaxLimit. Zero means
	// DefaultLimit.
	Limit int `json:"limit,omitempty"`
}

// Check records what is wrong with r: a limit that is negative or too large,
// or a cursor that is too long to be one of ours.
func (r Request) Check(c *fault.Check) {
	c.Range("limit", int64(r.Limit), 0, MaxLimit)
	c.That(len(r.Cursor) <= MaxCursor, "cursor", codeCursor, textCursor)
}

// Size returns the number of items the page should hold: the limit, or
// DefaultLimit if there is none, and never more than MaxLimit.
func (r Request) Size() int {
	if r.Limit <= 0 {
		return DefaultLimit
	}
	return min(r.Limit, MaxLimit)
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the cursor of the page after this one, or empty if this is the
	// last.
	Next string `json:"next,omitempty"`
}

// Of makes a page of what was read. The reader asks its store for one row more
// than r.Size(), which tells whether there is a next page without counting;
// cursor makes the cursor from the last item that is shown. Items is never
// nil, so that it is an empty list in JSON.
func Of[T any](read []T, r Request, cursor func(last T) (string, error)) (Page[T], error) {
	n := r.Size()
	if len(read) <= n {
		return Page[T]{Items: append([]T{}, read...)}, nil
	}
	next, err := cursor(read[n-1])
	if err != nil {
		return Page[T]{}, err
	}
	return Page[T]{Items: read[:n:n], Next: next}, nil
}
