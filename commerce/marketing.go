package commerce

import (
	"context"
	"errors"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
)

// advertise builds the room that writes to people who agreed to it.
func (r *root) advertise(e *Engine, set Settings) error {
	tokens, err := marketing.NewTokens(r.cfg.Secret, e.tenant)
	if err != nil {
		return err
	}
	var outbox marketing.Outbox
	if e.advertises() {
		outbox = marketing.OutboxFunc(e.queueLetter)
	}
	e.Marketing, err = marketing.NewService(marketing.Deps{
		Units: narrow[marketing.Tx](e.store), Reader: e.store.Reader(), Clock: r.cfg.Clock, NewID: r.cfg.NewID,
		Cursors: r.cursors, Tokens: tokens, Outbox: outbox, Tenant: e.tenant, RemindAfter: set.RemindAfter, Cap: set.MarketingCap,
	})
	return err
}

// advertises reports whether marketing can write to anybody: by email, and with
// a link that ends it.
func (e *Engine) advertises() bool {
	return e.site.UnsubscribePage != nil && e.writes(notification.Email)
}

// queueLetter is the Outbox of marketing: the message is stored in the unit in
// which marketing decides that it may be sent.
func (e *Engine) queueLetter(ctx context.Context, t marketing.Tx, m marketing.Message) error {
	link := e.site.UnsubscribePage(m.Unsubscribe)
	q := notification.Queue{
		Meta: system(DueToMarketing), Subject: m.Subject, Template: m.Template, Channel: notification.Channel(m.Topic.Channel),
		To: m.Topic.Address, Name: m.Name, Locale: m.Locale, Unsubscribe: link,
	}
	switch {
	case m.Reminder != nil:
		q.Data = e.reminder(m, link)
	case m.Letter != nil:
		q.Data = notification.CampaignLetter{
			Shop: e.site.Name, Name: m.Name, Title: m.Letter.Title, Text: m.Letter.Text, Unsubscribe: link,
		}
	}
	_, err := e.Notifications.QueueTx(ctx, any(t).(notification.Tx), q) //nolint:forcetypeassert // as narrow
	return err
}

func (e *Engine) reminder(m marketing.Message, link string) notification.CartReminder {
	locale := m.Locale
	if locale == "" {
		locale = notification.DefaultLocale
	}
	d := notification.CartReminder{
		Shop: e.site.Name, Name: m.Name, Total: money.Format(m.Reminder.Total, locale), Unsubscribe: link,
	}
	for _, l := range m.Reminder.Lines {
		d.Lines = append(d.Lines, notification.RemindedLine{Title: l.Title, Quantity: l.Quantity})
	}
	if e.site.CartPage != nil {
		d.Link = e.site.CartPage(m.Reminder.Cart)
	}
	return d
}

// reactForMarketing subscribes what marketing learns and what rings for it.
func (r *root) reactForMarketing() {
	onCart(r, func(p cart.LineAdded) cart.ID { return p.Cart })
	onCart(r, func(p cart.LineChanged) cart.ID { return p.Cart })
	onCart(r, func(p cart.LineRemoved) cart.ID { return p.Cart })
	onCart(r, func(p cart.AddressesSet) cart.ID { return p.Cart })
	onCart(r, func(p cart.Reopened) cart.ID { return p.Cart })
	on(r, OrderToMarketing, func(ctx context.Context, e *Engine, _ event.Event, p order.Placed) error {
		return e.closeBasket(ctx, p.Origin, p.Order.String())
	})
	onOrder(r, func(p order.PaymentRecorded) order.ID { return p.Order })
	onOrder(r, func(p order.RefundRecorded) order.ID { return p.Order })
	onOrder(r, func(p order.ReturnRecorded) order.ID { return p.Order })
	onOrder(r, func(p order.Cancelled) order.ID { return p.Order })
	on(r, DueToMarketing, func(ctx context.Context, e *Engine, _ event.Event, p marketing.ReminderDue) error {
		return e.remind(ctx, p)
	})
	on(r, DueToMarketing, func(ctx context.Context, e *Engine, _ event.Event, p marketing.CampaignDue) error {
		_, err := e.Marketing.Proceed(ctx, p.Campaign, marketing.Proceed{Meta: system(DueToMarketing), Step: p.Step})
		if errors.Is(err, marketing.ErrNoOutbox) {
			return event.Park(err) // staff must see it
		}
		return err
	})
	on(r, AskedToMessage, func(ctx context.Context, e *Engine, ev event.Event, p marketing.ConsentAsked) error {
		return e.askToConfirm(ctx, ev, p)
	})
}

func onCart[P event.Payload](r *root, of func(p P) cart.ID) {
	on(r, CartToMarketing, func(ctx context.Context, e *Engine, _ event.Event, p P) error { return e.watch(ctx, of(p)) })
}

func onOrder[P event.Payload](r *root, of func(p P) order.ID) {
	on(r, OrderToMarketing, func(ctx context.Context, e *Engine, _ event.Event, p P) error { return e.tellPurchase(ctx, of(p)) })
}

