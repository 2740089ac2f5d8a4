package order

import (
	"context"
	"crypto/rand"
)

// Numberer gives order numbers. It is asked before the unit of work, so a
// number may be lost; gaps are allowed. Where an order fails with
// ErrNumberTaken it is asked again. It is called from many goroutines.
type Numberer interface {
	// Number returns a fresh number: 1 to 40 printable ASCII characters.
	Number(ctx context.Context) (string, error)
}

// NumberFunc makes a Numberer of a function.
type NumberFunc func(ctx context.Context) (string, error)

// Number calls f.
func (f NumberFunc) Number(ctx context.Context) (string, error) { return f(ctx) }

// RandomNumbers is the Numberer of shops that name none. Its numbers are of ten
// random characters, such as 4T7QK-9ZD2M, and tell nothing about how many
// orders there are. The letters are those of Crockford's base 32, so none is
// taken for a digit. Of a million orders two share a number with a probability
// of 1 in 2,250; then one of them gets another.
type RandomNumbers struct{}

var _ Numberer = RandomNumbers{}

// Number returns a random number. It never fails.
func (RandomNumbers) Number(context.Context) (string, error) {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var random [10]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	b := make([]byte, 0, len(random)+1)
	for i, r := range random {
		if i == len(random)/2 {
			b = append(b, '-')
		}
		b = append(b, alphabet[r%32])
	}
	return string(b), nil
}
