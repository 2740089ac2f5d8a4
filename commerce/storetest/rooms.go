package storetest

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
)

// estate is something in each of the rooms that follow an order.
type estate struct {
	s       *Shop
	placed  checkout.Placed
	pass    string
	code    promotion.Grant
	open    fulfillment.Fulfillment
	gone    fulfillment.Fulfillment
	parcel  shipping.Shipment
	back    returns.Return
	free    reviews.Entitlement
	said    reviews.Review
	message notification.Message
	talk    support.Turn
	reply   support.Turn
}

// estate fills the rooms of a tenant.
func (s *Shop) estate() estate {
	s.t.Helper()
	e := estate{s: s, code: s.Once("ONCE"), placed: s.Ordered("ada", "estate")}
	s.Settle()
	require.NoError(s.t, s.Redeem(e.placed.OrderID, e.code))
	var err error
	e.pass, err = s.OrderPass(e.placed.Order)
	require.NoError(s.t, err)
	e.gone = s.Packed(e.placed.OrderID, 1, order.Item{Line: 2, Quantity: 1}, order.Item{Line: 3, Quantity: 2})
	e.parcel, err = s.Shipping.Create(s.Ctx(), shipping.Create{
		Meta: Staff(), Owner: e.gone.ID.String(), Carrier: "flatrate", From: *home(), To: *home(),
		Parcel: shipping.Parcel{Weight: measure.Kilogram},
	})
	require.NoError(s.t, err)
	s.Ship(e.gone)
	_, err = s.Fulfillment.Deliver(s.Ctx(), e.gone.ID, fulfillment.Deliver{Meta: Staff()})
	require.NoError(s.t, err)
	s.Settle()
	fs, err := s.Fulfillment.Plan(s.Ctx(), e.placed.OrderID, fulfillment.Plan{Meta: Staff()})
	require.NoError(s.t, err)
	e.open = fs[0]
	e.back, err = s.Returns.Request(s.Ctx(), e.placed.OrderID, returns.Request{
		Meta: Buyer("ada"), Lines: []returns.Wanted{{Line: 3, Quantity: 1, Reason: returns.Dislike}},
	})
	require.NoError(s.t, err)
	s.words(&e)
	s.Settle()
	return e
}

// Furnish puts something into every room: an order that is partly delivered and
// partly planned, with a parcel, a review that is published, a return that was
// paid back, a use of a promotion, messages and a conversation.
func (s *Shop) Furnish() {
	s.t.Helper()
	e := s.estate()
	_, err := s.Reviews.Publish(s.Ctx(), e.said.ID, reviews.Publish{Meta: Staff()})
	require.NoError(s.t, err)
	_, err = s.Shipping.Label(s.Ctx(), e.parcel.ID, shipping.MakeLabel{Meta: Staff()})
	require.NoError(s.t, err)
	s.tell(e.parcel.ID, 0, shipping.Delivered)
	_, err = s.Returns.Reject(s.Ctx(), e.back.ID, returns.Reject{Meta: Staff(), Reason: "another one"})
	require.NoError(s.t, err)
	r := s.Returned(e.placed.OrderID, 3, 2)
	_, err = s.Returns.Settle(s.Ctx(), r.ID, returns.Settle{Meta: Staff()})
	require.NoError(s.t, err)
	s.Settle()
}

// words fills the rooms in which people speak.
func (s *Shop) words(e *estate) {
	s.t.Helper()
	es, err := s.Reviews.EntitlementsOf(s.Ctx(), e.placed.OrderID.String())
	require.NoError(s.t, err)
	require.Len(s.t, es, 2)
	e.free = es[1]
	e.said, err = s.Reviews.Write(s.Ctx(), es[0].ID, reviews.Write{Meta: Buyer("ada"), Rating: 5})
	require.NoError(s.t, err)
	ms, err := s.Notifications.BySubject(s.Ctx(), e.placed.OrderID.String())
	require.NoError(s.t, err)
	e.message = ms[0]
	e.talk, err = s.Support.Begin(s.Ctx(), support.Begin{
		Meta: Buyer("ada"), Kind: support.Email, Subject: e.placed.OrderID.String(), Title: "Where?", Text: "Where is it?",
		Customer: support.Person{Address: "ada@example.com"},
	})
	require.NoError(s.t, err)
	e.reply, err = s.Support.Reply(s.Ctx(), e.talk.Conversation.ID, support.Reply{Meta: Staff(), Text: "Here."})
	require.NoError(s.t, err)
}

