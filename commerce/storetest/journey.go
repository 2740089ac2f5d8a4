package storetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
)

// journey is one order on its way through all rooms, and every event of it, so
// that a stage can be told twice.
type journey struct {
	*Shop
	order order.ID
	goods []fulfillment.Fulfillment
	back  returns.ID

	mu   sync.Mutex
	told []event.Event
}

// wholeJourney takes one order from the cart to the refund. After each stage all
// of its events are delivered again, as they are after a crash of the relay:
// nothing may change.
func wholeJourney(t *testing.T, open Opener) {
	j := &journey{Shop: NewWith(t, open(t))}
	j.Settle()
	event.OnAny(j.Events, "journey", func(_ context.Context, e event.Event) error {
		j.mu.Lock()
		defer j.mu.Unlock()
		if !slices.ContainsFunc(j.told, func(x event.Event) bool { return x.ID == e.ID }) {
			j.told = append(j.told, e)
		}
		return nil
	})
	for _, stage := range []func(){j.confirmed, j.partOut, j.restOut, j.arrived, j.reviewed, j.goodsBack, j.answered} {
		stage()
		j.tellAgain()
		j.Sound()
	}
	require.Empty(t, j.Card.Violations())
}

// tellAgain delivers everything that was delivered since the last time again.
func (j *journey) tellAgain() {
	j.t.Helper()
	j.Settle()
	j.mu.Lock()
	told := j.told
	j.told = nil
	j.mu.Unlock()
	require.NotEmpty(j.t, told)
	before := j.everything()
	err := j.Store.InTx(j.Ctx(), func(ctx context.Context, t commerce.Tx) error { return t.Append(ctx, told...) })
	require.NoError(j.t, err)
	j.Settle()
	require.Equal(j.t, before, j.everything())
	j.mu.Lock()
	defer j.mu.Unlock()
	require.Len(j.t, j.told, len(told), "nothing new is announced")
	j.told = nil
}

// everything is what all rooms hold of the order.
func (j *journey) everything() map[string]any {
	j.t.Helper()
	ctx := j.Ctx()
	out := map[string]any{"order": j.Order(j.order), "books": j.Card.Books(), "mail": j.Outside.Mail.Arrived(), "text": j.Outside.Text.Arrived()}
	keep := func(name string, v any, err error) {
		require.NoError(j.t, err)
		out[name] = v
	}
	var err error
	ps, err := j.Payments.BySubject(ctx, j.order.String())
	keep("payments", ps, err)
	fs, err := j.Fulfillment.OfOrder(ctx, j.order)
	keep("fulfillments", fs, err)
	for _, f := range fs {
		xs, err := j.Shipping.ShipmentsOf(ctx, f.ID.String())
		keep("shipments of "+f.ID.String(), xs, err)
		ms, err := j.Notifications.BySubject(ctx, f.ID.String())
		keep("messages of "+f.ID.String(), ms, err)
	}
	h, err := j.Returns.OfOrder(ctx, j.order)
	keep("returns", h, err)
	es, err := j.Reviews.EntitlementsOf(ctx, j.order.String())
	keep("entitlements", es, err)
	ms, err := j.Notifications.BySubject(ctx, j.order.String())
	keep("messages", ms, err)
	cs, err := j.Support.About(ctx, j.order.String())
	keep("conversations", cs, err)
	ls, err := j.Inventory.Levels(ctx, Mug, Tee, Book)
	keep("levels", ls, err)
	sales, err := j.Analytics.Sales(ctx, analytics.Period{From: j.Analytics.Today().Add(-60), To: j.Analytics.Today()})
	keep("sales", sales.Totals, err)
	return out
}

// home is where the goods go.
func home() *postal.Address {
	return &postal.Address{
		Name: "Ada Lovelace", Lines: []string{"Domstr. 1"}, Postcode: "50667", City: "Köln", Country: "DE", Phone: "+49 151 12345678",
	}
}

