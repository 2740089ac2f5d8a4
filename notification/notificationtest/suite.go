package notificationtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
)

// Harness is one Notifier under test, with the other side of it.
type Harness struct {
	Notifier notification.Notifier
	Channel  notification.Channel
	// Arrived returns what has arrived at recipients, oldest first.
	Arrived func(t *testing.T) []Arrival
	// Refuse and Postpone make the provider answer so from now on; LoseReply
	// makes it take messages and its answer be lost; LoseRequest makes it out of
	// reach. Nil: cannot be brought about.
	Refuse, Postpone, LoseReply, LoseRequest func()
	// AnyTitle says that what arrives has no title of its own.
	AnyTitle bool
}

// Arrival is what somebody got.
type Arrival struct {
	To, Title, Text, HTML string
}

// Run is the suite of Notifiers. Every test says which promise of the port it is
// about. setup is called for each test.
func Run(t *testing.T, setup func(t *testing.T) Harness) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Harness){
		"refuses to work inside a unit of work":                    testUnit,
		"delivers what it was given":                               testDeliver,
		"sends nothing if the caller is gone":                      testGone,
		"says refused of what the provider does not take":          testRefuse,
		"says postponed of what the provider does not take now":    testPostpone,
		"says unclear if the answer was lost":                      testLoseReply,
		"says postponed or unavailable if nobody could be reached": testLoseRequest,
		"drops a repeat under the same key if it keeps keys":       testRepeat,
		"is safe for concurrent use":                               testConcurrent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, setup(t))
		})
	}
}

// message is a fresh message that is not easy to carry.
func (h Harness) message(n byte) notification.Message {
	m := notification.Message{
		ID: notification.IDFrom(uuid.UUID{6: 0x70, 8: 0x80, 15: n}), Subject: "or_1", Template: "order-confirmation", Channel: h.Channel,
		Locale: "de", Round: 1, Tries: 1, Version: 2, CreatedAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	if h.Channel == notification.SMS {
		m.To, m.Text = "+4915112345678", fmt.Sprintf("Bestellung %d: 19,95 € & mehr = schön", n)
		m.Segments = notification.Segments(m.Text)
		return m
	}
	m.To, m.Name, m.Title = "eva@example.com", "Eva Müller, Köln", fmt.Sprintf("Bestellung %d: schön!", n)
	m.Text = "Größe = XL\n.\nZeile zwei\n"
	m.HTML = "<p>Größe = <b>XL</b></p>\n"
	return m
}

func (h Harness) send(t *testing.T, m notification.Message) notification.Outcome {
	t.Helper()
	o, err := h.Notifier.Send(t.Context(), m)
	require.NoError(t, err)
	return o
}

func testUnit(t *testing.T, h Harness) {
	_, err := h.Notifier.Send(tx.Mark(t.Context()), h.message(1))
	require.ErrorIs(t, err, tx.ErrInUnit)
	require.Empty(t, h.Arrived(t))
}

func testDeliver(t *testing.T, h Harness) {
	m := h.message(1)
	o := h.send(t, m)
	require.Equal(t, notification.Accepted, o.State)
	require.LessOrEqual(t, len(o.Reference), 200)
	want := Arrival{To: m.To, Title: m.Title, Text: m.Text, HTML: m.HTML}
	if h.AnyTitle {
		want.Title = ""
	}
	require.Equal(t, []Arrival{want}, h.Arrived(t))

	plain := h.message(2)
	plain.HTML, plain.Name = "", ""
	require.Equal(t, notification.Accepted, h.send(t, plain).State)
	require.Len(t, h.Arrived(t), 2)
	require.Equal(t, plain.Text, h.Arrived(t)[1].Text)
}

func testGone(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o, err := h.Notifier.Send(ctx, h.message(1))
	notSent(t, o, err)
	require.Empty(t, h.Arrived(t))
}

// notSent requires that the Notifier says that nothing was sent and that a
// later try may help.
func notSent(t *testing.T, o notification.Outcome, err error) {
	t.Helper()
	if err != nil {
		_, says := err.(fault.Carrier) //nolint:errorlint // the error itself must say so
		require.True(t, says, "an error says itself that nothing was sent")
		require.ErrorIs(t, err, fault.Unavailable)
		return
	}
	require.Equal(t, notification.Postponed, o.State)
}

func testRefuse(t *testing.T, h Harness) {
	if h.Refuse == nil {
		t.Skip("cannot be brought about")
	}
	h.Refuse()
	o := h.send(t, h.message(1))
	require.Equal(t, notification.Refused, o.State)
	require.NotEmpty(t, o.Code)
	require.Empty(t, h.Arrived(t))
}

func testPostpone(t *testing.T, h Harness) {
	if h.Postpone == nil {
		t.Skip("cannot be brought about")
	}
	h.Postpone()
	o := h.send(t, h.message(1))
	require.Equal(t, notification.Postponed, o.State)
	require.NotEmpty(t, o.Code)
	require.Empty(t, h.Arrived(t))
}

func testLoseReply(t *testing.T, h Harness) {
	if h.LoseReply == nil {
		t.Skip("cannot be brought about")
	}
	h.LoseReply()
	require.Equal(t, notification.Unclear, h.send(t, h.message(1)).State)
	require.Len(t, h.Arrived(t), 1, "it had arrived")
}

func testLoseRequest(t *testing.T, h Harness) {
	if h.LoseRequest == nil {
		t.Skip("cannot be brought about")
	}
	h.LoseRequest()
	o, err := h.Notifier.Send(t.Context(), h.message(1))
	notSent(t, o, err)
	require.Empty(t, h.Arrived(t))
}

func testRepeat(t *testing.T, h Harness) {
	k, ok := h.Notifier.(notification.KeyKeeper)
	if !ok || !k.KeepsKeys() {
		t.Skip("the notifier is no KeyKeeper")
	}
	m := h.message(1)
	h.send(t, m)
	require.Equal(t, notification.Accepted, h.send(t, m).State)
	require.Len(t, h.Arrived(t), 1)
	m.Round = 2
	h.send(t, m)
	require.Len(t, h.Arrived(t), 2, "a new round is a new message")
}

func testConcurrent(t *testing.T, h Harness) {
	var wg sync.WaitGroup
	outcomes, errs := make([]notification.Outcome, 8), make([]error, 8)
	for i := range outcomes {
		wg.Go(func() { outcomes[i], errs[i] = h.Notifier.Send(t.Context(), h.message(byte(i+1))) })
	}
	wg.Wait()
	for i, o := range outcomes {
		require.NoError(t, errs[i])
		require.Equal(t, notification.Accepted, o.State)
	}
	require.Len(t, h.Arrived(t), len(outcomes))
}
