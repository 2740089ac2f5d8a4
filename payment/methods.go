package payment

import (
	"context"
	"maps"
	"slices"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Methods are the ways to pay, by the key under which a shop knows them: 1 to
// 40 lower case letters, digits, hyphens and underscores. Keys are stored with
// payments, so a key stays with its provider for good.
type Methods map[string]Provider

// Free is the method for what costs nothing. It is always there and takes no
// other amount than zero.
const Free = "free"

// Moment says when the money of a method is taken.
type Moment string

// The moments.
const (
	// MomentDefault: later if the provider can, else at once.
	MomentDefault Moment = ""
	// MomentLater: promised when the order is placed, taken by Capture.
	MomentLater Moment = "later"
	// MomentAtOnce: taken when the order is placed.
	MomentAtOnce Moment = "at_once"
)

// check records everything that cannot work.
func (m Methods) check(c *fault.Check, moments map[string]Moment) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		path := "methods." + key
		c.That(isKey(key) && key != Free, path, "bad_key", "must be 1 to 40 lower case letters, digits, hyphens and underscores, and not free")
		p := m[key]
		if p == nil {
			c.Add(path, "required", "must have a provider")
			continue
		}
		checkPowers(c, path, p, moments[key])
	}
	for _, key := range slices.Sorted(maps.Keys(moments)) {
		_, known := m[key]
		c.That(known, "moments."+key, "unknown", "must be the key of a method")
		switch moments[key] {
		case MomentDefault, MomentLater, MomentAtOnce:
		default:
			c.Add("moments."+key, "unknown", "must be later or at_once")
		}
	}
}

// checkPowers records powers without which money could get stuck.
func checkPowers(c *fault.Check, path string, p Provider, at Moment) {
	if _, ok := p.(Local); ok {
		c.That(at == MomentDefault, path, "moment_local", "settles at once and decides by itself when the money has come")
		return
	}
	_, captures := p.(Capturer)
	_, voids := p.(Voider)
	_, refunds := p.(Refunder)
	c.That(captures || at != MomentLater, path, "cannot_capture", "cannot take the money later, because the provider cannot capture")
	c.That(voids || !captures || at == MomentAtOnce, path, "cannot_void", "could not give a promise back, because the provider cannot void")
	c.That(refunds, path, "cannot_refund", "could not give money back that came too late, because the provider cannot refund")
}

func isKey(s string) bool {
	for i := range len(s) {
		b := s[i]
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' && b != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 40
}

// Offline is embedded by a Local, so that it is a Provider as well and can be
// configured beside the others. Nobody calls its methods.
type Offline struct{}

var _ Provider = Offline{}

// Authorize refuses with ClassUnsupported.
func (Offline) Authorize(context.Context, AuthorizeRequest) (Outcome, error) {
	return Outcome{}, &Failure{Class: ClassUnsupported, Operation: OpAuthorize}
}

// Lookup refuses with ClassUnsupported.
func (Offline) Lookup(_ context.Context, r LookupRequest) (Outcome, error) {
	return Outcome{}, &Failure{Class: ClassUnsupported, Operation: r.Operation}
}

// free is the tender for what costs nothing.
type free struct{ Offline }

var _ Local = free{}

// Settle takes nothing.
func (free) Settle(r LocalRequest) (Outcome, error) {
	if r.Operation != OpAuthorize {
		return Outcome{}, &Failure{Class: ClassUnsupported, Operation: r.Operation}
	}
	if !r.Amount.IsZero() {
		return Outcome{State: StateDeclined, Decline: Decline{Code: "not_free", Reason: ReasonNotSupported}}, nil
	}
	return Outcome{State: StateCaptured, Amount: r.Amount}, nil
}