// watch tells marketing what lies in a cart, if the shop writes and the buyer
// can be written to. Where nobody is known there is nobody to remind.
func (e *Engine) watch(ctx context.Context, id cart.ID) error {
	if !e.advertises() {
		return nil
	}
	c, err := e.Carts.Cart(ctx, id)
	if err != nil || c.Status() == cart.StatusPlaced {
		return ignoreMissing(err)
	}
	if c.Email == "" {
		if _, err := e.Marketing.Basket(ctx, id.String()); err != nil {
			return ignoreMissing(err)
		}
	}
	w := marketing.Watch{Meta: system(CartToMarketing), Address: c.Email, Locale: c.Market.Locale, ChangedAt: c.UpdatedAt}
	if c.ShipTo != nil {
		w.Name = c.ShipTo.Name
	}
	if c.Email != "" && len(c.Lines) > 0 {
		if err := e.price(ctx, c, &w); err != nil {
			return err
		}
	}
	_, err = e.Marketing.Watch(ctx, id.String(), w)
	if errors.Is(err, fault.Invalid) {
		return nil // an address that cannot be written to
	}
	return err
}

// tellPurchase tells marketing what of an order was paid and is kept.
func (e *Engine) tellPurchase(ctx context.Context, id order.ID) error {
	o, err := e.Orders.Order(ctx, id)
	if err != nil {
		return err
	}
	p := marketing.Purchase{Order: id.String(), Version: o.Version, Address: o.Email, At: o.PlacedAt, Total: money.Zero(o.Currency())}
	if o.Paid.IsPositive() && o.Status() != order.StatusCancelled {
		if p.Total, err = o.Paid.Sub(o.Refunded); err != nil {
			return err
		}
		for _, l := range o.Lines {
			if kept := l.Quantity - l.Cancelled - l.Returned; kept > 0 {
				p.Lines = append(p.Lines, marketing.PurchaseLine{SKU: l.SKU, Categories: l.Categories, Quantity: kept})
			}
		}
	}
	_, err = e.Marketing.Record(ctx, marketing.Record{Meta: system(OrderToMarketing), Purchase: p, Contact: marketing.Contact{
		Name: nameOf(o), Locale: o.Market.Locale, Country: o.Market.Country,
	}})
	return err
}

// closeBasket ends the reminder of a cart, in a shop that reminds anybody.
func (e *Engine) closeBasket(ctx context.Context, cartID, orderID string) error {
	if cartID == "" || !e.advertises() {
		return nil
	}
	_, err := e.Marketing.Close(ctx, cartID, marketing.Close{Meta: system(OrderToMarketing), Order: orderID})
	return err
}

// remind looks at the cart itself first: it may be an order that marketing has
// not heard of yet.
func (e *Engine) remind(ctx context.Context, p marketing.ReminderDue) error {
	if !e.advertises() {
		return nil
	}
	id, err := cart.ParseID(p.Cart)
	if err != nil {
		return event.Park(err)
	}
	c, err := e.Carts.Cart(ctx, id)
	if err != nil {
		return err
	}
	if c.Status() == cart.StatusPlaced {
		return e.closeBasket(ctx, p.Cart, c.Order)
	}
	_, err = e.Marketing.Remind(ctx, p.Cart, marketing.Remind{Meta: system(DueToMarketing), At: p.At})
	return err
}

// askToConfirm sends the link of a double opt-in.
func (e *Engine) askToConfirm(ctx context.Context, ev event.Event, p marketing.ConsentAsked) error {
	if e.site.ConfirmPage == nil || p.Channel != marketing.Email || !e.writes(notification.Email) {
		return nil
	}
	token, err := e.Marketing.ConfirmToken(marketing.Entry{Topic: p.Topic, N: p.N, At: ev.At})
	if err != nil {
		return event.Park(err)
	}
	_, err = e.Notifications.Queue(ctx, notification.Queue{
		Meta: system(AskedToMessage), Subject: ev.ID.String(), Template: notification.ConsentTemplate, Channel: notification.Email,
		To: p.Address, Data: notification.ConsentQuestion{Shop: e.site.Name, Link: e.site.ConfirmPage(token)},
	})
	if errors.Is(err, fault.Invalid) {
		return event.Park(err)
	}
	return err
}

// price fills in what a reminder of a cart shows. If something in it is not for
// sale any more there is nothing to remind of.
func (e *Engine) price(ctx context.Context, c cart.Cart, w *marketing.Watch) error {
	offers, err := e.Catalog.Offers(ctx, c.Market.Currency, c.SKUs()...)
	if err != nil {
		return err
	}
	q, err := e.Checkout.Quote(ctx, c.ID)
	if errors.Is(err, fault.Conflict) {
		return nil
	}
	if err != nil {
		return err
	}
	w.Total = q.Subtotal
	for _, l := range c.Lines {
		w.Lines = append(w.Lines, marketing.BasketLine{SKU: l.SKU, Title: offers[l.SKU].Name(), Quantity: l.Quantity})
	}
	return nil
}
