package support

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/fault"
)

// MinSecret is the smallest length of a secret in bytes.
const MinSecret = 16

// Addresses makes and reads the addresses by which answers find their
// conversation: reply+<token>@support.example.com. The token names the
// conversation and is signed for one tenant. It is a value without state and may
// be used from many goroutines; the zero value makes and knows none.
type Addresses struct {
	key           [sha256.Size]byte
	tenant        string
	local, domain string
}

// NewAddresses returns the addresses of a tenant below a mailbox, such as
// "reply@support.example.com", that must take mail with a tag after a plus. What
// is wrong is an Invalid error that names "secret" or "mailbox".
func NewAddresses(secret []byte, tenant, mailbox string) (Addresses, error) {
	var c fault.Check
	c.That(len(secret) >= MinSecret, "secret", "too_short", fmt.Sprintf("must have at least %d bytes", MinSecret))
	local, domain, _ := strings.Cut(mailbox, "@")
	c.That(isAddress(mailbox) && len(local) <= maxLocal && !strings.Contains(local, "+"), "mailbox", "bad_address",
		fmt.Sprintf("must be an email address with at most %d characters and no plus before the @", maxLocal))
	if err := c.Err("support.addresses"); err != nil {
		return Addresses{}, err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("kontor/support/address/1"))
	return Addresses{key: [sha256.Size]byte(mac.Sum(nil)), tenant: tenant, local: local, domain: domain}, nil
}

const (
	addressMAC = 10 // bytes of the HMAC in a token: 80 bits
	tokenLen   = 42 // 26 bytes in base 32
	maxLocal   = 64 - 1 - tokenLen
)

// alphabet is RFC 4648 in lower case, for mail servers change the case.
const alphabet = "abcdefghijklmnopqrstuvwxyz234567"

// Of returns the address of a conversation, or "" if there is no mailbox.
func (a Addresses) Of(conversation ID) string {
	if a.domain == "" {
		return ""
	}
	u := conversation.UUID()
	token := base32.NewEncoding(alphabet).WithPadding(base32.NoPadding).EncodeToString(append(u[:], a.sign(u)...))
	return a.local + "+" + token + "@" + a.domain
}

// Read returns the conversation of the first of these addresses that has one.
func (a Addresses) Read(addresses ...string) (ID, bool) {
	for _, address := range addresses {
		local, domain, _ := strings.Cut(strings.ToLower(address), "@")
		token, ok := strings.CutPrefix(local, strings.ToLower(a.local)+"+")
		if !ok || a.domain == "" || !strings.EqualFold(domain, a.domain) || len(token) != tokenLen {
			continue
		}
		b, err := base32.NewEncoding(alphabet).WithPadding(base32.NoPadding).DecodeString(token)
		if err != nil || len(b) != len(uuid.UUID{})+addressMAC {
			continue
		}
		if u := uuid.UUID(b[:16]); hmac.Equal(b[16:], a.sign(u)) {
			return IDFrom(u), true
		}
	}
	return ID{}, false
}

func (a Addresses) sign(u uuid.UUID) []byte {
	mac := hmac.New(sha256.New, a.key[:])
	mac.Write([]byte(a.tenant))
	mac.Write([]byte{0})
	mac.Write(u[:])
	return mac.Sum(nil)[:addressMAC]
}

// isAddress accepts the plain form of an email address: ASCII, one @, a dot in
// the domain, and nothing that ends a header.
func isAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(local) > 64 || len(s) > 254 || !strings.Contains(strings.Trim(domain, "."), ".") {
		return false
	}
	for i := range len(s) {
		if b := s[i]; b <= ' ' || b >= 0x7f || strings.ContainsRune("<>()[]\\,;:\"", rune(b)) {
			return false
		}
	}
	return !strings.Contains(domain, "@")
}
