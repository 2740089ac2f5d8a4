package marketingrows_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/marketing"
)

// change is a cart with a mug in it, changed now.
func (r room) change(address string) marketing.Watch {
	return marketing.Watch{
		Address: address, Name: "Eva", Locale: "de", Lines: []marketing.BasketLine{{SKU: "MUG", Title: "Becher", Quantity: 2}},
		Total: money.EUR(19_80), ChangedAt: r.clock.Now(),
	}
}

func (r room) watched(t require.TestingT, cart string, w marketing.Watch) marketing.Basket {
	b, err := r.Watch(context.Background(), cart, w)
	require.NoError(t, err)
	return b
}

func (r room) basket(t require.TestingT, cart string) marketing.Basket {
	b, err := r.Basket(context.Background(), cart)
	require.NoError(t, err)
	return b
}

func TestACartThatLiesStillLeadsToOneReminder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		r.given(t, about("eva@shop.example", marketing.CartReminder))
		r.watched(t, "ca_1", r.change("Eva@shop.example"))
		require.Equal(t, []string{"consent.given", "cart_reminder.due +4h0m0s"}, r.events(t))
		r.clock.Advance(3 * time.Hour)
		b := r.watched(t, "ca_1", r.change("Eva@shop.example"))
		require.Equal(t, noon().Add(7*time.Hour), b.DueAt)
		require.Equal(t, []string{"consent.given", "cart_reminder.due +4h0m0s"}, r.events(t), "one timer, however often it is changed")
		r.clock.Advance(time.Hour)
		r.tick(t)
		require.Empty(t, r.mails(t), "it was changed an hour ago")
		require.Equal(t, []string{"cart_reminder.due +7h0m0s"}, r.events(t))
		r.clock.Advance(3*time.Hour - time.Microsecond)
		r.tick(t)
		require.Empty(t, r.mails(t))
		r.clock.Advance(time.Microsecond)
		r.tick(t)
		require.Equal(t, []string{"eva@shop.example: Ihr Warenkorb bei Shop"}, r.mails(t))
		b = r.basket(t, "ca_1")
		require.Equal(t, marketing.BasketReminded, b.Status())
		require.Equal(t, noon().Add(7*time.Hour), b.RemindedAt)
		require.Equal(t, []marketing.BasketLine{{SKU: "MUG", Title: "Becher", Quantity: 2}}, b.Lines)

		r.clock.Advance(time.Hour)
		b = r.watched(t, "ca_1", r.change("eva@shop.example"))
		require.Zero(t, b.DueAt, "once in the life of a cart")
		r.clock.Advance(24 * time.Hour)
		r.tick(t)
		require.Len(t, r.mails(t), 1)
		_, err := r.Close(t.Context(), "ca_1", marketing.Close{Order: "or_1"})
		require.NoError(t, err)
		_, err = r.Close(t.Context(), "ca_1", marketing.Close{Order: "or_1"})
		require.NoError(t, err)
		require.Equal(t, []string{"cart_reminder.recovered"}, r.events(t))
	})
}

func TestNoReminderAfterTheOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		r.given(t, about("eva@shop.example", marketing.CartReminder))
		r.watched(t, "ca_1", r.change("eva@shop.example"))
		b, err := r.Close(ctx, "ca_1", marketing.Close{Order: "or_1"})
		require.NoError(t, err)
		require.Equal(t, marketing.BasketClosed, b.Status())
		r.clock.Advance(time.Hour)
		late := r.watched(t, "ca_1", r.change("eva@shop.example"))
		require.Equal(t, b, late, "news that come late open nothing")
		_, err = r.Close(ctx, "ca_2", marketing.Close{Order: "or_2"})
		require.NoError(t, err, "the order may be heard of first")
		r.watched(t, "ca_2", r.change("eva@shop.example"))
		r.clock.Advance(48 * time.Hour)
		r.tick(t)
		require.Empty(t, r.mails(t))
		require.Empty(t, r.events(t), "no timer is left, and nothing was recovered")
	})
}

