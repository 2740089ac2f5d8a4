package marketing

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
)

// Basket is what this room knows of a cart.
type Basket struct {
	// Cart is the text of its id.
	Cart string `json:"cart"`
	// Address is the email address of the buyer, empty while it is not known.
	Address string `json:"address,omitempty"`
	Name    string `json:"name,omitempty"`
	Locale  string `json:"locale,omitempty"`
	// Lines and Total are what is in it, for the reminder.
	Lines []BasketLine `json:"lines,omitempty"`
	Total money.Amount `json:"total"`
	// ChangedAt is when the buyer last touched it.
	ChangedAt time.Time `json:"changed_at,omitzero"`
	// DueAt is when the buyer is to be reminded. Zero: not at all.
	DueAt time.Time `json:"due_at,omitzero"`
	// TimerAt is when the timer that is under way rings. Zero: there is none.
	TimerAt time.Time `json:"timer_at,omitzero"`
	// RemindedAt is when the reminder was queued.
	RemindedAt time.Time `json:"reminded_at,omitzero"`
	// Withheld is why the buyer was not reminded when it was time.
	Withheld Withheld `json:"withheld,omitempty"`
	// Order is the text of the id of the order that the cart became.
	Order   string `json:"order,omitempty"`
	Version int    `json:"version"`

	status BasketStatus
}

// Status returns where the basket stands.
func (b Basket) Status() BasketStatus { return b.status }

// BasketLine is one line of a cart as a reminder shows it.
type BasketLine struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Quantity int    `json:"quantity"`
}

// Watch is what this room is told whenever a cart was changed.
type Watch struct {
	op.Meta
	// Address is the email address of the buyer, empty if it is not known.
	Address string
	Name    string
	Locale  string
	// Lines is what is in the cart now, at most MaxLines; none disarms.
	Lines []BasketLine
	// Total is what the lines come to.
	Total money.Amount
	// ChangedAt is when the buyer changed it. What is not later than what was
	// told before changes nothing.
	ChangedAt time.Time
}

// Watch notes a change of a cart and puts the reminder off: it is due
// RemindAfter later. One timer is under way for each cart, however often it is
// changed. A cart whose buyer was reminded, or which is closed, is not armed
// again. Errors by kind: Invalid.
func (s *Service) Watch(ctx context.Context, cart string, req Watch) (Basket, error) {
	return alone(ctx, s, s.watching(cart, req))
}

// WatchTx is Watch inside a unit.
func (s *Service) WatchTx(ctx context.Context, t Tx, cart string, req Watch) (Basket, error) {
	return within(ctx, t, s.watching(cart, req))
}

func (s *Service) watching(cart string, req Watch) verb[Basket] {
	var c fault.Check
	checkNew(&c, req.Meta)
	told := req.check(&c, cart)
	call := op.Call{Meta: req.Meta, Operation: "marketing.watch", Parameters: told, Now: s.now()}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Basket, error) {
		b, was, err := basketOf(ctx, t, cart)
		if err != nil || b.status == BasketClosed || !told.ChangedAt.After(b.ChangedAt) {
			return b, err
		}
		b.Address, b.Name, b.Locale = told.Address, told.Name, told.Locale
		b.Lines, b.Total, b.ChangedAt = told.Lines, told.Total, told.ChangedAt
		b.DueAt, b.Withheld = time.Time{}, Sendable
		if b.status == BasketWatched && b.Address != "" && len(b.Lines) > 0 {
			b.DueAt = b.ChangedAt.Add(s.remindAfter)
		}
		b.Version++
		if b.DueAt.IsZero() || !b.TimerAt.IsZero() {
			return b, t.SaveMarketingBasket(ctx, b, was)
		}
		b.TimerAt = b.DueAt
		if err := t.SaveMarketingBasket(ctx, b, was); err != nil {
			return Basket{}, err
		}
		return b, s.announce(ctx, t, call, s.timer(b))
	})
}

// timer is the one that is under way for b.
func (s *Service) timer(b Basket) announcement {
	return announcement{subject: b.Cart, fact: ReminderDue{Cart: b.Cart, At: b.TimerAt}, at: b.TimerAt}
}

// basketOf returns a basket and its version, or a fresh one with 0.
func basketOf(ctx context.Context, t Tx, cart string) (Basket, int, error) {
	b, err := t.MarketingBasket(ctx, cart)
	if errors.Is(err, ErrNoBasket) {
		return Basket{Cart: cart, status: basketMoves.Initial}, 0, nil
	}
	return b, b.Version, err
}

func (w Watch) check(c *fault.Check, cart string) Basket {
	b := Basket{Cart: c.Required("cart", cart, maxRef), Name: w.Name, Locale: w.Locale, Total: w.Total, ChangedAt: clock.Cut(w.ChangedAt)}
	b.status = basketMoves.Initial
	if w.Address != "" {
		b.Address = checkEmail(c, "address", w.Address)
	}
	b.Name = c.Text("name", w.Name, 200)
	c.That(isLocale(w.Locale), "locale", "bad_locale", "must be a language tag such as de-AT")
	checkTime(c, "changed_at", w.ChangedAt)
	c.Range("lines", int64(len(w.Lines)), 0, MaxLines)
	if len(w.Lines) > 0 {
		c.Merge("total", w.Total.Check())
	}
	b.Lines = slices.Clone(w.Lines)
	for i := range b.Lines {
		l, at := &b.Lines[i], "lines["+strconv.Itoa(i)+"]"
		c.Required(at+".sku", l.SKU, maxSKU)
		l.Title = c.Required(at+".title", l.Title, 500)
		c.Range(at+".quantity", int64(l.Quantity), 1, 1_000_000)
	}
	return b
}

