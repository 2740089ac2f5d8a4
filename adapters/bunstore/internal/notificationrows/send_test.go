package notificationrows_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

// always is a script of one plan.
func always(p notificationtest.Plan) func(int, notification.Message) notificationtest.Plan {
	return func(int, notification.Message) notificationtest.Plan { return p }
}

func lost(s notification.State) func(int, notification.Message) notificationtest.Plan {
	return always(notificationtest.Plan{Lost: true, Answer: notification.Outcome{State: s, Code: "421", Text: "Not now."}})
}

func TestAnEmailAndAnSMSAreSentOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		mail, text := r.queued(t, notification.Email), r.queued(t, notification.SMS)
		require.Equal(t, "de", mail.Locale)
		for _, m := range []notification.Message{mail, text} {
			sent := r.sent(t, m.ID, notification.StatusSent)
			require.Equal(t, "ref-"+m.ID.String(), sent.Reference)
			require.Equal(t, 1, sent.Tries)
			r.sent(t, m.ID, notification.StatusSent)
			same, err := r.Queue(t.Context(), confirmation(m.Channel))
			require.NoError(t, err)
			require.Equal(t, sent, same, "what was queued before is returned as it is")
		}
		require.Len(t, r.email.Arrived(), 1)
		require.Len(t, r.sms.Arrived(), 1)
		all, err := r.BySubject(t.Context(), "or_1")
		require.NoError(t, err)
		require.Equal(t, []notification.ID{mail.ID, text.ID}, []notification.ID{all[0].ID, all[1].ID})
		attempts, err := r.Attempts(t.Context(), mail.ID)
		require.NoError(t, err)
		require.Equal(t, []notification.Attempt{
			{Version: 3, Round: 1, At: noon(), State: notification.Accepted, Reference: "ref-" + mail.ID.String()},
		}, attempts)
		require.Equal(t, []string{
			"notification.queued", "notification.queued", "notification.send_due +1m0s", "notification.sent",
			"notification.send_due +1m0s", "notification.sent",
		}, r.events(t))
	})
}

func TestWhatIsRendered(t *testing.T) {
	t.Parallel()
	r := memory(t)
	mail, text := r.queued(t, notification.Email), r.queued(t, notification.SMS)
	golden(t, "order-confirmation.title.txt", mail.Title)
	golden(t, "order-confirmation.text.txt", mail.Text)
	golden(t, "order-confirmation.html", mail.HTML)
	golden(t, "order-confirmation.sms.txt", text.Text)
	require.Equal(t, 1, text.Segments)
	invite, err := r.Queue(t.Context(), notification.Queue{
		Subject: "or_1", Template: notification.ReviewInvitationTemplate, Channel: notification.Email, To: "eva@example.com", Locale: "fr",
		Data: notification.ReviewInvitation{Shop: "Tee & Co", Products: []notification.InvitedProduct{
			{Title: "Cap <red>", Link: "https://shop.example/r/1"}, {Title: "Trap", Link: "javascript:alert(1)"},
		}},
	})
	require.NoError(t, err)
	require.Equal(t, "en", invite.Locale)
	golden(t, "review-invitation.title.txt", invite.Title)
	golden(t, "review-invitation.text.txt", invite.Text)
	golden(t, "review-invitation.html", invite.HTML)
}

