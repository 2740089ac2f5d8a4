package cart

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// CountedFor returns for whom it is counted how often a promotion is used: the
// text of the actor for a buyer whom the host knows ("buyer:u-7"), the hash of
// the mail address, without regard to case, for a guest ("mail:8c5f..."), and
// nothing for a guest who has not told one. A person who buys once as a guest
// and once with an account is counted as two.
//
// The hash keeps addresses out of the counters. It is no secret: who knows an
// address can compute it.
func (c Cart) CountedFor() string {
	if !c.isGuest() {
		return c.Buyer.String()
	}
	if c.Email == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.ToLower(c.Email)))
	return "mail:" + hex.EncodeToString(sum[:])
}

// isGuest reports whether the host does not know who buys.
func (c Cart) isGuest() bool {
	return c.Buyer.Kind == op.Guest || c.Buyer == (op.Actor{})
}

// Guest returns a cart whose buyer has no account, and NotFound for any other:
// it is how the bearer of a link or cookie comes back to a cart. Who logs in
// must not leave a cart behind that an old link opens.
func (s *Service) Guest(ctx context.Context, cart ID) (Cart, error) {
	c, err := s.reader.Cart(ctx, cart)
	if err != nil {
		return Cart{}, err
	}
	if !c.isGuest() {
		return Cart{}, fault.Missing("cart")
	}
	return c, nil
}