// Close is what this room is told when a cart became an order or is gone.
type Close struct {
	op.Meta
	// Order is the text of the id of the order; empty if there is none.
	Order string
}

// Close ends a cart for this room, known or not: its buyer is not reminded any
// more, whatever is told later. If a reminder went before the order, Recovered
// is announced. Closing it again changes nothing. Errors by kind: Invalid.
func (s *Service) Close(ctx context.Context, cart string, req Close) (Basket, error) {
	return alone(ctx, s, s.closing(cart, req))
}

// CloseTx is Close inside a unit.
func (s *Service) CloseTx(ctx context.Context, t Tx, cart string, req Close) (Basket, error) {
	return within(ctx, t, s.closing(cart, req))
}

func (s *Service) closing(cart string, req Close) verb[Basket] {
	var c fault.Check
	checkNew(&c, req.Meta)
	c.Required("cart", cart, maxRef)
	c.Text("order", req.Order, maxRef)
	call := op.Call{Meta: req.Meta, Operation: "marketing.close", Parameters: [2]string{cart, req.Order}, Now: s.now()}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Basket, error) {
		b, was, err := basketOf(ctx, t, cart)
		if err != nil || b.status == BasketClosed {
			return b, err
		}
		if b, err = b.move(TriggerClose); err != nil {
			return Basket{}, err
		}
		b.Order, b.DueAt = req.Order, time.Time{}
		b.Version++
		if err := t.SaveMarketingBasket(ctx, b, was); err != nil {
			return Basket{}, err
		}
		if b.RemindedAt.IsZero() || b.Order == "" {
			return b, nil
		}
		return b, s.announce(ctx, t, call, announcement{subject: cart, fact: Recovered{Cart: cart, Order: b.Order}})
	})
}

// Basket returns what is known of a cart, or ErrNoBasket.
func (s *Service) Basket(ctx context.Context, cart string) (Basket, error) {
	var c fault.Check
	c.Required("cart", cart, maxRef)
	if err := c.Err("marketing.basket"); err != nil {
		return Basket{}, err
	}
	return s.reader.MarketingBasket(ctx, cart)
}

// Remind is what a timer, ReminderDue, asks for.
type Remind struct {
	op.Meta
	// At is that of the timer.
	At time.Time
}

// Remind looks at a cart whose timer rang. If it lies still, is no order and
// its buyer may be written to, a reminder is queued in the same unit, once in
// the life of the cart; why it was not is kept in Withheld, and the next change
// of the cart arms it again. If it was changed meanwhile another timer is set.
// A timer that is not the one under way changes nothing. Errors by kind:
// Invalid, NotFound, Unsupported (ErrNoOutbox), and those of the Outbox.
func (s *Service) Remind(ctx context.Context, cart string, req Remind) (Basket, error) {
	return alone(ctx, s, s.reminding(cart, req))
}

// RemindTx is Remind inside a unit.
func (s *Service) RemindTx(ctx context.Context, t Tx, cart string, req Remind) (Basket, error) {
	return within(ctx, t, s.reminding(cart, req))
}

func (s *Service) reminding(cart string, req Remind) verb[Basket] {
	var c fault.Check
	checkNew(&c, req.Meta)
	c.Required("cart", cart, maxRef)
	call := op.Call{Meta: req.Meta, Operation: "marketing.remind", Parameters: struct {
		Cart string
		At   time.Time
	}{cart, clock.Cut(req.At)}, Now: s.now()}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Basket, error) {
		b, err := t.MarketingBasket(ctx, cart)
		if err != nil || b.TimerAt.IsZero() || !b.TimerAt.Equal(clock.Cut(req.At)) {
			return b, err
		}
		was := b.Version
		b.Version++
		b.TimerAt = time.Time{}
		if b.status != BasketWatched || b.DueAt.IsZero() {
			return b, t.SaveMarketingBasket(ctx, b, was)
		}
		if call.Now.Before(b.DueAt) {
			b.TimerAt = b.DueAt
			if err := t.SaveMarketingBasket(ctx, b, was); err != nil {
				return Basket{}, err
			}
			return b, s.announce(ctx, t, call, s.timer(b))
		}
		return s.remind(ctx, t, call, b)
	})
}

// remind writes to the buyer of b, which is due.
func (s *Service) remind(ctx context.Context, t Tx, call op.Call, b Basket) (Basket, error) {
	was := b.Version - 1
	why, err := s.post(ctx, t, call, Message{
		Subject: b.Cart, Template: ReminderTemplate, Topic: Topic{Email, b.Address, CartReminder}, Name: b.Name, Locale: b.Locale,
		Reminder: &Reminder{Cart: b.Cart, Lines: b.Lines, Total: b.Total},
	})
	if err != nil {
		return Basket{}, err
	}
	a := announcement{subject: b.Cart, fact: ReminderWithheld{Cart: b.Cart, Reason: why}}
	b.Withheld, b.DueAt = why, time.Time{}
	if why == Sendable {
		if b, err = b.move(TriggerRemind); err != nil {
			return Basket{}, err
		}
		b.RemindedAt = call.Now
		a.fact = Reminded{Cart: b.Cart, Address: b.Address}
	}
	if err := t.SaveMarketingBasket(ctx, b, was); err != nil {
		return Basket{}, err
	}
	return b, s.announce(ctx, t, call, a)
}