// roomsAreApart runs each operation of each room of one tenant with the ids of
// another: they are not there, nothing changes, and no list shows them.
func roomsAreApart(t *testing.T, open Opener) {
	s := ReopenWith(t, open(t), clockAtOpening(), newCard(), NewOutside())
	mine := s.View("mine")
	mine.Fill(Stock)
	s.View("yours").Fill(Stock)
	yours := s.View("yours").estate()
	before := (&journey{Shop: yours.s, order: yours.placed.OrderID}).everything()
	ops := foreignGoods(mine, yours)
	maps.Copy(ops, foreignReturns(mine, yours))
	maps.Copy(ops, foreignWords(mine, yours))
	maps.Copy(ops, foreignPromotions(mine, yours))
	for name, call := range ops {
		require.ErrorIs(t, call(), fault.NotFound, name)
	}
	_, err := mine.OrderByPass(s.Ctx(), yours.pass)
	require.ErrorIs(t, err, notification.ErrBadPass)
	mine.seesNothing(yours)
	s.Settle()
	require.Equal(t, before, (&journey{Shop: yours.s, order: yours.placed.OrderID}).everything())
	s.Pass(time.Hour)
	mine.Sound()
	yours.s.Sound()
	same := mine.estate()
	require.Equal(t, yours.code.Code, same.code.Code, "the same code in another shop")
	mine.Sound()
	yours.s.Sound()
}

// seesNothing reads all lists.
func (s *Shop) seesNothing(of estate) {
	s.t.Helper()
	ctx, id := s.Ctx(), of.placed.OrderID
	empty := func(name string, n int, err error) {
		s.t.Helper()
		require.NoError(s.t, err, name)
		require.Zero(s.t, n, name)
	}
	promos, err := s.Promotions.Promotions(ctx, promotion.ID{}, 10)
	empty("promotions", len(promos), err)
	running, err := s.Promotions.Running(ctx, time.Time{})
	empty("running", len(running), err)
	offers, err := s.Promotions.Offers(ctx, promotion.Ask{Codes: []string{of.code.Code}})
	empty("offers", len(offers.Grants), err)
	used, err := s.Promotions.Redemptions(ctx, id.String())
	empty("redemptions", len(used), err)
	back, err := s.Promotions.GiveBack(ctx, id.String(), promotion.GiveBack{Meta: Staff()})
	empty("given back", len(back), err)
	fs, err := s.Fulfillment.Fulfillments(ctx, fulfillment.Query{})
	empty("fulfillments", len(fs), err)
	fs, err = s.Fulfillment.OfOrder(ctx, id)
	empty("fulfillments of an order", len(fs), err)
	fs, err = s.Fulfillment.CancelOrder(ctx, id, fulfillment.Cancel{Meta: Staff(), Reason: "x"})
	empty("called off", len(fs), err)
	xs, err := s.Shipping.ShipmentsOf(ctx, of.gone.ID.String())
	empty("shipments", len(xs), err)
	hs, err := s.Shipping.Happenings(ctx, of.parcel.ID)
	empty("happenings", len(hs), err)
	rs, err := s.Returns.Returns(ctx, returns.Query{})
	empty("returns", len(rs), err)
	history, err := s.Returns.OfOrder(ctx, id)
	empty("returns of an order", len(history.Returns)+len(history.Deliveries)+history.Version, err)
	s.hearsNothing(of, empty)
}

func (s *Shop) hearsNothing(of estate, empty func(name string, n int, err error)) {
	s.t.Helper()
	ctx, subject := s.Ctx(), of.placed.OrderID.String()
	es, err := s.Reviews.EntitlementsOf(ctx, subject)
	empty("entitlements", len(es), err)
	es, err = s.Reviews.Invite(ctx, subject, reviews.Invite{Meta: Staff()})
	empty("invited", len(es), err)
	said, err := s.Reviews.Reviews(ctx, reviews.Query{})
	empty("reviews", len(said.Items), err)
	ratings, err := s.Reviews.Ratings(ctx, of.said.Product)
	empty("rating", int(ratings[0].Count), err)
	ms, err := s.Notifications.BySubject(ctx, subject)
	empty("messages", len(ms), err)
	cs, err := s.Support.About(ctx, subject)
	empty("conversations about", len(cs), err)
	all, err := s.Support.Conversations(ctx, support.Query{})
	empty("conversations", len(all.Items), err)
}

