package returns_test

import (
	"encoding/json"
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
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

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

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func TestTheMachineIsSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, returns.Lifecycle().Check())
	drawing := returns.Lifecycle().Mermaid()
	golden(t, "lifecycle.mmd", drawing)
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for line := range strings.Lines(drawing) {
		require.Contains(t, string(doc), "//	"+line)
	}
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	fact := returns.Fact{Return: returns.IDFrom(uuid.UUID{15: 1}), Order: order.IDFrom(uuid.UUID{15: 2}), Number: "N-1"}
	decision := returns.Decision{Allowed: true, Because: []returns.Because{{
		Code: returns.WithinWindow, Text: "Yes.", Line: 1, Data: map[string]string{"days": "30"},
	}}}
	var b strings.Builder
	for _, p := range []event.Payload{
		returns.Requested{Fact: fact, Lines: []returns.Wanted{{Line: 1, Quantity: 2, Reason: returns.TooSmall, Note: "tight"}}, Decision: decision},
		returns.Approved{Fact: fact, ReceiveBy: noon()},
		returns.Rejected{Fact: fact, Reason: "worn"},
		returns.Expired{Fact: fact},
		returns.Received{Fact: fact, Items: []order.Item{{Line: 1, Quantity: 2}}},
		returns.Examined{Fact: fact, Lines: []returns.Inspected{{Line: 1, Quantity: 2, Disposition: returns.Restock, Location: "main"}}},
		returns.Settled{
			Fact: fact, Amount: money.EUR(9667), Shipping: money.EUR(0), Reference: "re_1",
			Shares: []returns.Share{{N: 1, Quantity: 1, Amount: money.EUR(9667), Tax: money.EUR(0)}},
		},
		returns.RepaymentFailed{Fact: fact, Amount: money.EUR(9667), Reason: "closed"},
		returns.ReceiveDue{Fact: fact},
		returns.RepaymentDue{Fact: fact},
	} {
		data, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		b.WriteString(p.EventName() + " " + string(data) + "\n")
	}
	golden(t, "events.txt", b.String())
}

func line(quantity int, gross, tax int64) order.Line {
	return order.Line{N: 1, SKU: "TEE", Quantity: quantity, Gross: money.EUR(gross), Tax: money.EUR(tax)}
}

func TestSharesOfADiscountedLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line order.Line
		want []int64
	}{
		"100 x 3 less 10":     {line(3, 29_000, 0), []int64{9667, 9667, 9666}},
		"1.00 x 3 less 0.10":  {line(3, 290, 0), []int64{97, 97, 96}},
		"all of it taken off": {line(2, 0, 0), []int64{0, 0}},
		"one cent for three":  {line(3, 1, 0), []int64{1, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for from, want := range c.want {
				require.Equal(t, money.EUR(want), returns.ShareOf(c.line, from, 1).Amount)
			}
		})
	}
	require.Equal(t, returns.Share{N: 1, From: 3, Amount: money.EUR(0), Tax: money.EUR(0)}, returns.ShareOf(line(3, 290, 0), 9, 9))
}

// However the pieces of a line come back, their shares add up to what was paid,
// and none is more than a cent off its part.
func TestSharesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		gross := rapid.Int64Range(0, money.Limit).Draw(rt, "gross")
		tax := rapid.Int64Range(0, gross).Draw(rt, "tax")
		quantity := rapid.IntRange(1, order.MaxQuantity).Draw(rt, "quantity")
		l := line(quantity, gross, tax)
		var paid, taxed int64
		for from := 0; from < quantity; {
			n := rapid.IntRange(1, quantity-from).Draw(rt, "n")
			s := returns.ShareOf(l, from, n)
			paid += s.Amount.Minor()
			taxed += s.Tax.Minor()
			from += n
			require.False(rt, s.Amount.IsNegative() || s.Tax.IsNegative())
			exact, rest := gross/int64(quantity)*int64(n), gross%int64(quantity)*int64(n)
			exact += rest / int64(quantity)
			require.InDelta(rt, 0, s.Amount.Minor()-exact, 1)
		}
		require.Equal(rt, gross, paid)
		require.Equal(rt, tax, taxed)
	})
}

