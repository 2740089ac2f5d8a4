package commerce

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
)

// reactInWriting subscribes what writes to buyers and customers.
func (r *root) reactInWriting() {
	on(r, PlacedToMessage, func(ctx context.Context, e *Engine, _ event.Event, p order.Placed) error {
		return e.confirm(ctx, p.Order)
	})
	on(r, ShippedToMessage, func(ctx context.Context, e *Engine, _ event.Event, p fulfillment.Shipped) error {
		return e.tellShipped(ctx, p)
	})
	on(r, InvitedToMessage, func(ctx context.Context, e *Engine, _ event.Event, p reviews.Invited) error {
		return e.invite(ctx, p)
	})
	on(r, MessageToNotifier, func(ctx context.Context, e *Engine, _ event.Event, p notification.Queued) error {
		_, err := e.Notifications.Send(ctx, p.Message)
		return err
	})
	on(r, MessageToNotifier, func(ctx context.Context, e *Engine, _ event.Event, p notification.SendDue) error {
		_, err := e.Notifications.Send(ctx, p.Message)
		return err
	})
	on(r, ReplyToChannel, func(ctx context.Context, e *Engine, _ event.Event, p support.ReplyQueued) error {
		_, err := e.Support.Deliver(ctx, p.Message)
		return err
	})
	on(r, ReplyToChannel, func(ctx context.Context, e *Engine, _ event.Event, p support.DeliveryDue) error {
		_, err := e.Support.Deliver(ctx, p.Message)
		return err
	})
}

// writes reports whether the shop sends anything over one of the channels.
func (e *Engine) writes(chs ...notification.Channel) bool {
	return slices.ContainsFunc(chs, e.Notifications.Sends)
}

// post queues a message to the buyer of an order over a channel that the shop
// uses, if the buyer can be reached over it. What cannot be written, because an
// address or a text is no good, is told to the operator: the order goes on.
func (e *Engine) post(ctx context.Context, o order.Order, q notification.Queue) error {
	q.To = o.Email
	if q.Channel == notification.SMS {
		q.To = phoneOf(o)
	}
	if q.To == "" || !e.Notifications.Sends(q.Channel) {
		return nil
	}
	q.Name, q.Locale = nameOf(o), o.Market.Locale
	_, err := e.Notifications.Queue(ctx, q)
	if errors.Is(err, fault.Invalid) {
		e.root.cfg.Logger.WarnContext(ctx, "a message cannot be written", "template", q.Template, "channel", q.Channel,
			"subject", q.Subject, "tenant", e.tenant, "error", err)
		return nil
	}
	return err
}

func (e *Engine) confirm(ctx context.Context, id order.ID) error {
	if !e.writes(notification.Email, notification.SMS) {
		return nil
	}
	o, err := e.Orders.Order(ctx, id)
	if err != nil {
		return err
	}
	data, err := e.confirmation(o)
	if err != nil {
		return err
	}
	for _, ch := range []notification.Channel{notification.Email, notification.SMS} {
		err := e.post(ctx, o, notification.Queue{
			Meta: system(PlacedToMessage), Subject: id.String(),
			Template: notification.OrderConfirmationTemplate, Channel: ch, Data: data,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// confirmation says what was ordered in the words of the template.
func (e *Engine) confirmation(o order.Order) (notification.OrderConfirmation, error) {
	link, err := e.orderLink(o)
	c := notification.OrderConfirmation{
		Shop: e.site.Name, Name: nameOf(o), Number: o.Number, Total: show(o, o.Total), Link: link,
		Discount: showNonzero(o, o.Discount.Neg()), Tax: showNonzero(o, o.Tax), TaxIncluded: o.TaxInclusive,
		Rounding: showNonzero(o, o.Rounding),
	}
	for _, l := range o.Lines {
		c.Lines = append(c.Lines, notification.OrderedLine{Title: l.Title, Quantity: l.Quantity, Total: show(o, l.Subtotal)})
	}
	for _, x := range o.Charges {
		c.Charges = append(c.Charges, notification.Charge{Title: x.Title, Amount: show(o, x.Amount)})
	}
	if o.ShipTo != nil {
		c.ShipTo = o.ShipTo.Label()
	}
	return c, err
}

func (e *Engine) tellShipped(ctx context.Context, p fulfillment.Shipped) error {
	if !e.writes(notification.Email) {
		return nil
	}
	o, err := e.Orders.Order(ctx, p.Order)
	if err != nil {
		return err
	}
	link, err := e.orderLink(o)
	if err != nil {
		return err
	}
	data := notification.OrderShipped{Shop: e.site.Name, Name: nameOf(o), Number: o.Number, Link: link}
	for _, l := range p.Lines {
		data.Lines = append(data.Lines, notification.ShippedLine{Title: l.Title, Quantity: l.Quantity})
	}
	for _, x := range p.Parcels {
		if x.Tracking != "" {
			data.Parcels = append(data.Parcels, notification.ShippedParcel{
				Number: x.Tracking, Link: shipping.TrackingURL(x.Carrier, x.Tracking),
			})
		}
	}
	return e.post(ctx, o, notification.Queue{
		Meta: system(ShippedToMessage), Subject: p.Fulfillment.String(),
		Template: notification.OrderShippedTemplate, Channel: notification.Email, Data: data,
	})
}

func (e *Engine) invite(ctx context.Context, p reviews.Invited) error {
	id, ok := orderOf(p.Order)
	if !ok || e.site.ReviewPage == nil || !e.writes(notification.Email) {
		return nil
	}
	o, err := e.Orders.Order(ctx, id)
	if err != nil {
		return err
	}
	data := notification.ReviewInvitation{Shop: e.site.Name, Name: nameOf(o)}
	for _, l := range p.Lines {
		if line, ok := o.Line(l.N); ok {
			data.Products = append(data.Products, notification.InvitedProduct{Title: line.Title, Link: e.site.ReviewPage(l.Entitlement)})
		}
	}
	return e.post(ctx, o, notification.Queue{
		Meta: system(InvitedToMessage), Subject: p.Order,
		Template: notification.ReviewInvitationTemplate, Channel: notification.Email, Data: data,
	})
}

// inviteAt is when the buyer of what arrived at a time is asked for a review.
func (e *Engine) inviteAt(arrived time.Time) time.Time {
	if e.inviteAfter < 0 {
		return time.Time{}
	}
	return arrived.Add(e.inviteAfter)
}

// addresses are where the goods and where the bill of an order go.
func addresses(o order.Order) []postal.Address {
	var as []postal.Address
	for _, a := range []*postal.Address{o.ShipTo, o.BillTo} {
		if a != nil {
			as = append(as, *a)
		}
	}
	return as
}

func nameOf(o order.Order) string {
	for _, a := range addresses(o) {
		if a.Name != "" {
			return a.Name
		}
	}
	return ""
}

// phoneOf returns the first number that messages can be sent to.
func phoneOf(o order.Order) string {
	for _, a := range addresses(o) {
		if n, ok := notification.Phone(a.Phone); ok {
			return n
		}
	}
	return ""
}

// show writes an amount for the buyer of an order.
func show(o order.Order, a money.Amount) string {
	locale := o.Market.Locale
	if locale == "" {
		locale = notification.DefaultLocale
	}
	return money.Format(a, locale)
}

func showNonzero(o order.Order, a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return show(o, a)
}
