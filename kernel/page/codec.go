package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// MaxCursor is the largest length of a cursor in bytes. Sort keys that do not
// fit, such as a title of many hundred bytes, are cut by the room before they
// are used as a key.
const MaxCursor = 512

// MinSecret is the smallest length of a secret in bytes.
const MinSecret = 16

const (
	codeCursor = "not_a_cursor"
	textCursor = "must be the next cursor of a page of this very list"
)

// version is the first byte of a cursor; it changes with the format.
const version = 1

// macLen is how much of the HMAC a cursor carries: 128 bits.
const macLen = 16

// Tags of the keys in a cursor. Each key begins with one.
const (
	tagInt   = 'i'
	tagText  = 's'
	tagBytes = 'b'
)

// List is what a cursor belongs to. All three texts are part of the signature.
type List struct {
	// Name is the name of the list: "orders", or "orders of " and an id.
	Name string
	// Tenant is the tenant whose list it is.
	Tenant string
	// Sort is the order of the list: "-placed_at". A list with filters names
	// them here as well, if its keys mean nothing without them.
	Sort string
}

// Codec makes and reads cursors. It is a value without state and may be used
// from many goroutines. The zero value makes none; see NewCodec.
type Codec struct {
	key [sha256.Size]byte
	ok  bool
}

// NewCodec returns a codec that signs with secret. All processes that serve one
// shop share the secret; a cursor made with another is refused. A secret of
// fewer than MinSecret bytes is an Invalid error that names "secret".
func NewCodec(secret []byte) (Codec, error) {
	var c fault.Check
	c.That(len(secret) >= MinSecret, "secret", "too_short", fmt.Sprintf("must have at least %d bytes", MinSecret))
	if err := c.Err("page.secret"); err != nil {
		return Codec{}, err
	}
	// A key of its own, so that a signature made with the same secret for
	// something else is never a cursor.
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("kontor/kernel/page/cursor/1"))
	return Codec{key: [sha256.Size]byte(mac.Sum(nil)), ok: true}, nil
}

// Encode returns the cursor for keys, which are int64, string or []byte. The
// same keys give the same cursor. Keys of another type, keys that make a cursor
// longer than MaxCursor, and a codec without a secret are mistakes of the room
// and Internal errors.
func (c Codec) Encode(l List, keys ...any) (string, error) {
	if !c.ok {
		return "", fmt.Errorf("page: encode a cursor without a secret: %w", fault.Internal)
	}
	b := make([]byte, 1+macLen, 64)
	b[0] = version
	for i, key := range keys {
		switch k := key.(type) {
		case int64:
			b = binary.AppendVarint(append(b, tagInt), k)
		case string:
			b = appendBytes(append(b, tagText), k)
		case []byte:
			b = appendBytes(append(b, tagBytes), k)
		default:
			return "", fmt.Errorf("page: key %d of %s is a %T: %w", i, l.Name, key, fault.Internal)
		}
	}
	copy(b[1:], c.sign(l, b[1+macLen:]))
	s := base64.RawURLEncoding.EncodeToString(b)
	if len(s) > MaxCursor {
		return "", fmt.Errorf("page: cursor of %s has %d bytes, more than %d: %w", l.Name, len(s), MaxCursor, fault.Internal)
	}
	return s, nil
}

func appendBytes[B ~string | ~[]byte](dst []byte, v B) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(v))), v...)
}

// Decode reads the keys of a cursor into pointers to int64, string or []byte,
// one for each key. A cursor that this codec did not make for this very list,
// or whose keys are not of these types, is an Invalid error that names
// "cursor", and nothing is written. Pointers to other types are an Internal
// error.
func (c Codec) Decode(l List, cursor string, into ...any) error {
	payload, ok := c.open(l, cursor)
	if !ok {
		return refused()
	}
	set := make([]func(), 0, len(into))
	for i, p := range into {
		var assign func()
		switch v := p.(type) {
		case *int64:
			payload, assign, ok = readInt(payload, v)
		case *string:
			payload, assign, ok = readBytes(payload, tagText, func(b []byte) { *v = string(b) })
		case *[]byte:
			payload, assign, ok = readBytes(payload, tagBytes, func(b []byte) { *v = b })
		default:
			return fmt.Errorf("page: read key %d of %s into a %T: %w", i, l.Name, p, fault.Internal)
		}
		if !ok {
			return refused()
		}
		set = append(set, assign)
	}
	if len(payload) > 0 {
		return refused()
	}
	for _, assign := range set {
		assign()
	}
	return nil
}

// open returns the keys of a cursor that is ours.
func (c Codec) open(l List, cursor string) (payload []byte, ok bool) {
	// The decoder skips line breaks, which would make one cursor of many texts.
	if !c.ok || len(cursor) > MaxCursor || strings.ContainsAny(cursor, "\r\n") {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) < 1+macLen || b[0] != version {
		return nil, false
	}
	payload = b[1+macLen:]
	return payload, hmac.Equal(b[1:1+macLen], c.sign(l, payload))
}

// sign returns the signature of payload as a cursor of l. Each text goes in
// with its length, so that no two lists sign alike.
func (c Codec) sign(l List, payload []byte) []byte {
	mac := hmac.New(sha256.New, c.key[:])
	head := make([]byte, 0, 128)
	for _, s := range []string{l.Name, l.Tenant, l.Sort} {
		head = appendBytes(head, s)
	}
	mac.Write(head)
	mac.Write(payload)
	return mac.Sum(nil)[:macLen]
}

func refused() error {
	var c fault.Check
	c.Add("cursor", codeCursor, textCursor)
	return c.Err("page.cursor")
}

func readInt(b []byte, into *int64) (rest []byte, assign func(), ok bool) {
	if len(b) == 0 || b[0] != tagInt {
		return nil, nil, false
	}
	v, n := binary.Varint(b[1:])
	if n <= 0 {
		return nil, nil, false
	}
	return b[1+n:], func() { *into = v }, true
}

func readBytes(b []byte, tag byte, set func([]byte)) (rest []byte, assign func(), ok bool) {
	if len(b) == 0 || b[0] != tag {
		return nil, nil, false
	}
	size, n := binary.Uvarint(b[1:])
	b = b[1:]
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, false
	}
	v := b[n : n+int(size)]                         //nolint:gosec // size is at most len(b)
	return b[n+int(size):], func() { set(v) }, true //nolint:gosec // likewise
}
