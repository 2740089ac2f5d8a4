package main

import (
	"context"
	"crypto/hmac"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/shipping"
)

// story is an order and everything that has become of it.
type story struct {
	order     order.Order
	payments  []payment.Payment
	money     []payment.Entry // what came and went, of all payments
	sent      []fulfillment.Fulfillment
	shipments map[string]shipping.Shipment // by the text of their id
	told      map[string][]shipping.Happening
	returns   []returns.Return
}

// storyOf reads what the rooms know about an order.
func (s *site) storyOf(ctx context.Context, o order.Order) (story, error) {
	t := story{order: o, shipments: map[string]shipping.Shipment{}, told: map[string][]shipping.Happening{}}
	var err error
	if t.payments, err = s.shop.Payments.BySubject(ctx, o.ID.String()); err != nil {
		return t, err
	}
	for _, p := range t.payments {
		entries, err := s.shop.Payments.Log(ctx, p.ID)
		if err != nil {
			return t, err
		}
		t.money = append(t.money, entries...)
	}
	if t.sent, err = s.shop.Fulfillment.OfOrder(ctx, o.ID); err != nil {
		return t, err
	}
	for _, f := range t.sent {
		if len(f.Parcels) == 0 {
			continue
		}
		all, err := s.shop.Shipping.ShipmentsOf(ctx, f.ID.String())
		if err != nil {
			return t, err
		}
		for _, x := range all {
			t.shipments[x.ID.String()] = x
			if t.told[x.ID.String()], err = s.shop.Shipping.Happenings(ctx, x.ID); err != nil {
				return t, err
			}
		}
	}
	h, err := s.shop.Returns.OfOrder(ctx, o.ID)
	t.returns = h.Returns
	return t, err
}

// byPass returns the order that the link of a page is for.
func (s *site) byPass(r *http.Request) (order.Order, error) {
	o, err := s.shop.OrderByPass(r.Context(), r.PathValue("pass"))
	if errors.Is(err, fault.Denied) || errors.Is(err, fault.Invalid) {
		return o, errNoPage // as if it never was
	}
	return o, err
}

func (s *site) orderPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	o, err := s.byPass(r)
	if err != nil {
		return err
	}
	t, err := s.storyOf(r.Context(), o)
	if err != nil {
		return err
	}
	shown, err := s.shown(r.Context(), t)
	if err != nil {
		return err
	}
	shown.Pass = r.PathValue("pass")
	if err := s.reviewable(r.Context(), t, &shown); err != nil {
		return err
	}
	if err := s.returnable(r.Context(), t, &shown); err != nil {
		return err
	}
	p, err := s.around(r, v, view.Page{Title: "Order " + o.Number + " – Hausrat"})
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.OrderPage(p, shown))
}

// shown is an order as its page shows it.
func (s *site) shown(ctx context.Context, t story) (view.Order, error) {
	o := t.order
	out := view.Order{
		Number: o.Number, Placed: view.Day(o.PlacedAt), Standing: standing(o), Pay: toDo(t), Sum: sumOfOrder(o),
		Parcels: parcels(t), Events: timeline(t),
	}
	if o.ShipTo != nil {
		out.ShipTo = append(o.ShipTo.Label(), view.CountryName(o.ShipTo.Country))
	}
	skus := make([]string, 0, len(o.Lines))
	for _, l := range o.Lines {
		skus = append(skus, l.SKU)
	}
	names, err := s.labels.of(ctx, s.shop, skus...)
	if err != nil {
		return out, err
	}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, view.OrderLine{
			Title: l.Title, Slug: names[l.SKU].slug, SKU: l.SKU, Picture: names[l.SKU].picture, Quantity: l.Quantity, Gross: view.Money(l.Gross),
		})
	}
	for _, x := range t.returns {
		out.Returns = append(out.Returns, returned(x))
	}
	out.Why, err = s.shop.Checkout.Explain(o, here().Locale)
	return out, err
}

// standing says how an order stands, in words.
func standing(o order.Order) []view.Tag {
	all := []view.Tag{tag(o.Status()), tag(o.PaymentStanding())}
	if o.Status() != order.StatusCancelled {
		all = append(all, tag(o.ShipmentStanding()))
	}
	return all
}

// tag is a standing as a word, good, bad or neither.
func tag[T ~string](code T) view.Tag {
	text := strings.ReplaceAll(string(code), "_", " ")
	class := ""
	switch text {
	case "confirmed", "completed", "paid", "shipped", "delivered", "settled", "published", "approved", "solved":
		class = "good"
	case "cancelled", "rejected", "exception", "expired", "hidden":
		class = "bad"
	case "unpaid", "on hold", "partly paid", "pending", "requested", "open":
		class = "warn"
	}
	return view.Tag{Text: text, Class: class}
}

// toDo is what the buyer has to do so that an order is paid.
func toDo(t story) string {
	if !t.order.Owed().IsPositive() {
		return ""
	}
	for _, p := range t.payments {
		if p.IsOpen() && p.Action.Kind == payment.ActionInstructions {
			text := p.Action.Text + " To pay: " + view.Money(t.order.Owed()) + "."
			if !t.order.PaymentDue.IsZero() {
				text += " Please pay until " + view.Day(t.order.PaymentDue) + "."
			}
			return text
		}
	}
	return ""
}

