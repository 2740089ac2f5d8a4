package payment

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Deps are what a Service stands on.
type Deps struct {
	Units  tx.Runner[Tx]
	Reader Reader
	Clock  clock.Clock
	NewID  id.Source
	// Methods are the ways to pay.
	Methods Methods
	// Moments say when the money of a method is taken. May be nil.
	Moments map[string]Moment
	// Timing may be zero.
	Timing Timing
}

// Timing says how long to wait for what. Each zero field has its default.
type Timing struct {
	// Call is how long one call to a provider may take: 30 s.
	Call time.Duration
	// Patience is how long a call that left no trace at the provider may still
	// show up there: 15 min.
	Patience time.Duration
	// Window is how long the buyer of a remote payment has to act: 1 h.
	Window time.Duration
	// LateLook is when a payment that was given up is looked up once more, in
	// case the notice about it was lost: 24 h.
	LateLook time.Duration
}

func (t Timing) orDefaults() Timing {
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&t.Call, 30*time.Second)
	set(&t.Patience, 15*time.Minute)
	set(&t.Window, time.Hour)
	set(&t.LateLook, 24*time.Hour)
	return t
}

// Service is the verbs of payments. It is safe for concurrent use.
//
// Methods named ...Tx touch the database only and work inside the caller's
// unit. All others call the provider with no unit open, and refuse to be
// called inside one.
type Service struct {
	units   tx.Runner[Tx]
	reader  Reader
	clock   clock.Clock
	newID   id.Source
	methods Methods
	moments map[string]Moment
	timing  Timing
}

// NewService refuses methods that cannot work and names all of them in one
// Invalid error (code "payment.methods"): a nil provider, a bad key, money to
// be taken later by a provider that cannot capture, a promise that could not
// be given back, money that could not be refunded.
func NewService(d Deps) (*Service, error) {
	var c fault.Check
	d.Methods.check(&c, d.Moments)
	if err := c.Err("payment.methods"); err != nil {
		return nil, err
	}
	return &Service{
		units: d.Units, reader: d.Reader, clock: d.Clock, newID: d.NewID,
		methods: d.Methods, moments: d.Moments, timing: d.Timing.orDefaults(),
	}, nil
}

// Payment returns a payment.
func (s *Service) Payment(ctx context.Context, p ID) (Payment, error) {
	return s.reader.Payment(ctx, p)
}

// BySubject returns the payments of a subject, oldest first.
func (s *Service) BySubject(ctx context.Context, subject string) ([]Payment, error) {
	return s.reader.PaymentsBySubject(ctx, subject)
}

// RefundByID returns a refund.
func (s *Service) RefundByID(ctx context.Context, r RefundID) (Refund, error) {
	return s.reader.PaymentRefund(ctx, r)
}

// Refunds returns the refunds of a payment, oldest first.
func (s *Service) Refunds(ctx context.Context, p ID) ([]Refund, error) {
	return s.reader.PaymentRefunds(ctx, p)
}

// Log returns the log of a payment, oldest first.
func (s *Service) Log(ctx context.Context, p ID) ([]Entry, error) {
	return s.reader.PaymentLog(ctx, p)
}

// Discrepancies returns what is wrong with the books. It reads every payment.
func (s *Service) Discrepancies(ctx context.Context) ([]Discrepancy, error) {
	return s.reader.PaymentDiscrepancies(ctx)
}

// provider returns the provider of a method.
func (s *Service) provider(method string) (Provider, error) {
	if method == Free {
		return free{}, nil
	}
	p, ok := s.methods[method]
	if !ok {
		return nil, ErrMethodGone
	}
	return p, nil
}

// local returns the provider of a method if it is a Local, or ErrNotLocal.
func (s *Service) local(method string) (Local, error) {
	p, err := s.provider(method)
	if err != nil {
		return nil, err
	}
	l, ok := p.(Local)
	if !ok {
		return nil, ErrNotLocal
	}
	return l, nil
}

// remote returns the provider of a method unless it is a Local.
func (s *Service) remote(method string) (Provider, error) {
	p, err := s.provider(method)
	if err != nil {
		return nil, err
	}
	if _, ok := p.(Local); ok {
		return nil, ErrNotRemote
	}
	return p, nil
}

