package reviews_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/reviews"
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
	require.NoError(t, reviews.Lifecycle().Check())
	golden(t, "review.mmd", reviews.Lifecycle().Mermaid())
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	review, product := reviews.IDFrom(uuid.UUID{15: 1}), catalog.IDFrom(uuid.UUID{15: 2})
	for _, p := range []event.Payload{
		reviews.Written{Review: review, Product: product, Order: "or_1", N: 2, Rating: 4},
		reviews.Published{Review: review, Product: product, Rating: 4},
		reviews.Rejected{Review: review, Product: product, Reason: "an insult"},
		reviews.Hidden{Review: review, Product: product, Rating: 4, Reason: "asked for by the author"},
		reviews.Invited{Order: "or_1", Lines: []reviews.InvitedLine{{Entitlement: reviews.EntitlementIDFrom(uuid.UUID{15: 3}), N: 2, Product: product, SKU: "TEE-M"}}},
		reviews.InvitationDue{Order: "or_1"},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, "events/"+p.EventName()+".json", string(b)+"\n")
	}
}

func TestAReviewSurvivesJSON(t *testing.T) {
	t.Parallel()
	r, err := reviews.Restore(reviews.Review{ID: reviews.IDFrom(uuid.UUID{15: 1}), Rating: 3}, reviews.StatusHidden)
	require.NoError(t, err)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	var back reviews.Review
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, r, back)
	_, err = reviews.Restore(r, "lost")
	require.ErrorIs(t, err, fault.Internal)
	require.Error(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back))
}

func TestTheAverageIsRoundedHalfUp(t *testing.T) {
	t.Parallel()
	require.Empty(t, reviews.Rating{}.Average())
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Int64Range(1, 1<<40).Draw(t, "count")
		sum := rapid.Int64Range(count, 5*count).Draw(t, "sum")
		want := decimal.NewFromInt(sum).DivRound(decimal.NewFromInt(count), 40).Round(1).StringFixed(1)
		require.Equal(t, want, reviews.Rating{Count: count, Sum: sum}.Average())
	})
}

func ExampleRating() {
	r := reviews.Rating{Count: 3, Sum: 13, Stars: [reviews.MaxStars]int64{3: 2, 4: 1}}
	fmt.Println(r.Average(), "of", r.Count)
	// Output: 4.3 of 3
}

