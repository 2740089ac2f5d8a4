package notificationtest_test

import (
	"testing"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/notification/notificationtest"
)

// The scripted Notifier passes the suite for both channels, with keys and
// without.
func TestScripted(t *testing.T) {
	t.Parallel()
	for _, ch := range []notification.Channel{notification.Email, notification.SMS} {
		t.Run(string(ch), func(t *testing.T) {
			t.Parallel()
			notificationtest.Run(t, func(t *testing.T) notificationtest.Harness {
				t.Helper()
				return scripted(ch)
			})
		})
	}
}

func scripted(ch notification.Channel) notificationtest.Harness {
	s := &notificationtest.Scripted{Keeps: ch == notification.Email}
	plan := func(p notificationtest.Plan) func() {
		return func() { s.Script = func(int, notification.Message) notificationtest.Plan { return p } }
	}
	return notificationtest.Harness{
		Notifier: s, Channel: ch,
		Arrived: func(*testing.T) []notificationtest.Arrival {
			var out []notificationtest.Arrival
			for _, m := range s.Arrived() {
				out = append(out, notificationtest.Arrival{To: m.To, Title: m.Title, Text: m.Text, HTML: m.HTML})
			}
			return out
		},
		Refuse:      plan(notificationtest.Plan{Lost: true, Answer: notification.Outcome{State: notification.Refused, Code: "550"}}),
		Postpone:    plan(notificationtest.Plan{Lost: true, Answer: notification.Outcome{State: notification.Postponed, Code: "451"}}),
		LoseReply:   plan(notificationtest.Plan{Answer: notification.Outcome{State: notification.Unclear, Code: "eof"}}),
		LoseRequest: plan(notificationtest.Plan{Lost: true, Err: fault.New(fault.Unavailable, "refused", "Nobody is there.")}),
	}
}