// Ordered places a cart of two mugs, a tee and three books, five euro off, and
// pays for it by card.
func (s *Shop) Ordered(buyer, key string) checkout.Placed {
	s.t.Helper()
	c := s.Cart(buyer, Line(Mug, 2), Line(Tee, 1), Line(Book, 3))
	_, err := s.Carts.SetAddresses(s.Ctx(), c.ID, cart.SetAddresses{Meta: Buyer(buyer), ShipTo: home()})
	require.NoError(s.t, err)
	c, err = s.Carts.ApplyCode(s.Ctx(), c.ID, cart.ApplyCode{Meta: Buyer(buyer), Code: "FIVE"})
	require.NoError(s.t, err)
	p := s.Place(c, "card", key)
	_, err = s.Payments.Capture(s.Ctx(), p.Payment.ID, payment.Capture{Meta: Staff()})
	require.NoError(s.t, err)
	return p
}

// confirmed: the buyer gets one email and one SMS, and staff may send the email
// again.
func (j *journey) confirmed() {
	j.t.Helper()
	p := j.Ordered("ada", "journey")
	j.order = p.OrderID
	require.Equal(j.t, money.EUR(12_95), p.Order.Total)
	j.Settle()
	require.Equal(j.t, order.StatusConfirmed, j.Order(j.order).Status())
	mail, text := j.Outside.Mail.Arrived(), j.Outside.Text.Arrived()
	require.Len(j.t, mail, 1)
	require.Len(j.t, text, 1)
	require.Equal(j.t, []string{"ada@example.com", "Ada Lovelace"}, []string{mail[0].To, mail[0].Name})
	require.Equal(j.t, "+4915112345678", text[0].To)
	pass, err := j.OrderPass(p.Order)
	require.NoError(j.t, err)
	for _, want := range []string{p.Order.Number, "2 x The MUG: €2.00", "Standard: €4.95", "Discount: -€5.00", "Total: €12.95", "Domstr. 1", pass} {
		require.Contains(j.t, mail[0].Text, want)
	}
	require.Contains(j.t, text[0].Text, "€12.95")
	seen, err := j.OrderByPass(j.Ctx(), pass)
	require.NoError(j.t, err)
	require.Equal(j.t, j.Order(j.order), seen)
	_, err = j.OrderByPass(j.Ctx(), pass[1:])
	require.ErrorIs(j.t, err, notification.ErrBadPass)

	m, err := j.Notifications.Resend(j.Ctx(), mail[0].ID, notification.Resend{Meta: Staff()})
	require.NoError(j.t, err)
	j.Settle()
	mail = j.Outside.Mail.Arrived()
	require.Len(j.t, mail, 2)
	require.Equal(j.t, mail[0].Text, mail[1].Text)
	require.Equal(j.t, []int{2, 2}, []int{m.Round, mail[1].Round})
}

// partOut: one mug leaves with a label of ours. Its carrier tells that it has
// arrived before the shop has said that it left.
func (j *journey) partOut() {
	j.t.Helper()
	f := j.Packed(j.order, 1, order.Item{Line: 1, Quantity: 1})
	x, err := j.Shipping.Create(j.Ctx(), shipping.Create{
		Meta: Staff(), Owner: f.ID.String(), Carrier: "flatrate", From: *home(), To: *home(),
		Parcel: shipping.Parcel{Weight: 300 * measure.Gram}, Reference: f.Number,
	})
	require.NoError(j.t, err)
	x, err = j.Shipping.Label(j.Ctx(), x.ID, shipping.MakeLabel{Meta: Staff()})
	require.NoError(j.t, err)
	require.NotEmpty(j.t, x.Number)
	label, err := j.Shipping.LabelOf(j.Ctx(), x.ID)
	require.NoError(j.t, err)
	require.Equal(j.t, x.Number, label.Number)
	j.tell(x.ID, 0, shipping.Delivered)
	j.Settle()
	got, err := j.Fulfillment.Fulfillment(j.Ctx(), f.ID)
	require.NoError(j.t, err)
	require.Equal(j.t, fulfillment.StatusPacked, got.Status(), "it has not left, as far as the shop knows")

	j.Ship(f, x)
	j.Settle()
	f, err = j.Fulfillment.Fulfillment(j.Ctx(), f.ID)
	require.NoError(j.t, err)
	require.Equal(j.t, fulfillment.StatusDelivered, f.Status())
	require.Equal(j.t, order.PartlyShipped, j.Order(j.order).ShipmentStanding())
	mail := j.Outside.Mail.Arrived()
	require.Len(j.t, mail, 3)
	require.Equal(j.t, notification.OrderShippedTemplate, mail[2].Template)
	require.Contains(j.t, mail[2].Text, "1 x The MUG")
	require.Contains(j.t, mail[2].Text, x.Number)
	j.goods = append(j.goods, f)
}