func TestLettersThatNobodyAskedForAtThisMoment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		link := "https://shop.example/unsubscribe?t=abc&x=1"
		letter, err := r.Queue(t.Context(), notification.Queue{
			Subject: "rc_1", Template: notification.CampaignTemplate, Channel: notification.Email, To: "eva@example.com", Unsubscribe: link,
			Data: notification.CampaignLetter{
				Shop: "Tee & Co", Name: "Eva", Title: "Spring <sale>", Text: "Line 1 {{.Shop}}\nLine <b>2</b>", Unsubscribe: link,
			},
		})
		require.NoError(t, err)
		stored, err := r.Message(t.Context(), letter.ID)
		require.NoError(t, err)
		require.Equal(t, letter, stored)
		require.Equal(t, link, stored.Unsubscribe)
		reminder, err := r.Queue(t.Context(), notification.Queue{
			Subject: "ca_1", Template: notification.CartReminderTemplate, Channel: notification.Email, To: "eva@example.com", Locale: "de-AT",
			Unsubscribe: link, Data: notification.CartReminder{
				Shop: "Tee & Co", Lines: []notification.RemindedLine{{Title: "T-Shirt „Größe M“", Quantity: 2}, {Title: "Cap", Quantity: 1}},
				Total: "40,00 €", Link: "https://shop.example/cart", Unsubscribe: link,
			},
		})
		require.NoError(t, err)
		for name, m := range map[string]notification.Message{"campaign": letter, "cart-reminder": reminder} {
			golden(t, name+".title.txt", m.Title)
			golden(t, name+".text.txt", m.Text)
			golden(t, name+".html", m.HTML)
		}
		require.Equal(t, notification.StatusSent, r.sent(t, letter.ID, notification.StatusSent).Status())
	})
}

func TestAPostponedMessageWaitsLongerEachTimeAndFailsInTheEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		r.email.Script = lost(notification.Postponed)
		m := r.queued(t, notification.Email)
		for i, wait := range []time.Duration{time.Minute, 2 * time.Minute} {
			m = r.sent(t, m.ID, notification.StatusQueued)
			require.Equal(t, r.clock.Now().Add(wait), m.Due)
			require.Equal(t, "421", m.Code)
			r.sent(t, m.ID, notification.StatusQueued)
			require.Equal(t, i+1, r.email.Calls(), "not before it is due")
			n, err := r.SendDue(t.Context(), 10)
			require.NoError(t, err)
			require.Zero(t, n)
			r.clock.Set(m.Due)
		}
		n, err := r.SendDue(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		m = r.sent(t, m.ID, notification.StatusFailed)
		require.True(t, m.Due.IsZero())
		require.Equal(t, 3, m.Tries)
		require.Equal(t, []string{
			"notification.queued", "notification.send_due +1m0s", "notification.send_due +1m0s",
			"notification.send_due +2m0s", "notification.send_due +3m0s",
			"notification.send_due +4m0s", "notification.failed",
		}, r.events(t))
		require.Empty(t, r.email.Arrived())
	})
}

func TestAProviderMayAskForALongerPause(t *testing.T) {
	t.Parallel()
	r := memory(t)
	r.email.Script = always(notificationtest.Plan{Lost: true, Answer: notification.Outcome{State: notification.Postponed, After: time.Hour}})
	m := r.sent(t, r.queued(t, notification.Email).ID, notification.StatusQueued)
	require.Equal(t, noon().Add(time.Hour), m.Due)
}

func TestStaffSendsAgainToARightAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		r.email.Script = lost(notification.Refused)
		m := r.sent(t, r.queued(t, notification.Email).ID, notification.StatusFailed)
		staff := op.Meta{By: op.Actor{Kind: op.Staff, ID: "ida"}, Key: "again"}
		_, err := r.Resend(t.Context(), m.ID, notification.Resend{To: "not an address"})
		require.ErrorIs(t, err, fault.Invalid)
		_, err = r.Resend(t.Context(), m.ID, notification.Resend{Meta: op.Meta{IfVersion: 2}})
		require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
		again, err := r.Resend(t.Context(), m.ID, notification.Resend{Meta: staff, To: "eva.m@example.com"})
		require.NoError(t, err)
		require.Equal(t, 2, again.Round)
		same, err := r.Resend(t.Context(), m.ID, notification.Resend{Meta: staff, To: "eva.m@example.com"})
		require.NoError(t, err)
		require.Equal(t, again, same)
		_, err = r.Resend(t.Context(), m.ID, notification.Resend{Meta: staff})
		require.ErrorIs(t, err, op.ErrMismatch)

		r.email.Script = nil
		r.sent(t, m.ID, notification.StatusSent)
		got := r.email.Arrived()
		require.Len(t, got, 1)
		require.Equal(t, m.ID.String()+".2", got[0].Key())
		require.Equal(t, "eva.m@example.com", got[0].To)
		require.Equal(t, m.Text, got[0].Text)

		_, err = r.Resend(t.Context(), m.ID, notification.Resend{})
		require.NoError(t, err)
		r.sent(t, m.ID, notification.StatusSent)
		require.Len(t, r.email.Arrived(), 2)
		_, err = r.Cancel(t.Context(), m.ID, notification.Cancel{Reason: "too late"})
		_, forbidden := errors.AsType[*lifecycle.Forbidden](err)
		require.True(t, forbidden)
	})
}

func TestACancelledMessageIsNotSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		m := r.queued(t, notification.Email)
		m, err := r.Cancel(t.Context(), m.ID, notification.Cancel{Reason: "test order"})
		require.NoError(t, err)
		require.Equal(t, notification.StatusCancelled, m.Status())
		r.sent(t, m.ID, notification.StatusCancelled)
		_, err = r.Resend(t.Context(), m.ID, notification.Resend{})
		require.ErrorIs(t, err, fault.Conflict)
		require.Zero(t, r.email.Calls())
	})
}

func TestWhatIsUnclearIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]notificationtest.Plan{
		"unclear":     {Answer: notification.Outcome{State: notification.Unclear, Code: "eof"}},
		"no answer":   {Answer: notification.Outcome{State: "maybe"}},
		"an error":    {Err: context.DeadlineExceeded},
		"an unknown":  {Err: fault.New(fault.Unknown, "timeout", "No answer.")},
		"a breakdown": {Panic: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := memory(t)
			r.sms.Script = always(p)
			m := r.sent(t, r.queued(t, notification.SMS).ID, notification.StatusUnclear)
			require.NotEmpty(t, m.Code)
			r.clock.Advance(48 * time.Hour)
			n, err := r.SendDue(t.Context(), 10)
			require.NoError(t, err)
			require.Zero(t, n)
			r.sent(t, m.ID, notification.StatusUnclear)
			require.Equal(t, 1, r.sms.Calls())
			require.Contains(t, r.events(t), "notification.lost")
			r.sound(t)
		})
	}
}

func TestErrorsThatSayWhatTheyMean(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		kind fault.Kind
		want notification.Status
	}{
		{fault.Unavailable, notification.StatusQueued},
		{fault.Declined, notification.StatusFailed},
		{fault.Unsupported, notification.StatusFailed},
		{fault.Internal, notification.StatusUnclear},
	} {
		r := memory(t)
		r.sms.Script = always(notificationtest.Plan{Lost: true, Err: fault.New(row.kind, "x", "x")})
		r.sent(t, r.queued(t, notification.SMS).ID, row.want)
	}
}

func TestAProcessThatDiedLeavesNoSecondMessage(t *testing.T) {
	t.Parallel()
	for _, keeps := range []bool{false, true} {
		each(t, func(t *testing.T, r room) {
			r.email.Keeps = keeps
			m := r.queued(t, notification.Email)
			r.units.breakAfter(1) // the intent is saved, the outcome is not
			_, err := r.Send(t.Context(), m.ID)
			require.ErrorIs(t, err, fault.Unavailable)
			r.units.mend()
			r.sent(t, m.ID, notification.StatusSending)
			require.Len(t, r.email.Arrived(), 1)

			r.clock.Advance(time.Minute) // the call was given 30 s, and 30 s to be saved
			want, announced := notification.StatusUnclear, []string{"notification.lost"}
			if keeps {
				// A timer of its own, in case this process dies as well.
				want, announced = notification.StatusSent, []string{
					"notification.send_due +1m0s", "notification.send_due +2m0s", "notification.sent",
				}
			}
			n, err := r.SendDue(t.Context(), 10)
			require.NoError(t, err)
			require.Equal(t, 1, n)
			r.sent(t, m.ID, want)
			require.Len(t, r.email.Arrived(), 1)
			require.Equal(t, append([]string{"notification.queued", "notification.send_due +1m0s"}, announced...), r.events(t))
		})
	}
}

