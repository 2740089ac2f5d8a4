package promotion

import (
	"context"
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Ask is a buyer who wants to know what is granted.
type Ask struct {
	// At is when. Zero means now.
	At time.Time
	// Currency is that of the prices. Zero: promotions that are bound to a
	// currency are granted too.
	Currency money.Currency
	// Buyer is who asks, in the words of the caller, at most 160 characters: the
	// text of an op.Actor, a customer's id, the hash of an e-mail address. Empty
	// if nobody knows.
	Buyer string
	// Groups are the codes of the groups of the buyer.
	Groups []string
	// Codes are what the buyer has typed, at most MaxCodes.
	Codes []string
}

// Offers is what is granted to an Ask.
type Offers struct {
	// Grants are what applies, as far as this room knows: those of the codes in
	// the order in which they were asked for, then the automatic ones, newest
	// first. Filters and minimum are for whoever prices.
	Grants []Grant `json:"grants,omitempty"`
	// Refused are the codes that do not.
	Refused []Refusal `json:"refused,omitempty"`
}

// Grant is a promotion that applies.
type Grant struct {
	// Code is the code in canonical form, and empty for an automatic promotion.
	Code      string    `json:"code,omitempty"`
	Promotion Promotion `json:"promotion"`
}

// Name returns what tells g from other grants: the code, or else the id of the
// promotion.
func (g Grant) Name() string {
	if g.Code != "" {
		return g.Code
	}
	return g.Promotion.ID.String()
}

// Refusal is a code that gives nothing, and why.
type Refusal struct {
	Code   string `json:"code"`
	Title  string `json:"title,omitempty"`
	Reason Reason `json:"reason"`
}

// Reason says why a promotion is not granted.
type Reason string

// The reasons.
const (
	// Unknown: there is no such code.
	Unknown Reason = "unknown"
	// NotYet: it has not begun.
	NotYet Reason = "not_yet"
	// Over: it has ended or is paused.
	Over Reason = "over"
	// UsedUp: it was used as often as it may be.
	UsedUp Reason = "used_up"
	// AlreadyUsed: the buyer has used it as often as one buyer may.
	AlreadyUsed Reason = "already_used"
	// NeedsBuyer: it is counted for each buyer, and nobody knows who this is.
	NeedsBuyer Reason = "needs_buyer"
	// NotForYou: it is for the members of certain groups.
	NotForYou Reason = "not_for_you"
	// OtherCurrency: it is bound to another currency.
	OtherCurrency Reason = "other_currency"
	// Twice: another code of the same promotion is granted already.
	Twice Reason = "twice"
)

// Offers says what is granted to a buyer, in one round trip as long as no
// promotion was changed since the last one, and else in two. It promises
// nothing: RedeemTx counts, and may find that somebody was quicker. Errors by
// kind: Invalid.
func (s *Service) Offers(ctx context.Context, a Ask) (Offers, error) {
	a, err := s.asking(a)
	if err != nil {
		return Offers{}, err
	}
	seen, err := s.reader.LookPromotions(ctx, Look{Codes: a.Codes, Buyer: a.Buyer})
	if err != nil {
		return Offers{}, err
	}
	return s.OffersSeen(ctx, a, seen)
}

// OffersSeen is Offers for who has read what it has to know together with other
// things: the codes of a, what the buyer of a has used. It makes no round trip
// of its own as long as no promotion was changed since the last one, and else
// one. Errors by kind: Invalid.
func (s *Service) OffersSeen(ctx context.Context, a Ask, seen Seen) (Offers, error) {
	a, err := s.asking(a)
	if err != nil {
		return Offers{}, err
	}
	active, err := s.snapshot(ctx, seen.Revision)
	if err != nil {
		return Offers{}, err
	}
	return a.decide(seen, active), nil
}

func (s *Service) asking(a Ask) (Ask, error) {
	var c fault.Check
	if a.At.IsZero() {
		a.At = s.clock.Now()
	}
	a.At = clock.Cut(a.At)
	a.Buyer = c.Text("buyer", a.Buyer, maxBuyer)
	checkNames(&c, "groups", a.Groups, maxGroups)
	c.Range("codes", int64(len(a.Codes)), 0, MaxCodes)
	var codes []string
	for i, typed := range a.Codes[:min(len(a.Codes), MaxCodes)] {
		if code := checkCode(&c, at("codes", i), typed); !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	a.Codes = codes
	return a, c.Err("promotion.offers")
}

// decide sorts what was seen into grants and refusals.
func (a Ask) decide(seen Seen, active []Promotion) Offers {
	var out Offers
	granted := map[ID]bool{}
	for _, code := range a.Codes {
		i := slices.IndexFunc(seen.Coded, func(x Coded) bool { return x.Code == code })
		if i < 0 {
			out.Refused = append(out.Refused, Refusal{Code: code, Reason: Unknown})
			continue
		}
		x := seen.Coded[i]
		reason := a.objection(x.Promotion, x.Uses)
		if reason == "" && granted[x.Promotion.ID] {
			reason = Twice
		}
		if reason != "" {
			out.Refused = append(out.Refused, Refusal{Code: code, Title: x.Promotion.Title, Reason: reason})
			continue
		}
		granted[x.Promotion.ID] = true
		out.Grants = append(out.Grants, Grant{Code: code, Promotion: x.Promotion})
	}
	for _, p := range active {
		if p.Automatic && a.objection(p, seen.Uses[p.ID]) == "" {
			out.Grants = append(out.Grants, Grant{Promotion: p})
		}
	}
	return out
}

// objection returns why a promotion that was used so often is not granted, or
// "".
func (a Ask) objection(p Promotion, u Uses) Reason {
	if reason := p.standing(a.At); reason != "" {
		return reason
	}
	bound := p.Currency()
	member := len(p.Groups) == 0 || slices.ContainsFunc(p.Groups, func(g string) bool { return slices.Contains(a.Groups, g) })
	full := func(used, limit int) bool { return limit > 0 && used >= limit }
	switch {
	case !member:
		return NotForYou
	case !bound.IsZero() && !a.Currency.IsZero() && bound != a.Currency:
		return OtherCurrency
	case p.Limits.PerBuyer > 0 && a.Buyer == "":
		return NeedsBuyer
	case full(u.Buyer, p.Limits.PerBuyer):
		return AlreadyUsed
	case full(u.Total, p.Limits.Total), full(u.Code, p.Limits.PerCode):
		return UsedUp
	default:
		return ""
	}
}

// snapshot is the active promotions of one moment, newest first, whatever their
// windows. It never changes.
type snapshot struct {
	revision   int64
	promotions []Promotion
}

// Running returns the promotions that run at a time (zero: now), newest first,
// with and without codes, at most MaxActive; those that are used up are among
// them. What was read once is used as long
// as no promotion is changed.
func (s *Service) Running(ctx context.Context, at time.Time) ([]Promotion, error) {
	if at.IsZero() {
		at = s.clock.Now()
	}
	seen, err := s.reader.LookPromotions(ctx, Look{})
	if err != nil {
		return nil, err
	}
	active, err := s.snapshot(ctx, seen.Revision)
	if err != nil {
		return nil, err
	}
	out := []Promotion{}
	for _, p := range active {
		if p.RunsAt(clock.Cut(at)) {
			out = append(out, p)
		}
	}
	return out, nil
}

// snapshot returns the active promotions, which it reads anew if the revision
// is another one than that of the last time.
func (s *Service) snapshot(ctx context.Context, revision int64) ([]Promotion, error) {
	if last := s.active.Load(); last != nil && last.revision == revision {
		return last.promotions, nil
	}
	ps, read, err := s.reader.ActivePromotions(ctx, MaxActive)
	if err != nil {
		return nil, err
	}
	s.active.Store(&snapshot{revision: read, promotions: ps})
	return ps, nil
}