// restOut: the rest leaves in two parcels.
func (j *journey) restOut() {
	j.t.Helper()
	f := j.Packed(j.order, 2)
	var parcels []shipping.Shipment
	for _, number := range []string{"3318810025", "3318810036"} {
		x, err := j.Shipping.Create(j.Ctx(), shipping.Create{
			Meta: Staff(), Owner: f.ID.String(), Carrier: "dhl", Number: number, Unusual: true,
		})
		require.NoError(j.t, err)
		parcels = append(parcels, x)
	}
	j.Ship(f, parcels...)
	j.Settle()
	o := j.Order(j.order)
	require.Equal(j.t, order.Shipped, o.ShipmentStanding())
	onHand, reserved := j.Level(Book)
	require.Equal(j.t, []int{Stock - 3, 0}, []int{onHand, reserved})
	mail := j.Outside.Mail.Arrived()
	require.Len(j.t, mail, 4)
	require.Contains(j.t, mail[3].Text, "3318810036")
	j.goods = append(j.goods, f)
}

// arrived: the carriers tell what happened to each parcel in another order, the
// last thing first, and one was thought to be lost.
func (j *journey) arrived() {
	j.t.Helper()
	f := j.goods[1]
	xs, err := j.Shipping.ShipmentsOf(j.Ctx(), f.ID.String())
	require.NoError(j.t, err)
	require.Len(j.t, xs, 2)
	j.Pass(48 * time.Hour)
	way := []shipping.Status{shipping.Accepted, shipping.InTransit, shipping.Lost, shipping.Delivered}
	for i := range way {
		j.tell(xs[0].ID, i, way[i])
		j.Settle()
		last := len(way) - 1 - i
		j.tell(xs[1].ID, last, way[last])
		j.Settle()
	}
	f, err = j.Fulfillment.Fulfillment(j.Ctx(), f.ID)
	require.NoError(j.t, err)
	require.Equal(j.t, fulfillment.StatusDelivered, f.Status())
	require.Equal(j.t, Opening().Add(3*time.Hour), f.DeliveredAt.Truncate(time.Hour))
	h, err := j.Returns.OfOrder(j.Ctx(), j.order)
	require.NoError(j.t, err)
	require.Len(j.t, h.Deliveries, 2)
	j.goods[1] = f
}

// tell records that something happened to a parcel some hours after opening.
func (s *Shop) tell(x shipping.ID, hours int, what shipping.Status) {
	s.t.Helper()
	_, err := s.Shipping.Record(s.Ctx(), x, shipping.Record{Meta: Staff(), Happenings: []shipping.Happening{
		{Status: what, At: Opening().Add(time.Duration(hours) * time.Hour)},
	}})
	require.NoError(s.t, err)
}