// sumOfOrder is what was agreed.
func sumOfOrder(o order.Order) view.Sum {
	sum := view.Sum{Subtotal: o.Subtotal, Total: o.Total}
	if !o.Discount.IsZero() {
		sum.Discounts = []view.Row{{Title: "Discounts", Amount: o.Discount}}
	}
	for _, c := range o.Charges {
		sum.Shipping = append(sum.Shipping, view.Row{Title: c.Title, Amount: c.Amount})
	}
	title := "Taxes"
	if o.TaxInclusive {
		title = "of which taxes"
	}
	sum.Taxes = []view.Row{{Title: title, Amount: o.Tax}}
	if !o.Refunded.IsZero() {
		sum.Note = "Of this, " + view.Money(o.Refunded) + " went back to you."
	}
	return sum
}

func parcels(t story) []view.Parcel {
	var all []view.Parcel
	for _, f := range t.sent {
		for _, x := range f.Parcels {
			p := view.Parcel{Title: "Parcel " + view.Thousands(len(all)+1), Carrier: carrierName(x.Carrier), Number: x.Tracking, Status: string(f.Status())}
			if !x.DeliveredAt.IsZero() {
				p.Status = string(fulfillment.StatusDelivered)
			}
			if known, ok := t.shipments[x.Shipment]; ok {
				p.Link = known.URL()
				for _, h := range slices.Backward(t.told[x.Shipment]) {
					p.Events = append(p.Events, happening(view.Sentence(h.Status), h.Place, h.At))
				}
			}
			all = append(all, p)
		}
	}
	return all
}

// carrierName is what people call a carrier.
func carrierName(code string) string {
	if code == driver {
		return "Hausrat driver"
	}
	return code
}

func happening(what, where string, at time.Time) view.Happening {
	return view.Happening{What: what, Where: where, When: view.Minute(at), Stamp: at.Format(time.RFC3339)}
}

// moment is something that has happened to an order.
type moment struct {
	at   time.Time
	what string
}

// timeline is what has happened to an order, newest first.
func timeline(t story) []view.Happening {
	all := []moment{{t.order.PlacedAt, "Order placed, " + view.Money(t.order.Total)}}
	add := func(at time.Time, what string) {
		if !at.IsZero() {
			all = append(all, moment{at, what})
		}
	}
	for _, e := range t.money {
		switch {
		case e.Result != payment.Done:
		case e.Operation == payment.OpCapture:
			add(later(e.At, t.order.PlacedAt), "Paid "+view.Money(e.Amount))
		case e.Operation == payment.OpRefund:
			add(e.At, "Refunded "+view.Money(e.Amount))
		}
	}
	if t.order.Status() == order.StatusCancelled {
		add(t.order.UpdatedAt, "Cancelled: "+t.order.Reason)
	}
	for _, f := range t.sent {
		add(f.CreatedAt, "In preparation")
		add(f.ShippedAt, "Handed to the carrier")
		add(f.DeliveredAt, "Delivered")
	}
	for _, x := range t.returns {
		add(x.CreatedAt, "Return requested")
		switch x.Status() {
		case returns.StatusApproved, returns.StatusRejected, returns.StatusExpired, returns.StatusReceived, returns.StatusInspected:
			add(x.UpdatedAt, "Return "+string(x.Status()))
		case returns.StatusRequested, returns.StatusSettled:
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	out := make([]view.Happening, 0, len(all))
	for _, m := range slices.Backward(all) {
		out = append(out, happening(m.what, "", m.at))
	}
	return out
}

// later returns the later of two times: a card is charged a moment before the
// order is there.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// follow waits a moment for what one room makes of the news of another, so that
// the next page shows it. It is no error if that takes longer.
func (s *site) follow(ctx context.Context, there func() (bool, error)) error {
	const tries, pause = 40, 25 * time.Millisecond
	for range tries {
		done, err := there()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
	return nil
}

// untilPaid waits a moment until an order has heard of its money.
func (s *site) untilPaid(ctx context.Context, which order.ID) error {
	return s.follow(ctx, func() (bool, error) {
		o, err := s.shop.Orders.Order(ctx, which)
		return !o.Paid.IsZero(), err
	})
}

// findForm and find lead to the page of an order by its number and the address
// it was placed with. A wrong number and a wrong address look the same.
func (s *site) findForm(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.askOrder(w, r, v, view.Form{Values: map[string]string{}})
}

func (s *site) askOrder(w http.ResponseWriter, r *http.Request, v *visit, f view.Form) error {
	p, err := s.around(r, v, view.Page{Title: "Find your order – Hausrat"})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.FindPage(p, f))
}

func (s *site) find(w http.ResponseWriter, r *http.Request, v *visit) error {
	f := view.Form{Values: map[string]string{
		"number": strings.TrimSpace(r.PostForm.Get("number")), "email": strings.TrimSpace(r.PostForm.Get("email")),
	}}
	o, err := s.shop.Orders.OrderByNumber(r.Context(), strings.ToUpper(f.Values["number"]))
	if err != nil && !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Invalid) {
		return err
	}
	same := hmac.Equal([]byte(strings.ToLower(o.Email)), []byte(strings.ToLower(f.Values["email"])))
	if err != nil || o.Email == "" || !same {
		f.Problems = []view.Problem{{Field: "number", Text: "There is no order with this number and address."}}
		return s.askOrder(w, r, v, f)
	}
	pass, err := s.shop.OrderPass(o)
	if err != nil {
		return err
	}
	return see(w, r, "/o/"+pass)
}
