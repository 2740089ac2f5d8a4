package stripetest

import (
	"fmt"
	"slices"
)

// Entry is what the books hold about one payment intent. Amounts are as Stripe
// counts them.
type Entry struct {
	ID       string
	Payment  string // our id, from its metadata
	Subject  string
	Status   string
	Currency string
	// Held is promised, Captured has come, Refunded went back or is on its way.
	Held, Captured, Refunded int64
}

// Books returns the payment intents in the order in which they were made.
func (s *Simulator) Books() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse()
	out := make([]Entry, 0, len(s.intents))
	for _, pi := range s.intents {
		out = append(out, Entry{
			ID: pi.ID, Payment: pi.Metadata["kontor_payment"], Subject: pi.Metadata["kontor_subject"],
			Status: pi.Status, Currency: pi.Currency,
			Held: pi.AmountCapturable, Captured: pi.AmountReceived, Refunded: pi.refunded,
		})
	}
	return out
}

// note remembers a second payment intent for one payment.
func (s *Simulator) note(pi *intent) {
	owner := pi.Metadata["kontor_payment"]
	for _, other := range s.intents {
		if owner != "" && other.Metadata["kontor_payment"] == owner {
			s.wrongs = append(s.wrongs, "a second payment intent for "+owner)
		}
	}
}

// Violations returns every promise about money that the books break: more back
// than came, two payment intents for one payment, a key used with other
// parameters, or money held for one subject more than once.
func (s *Simulator) Violations() []string {
	books := s.Books()
	s.mu.Lock()
	out := slices.Clone(s.wrongs)
	s.mu.Unlock()
	held := map[string]int{}
	for _, e := range books {
		if e.Refunded < 0 || e.Refunded > e.Captured {
			out = append(out, fmt.Sprintf("%s: captured %d, refunded %d", e.ID, e.Captured, e.Refunded))
		}
		if e.Subject != "" && e.Captured > e.Refunded {
			held[e.Subject]++
			if held[e.Subject] == 2 {
				out = append(out, "money held twice for "+e.Subject)
			}
		}
	}
	return out
}