// reviewed: the buyer is asked once for each product, answers, and staff
// publishes the answer: the page of the product shows it.
func (j *journey) reviewed() {
	j.t.Helper()
	es, err := j.Reviews.EntitlementsOf(j.Ctx(), j.order.String())
	require.NoError(j.t, err)
	require.Len(j.t, es, 3, "one for each line, whatever number of parcels")
	before := len(j.Outside.Mail.Arrived())
	j.Pass(11 * 24 * time.Hour)
	mail := j.Outside.Mail.Arrived()
	require.Len(j.t, mail, before+1)
	last := mail[before]
	require.Equal(j.t, notification.ReviewInvitationTemplate, last.Template)
	for _, e := range es {
		require.Contains(j.t, last.Text, "https://shop.example/review/"+e.ID.String())
	}
	book := es[slices.IndexFunc(es, func(e reviews.Entitlement) bool { return e.SKU == Book })]
	r, err := j.Reviews.Write(j.Ctx(), book.ID, reviews.Write{Meta: Buyer("ada"), Rating: 4, Title: "Good"})
	require.NoError(j.t, err)
	_, err = j.Reviews.Publish(j.Ctx(), r.ID, reviews.Publish{Meta: Staff()})
	require.NoError(j.t, err)
	page, err := j.Catalog.ProductPage(j.Ctx(), slug(Book), Here())
	require.NoError(j.t, err)
	require.Equal(j.t, catalog.Rating{Count: 1, Sum: 4}, page.Rating)
}

// goodsBack: two books come back, one as good as new. The buyer gets what was
// really paid for them.
func (j *journey) goodsBack() {
	j.t.Helper()
	r := j.Returned(j.order, 3, 2)
	j.back = r.ID
	onHand, _ := j.Level(Book)
	require.Equal(j.t, Stock-3+1, onHand)
	r, err := j.Returns.Settle(j.Ctx(), r.ID, returns.Settle{Meta: Staff()})
	require.NoError(j.t, err)
	require.Equal(j.t, returns.StatusSettled, r.Status())
	line, _ := j.Order(j.order).Line(3)
	require.Equal(j.t, money.EUR(5_54), line.Gross)
	require.Equal(j.t, money.EUR(3_70), r.Refund.Amount, "two thirds of what was paid, with the odd cent")
	j.Settle()
	require.Equal(j.t, money.EUR(3_70), j.Order(j.order).Refunded)
	sales, err := j.Analytics.Sales(j.Ctx(), analytics.Period{From: j.Analytics.Today().Add(-60), To: j.Analytics.Today()})
	require.NoError(j.t, err)
	require.Len(j.t, sales.Totals, 1)
	figures := sales.Totals[0]
	require.Equal(j.t, []int64{1, 0, 1}, []int64{figures.Orders, figures.Cancellations, figures.Returns})
	require.Equal(j.t, []money.Amount{money.EUR(12_95), money.EUR(3_70), money.EUR(9_25)},
		[]money.Amount{figures.Sold.Total, figures.Returned.Total, figures.Turnover.Total})
	require.Equal(j.t, []money.Amount{money.EUR(12_95), money.EUR(3_70)}, []money.Amount{figures.Paid, figures.Refunded})
	require.Equal(j.t, money.EUR(3_70), j.Card.Books()[0].Refunded)
	_, err = j.Returns.Request(j.Ctx(), j.order, returns.Request{
		Meta: Buyer("ada"), Lines: []returns.Wanted{{Line: 3, Quantity: 2, Reason: returns.Dislike}},
	})
	var exceeded *returns.Exceeded
	require.ErrorAs(j.t, err, &exceeded)
	require.Equal(j.t, 1, exceeded.Have)
}

