package notification

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
)

// MinSecret is the smallest length of a secret in bytes.
const MinSecret = 16

// maxPassSubject is the longest subject of a pass in bytes.
const maxPassSubject = 128

// Passes makes and reads the tokens of links by which somebody without an
// account sees one thing: the order of a guest. A token proves that it was
// handed out by this shop, for this subject and tenant, and has not ended; it
// is not secret from whoever forwards the message. It is a value without state
// and may be used from many goroutines; the zero value knows no token.
type Passes struct {
	key    [sha256.Size]byte
	tenant string
	ok     bool
}

// NewPasses returns the passes of a tenant, signed with the secret of the shop.
// A secret of fewer than MinSecret bytes is an Invalid error that names it.
func NewPasses(secret []byte, tenant string) (Passes, error) {
	var c fault.Check
	c.That(len(secret) >= MinSecret, "secret", "too_short", fmt.Sprintf("must have at least %d bytes", MinSecret))
	if err := c.Err("notification.secret"); err != nil {
		return Passes{}, err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("kontor/notification/pass/1"))
	return Passes{key: [sha256.Size]byte(mac.Sum(nil)), tenant: tenant, ok: true}, nil
}

// Issue returns the token for a subject, such as the text of an order id, of 1
// to 128 bytes. It is good until a time, to the second and half open. The same
// input gives the same token, of letters, digits, '-' and '_'.
func (p Passes) Issue(subject string, until time.Time) (string, error) {
	var c fault.Check
	c.That(len(subject) <= maxPassSubject, "subject", "too_long", "must have at most 128 bytes")
	c.Required("subject", subject, maxPassSubject)
	c.That(until.Unix() > 0, "until", "required", "must be a time")
	c.That(p.ok, "secret", "required", "must be set")
	if err := c.Err("notification.pass"); err != nil {
		return "", err
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(until.Unix()))
	b = append(b, subject...)
	return base64.RawURLEncoding.EncodeToString(append(b, p.sign(b)...)), nil
}

// passMAC is how much of the HMAC a token carries: 128 bits.
const passMAC = 16

// Read returns the subject of a token, or ErrBadPass.
func (p Passes) Read(token string, now time.Time) (string, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || !p.ok || len(b) <= 8+passMAC || len(b) > 8+maxPassSubject+passMAC {
		return "", ErrBadPass
	}
	body, mac := b[:len(b)-passMAC], b[len(b)-passMAC:]
	if !hmac.Equal(mac, p.sign(body)) {
		return "", ErrBadPass
	}
	if now.Unix() < 0 || uint64(now.Unix()) >= binary.BigEndian.Uint64(body) {
		return "", ErrBadPass
	}
	return string(body[8:]), nil
}

func (p Passes) sign(body []byte) []byte {
	mac := hmac.New(sha256.New, p.key[:])
	mac.Write([]byte(p.tenant))
	mac.Write([]byte{0})
	mac.Write(body)
	return mac.Sum(nil)[:passMAC]
}
