package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/payment"
)

// marketingSuite is what holds between marketing and the other rooms.
func marketingSuite() map[string]func(t *testing.T, open Opener) {
	return map[string]func(t *testing.T, open Opener){
		"marketing writes to who agreed":             marketingWrites,
		"no reminder of a cart that became an order": noReminderOfOrders,
		"marketing is silent without a way out":      marketingIsSilent,
	}
}

// advertising opens a shop whose messages can be turned off.
func advertising(t *testing.T, store commerce.Store) *Shop {
	t.Helper()
	s := NewWith(t, store)
	cfg := s.Outside.Open(Config(store, s.Clock, s.Card))
	cfg.Site.CartPage = func(cart string) string { return "https://shop.example/cart/" + cart }
	cfg.Site.ConfirmPage = func(token string) string { return "https://shop.example/confirm/" + token }
	cfg.Site.UnsubscribePage = func(token string) string { return "https://shop.example/unsubscribe/" + token }
	s.rebuild(cfg)
	return s
}

func ada(p marketing.Purpose) marketing.Topic {
	return marketing.Topic{Channel: marketing.Email, Address: "ada@example.com", Purpose: p}
}

// agreed gives consent for a purpose.
func (s *Shop) agreed(p marketing.Purpose) {
	s.t.Helper()
	_, err := s.Marketing.Give(s.Ctx(), marketing.Give{
		Meta: Buyer("ada"), Topic: ada(p), Proof: marketing.Proof{Method: "form", Wording: "w1"},
	})
	require.NoError(s.t, err)
}

// reminders returns the reminders of a cart.
func (s *Shop) reminders(cart string) []notification.Message {
	s.t.Helper()
	all, err := s.Notifications.BySubject(s.Ctx(), cart)
	require.NoError(s.t, err)
	var out []notification.Message
	for _, m := range all {
		if m.Template == notification.CartReminderTemplate {
			out = append(out, m)
		}
	}
	return out
}

func marketingWrites(t *testing.T, open Opener) {
	s := advertising(t, open(t))
	asked, err := s.Marketing.Ask(s.Ctx(), marketing.Ask{
		Topic: ada(marketing.CartReminder), Proof: marketing.Proof{Method: "form", Wording: "w1"},
	})
	require.NoError(t, err)
	s.Settle()
	token, err := s.Marketing.ConfirmToken(asked)
	require.NoError(t, err)
	arrived := s.Outside.Mail.Arrived()
	require.Contains(t, arrived[len(arrived)-1].Text, "https://shop.example/confirm/"+token)
	_, err = s.Marketing.Confirm(s.Ctx(), token, marketing.Confirm{})
	require.NoError(t, err)

	c := s.Cart("ada", Line(Mug, 2))
	s.Settle()
	s.Pass(marketing.DefaultRemindAfter - time.Minute)
	require.Empty(t, s.reminders(c.ID.String()))
	s.Pass(time.Minute)
	mail := s.reminders(c.ID.String())
	require.Len(t, mail, 1)
	require.Equal(t, notification.StatusSent, mail[0].Status())
	require.Contains(t, mail[0].Text, "2 x The MUG")
	require.Contains(t, mail[0].Text, "€2.00")
	require.Contains(t, mail[0].Text, "https://shop.example/cart/"+c.ID.String())

	p := s.Place(c, "card", "k")
	_, err = s.Payments.Capture(s.Ctx(), p.Payment.ID, payment.Capture{Meta: Staff()})
	require.NoError(t, err)
	s.Settle()
	b, err := s.Marketing.Basket(s.Ctx(), c.ID.String())
	require.NoError(t, err)
	require.Equal(t, p.OrderID.String(), b.Order)
	bought, err := s.Marketing.Purchase(s.Ctx(), p.OrderID.String())
	require.NoError(t, err)
	require.Equal(t, []marketing.PurchaseLine{{SKU: Mug, Quantity: 2}}, bought.Lines)
	require.Equal(t, s.Order(p.OrderID).Paid, bought.Total)

	s.agreed(marketing.Newsletter)
	segment, err := s.Marketing.Define(s.Ctx(), marketing.Define{Name: "Buyers", Rule: marketing.Rule{Bought: &marketing.Bought{SKU: Mug}}})
	require.NoError(t, err)
	g, err := s.Marketing.Draft(s.Ctx(), marketing.Draft{Content: marketing.Content{Name: "Mugs", Segment: segment.ID, Title: "More mugs", Text: "Look."}})
	require.NoError(t, err)
	_, err = s.Marketing.Schedule(s.Ctx(), g.ID, marketing.Schedule{})
	require.NoError(t, err)
	s.Settle()
	arrived = s.Outside.Mail.Arrived()
	last := arrived[len(arrived)-1]
	require.Equal(t, "More mugs", last.Title)
	out, ok := strings.CutPrefix(last.Unsubscribe, "https://shop.example/unsubscribe/")
	require.True(t, ok)
	_, err = s.Marketing.Unsubscribe(s.Ctx(), out, marketing.Unsubscribe{})
	require.NoError(t, err)
	permit, err := s.Marketing.Permit(s.Ctx(), ada(marketing.Newsletter))
	require.NoError(t, err)
	require.False(t, permit.Allowed())
	s.Settle()
	s.Sound()
}

func noReminderOfOrders(t *testing.T, open Opener) {
	s := advertising(t, open(t))
	s.agreed(marketing.CartReminder)
	c := s.Cart("ada", Line(Mug, 1))
	s.Settle()
	s.Clock.Advance(marketing.DefaultRemindAfter)
	p := s.Place(c, "transfer", "k") // and only then the timer is heard, with the order
	s.Settle()
	require.Empty(t, s.reminders(c.ID.String()))
	b, err := s.Marketing.Basket(s.Ctx(), c.ID.String())
	require.NoError(t, err)
	require.Equal(t, marketing.BasketClosed, b.Status())
	require.Equal(t, p.OrderID.String(), b.Order)
	s.Sound()
}

func marketingIsSilent(t *testing.T, open Opener) {
	s := NewWith(t, open(t))
	s.agreed(marketing.CartReminder)
	c := s.Cart("ada", Line(Mug, 1))
	s.Settle()
	s.Pass(48 * time.Hour)
	_, err := s.Marketing.Basket(s.Ctx(), c.ID.String())
	require.ErrorIs(t, err, marketing.ErrNoBasket)
	require.Empty(t, s.reminders(c.ID.String()))
	s.Sound()
}