// blind is a service without a store: whatever it refuses, it refuses before
// anything is read or written.
func blind() *reviews.Service {
	return reviews.NewService(reviews.Deps{Clock: clock.NewManual(noon()), NewID: func() uuid.UUID { return uuid.UUID{15: 1} }})
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

func line() reviews.Line {
	return reviews.Line{Order: "or_1", N: 1, Product: catalog.IDFrom(uuid.UUID{15: 2}), SKU: "TEE-M", DeliveredAt: noon()}
}

func TestWrongInputIsRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	entitle := func(change func(r *reviews.Entitle)) []error {
		r := reviews.Entitle{Lines: []reviews.Line{line()}}
		change(&r)
		return []error{second(s.Entitle(ctx, r)), second(s.EntitleTx(ctx, nil, r))}
	}
	write := func(change func(r *reviews.Write)) []error {
		r := reviews.Write{Rating: 5}
		change(&r)
		return []error{second(s.Write(ctx, reviews.EntitlementID{}, r)), second(s.WriteTx(ctx, nil, reviews.EntitlementID{}, r))}
	}
	refused(t, "lines", entitle(func(r *reviews.Entitle) { r.Lines = nil })...)
	refused(t, "lines", entitle(func(r *reviews.Entitle) { r.Lines = slices.Repeat(r.Lines, reviews.MaxLines+1) })...)
	for _, x := range []string{"", "\xff", "a\x00", strings.Repeat("x", 201)} {
		refused(t, "lines[0].order", entitle(func(r *reviews.Entitle) { r.Lines[0].Order = x })...)
		refused(t, "order", second(s.Invite(ctx, x, reviews.Invite{})), second(s.InviteTx(ctx, nil, x, reviews.Invite{})), second(s.EntitlementsOf(ctx, x)))
	}
	refused(t, "lines[1].order", entitle(func(r *reviews.Entitle) { l := line(); l.Order, l.N = "or_2", 2; r.Lines = append(r.Lines, l) })...)
	refused(t, "lines[1].n", entitle(func(r *reviews.Entitle) { r.Lines = append(r.Lines, line()) })...)
	for _, n := range []int{0, -1, 1_000_000_000} {
		refused(t, "lines[0].n", entitle(func(r *reviews.Entitle) { r.Lines[0].N = n })...)
		refused(t, "rating", write(func(r *reviews.Write) { r.Rating = n })...)
	}
	refused(t, "lines[0].product", entitle(func(r *reviews.Entitle) { r.Lines[0].Product = catalog.ID{} })...)
	refused(t, "lines[0].sku", entitle(func(r *reviews.Entitle) { r.Lines[0].SKU = "" })...)
	refused(t, "lines[0].buyer", entitle(func(r *reviews.Entitle) { r.Lines[0].Buyer.Kind = "king" })...)
	refused(t, "lines[0].delivered_at", entitle(func(r *reviews.Entitle) { r.Lines[0].DeliveredAt = time.Time{} })...)
	refused(t, "invite", entitle(func(r *reviews.Entitle) { r.Invite = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) })...)
	for _, x := range []string{"\xff", "a\x00", strings.Repeat("x", reviews.MaxText+1)} {
		refused(t, "title", write(func(r *reviews.Write) { r.Title = x })...)
		refused(t, "text", write(func(r *reviews.Write) { r.Text = x })...)
		refused(t, "name", write(func(r *reviews.Write) { r.Name = x })...)
	}
	refused(t, "title", write(func(r *reviews.Write) { r.Title = "a\nb" })...)
	refused(t, "rating", write(func(r *reviews.Write) { r.Rating = 6 })...)
	refused(t, "products", second(s.Ratings(ctx, make([]catalog.ID, reviews.MaxLines+1)...)))
	refused(t, "status", second(s.Reviews(ctx, reviews.Query{Filter: reviews.Filter{Status: "lost"}})))
	refused(t, "limit", second(s.Reviews(ctx, reviews.Query{Request: page.Request{Limit: 101}})))
	refused(t, "reason", second(s.Hide(ctx, reviews.ID{}, reviews.Hide{})), second(s.Reject(ctx, reviews.ID{}, reviews.Reject{Reason: "\x00"})))
}

func TestEveryVerbChecksWhoAsks(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	for field, m := range map[string]op.Meta{
		"if_version": {IfVersion: -1}, "key": {Key: "\n"}, "by.id": {By: op.Actor{ID: "\xff"}}, "by.kind": {By: op.Actor{Kind: "king"}},
	} {
		refused(
			t, field,
			second(s.Entitle(ctx, reviews.Entitle{Meta: m, Lines: []reviews.Line{line()}})),
			second(s.EntitleTx(ctx, nil, reviews.Entitle{Meta: m, Lines: []reviews.Line{line()}})),
			second(s.Invite(ctx, "or_1", reviews.Invite{Meta: m})),
			second(s.InviteTx(ctx, nil, "or_1", reviews.Invite{Meta: m})),
			second(s.Write(ctx, reviews.EntitlementID{}, reviews.Write{Meta: m, Rating: 1})),
			second(s.WriteTx(ctx, nil, reviews.EntitlementID{}, reviews.Write{Meta: m, Rating: 1})),
			second(s.Publish(ctx, reviews.ID{}, reviews.Publish{Meta: m})),
			second(s.PublishTx(ctx, nil, reviews.ID{}, reviews.Publish{Meta: m})),
			second(s.Reject(ctx, reviews.ID{}, reviews.Reject{Meta: m, Reason: "x"})),
			second(s.RejectTx(ctx, nil, reviews.ID{}, reviews.Reject{Meta: m, Reason: "x"})),
			second(s.Hide(ctx, reviews.ID{}, reviews.Hide{Meta: m, Reason: "x"})),
			second(s.HideTx(ctx, nil, reviews.ID{}, reviews.Hide{Meta: m, Reason: "x"})),
		)
	}
}
