package payment

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
)

// noticeAttempts is how often a notice is tried, over about a month, before it
// is parked for an operator.
const noticeAttempts = 40

// Receive takes a notice of the provider of a method: it is checked over its
// raw bytes and stored, and the host answers 2xx. What it says is not believed;
// ProcessInbox asks the provider. A notice that came before is success.
//
// Errors by kind: Invalid for an unknown method, a body over MaxNotice or one
// that cannot be read; Denied for one that is not authentic; Unsupported if the
// provider sends no notices; and those of the store, for which the host answers
// 5xx, so that the provider sends it again.
func (s *Service) Receive(ctx context.Context, method string, n Notice) error {
	if err := tx.RefuseOpen(ctx); err != nil {
		return err
	}
	var c fault.Check
	s.checkMethod(&c, method)
	c.That(len(n.Body) <= MaxNotice, "body", "too_long", "must have at most 1 MiB")
	if err := c.Err("payment.receive"); err != nil {
		return err
	}
	provider, err := s.provider(method)
	if err != nil {
		return err
	}
	decoder, ok := provider.(NoticeDecoder)
	if !ok {
		return &Failure{Class: ClassUnsupported, Operation: "notice"}
	}
	n.At = s.clock.Now()
	hints, err := decoder.DecodeNotice(n)
	if err != nil {
		return err
	}
	for _, h := range hints {
		if err := s.store(ctx, method, n, h); err != nil {
			return err
		}
	}
	return nil
}

// store puts one hint into the inbox.
func (s *Service) store(ctx context.Context, method string, n Notice, h Hint) error {
	if err := h.check(); err != nil {
		return err
	}
	stored := StoredNotice{Hint: h, Method: method, Body: n.Body, State: NoticePending, Due: n.At, ReceivedAt: n.At}
	err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
		if err := t.InsertPaymentNotice(ctx, stored); err != nil {
			return err
		}
		stamp := event.Stamp{NewID: s.newID, At: n.At, Actor: actor}
		e, err := stamp.Of("inbox:"+method, 0, NoticeReceived{Method: method, Event: h.Event})
		if err != nil {
			return err
		}
		return t.Append(ctx, e)
	})
	if errors.Is(err, ErrNoticeSeen) {
		return nil
	}
	return err
}

// check refuses what a decoder must not return.
func (h Hint) check() error {
	var c fault.Check
	c.Required("event", h.Event, 255)
	c.Text("account", h.Account, 255)
	c.Text("payment", h.Payment, 255)
	c.Text("refund", h.Refund, 255)
	c.Text("reference", h.Reference, 255)
	c.That(h.Payment != "" || h.Refund != "" || h.Reference != "", "reference", "required", "must name what the notice is about")
	return c.Err("payment.notice")
}

// ProcessInbox processes at most limit notices that are due and returns how
// many: what each is about is read again from the provider and applied, so
// that copies and the order of arrival make no difference. A notice about
// something that is not known yet stays and is tried again. One that fails does
// not keep the others waiting; their errors come joined.
func (s *Service) ProcessInbox(ctx context.Context, limit int) (int, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return 0, err
	}
	ns, err := s.reader.PaymentNoticesDue(ctx, s.clock.Now(), limit)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, n := range ns {
		if err := s.processNotice(ctx, n); err != nil {
			errs = append(errs, err)
		}
	}
	return len(ns), errors.Join(errs...)
}

func (s *Service) processNotice(ctx context.Context, n StoredNotice) error {
	applied := s.apply(ctx, n)
	n.Attempts++
	switch {
	case applied == nil:
		n.State, n.Due = NoticeDone, time.Time{}
	case n.Attempts >= noticeAttempts:
		n.State, n.Due = NoticeParked, time.Time{}
	default:
		n.Due = s.clock.Now().Add(noticePause(n.Attempts))
	}
	err := s.units.InTx(ctx, func(ctx context.Context, t Tx) error { return t.UpdatePaymentNotice(ctx, n) })
	if errors.Is(applied, fault.NotFound) {
		applied = nil // it may come yet
	}
	return errors.Join(applied, err)
}

// noticePause is how long a notice waits after so many attempts.
func noticePause(attempts int) time.Duration {
	return min(time.Second<<min(attempts, 20), 24*time.Hour)
}

// apply finds what a notice is about and reconciles it.
func (s *Service) apply(ctx context.Context, n StoredNotice) error {
	p, err := s.about(ctx, n)
	if err != nil {
		return err
	}
	next, unasked, err := s.reconcile(ctx, p)
	if err == nil && unasked == nil && p.InFlight() && !next.InFlight() {
		// What was in flight is settled, but the notice may be about something
		// that came after it.
		_, unasked, err = s.reconcile(ctx, next)
	}
	return errors.Join(unasked, err)
}

// about returns the payment a notice is about, or a NotFound error.
func (s *Service) about(ctx context.Context, n StoredNotice) (Payment, error) {
	if n.Refund != "" {
		id, err := ParseRefundID(n.Refund)
		if err != nil {
			return Payment{}, fault.Missing("refund")
		}
		r, err := s.reader.PaymentRefund(ctx, id)
		if err != nil {
			return Payment{}, err
		}
		return s.reader.Payment(ctx, r.Payment)
	}
	if n.Payment != "" {
		id, err := ParseID(n.Payment)
		if err != nil {
			return Payment{}, fault.Missing("payment")
		}
		return s.reader.Payment(ctx, id)
	}
	return s.reader.PaymentByReference(ctx, n.Method, n.Reference)
}