func foreignPromotions(s *Shop, of estate) map[string]func() error {
	ctx, id, move := s.Ctx(), of.code.Promotion.ID, promotion.Move{Meta: Staff()}
	second := func(_ any, err error) error { return err }
	return map[string]func() error{
		"promotions.promotion":  func() error { return second(s.Promotions.Promotion(ctx, id)) },
		"promotions.activate":   func() error { return second(s.Promotions.Activate(ctx, id, move)) },
		"promotions.deactivate": func() error { return second(s.Promotions.Deactivate(ctx, id, move)) },
		"promotions.end":        func() error { return second(s.Promotions.End(ctx, id, move)) },
		"promotions.update": func() error {
			return second(s.Promotions.Update(ctx, id, promotion.Update{Meta: Staff(), Terms: of.code.Promotion.Terms}))
		},
		"promotions.add_codes": func() error {
			return second(s.Promotions.AddCodes(ctx, id, promotion.AddCodes{Meta: Staff(), Codes: []string{"TWICE"}}))
		},
	}
}

func foreignGoods(s *Shop, of estate) map[string]func() error {
	ctx, staff, open, gone, parcel := s.Ctx(), Staff(), of.open.ID, of.gone.ID, of.parcel.ID
	second := func(_ any, err error) error { return err }
	goods := s.Fulfillment
	return map[string]func() error{
		"fulfillment.fulfillment": func() error { return second(goods.Fulfillment(ctx, open)) },
		"fulfillment.plan":        func() error { return second(goods.Plan(ctx, of.placed.OrderID, fulfillment.Plan{Meta: staff})) },
		"fulfillment.allocate":    func() error { return second(goods.Allocate(ctx, open, fulfillment.Allocate{Meta: staff})) },
		"fulfillment.pick":        func() error { return second(goods.Pick(ctx, open, fulfillment.Pick{Meta: staff})) },
		"fulfillment.pack": func() error {
			return second(goods.Pack(ctx, open, fulfillment.Pack{Meta: staff, Parcels: make([]fulfillment.Parcel, 1)}))
		},
		"fulfillment.ship":    func() error { return second(goods.Ship(ctx, open, fulfillment.Ship{Meta: staff})) },
		"fulfillment.deliver": func() error { return second(goods.Deliver(ctx, gone, fulfillment.Deliver{Meta: staff})) },
		"fulfillment.fail":    func() error { return second(goods.Fail(ctx, gone, fulfillment.Fail{Meta: staff, Reason: "x"})) },
		"fulfillment.resend":  func() error { return second(goods.Resend(ctx, gone, fulfillment.Resend{Meta: staff})) },
		"fulfillment.cancel":  func() error { return second(goods.Cancel(ctx, open, fulfillment.Cancel{Meta: staff, Reason: "x"})) },
		"fulfillment.forward": func() error {
			return second(goods.Forward(ctx, open, fulfillment.Forward{Meta: staff, Warehouse: "north"}))
		},
		"fulfillment.reconcile":  func() error { return second(goods.Reconcile(ctx, open)) },
		"fulfillment.pick_lists": func() error { return second(goods.PickLists(ctx, open)) },

		"shipping.shipment": func() error { return second(s.Shipping.Shipment(ctx, parcel)) },
		"shipping.assign": func() error {
			return second(s.Shipping.Assign(ctx, parcel, shipping.Assign{Meta: staff, Number: "1", Unusual: true}))
		},
		"shipping.label":    func() error { return second(s.Shipping.Label(ctx, parcel, shipping.MakeLabel{Meta: staff})) },
		"shipping.label_of": func() error { return second(s.Shipping.LabelOf(ctx, parcel)) },
		"shipping.record": func() error {
			return second(s.Shipping.Record(ctx, parcel, shipping.Record{
				Meta: staff, Happenings: []shipping.Happening{{Status: shipping.Lost, At: Opening()}},
			}))
		},
		"shipping.refresh": func() error { return second(s.Shipping.Refresh(ctx, parcel)) },
		"shipping.cancel":  func() error { return second(s.Shipping.Cancel(ctx, parcel, shipping.Cancel{Meta: staff})) },
	}
}

