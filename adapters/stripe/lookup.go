package stripe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/kontor-go/kontor/payment"
)

const (
	pageSize = 100
	maxPages = 20
	// searchLag is by how much Stripe's search may be behind its books.
	searchLag = time.Hour
	// clockSkew is by how much Stripe's clock may differ from ours.
	clockSkew = 5 * time.Minute
)

var (
	errTwice   = errors.New("stripe: two payment intents are alive for one payment")
	errTooMany = errors.New("stripe: too many payment intents to be sure that none is ours")
)

// Lookup reads the payment intent, or the refund, anew.
//
// Without a Reference it asks Stripe's search for our id, which may be behind
// the books by up to an hour, and then reads the list of what was made within
// that hour, which is not. Only what is in neither is absent. With more than
// 2000 payment intents to look through it fails and can be asked again.
func (p *Provider) Lookup(ctx context.Context, r payment.LookupRequest) (payment.Outcome, error) {
	t, err := p.begin(ctx, r.Operation)
	if err != nil {
		return payment.Outcome{}, err
	}
	var c checked
	c.That(r.Reference != "" || r.Payment != "", "payment", "required", "must be set where there is no reference")
	c.Text("payment", r.Payment, maxMeta)
	if r.Reference != "" {
		c.reference(r.Reference)
	}
	if err := c.err(t); err != nil {
		return payment.Outcome{}, err
	}
	pi, err := t.find(ctx, r)
	if err != nil {
		return payment.Outcome{}, err
	}
	if pi == nil {
		return payment.Outcome{State: payment.StateAbsent}, nil
	}
	switch r.Operation {
	case payment.OpAuthorize:
		return t.promise(pi)
	case payment.OpCapture:
		return t.taken(pi)
	case payment.OpVoid:
		return t.released(pi)
	case payment.OpRefund:
		return t.findRefund(ctx, pi.ID, r)
	}
	return payment.Outcome{}, t.refuse(payment.ClassUnsupported, fmt.Errorf("stripe: no operation %q", r.Operation))
}

// find returns the payment intent of a payment as the books have it now, or
// nil if they have none.
func (t *talk) find(ctx context.Context, r payment.LookupRequest) (*stripe.PaymentIntent, error) {
	reference := r.Reference
	if reference == "" {
		found, err := t.search(ctx, r.Payment)
		if err == nil && found == nil {
			found, err = t.recent(ctx, r.Payment)
		}
		if err != nil || found == nil {
			return nil, err
		}
		reference = found.ID
	}
	pi, err := t.intent(ctx, reference) // what search says may be old
	if err != nil {
		return nil, err
	}
	if !t.about(pi, r.Payment, reference) {
		return nil, t.unknown(errElsewhere)
	}
	return pi, nil
}

// search asks Stripe's search.
func (t *talk) search(ctx context.Context, owner string) (*stripe.PaymentIntent, error) {
	params := &stripe.PaymentIntentSearchParams{}
	params.Query = "metadata['" + metaPayment + "']:'" + quoted(owner) + "'"
	params.Context, params.Limit, params.Single = ctx, new(int64(pageSize)), true
	if t.p.account != "" {
		params.StripeAccount = new(t.p.account)
	}
	it := t.intents.Search(params)
	var all []*stripe.PaymentIntent
	for it.Next() {
		all = append(all, it.PaymentIntent())
	}
	if err := t.listed(it.Err()); err != nil {
		return nil, err
	}
	return t.ours(all, owner)
}

// listed is the failure of a list or search, or nil.
func (t *talk) listed(err error) error {
	if err == nil && !t.line.ok() {
		err = errUnreadable
	}
	if err != nil {
		return t.failure(err)
	}
	return nil
}

// quoted makes a text fit for a query.
func quoted(s string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s)
}

// ours returns the one payment intent of a payment. Of several, those that can
// hold no money any more do not count.
func (t *talk) ours(all []*stripe.PaymentIntent, owner string) (*stripe.PaymentIntent, error) {
	var best *stripe.PaymentIntent
	for _, pi := range all {
		switch {
		case !t.about(pi, owner, ""):
		case best == nil || best.Status == stripe.PaymentIntentStatusCanceled:
			best = pi
		case pi.Status != stripe.PaymentIntentStatusCanceled:
			return nil, t.unknown(errTwice)
		}
	}
	return best, nil
}

// recent looks through what was made too short a while ago for the search.
func (t *talk) recent(ctx context.Context, owner string) (*stripe.PaymentIntent, error) {
	params := &stripe.PaymentIntentListParams{ListParams: t.list(ctx)}
	params.CreatedRange = &stripe.RangeQueryParams{GreaterThanOrEqual: t.since(owner).Unix()}
	for range maxPages {
		it := t.intents.List(params)
		var all []*stripe.PaymentIntent
		for it.Next() {
			all = append(all, it.PaymentIntent())
		}
		if err := t.listed(it.Err()); err != nil {
			return nil, err
		}
		found, err := t.ours(all, owner)
		if err != nil || found != nil || len(all) == 0 || !it.PaymentIntentList().HasMore {
			return found, err
		}
		params.StartingAfter = new(all[len(all)-1].ID)
	}
	return nil, t.unknown(errTooMany)
}

// since is the earliest time at which a payment that the search does not show
// yet can have been made. Our ids tell when they were made, as a rule.
func (t *talk) since(owner string) time.Time {
	at := t.p.clock.Now().Add(-searchLag)
	if id, err := payment.ParseID(owner); err == nil && id.UUID().Version() == 7 {
		sec, nsec := id.UUID().Time().UnixTime()
		if made := time.Unix(sec, nsec); made.After(at) {
			at = made
		}
	}
	return at.Add(-clockSkew)
}

// findRefund returns how the refund of an attempt stands.
func (t *talk) findRefund(ctx context.Context, reference string, r payment.LookupRequest) (payment.Outcome, error) {
	params := &stripe.RefundListParams{ListParams: t.list(ctx), PaymentIntent: new(reference)}
	for range maxPages {
		it := t.refunds.List(params)
		last := ""
		for it.Next() {
			re := it.Refund()
			last = re.ID
			if ofAttempt(re, r) {
				return t.refunded(re, reference)
			}
		}
		if err := t.listed(it.Err()); err != nil {
			return payment.Outcome{}, err
		}
		if last == "" || !it.RefundList().HasMore {
			return payment.Outcome{State: payment.StateAbsent}, nil
		}
		params.StartingAfter = new(last)
	}
	return payment.Outcome{}, t.unknown(errTooMany)
}

// ofAttempt reports whether a refund is that of an attempt: its key if that is
// known, else the newest of our refund.
func ofAttempt(re *stripe.Refund, r payment.LookupRequest) bool {
	if r.Key != "" {
		return re.Metadata[metaKey] == r.Key
	}
	return r.Refund != "" && re.Metadata[metaRefund] == r.Refund
}