func TestAWindowSaysWhy(t *testing.T) {
	t.Parallel()
	o := order.Order{Lines: []order.Line{
		{N: 1, SKU: "TEE"},
		{N: 2, SKU: "SOCKS"},
		{N: 3, SKU: "SWIM", Metadata: map[string]string{"category": "swimwear"}},
		{N: 4, SKU: "LATE"},
		{N: 5, SKU: "EARRING", Categories: []string{"earrings", "jewellery"}},
		{N: 6, SKU: "RING", Categories: []string{"jewellery"}},
	}}
	arrived := []returns.Delivery{
		{Source: "fu_1", Items: []order.Item{{Line: 1, Quantity: 1}, {Line: 2, Quantity: 1}}, At: noon().AddDate(0, 0, -40)},
		{Source: "fu_2", Items: []order.Item{{Line: 1, Quantity: 1}}, At: noon().AddDate(0, 0, -14)},
	}
	w := returns.Window{Days: 14, FinalSKUs: []string{"GIFT"}, FinalMetadata: map[string]string{"category": "swimwear"}, FinalCategories: []string{"earrings"}}
	decide := func(at time.Time, lines ...int) returns.Decision {
		c := returns.Case{Order: o, Deliveries: arrived, At: at}
		for _, n := range lines {
			c.Lines = append(c.Lines, returns.Wanted{Line: n, Quantity: 1})
		}
		return w.Decide(c)
	}
	require.Equal(t, returns.Decision{Allowed: true, Because: []returns.Because{{
		Code: returns.WithinWindow, Text: "This can be returned until 2026-03-01.", Line: 1,
		Data: map[string]string{"sku": "TEE", "days": "14", "delivered": "2026-02-15T12:00:00Z", "until": "2026-03-01T12:00:00Z"},
	}}}, decide(noon().Add(-time.Microsecond), 1))
	over := decide(noon(), 1)
	require.False(t, over.Allowed, "the end is half open")
	require.Equal(t, returns.WindowOver, over.Because[0].Code)
	require.Equal(t, "The time to return this was over on 2026-03-01.", over.Because[0].Text)
	mixed := decide(noon(), 4, 3)
	require.False(t, mixed.Allowed)
	require.Equal(t, []string{returns.AwaitingDelivery, returns.FinalSale}, []string{mixed.Because[0].Code, mixed.Because[1].Code})
	require.True(t, decide(noon(), 4).Allowed)
	require.Equal(t, returns.FinalSale, decide(noon(), 5).Because[0].Code, "by its category")
	require.Equal(t, returns.AwaitingDelivery, decide(noon(), 6).Because[0].Code, "in the category above only")

	err := error(&returns.NotAllowed{Decision: mixed})
	require.ErrorIs(t, err, fault.Conflict)
	require.EqualError(t, err, "returns: not allowed: line 4: awaiting_delivery, line 3: final_sale")
	require.Contains(t, fault.Public(err), "This was sold for good and cannot be returned.")
	require.Equal(t, "This cannot be returned.", fault.Public(&returns.NotAllowed{}))
}

