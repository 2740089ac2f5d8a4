package paymenttest

import (
	"fmt"
	"slices"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/payment"
)

// Account is what the provider's books hold about one payment.
type Account struct {
	Payment    string
	Subject    string
	Reference  string
	State      payment.State
	Authorized money.Amount
	Captured   money.Amount
	Refunded   money.Amount
}

// Effective reports whether the provider holds money of it: captured, and not
// all of it refunded.
func (a Account) Effective() bool { return a.Captured != a.Refunded }

// Books returns the accounts in the order in which they were opened.
func (s *Scripted) Books() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Account, 0, len(s.accounts))
	for _, a := range s.accounts {
		cur := a.asked.Currency()
		out = append(out, Account{
			Payment: a.payment, Subject: a.subject, Reference: a.reference, State: a.state,
			Authorized: money.New(a.authorized, cur), Captured: money.New(a.captured, cur), Refunded: money.New(a.refunded, cur),
		})
	}
	return out
}

// Calls returns how many calls that move money were made.
func (s *Scripted) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Violations returns every promise about money that the books break: more back
// than came, more come than promised, two accounts for one payment, a key used
// with other parameters, or money held for one subject in more than one
// account.
func (s *Scripted) Violations() []string {
	out := s.wronged()
	held := map[string]int{}
	for _, a := range s.Books() {
		if a.Refunded.Minor() < 0 || a.Refunded.Minor() > a.Captured.Minor() || a.Captured.Minor() > a.Authorized.Minor() {
			out = append(out, fmt.Sprintf("%s: authorized %d, captured %d, refunded %d",
				a.Reference, a.Authorized.Minor(), a.Captured.Minor(), a.Refunded.Minor()))
		}
		if a.Effective() {
			held[a.Subject]++
			if held[a.Subject] == 2 {
				out = append(out, "money held twice for "+a.Subject)
			}
		}
	}
	return out
}

func (s *Scripted) wronged() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wrongs)
}

// Acted says that the buyer of a payment has acted: with success, or not.
func (s *Scripted) Acted(owner string, v Verdict) { s.change(owner, payment.StateActionRequired, v) }

// Decided is what the provider decides later about a payment: about the
// promise if that was deferred, and about everything else that was.
func (s *Scripted) Decided(owner string, v Verdict) {
	s.change(owner, payment.StatePending, v)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys {
		if k.account == nil || k.account.payment != owner || k.state != payment.StatePending {
			continue
		}
		k.verdict(Plan{Verdict: v}, happened(k.op))
		s.notices = append(s.notices, s.notice(k.account))
	}
}

func happened(o payment.Operation) payment.State {
	switch o {
	case payment.OpCapture:
		return payment.StateCaptured
	case payment.OpVoid:
		return payment.StateVoided
	case payment.OpRefund:
		return payment.StateRefunded
	case payment.OpAuthorize:
	}
	return payment.StateAuthorized
}

// Expired lets the promise of a payment lapse.
func (s *Scripted) Expired(owner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.find("", owner); a != nil && a.state != payment.StateCaptured {
		a.state = payment.StateExpired
	}
}

func (s *Scripted) change(owner string, from payment.State, v Verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.find("", owner)
	if a == nil || a.state != from {
		return
	}
	a.decide(Plan{Verdict: v})
	s.calls++
	s.notices = append(s.notices, s.notice(a))
}

// Notices returns the notices that were sent and not yet returned, copies and
// all. Deliver them in any order.
func (s *Scripted) Notices() []payment.Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.notices
	s.notices = nil
	return out
}

// Resurrected lets a promise that is over come true after all, as if the
// buyer's bank had answered late: authorized, or captured if it was for money
// at once.
func (s *Scripted) Resurrected(owner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.find("", owner); a != nil && a.captured == 0 && (a.state == payment.StateVoided || a.state == payment.StateExpired || a.state == payment.StateDeclined) {
		a.approve(money.Amount{})
		s.notices = append(s.notices, s.notice(a))
	}
}