// answered: a customer asks by email, staff answers by letter, and the answer to
// that finds its way back.
func (j *journey) answered() {
	j.t.Helper()
	turn, err := j.Support.Begin(j.Ctx(), support.Begin{
		Meta: Buyer("ada"), Kind: support.Email, Subject: j.order.String(), Title: "The third book",
		Customer: support.Person{Name: "Ada", Address: "ada@example.com"}, Text: "May it come back too?",
	})
	require.NoError(j.t, err)
	_, err = j.Support.Reply(j.Ctx(), turn.Conversation.ID, support.Reply{Meta: Staff(), Text: "Yes."})
	require.NoError(j.t, err)
	j.Settle()
	letters := j.Outside.Letters.Sent()
	require.Len(j.t, letters, 1)
	require.Equal(j.t, "ada@example.com", letters[0].To)
	got, err := j.Support.Receive(j.Ctx(), support.Incoming{
		From: "ada@example.com", To: []string{letters[0].ReplyTo}, MessageID: "<1@example.com>", Title: "Re", Text: "Thank you",
	})
	require.NoError(j.t, err)
	require.Equal(j.t, turn.Conversation.ID, got.Turn.Conversation.ID)
}

// Packed plans what is open of an order, or some of it, and packs it into so
// many parcels.
func (s *Shop) Packed(o order.ID, parcels int, some ...order.Item) fulfillment.Fulfillment {
	s.t.Helper()
	fs, err := s.Fulfillment.Plan(s.Ctx(), o, fulfillment.Plan{Meta: Staff(), Lines: some})
	require.NoError(s.t, err)
	require.Len(s.t, fs, 1)
	_, err = s.Fulfillment.Allocate(s.Ctx(), fs[0].ID, fulfillment.Allocate{Meta: Staff()})
	require.NoError(s.t, err)
	_, err = s.Fulfillment.Pick(s.Ctx(), fs[0].ID, fulfillment.Pick{Meta: Staff()})
	require.NoError(s.t, err)
	boxes := make([]fulfillment.Parcel, parcels)
	f, err := s.Fulfillment.Pack(s.Ctx(), fs[0].ID, fulfillment.Pack{Meta: Staff(), Parcels: boxes})
	require.NoError(s.t, err)
	return f
}

// Tracking says which parcel of a fulfillment is which shipment.
func Tracking(xs ...shipping.Shipment) []fulfillment.Tracking {
	out := make([]fulfillment.Tracking, 0, len(xs))
	for i, x := range xs {
		out = append(out, fulfillment.Tracking{Parcel: i + 1, Carrier: x.Carrier, Tracking: x.Number, Shipment: x.ID.String()})
	}
	return out
}

// Ship says that the parcels of a fulfillment have left.
func (s *Shop) Ship(f fulfillment.Fulfillment, xs ...shipping.Shipment) {
	s.t.Helper()
	_, err := s.Fulfillment.Ship(s.Ctx(), f.ID, fulfillment.Ship{Meta: Staff(), Tracking: Tracking(xs...)})
	require.NoError(s.t, err)
}

// Returned has some pieces of a line come back, the first as good as new and
// the others damaged.
func (s *Shop) Returned(o order.ID, line, pieces int) returns.Return {
	s.t.Helper()
	r, err := s.Returns.Request(s.Ctx(), o, returns.Request{
		Meta: Buyer("ada"), Lines: []returns.Wanted{{Line: line, Quantity: pieces, Reason: returns.Dislike}},
	})
	require.NoError(s.t, err)
	_, err = s.Returns.Approve(s.Ctx(), r.ID, returns.Approve{Meta: Staff()})
	require.NoError(s.t, err)
	_, err = s.Returns.Receive(s.Ctx(), r.ID, returns.Receive{Meta: Staff(), Lines: []order.Item{{Line: line, Quantity: pieces}}})
	require.NoError(s.t, err)
	became := []returns.Inspected{{Line: line, Quantity: 1, Disposition: returns.Restock}}
	if pieces > 1 {
		became = append(became, returns.Inspected{Line: line, Quantity: pieces - 1, Disposition: returns.Damaged})
	}
	r, err = s.Returns.Inspect(s.Ctx(), r.ID, returns.Inspect{Meta: Staff(), Lines: became})
	require.NoError(s.t, err)
	return r
}
