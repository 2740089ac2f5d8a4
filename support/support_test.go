package support_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/support"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestTheMachineIsSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, support.Lifecycle().Check())
	golden(t, "conversation.mmd", support.Lifecycle().Mermaid())
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	c, m := support.IDFrom(uuid.UUID{15: 1}), support.MessageIDFrom(uuid.UUID{15: 2})
	about := support.About{Conversation: c, Subject: "or_1", Message: m, Kind: support.Email}
	for _, p := range []event.Payload{
		support.MessageReceived{About: about, Foreign: true},
		support.ReplyQueued{About: about},
		support.MessageSent{About: about},
		support.DeliveryFailed{About: about, Delivery: support.Unclear},
		support.StatusChanged{Conversation: c, Subject: "or_1", From: support.StatusOpen, To: support.StatusSolved},
		support.DeliveryDue{Message: m},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, "events/"+p.EventName()+".json", string(b)+"\n")
	}
}

func TestAConversationSurvivesJSON(t *testing.T) {
	t.Parallel()
	c, err := support.Restore(support.Conversation{ID: support.IDFrom(uuid.UUID{15: 1}), Title: "x"}, support.StatusSolved)
	require.NoError(t, err)
	b, err := json.Marshal(c)
	require.NoError(t, err)
	var back support.Conversation
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, c, back)
	_, err = support.Restore(c, "lost")
	require.ErrorIs(t, err, fault.Internal)
	require.Error(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back))
}

func TestAddressesNameOneConversation(t *testing.T) {
	t.Parallel()
	secret := []byte("0123456789abcdef")
	a, err := support.NewAddresses(secret, "a", "Reply@support.example.com")
	require.NoError(t, err)
	b, err := support.NewAddresses(secret, "b", "Reply@support.example.com")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		c := support.IDFrom(uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id")))
		address := a.Of(c)
		local, _, _ := strings.Cut(address, "@")
		require.LessOrEqual(t, len(local), 64)
		got, ok := a.Read("someone@example.com", strings.ToUpper(address))
		require.True(t, ok)
		require.Equal(t, c, got)
		_, ok = b.Read(address)
		require.False(t, ok, "of another tenant")
		at := len("reply+") + rapid.IntRange(0, 40).Draw(t, "at") // the last character has bits to spare
		forged := []byte(address)
		forged[at] = "abcdefgh"[rapid.IntRange(0, 7).Draw(t, "to")]
		if string(forged) != address {
			_, ok = a.Read(string(forged))
			require.False(t, ok)
		}
	})
	for _, s := range []string{"", "reply@support.example.com", "reply+@support.example.com", "reply+" + strings.Repeat("!", 42) + "@support.example.com"} {
		_, ok := a.Read(s)
		require.False(t, ok, s)
	}
	require.Empty(t, support.Addresses{}.Of(support.IDFrom(uuid.UUID{15: 1})))
	_, ok := support.Addresses{}.Read("+" + strings.Repeat("a", 42) + "@")
	require.False(t, ok)
	_, err = support.NewAddresses(secret[:15], "", "re+ply@x")
	require.ErrorIs(t, err, fault.Invalid)
	require.Len(t, fault.FieldsOf(err), 2)
}

func ExampleAddresses() {
	addresses, err := support.NewAddresses([]byte("a secret of the shop"), "", "reply@support.example.com")
	if err != nil {
		return
	}
	c := support.IDFrom(uuid.UUID{15: 1})
	found, ok := addresses.Read(addresses.Of(c))
	fmt.Println(found == c, ok)
	_, ok = addresses.Read("reply+made-up@support.example.com")
	fmt.Println(ok)
	// Output:
	// true true
	// false
}

// blind is a service without a store: whatever it refuses, it refuses before
// anything is read or written.
func blind() *support.Service {
	return support.NewService(support.Deps{Clock: clock.NewManual(noon()), NewID: func() uuid.UUID { return uuid.UUID{15: 1} }})
}

// refused requires an Invalid error for this field.
func refused(t *testing.T, field string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		require.ErrorIs(t, err, fault.Invalid)
		paths := []string{}
		for _, f := range fault.FieldsOf(err) {
			paths = append(paths, f.Path)
		}
		require.Contains(t, paths, field)
		require.NotContains(t, err.Error(), "\x00")
	}
}

func second[T any](_ T, err error) error { return err }

func good() support.Begin {
	return support.Begin{Kind: support.Email, Title: "x", Text: "x", Customer: support.Person{Address: "eva@example.com"}}
}

func TestWrongInputIsRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	with := func(change func(r *support.Begin)) []error {
		r := good()
		change(&r)
		return []error{second(s.Begin(ctx, r)), second(s.BeginTx(ctx, nil, r))}
	}
	for _, x := range []string{"", "\xff", "a\x00", strings.Repeat("x", support.MaxText+1)} {
		refused(t, "title", with(func(r *support.Begin) { r.Title = x })...)
		refused(t, "text", with(func(r *support.Begin) { r.Text = x })...)
		refused(t, "customer.address", with(func(r *support.Begin) { r.Customer.Address = x })...)
		refused(t, "subject", second(s.About(ctx, x)))
		refused(
			t, "text",
			second(s.Say(ctx, support.ID{}, support.Say{Text: x})), second(s.SayTx(ctx, nil, support.ID{}, support.Say{Text: x})),
			second(s.Reply(ctx, support.ID{}, support.Reply{Text: x})), second(s.ReplyTx(ctx, nil, support.ID{}, support.Reply{Text: x})),
			second(s.AddNote(ctx, support.ID{}, support.AddNote{Text: x})), second(s.AddNoteTx(ctx, nil, support.ID{}, support.AddNote{Text: x})),
			second(s.LogCall(ctx, support.ID{}, support.LogCall{Text: x, Direction: support.Inbound})),
		)
		if x != "" {
			refused(t, "subject", with(func(r *support.Begin) { r.Subject = x })...)
			refused(t, "customer.name", with(func(r *support.Begin) { r.Customer.Name = x })...)
		}
	}
	refused(t, "title", with(func(r *support.Begin) { r.Title = "a\r\nBcc: b@example.com" })...)
	refused(t, "customer.address", with(func(r *support.Begin) { r.Customer.Address = "eva@example.com\r\nBcc: b@example.com" })...)
	refused(t, "customer.by", with(func(r *support.Begin) { r.Customer.By.Kind = "king" })...)
	refused(t, "kind", with(func(r *support.Begin) { r.Kind = "pigeon" })...)
	refused(t, "if_version", with(func(r *support.Begin) { r.IfVersion = 1 })...)
	refused(t, "duration", with(func(r *support.Begin) { r.Duration = time.Second })...)
	for _, d := range []time.Duration{-1, 25 * time.Hour} {
		refused(t, "duration", second(s.LogCall(ctx, support.ID{}, support.LogCall{Text: "x", Direction: support.Inbound, Duration: d})),
			second(s.LogCallTx(ctx, nil, support.ID{}, support.LogCall{Text: "x", Direction: support.Inbound, Duration: d})))
	}
	refused(t, "direction", second(s.LogCall(ctx, support.ID{}, support.LogCall{Text: "x", Direction: support.Note})))
	refused(t, "to", second(s.Assign(ctx, support.ID{}, support.Assign{To: op.Actor{Kind: "king"}})))
	refused(t, "status", second(s.Conversations(ctx, support.Query{Filter: support.Filter{Status: "lost"}})))
	refused(t, "assignee", second(s.Conversations(ctx, support.Query{Filter: support.Filter{Assignee: op.Actor{Kind: "king"}}})))
	refused(t, "limit", second(s.Conversations(ctx, support.Query{Request: page.Request{Limit: 101}})))
	for _, x := range []string{"", "eva", "eva@example.com\r\n", "Eva <eva@example.com>"} {
		refused(t, "from", second(s.Receive(ctx, support.Incoming{From: x, MessageID: "x"})),
			second(s.ReceiveTx(ctx, nil, support.Incoming{From: x, MessageID: "x"})))
	}
	refused(t, "message_id", second(s.Receive(ctx, support.Incoming{From: "eva@example.com", MessageID: "<>"})))
	refused(t, "key", second(s.Receive(ctx, support.Incoming{From: "eva@example.com", MessageID: "x", Meta: op.Meta{Key: "k"}})),
		second(s.RedeliverTx(ctx, nil, support.MessageID{}, support.Redeliver{Meta: op.Meta{IfVersion: 1}})))
	refused(t, "by.kind", second(s.Receive(ctx, support.Incoming{From: "eva@example.com", MessageID: "x", Meta: op.Meta{By: op.Actor{Kind: op.Staff}}})))
}

func TestEveryVerbChecksWhoAsks(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	for field, m := range map[string]op.Meta{
		"if_version": {IfVersion: -1}, "key": {Key: "\n"}, "by.id": {By: op.Actor{ID: "\xff"}}, "by.kind": {By: op.Actor{Kind: "king"}},
	} {
		refused(
			t, field,
			second(s.Say(ctx, support.ID{}, support.Say{Meta: m, Text: "x"})),
			second(s.Reply(ctx, support.ID{}, support.Reply{Meta: m, Text: "x"})),
			second(s.AddNote(ctx, support.ID{}, support.AddNote{Meta: m, Text: "x"})),
			second(s.LogCall(ctx, support.ID{}, support.LogCall{Meta: m, Text: "x", Direction: support.Inbound})),
			second(s.Assign(ctx, support.ID{}, support.Assign{Meta: m})), second(s.AssignTx(ctx, nil, support.ID{}, support.Assign{Meta: m})),
			second(s.Solve(ctx, support.ID{}, support.Solve{Meta: m})), second(s.SolveTx(ctx, nil, support.ID{}, support.Solve{Meta: m})),
			second(s.Reopen(ctx, support.ID{}, support.Reopen{Meta: m})), second(s.ReopenTx(ctx, nil, support.ID{}, support.Reopen{Meta: m})),
			second(s.Close(ctx, support.ID{}, support.Close{Meta: m})), second(s.CloseTx(ctx, nil, support.ID{}, support.Close{Meta: m})),
			second(s.RedeliverTx(ctx, nil, support.MessageID{}, support.Redeliver{Meta: m})),
		)
	}
}