func TestNoReminderWithoutConsentAddressOrGoods(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		r.given(t, topic("eva@shop.example")) // for another purpose
		r.given(t, about("max@shop.example", marketing.CartReminder))
		r.given(t, about("ida@shop.example", marketing.CartReminder))
		_, err := r.Suppress(t.Context(), marketing.Suppress{Channel: marketing.Email, Address: "ida@shop.example", Reason: "complained"})
		require.NoError(t, err)
		r.watched(t, "ca_1", r.change("eva@shop.example"))
		r.watched(t, "ca_2", r.change(""))
		empty := r.change("max@shop.example")
		r.watched(t, "ca_3", empty)
		r.clock.Advance(time.Minute)
		empty.Lines, empty.ChangedAt = nil, r.clock.Now()
		require.Zero(t, r.watched(t, "ca_3", empty).DueAt)
		r.watched(t, "ca_4", r.change("ida@shop.example"))
		r.clock.Advance(5 * time.Hour)
		r.tick(t)
		require.Empty(t, r.mails(t))
		require.Equal(t, marketing.NoConsent, r.basket(t, "ca_1").Withheld)
		require.Equal(t, marketing.Suppressed, r.basket(t, "ca_4").Withheld)

		r.given(t, about("eva@shop.example", marketing.CartReminder))
		r.tick(t)
		require.Empty(t, r.mails(t), "consent alone arms nothing")
		b := r.watched(t, "ca_1", r.change("eva@shop.example"))
		require.Equal(t, marketing.Sendable, b.Withheld)
		r.clock.Advance(4 * time.Hour)
		r.tick(t)
		require.Len(t, r.mails(t), 1, "but the next change does")
	})
}

func TestATimerThatRingsTwiceSendsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		r.given(t, about("eva@shop.example", marketing.CartReminder))
		b := r.watched(t, "ca_1", r.change("eva@shop.example"))
		r.clock.Advance(4 * time.Hour)
		for range 3 {
			_, err := r.Remind(ctx, "ca_1", marketing.Remind{At: b.TimerAt})
			require.NoError(t, err)
		}
		_, err := r.Remind(ctx, "ca_1", marketing.Remind{At: r.clock.Now().Add(1)})
		require.NoError(t, err)
		require.Len(t, r.mails(t), 1)
		require.ErrorIs(t, second(r.Remind(ctx, "ca_9", marketing.Remind{})), marketing.ErrNoBasket)
		require.ErrorIs(t, second(r.Basket(ctx, "ca_9")), marketing.ErrNoBasket)
	})
}

func TestAReminderThatCannotBeWrittenIsNoted(t *testing.T) {
	t.Parallel()
	broken := marketing.OutboxFunc(func(context.Context, marketing.Tx, marketing.Message) error {
		return fault.New(fault.Invalid, "template", "The template does not fit.")
	})
	eachWith(t, settings{outbox: broken}, func(t *testing.T, r room) {
		r.given(t, about("eva@shop.example", marketing.CartReminder))
		r.watched(t, "ca_1", r.change("eva@shop.example"))
		r.clock.Advance(4 * time.Hour)
		r.tick(t)
		require.Equal(t, marketing.Refused, r.basket(t, "ca_1").Withheld)
		p, err := r.Permit(t.Context(), about("eva@shop.example", marketing.CartReminder))
		require.NoError(t, err)
		require.Empty(t, p.Touches)
	})
}

// Whatever happens to carts and in which order it is heard, nobody gets a second
// reminder, none after the order, and none without a quiet time before it.
func TestRemindersInAnyStory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			cart, address := "ca_"+strconv.Itoa(n), "r"+strconv.Itoa(n)+"@shop.example"
			r.given(rt, about(address, marketing.CartReminder))
			changed, closed, reminded := time.Time{}, false, false
			for range rapid.IntRange(1, 10).Draw(rt, "steps") {
				switch rapid.IntRange(0, 3).Draw(rt, "step") {
				case 0:
					r.clock.Advance(time.Second)
					changed = r.clock.Now()
					r.watched(rt, cart, r.change(address))
				case 1:
					r.clock.Advance(time.Duration(rapid.IntRange(1, 300).Draw(rt, "minutes")) * time.Minute)
				case 2:
					if rapid.IntRange(0, 4).Draw(rt, "close") == 0 {
						closed = true
						require.NoError(rt, second(r.Close(t.Context(), cart, marketing.Close{Order: "or_1"})))
					}
				case 3:
					r.tick(t)
					due := !changed.IsZero() && !r.clock.Now().Before(changed.Add(4*time.Hour))
					reminded = reminded || (due && !closed)
				}
			}
			p, err := r.Permit(t.Context(), about(address, marketing.CartReminder))
			require.NoError(rt, err)
			require.Equal(rt, reminded, len(p.Touches) == 1)
		})
	})
}
