// Package id gives every aggregate an id type of its own.
//
// An id holds a UUID, version 7 when the engine makes it, so that ids sort by
// the time they were made. For people and machines it is text with a prefix
// that names the aggregate, in Crockford's base 32 (crockford.com/base32.html):
//
//	or_01j9z5t7m8f0qv5s1r2x3y4z5a
//
// An id with another prefix does not parse, so an order id pasted where a cart
// id belongs is refused before anything is read.
package id

import (
	"bytes"
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Kind names an aggregate. Implementations are unexported empty structs.
type Kind interface {
	// Prefix is two to four lower case letters, unique in the engine.
	Prefix() string
}

// Source makes fresh UUIDs. It is called from many goroutines.
type Source func() uuid.UUID

// V7 is the default Source: UUID version 7 (RFC 9562, 5.7).
func V7() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// Of is the id of one kind of aggregate. The zero value is no id.
type Of[K Kind] struct {
	u uuid.UUID
}

// New returns a fresh id from src.
func New[K Kind](src Source) Of[K] { return Of[K]{u: src()} }

// From returns the id that holds u.
func From[K Kind](u uuid.UUID) Of[K] { return Of[K]{u: u} }

// textLen is the length of 128 bits in base 32.
const textLen = 26

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Parse reads the text form. It accepts exactly what String writes: the prefix
// of K, an underscore and 26 lower case characters, not all of them zero.
// Anything else is an
// Invalid error with code "id_invalid".
func Parse[K Kind](s string) (Of[K], error) {
	var k K
	p := k.Prefix()
	if len(s) != len(p)+1+textLen || s[:len(p)] != p || s[len(p)] != '_' {
		return Of[K]{}, invalid(p)
	}
	u, ok := decode(s[len(p)+1:])
	if !ok || u == uuid.Nil {
		return Of[K]{}, invalid(p)
	}
	return Of[K]{u: u}, nil
}

func invalid(prefix string) error {
	return fault.Newf(fault.Invalid, "id_invalid", "An id of the form %s_ and 26 characters is expected.", prefix)
}

// UUID returns the UUID inside.
func (i Of[K]) UUID() uuid.UUID { return i.u }

// IsZero reports whether i is no id.
func (i Of[K]) IsZero() bool { return i.u == uuid.Nil }

// Compare orders ids by their bytes, which for ids of the engine is the order
// in which they were made.
func (i Of[K]) Compare(j Of[K]) int { return bytes.Compare(i.u[:], j.u[:]) }

// String returns the text form, and "" for the zero id.
func (i Of[K]) String() string {
	if i.IsZero() {
		return ""
	}
	var k K
	p := k.Prefix()
	b := make([]byte, 0, len(p)+1+textLen)
	b = append(b, p...)
	b = append(b, '_')
	return string(appendText(b, i.u))
}

// MarshalText writes the text form.
func (i Of[K]) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; empty text is the zero id.
func (i *Of[K]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Of[K]{}
		return nil
	}
	v, err := Parse[K](string(b))
	if err != nil {
		return err
	}
	*i = v
	return nil
}

// Value returns the text form, for tables of the host that are keyed by ids of
// the engine. The engine's own tables hold the 16 bytes.
func (i Of[K]) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil //nolint:nilnil // NULL is the value of no id
	}
	return i.String(), nil
}

// Scan reads the text form, the 16 bytes, or NULL as the zero id.
func (i *Of[K]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = Of[K]{}
		return nil
	case string:
		return i.UnmarshalText([]byte(v))
	case []byte:
		if len(v) == len(i.u) {
			copy(i.u[:], v)
			return nil
		}
		return i.UnmarshalText(v)
	default:
		var k K
		return fmt.Errorf("id: scan %T into %s id: %w", src, k.Prefix(), fault.Internal)
	}
}

// appendText writes 128 bits as 26 characters, most significant first; the
// first character carries three bits, so it is at most '7'.
func appendText(dst []byte, u uuid.UUID) []byte {
	var buf [textLen]byte
	var acc uint32
	bits, pos := 0, textLen
	for i := len(u) - 1; i >= 0; i-- {
		acc |= uint32(u[i]) << bits
		for bits += 8; bits >= 5; bits -= 5 {
			pos--
			buf[pos] = alphabet[acc&31]
			acc >>= 5
		}
	}
	if pos > 0 {
		pos--
		buf[pos] = alphabet[acc&31]
	}
	return append(dst, buf[:]...)
}

func decode(s string) (uuid.UUID, bool) {
	var u uuid.UUID
	if s[0] > '7' {
		return u, false
	}
	var acc uint32
	bits, pos := 0, len(u)
	for i := textLen - 1; i >= 0; i-- {
		v, ok := digit(s[i])
		if !ok {
			return u, false
		}
		acc |= v << bits
		for bits += 5; bits >= 8 && pos > 0; bits -= 8 {
			pos--
			u[pos] = byte(acc)
			acc >>= 8
		}
	}
	return u, true
}

func digit(c byte) (uint32, bool) {
	switch {
	case c >= '0' && c <= '9':
		return uint32(c - '0'), true
	case c >= 'a' && c <= 'z':
		for i := 10; i < len(alphabet); i++ {
			if alphabet[i] == c {
				return uint32(i), true //nolint:gosec // i is below 32
			}
		}
	}
	return 0, false
}