func foreignReturns(s *Shop, of estate) map[string]func() error {
	ctx, staff, id, o := s.Ctx(), Staff(), of.back.ID, of.placed.OrderID
	second := func(_ any, err error) error { return err }
	want := []returns.Wanted{{Line: 2, Quantity: 1, Reason: returns.Dislike}}
	one := []order.Item{{Line: 3, Quantity: 1}}
	return map[string]func() error{
		"returns.return":      func() error { return second(s.Returns.Return(ctx, id)) },
		"returns.request":     func() error { return second(s.Returns.Request(ctx, o, returns.Request{Meta: staff, Lines: want})) },
		"returns.eligibility": func() error { return second(s.Returns.Eligibility(ctx, o, staff.By, want)) },
		"returns.approve":     func() error { return second(s.Returns.Approve(ctx, id, returns.Approve{Meta: staff})) },
		"returns.reject":      func() error { return second(s.Returns.Reject(ctx, id, returns.Reject{Meta: staff, Reason: "x"})) },
		"returns.receive":     func() error { return second(s.Returns.Receive(ctx, id, returns.Receive{Meta: staff, Lines: one})) },
		"returns.inspect": func() error {
			return second(s.Returns.Inspect(ctx, id, returns.Inspect{
				Meta: staff, Lines: []returns.Inspected{{Line: 3, Quantity: 1, Disposition: returns.Discard}},
			}))
		},
		"returns.settle":    func() error { return second(s.Returns.Settle(ctx, id, returns.Settle{Meta: staff})) },
		"returns.expire":    func() error { return second(s.Returns.Expire(ctx, id, returns.Expire{Meta: staff})) },
		"returns.reconcile": func() error { return second(s.Returns.Reconcile(ctx, id)) },
	}
}

func foreignWords(s *Shop, of estate) map[string]func() error {
	ctx, staff, said, talk := s.Ctx(), Staff(), of.said.ID, of.talk.Conversation.ID
	second := func(_ any, err error) error { return err }
	none := func(n int, err error) error { // a list of what belongs to something that is not there
		if err == nil && n > 0 {
			return errors.New("storetest: it shows what belongs to another tenant")
		}
		if err == nil {
			return fault.Missing("list")
		}
		return err
	}
	desk, notes := s.Support, s.Notifications
	return map[string]func() error{
		"reviews.review":      func() error { return second(s.Reviews.Review(ctx, said)) },
		"reviews.entitlement": func() error { return second(s.Reviews.Entitlement(ctx, of.free.ID)) },
		"reviews.write": func() error {
			return second(s.Reviews.Write(ctx, of.free.ID, reviews.Write{Meta: Buyer("ada"), Rating: 1}))
		},
		"reviews.publish": func() error { return second(s.Reviews.Publish(ctx, said, reviews.Publish{Meta: staff})) },
		"reviews.reject":  func() error { return second(s.Reviews.Reject(ctx, said, reviews.Reject{Meta: staff, Reason: "x"})) },
		"reviews.hide":    func() error { return second(s.Reviews.Hide(ctx, said, reviews.Hide{Meta: staff, Reason: "x"})) },

		"support.conversation": func() error { return second(desk.Conversation(ctx, talk)) },
		"support.messages": func() error {
			ms, err := desk.Messages(ctx, talk)
			return none(len(ms), err)
		},
		"support.public_messages": func() error {
			ms, err := desk.PublicMessages(ctx, talk)
			return none(len(ms), err)
		},
		"support.say":      func() error { return second(desk.Say(ctx, talk, support.Say{Meta: staff, Text: "x"})) },
		"support.reply":    func() error { return second(desk.Reply(ctx, talk, support.Reply{Meta: staff, Text: "x"})) },
		"support.add_note": func() error { return second(desk.AddNote(ctx, talk, support.AddNote{Meta: staff, Text: "x"})) },
		"support.log_call": func() error {
			return second(desk.LogCall(ctx, talk, support.LogCall{Meta: staff, Direction: support.Inbound, Text: "x"}))
		},
		"support.assign":    func() error { return second(desk.Assign(ctx, talk, support.Assign{Meta: staff, To: staff.By})) },
		"support.solve":     func() error { return second(desk.Solve(ctx, talk, support.Solve{Meta: staff})) },
		"support.reopen":    func() error { return second(desk.Reopen(ctx, talk, support.Reopen{Meta: staff})) },
		"support.close":     func() error { return second(desk.Close(ctx, talk, support.Close{Meta: staff})) },
		"support.deliver":   func() error { return second(desk.Deliver(ctx, of.reply.Message.ID)) },
		"support.redeliver": func() error { return second(desk.Redeliver(ctx, of.reply.Message.ID, support.Redeliver{Meta: staff})) },

		"notifications.message": func() error { return second(notes.Message(ctx, of.message.ID)) },
		"notifications.attempts": func() error {
			as, err := notes.Attempts(ctx, of.message.ID)
			return none(len(as), err)
		},
		"notifications.send":   func() error { return second(notes.Send(ctx, of.message.ID)) },
		"notifications.resend": func() error { return second(notes.Resend(ctx, of.message.ID, notification.Resend{Meta: staff})) },
		"notifications.cancel": func() error {
			return second(notes.Cancel(ctx, of.message.ID, notification.Cancel{Meta: staff, Reason: "x"}))
		},
	}
}