func TestALateAnswerMakesAnUnclearMessageSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		m := r.queued(t, notification.Email)
		r.email.Script = always(notificationtest.Plan{Wait: func() {
			r.clock.Advance(time.Hour)
			given, err := r.Send(t.Context(), m.ID)
			require.NoError(t, err)
			require.Equal(t, notification.StatusUnclear, given.Status())
		}})
		r.sent(t, m.ID, notification.StatusSent)
		attempts, err := r.Attempts(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, []notification.State{notification.Unclear, notification.Accepted}, []notification.State{attempts[0].State, attempts[1].State})
	})
}

func TestManyAtOnceQueueAndSendOneMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		const n = 6
		var wg sync.WaitGroup
		ids, errs := make([]notification.ID, n), make([]error, n)
		for i := range n {
			wg.Go(func() {
				m, err := r.Queue(t.Context(), confirmation(notification.Email))
				if err == nil {
					_, err = r.Send(t.Context(), m.ID)
				}
				ids[i], errs[i] = m.ID, err
			})
		}
		wg.Wait()
		for i := range n {
			require.NoError(t, errs[i])
			require.Equal(t, ids[0], ids[i])
		}
		require.Len(t, r.email.Arrived(), 1)
	})
}

func TestTheCallerMayGo(t *testing.T) {
	t.Parallel()
	r := memory(t)
	m := r.queued(t, notification.Email)
	ctx, cancel := context.WithCancel(t.Context())
	r.email.Script = always(notificationtest.Plan{Wait: cancel})
	sent, err := r.Send(ctx, m.ID)
	require.NoError(t, err)
	require.Equal(t, notification.StatusSent, sent.Status())
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		a, b := open(t, s, "a"), open(t, s, "bb")
		m := a.queued(t, notification.Email)
		for _, err := range []error{
			second(b.Message(t.Context(), m.ID)), second(b.Send(t.Context(), m.ID)),
			second(b.Resend(t.Context(), m.ID, notification.Resend{})),
			second(b.Cancel(t.Context(), m.ID, notification.Cancel{Reason: "x"})),
			second(a.Message(t.Context(), notification.ID{})),
		} {
			require.ErrorIs(t, err, notification.ErrMissing)
		}
		theirs, err := b.BySubject(t.Context(), "or_1")
		require.NoError(t, err)
		require.Empty(t, theirs)
		require.NotEqual(t, m.ID, b.queued(t, notification.Email).ID)
	})
}

func second[T any](_ T, err error) error { return err }

func TestInsideAUnit(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		r := open(t, s, "shop")
		undone := errors.New("undone")
		err := r.units.InTx(t.Context(), func(ctx context.Context, tt notification.Tx) error {
			_, err := r.QueueTx(ctx, tt, confirmation(notification.Email))
			require.NoError(t, err)
			return undone
		})
		require.ErrorIs(t, err, undone)
		require.Empty(t, r.events(t))
		err = r.units.InTx(t.Context(), func(ctx context.Context, tt notification.Tx) error {
			m, err := r.QueueTx(ctx, tt, confirmation(notification.Email))
			require.NoError(t, err)
			_, err = r.Send(ctx, m.ID)
			require.ErrorIs(t, err, tx.ErrInUnit)
			_, err = r.SendDue(ctx, 1)
			require.ErrorIs(t, err, tx.ErrInUnit)
			m, err = r.CancelTx(ctx, tt, m.ID, notification.Cancel{Reason: "x"})
			require.NoError(t, err)
			_, err = r.ResendTx(ctx, tt, m.ID, notification.Resend{})
			require.ErrorIs(t, err, fault.Conflict)
			return nil
		})
		require.NoError(t, err)
		r.sound(t)
	})
}

func TestABrokenLogIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		m := r.sent(t, r.queued(t, notification.Email).ID, notification.StatusSent)
		m.Version++
		m.Round++
		update := func() error {
			return r.units.InTx(t.Context(), func(ctx context.Context, tt notification.Tx) error { return tt.UpdateNotification(ctx, m) })
		}
		require.NoError(t, update())
		found, err := r.read.NotificationDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Equal(t, []notification.Discrepancy{
			{Invariant: "N1", Subject: m.ID.String(), Text: "is sent, and was accepted 0 times in its last round"},
		}, found)
		m.Version++
		m.Round--
		require.NoError(t, update())
	})
}