// Wrong input is refused before anything is read: these services have no store.
func TestWrongInputIsRefusedWithItsFields(t *testing.T) {
	t.Parallel()
	s := returns.NewService(returns.Deps{Clock: clock.NewManual(noon()), NewID: id.V7})
	of, none := order.IDFrom(uuid.UUID{15: 2}), returns.ID{}
	bad := op.Meta{Key: "é"}
	for name, c := range map[string]struct {
		call func() error
		want []string
	}{
		"request": {func() error {
			_, err := s.Request(t.Context(), of, returns.Request{
				Meta: bad, Note: "\x00", Metadata: map[string]string{"": "x"},
				Lines: []returns.Wanted{{Reason: "Too Small", Note: "\x00"}, {Line: 1, Quantity: 1, Reason: "x"}, {Line: 1, Quantity: 1, Reason: "y"}},
			})
			return err
		}, []string{"key", "lines[0].line", "lines[0].quantity", "lines[0].reason", "lines[0].note", "lines[2].line", "note", "metadata"}},
		"request nothing": {func() error {
			_, err := s.RequestTx(t.Context(), nil, of, returns.Request{})
			return err
		}, []string{"lines"}},
		"eligibility": {func() error {
			_, err := s.Eligibility(t.Context(), of, op.Actor{Kind: "robot"}, nil)
			return err
		}, []string{"by.kind", "lines"}},
		"approve": {func() error {
			_, err := s.ApproveTx(t.Context(), nil, none, returns.Approve{Meta: bad})
			return err
		}, []string{"key"}},
		"reject": {func() error {
			_, err := s.RejectTx(t.Context(), nil, none, returns.Reject{})
			return err
		}, []string{"reason"}},
		"expire": {func() error {
			_, err := s.ExpireTx(t.Context(), nil, none, returns.Expire{Meta: bad})
			return err
		}, []string{"key"}},
		"receive": {func() error {
			_, err := s.ReceiveTx(t.Context(), nil, none, returns.Receive{Lines: []order.Item{{}, {Line: 1, Quantity: 1}, {Line: 1, Quantity: 1}}})
			return err
		}, []string{"lines[0].line", "lines[0].quantity", "lines[2].line"}},
		"inspect": {func() error {
			_, err := s.InspectTx(t.Context(), nil, none, returns.Inspect{Lines: []returns.Inspected{
				{Disposition: "eat"}, {Line: 1, Quantity: 1, Disposition: returns.Damaged, Location: "main"},
			}})
			return err
		}, []string{"lines[0].line", "lines[0].quantity", "lines[0].disposition", "lines[1].location"}},
		"settle": {func() error {
			_, err := s.Settle(t.Context(), none, returns.Settle{Shipping: money.EUR(-1)})
			return err
		}, []string{"shipping"}},
		"delivery": {func() error {
			return s.RecordDeliveryTx(t.Context(), nil, of, returns.RecordDelivery{
				Meta: op.Meta{Key: "k", IfVersion: 1}, At: noon().Add(time.Second),
			})
		}, []string{"key", "if_version", "source", "lines", "at"}},
		"list": {func() error {
			_, err := s.Returns(t.Context(), returns.Query{Status: "gone", Limit: -1})
			return err
		}, []string{"status", "limit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.call()
			require.ErrorIs(t, err, fault.Invalid)
			var got []string
			for _, f := range fault.FieldsOf(err) {
				got = append(got, f.Path)
			}
			require.Equal(t, c.want, got)
		})
	}
	_, err := s.Settle(tx.Mark(t.Context()), none, returns.Settle{})
	require.ErrorIs(t, err, tx.ErrInUnit)
	_, err = s.Reconcile(tx.Mark(t.Context()), none)
	require.ErrorIs(t, err, tx.ErrInUnit)
}

func TestAReturnSurvivesJSON(t *testing.T) {
	t.Parallel()
	r, err := returns.Restore(returns.Return{
		ID: returns.IDFrom(uuid.UUID{15: 1}), Order: order.IDFrom(uuid.UUID{15: 2}), Number: "N-1", Version: 4, CreatedAt: noon(), UpdatedAt: noon(),
		Lines: []returns.Line{{N: 1, SKU: "TEE", Quantity: 2, Reason: returns.TooSmall, Received: 1, Dispositions: []returns.Disposed{
			{Quantity: 1, Disposition: returns.Restock, Location: "main"},
		}}},
		Refund: returns.Refund{
			State: returns.RefundProcessing, Amount: money.EUR(1), Shipping: money.EUR(0), ShippingTax: money.EUR(0), Key: "k", Number: 1, Due: noon(),
		},
	}, returns.StatusInspected)
	require.NoError(t, err)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	var back returns.Return
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, r, back)
	require.Error(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back))
}

func TestErrorsTellTheirKind(t *testing.T) {
	t.Parallel()
	exceeded := &returns.Exceeded{Line: 1, Want: 3, Have: 2}
	require.ErrorIs(t, exceeded, fault.Conflict)
	require.EqualError(t, exceeded, "returns: line 1: want 3 pieces, have 2")
	failed := &returns.NotRefunded{Return: returns.IDFrom(uuid.UUID{15: 1}), Reason: "secret"}
	require.ErrorIs(t, failed, fault.Declined)
	require.NotContains(t, fault.Public(failed), "secret")
	require.EqualError(t, failed, "returns: refund of rt_00000000000000000000000001: secret")
}