// IsLocal reports whether a method settles inside a unit of work: OpenLocalTx
// is for it, BeginTx for the others. An unknown method is an Invalid error
// that names the field "method".
func (s *Service) IsLocal(method string) (bool, error) {
	var c fault.Check
	if err := s.checkMethod(&c, method).Err("payment.open"); err != nil {
		return false, err
	}
	_, err := s.local(method)
	return err == nil, nil
}

func (s *Service) checkMethod(c *fault.Check, method string) *fault.Check {
	_, err := s.provider(method)
	c.That(err == nil, "method", "unknown", "must be one of the ways to pay of this shop")
	return c
}

// atOnce reports whether a remote method takes the money when it is opened.
func (s *Service) atOnce(p Provider, method string) bool {
	if m := s.moments[method]; m != MomentDefault {
		return m == MomentAtOnce
	}
	_, ok := p.(Capturer)
	return !ok
}

// receipt is what is remembered of a keyed write.
type receipt struct {
	Payment ID       `json:"payment"`
	Refund  RefundID `json:"refund,omitzero"`
	Number  int      `json:"number,omitempty"`
}

// keyed runs do in a unit of its own, once for each key, and tells whether it
// was this run.
func (s *Service) keyed(ctx context.Context, c op.Call, do func(ctx context.Context, t Tx) (receipt, error)) (r receipt, ran bool, err error) {
	err = op.Retry(func() error {
		return s.units.InTx(ctx, func(ctx context.Context, t Tx) error {
			var err error
			r, ran, err = keyedTx(ctx, t, c, do)
			return err
		})
	})
	return r, ran, err
}

// keyedTx is keyed inside the unit of the caller.
func keyedTx(ctx context.Context, t Tx, c op.Call, do func(ctx context.Context, t Tx) (receipt, error)) (r receipt, ran bool, err error) {
	r, err = op.Run(ctx, t, c, func() (receipt, error) {
		ran = true
		return do(ctx, t)
	})
	return r, ran, err
}

// change is what one decision writes.
type change struct {
	// payment carries its new version.
	payment Payment
	log     []Entry
	facts   []event.Payload
	// refunds are new refunds of money that surfaced.
	refund *Refund
	// cash is what came, in minor units.
	cash int64
	// wake is when the reconciler is woken; zero: not.
	wake time.Time
}

// insert writes a change that makes a payment, update one that changes it.
func (s *Service) insert(ctx context.Context, t Tx, c change) error {
	if err := t.InsertPayments(ctx, c.payment); err != nil {
		return err
	}
	return s.write(ctx, t, c)
}

func (s *Service) update(ctx context.Context, t Tx, c change) error {
	if err := t.UpdatePayments(ctx, c.payment); err != nil {
		return err
	}
	return s.write(ctx, t, c)
}

// write writes what comes with a payment: refund, log, postings, events.
func (s *Service) write(ctx context.Context, t Tx, c change) error {
	p := c.payment
	if c.refund != nil {
		if err := t.InsertPaymentRefunds(ctx, *c.refund); err != nil {
			return err
		}
	}
	for i := range c.log {
		c.log[i].ID = id.New[entryKind](s.newID)
		c.log[i].Payment, c.log[i].At = p.ID, p.UpdatedAt
	}
	if err := t.InsertPaymentLog(ctx, c.log...); err != nil {
		return err
	}
	if err := s.post(ctx, t, p, c.cash); err != nil {
		return err
	}
	return s.announce(ctx, t, p, c)
}

func (s *Service) announce(ctx context.Context, t Tx, p Payment, c change) error {
	stamp := event.Stamp{NewID: s.newID, At: p.UpdatedAt, Actor: p.Attempt.By}
	events := make([]event.Event, 0, len(c.facts)+1)
	for _, f := range c.facts {
		e, err := stamp.Of(p.ID.String(), p.Version, f)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if !c.wake.IsZero() {
		e, err := stamp.Timer(c.wake, p.ID.String(), ReconcileDue{Payment: p.ID.String()})
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if c.refund != nil {
		r := c.refund
		e, err := stamp.Timer(r.Due, p.ID.String(), ReconcileDue{Payment: p.ID.String(), Refund: r.ID.String()})
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil
	}
	return t.Append(ctx, events...)
}

// isStale reports whether err says that somebody else was faster.
func isStale(err error) bool {
	return errors.Is(err, fault.Conflict) && fault.CodeOf(err) == fault.StaleVersion
}
