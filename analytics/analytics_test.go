package analytics_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func eur() money.Currency { return money.EUR(0).Currency() }

func told(n byte) event.ID { return event.IDFrom(uuid.UUID{15: n}) }

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

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	for _, p := range []event.Payload{
		analytics.Collected{Facts: 3},
		analytics.CostRecorded{SKU: "SCREW", Price: money.Price{Amount: money.EUR(125), Per: 100}, Since: noon()},
		analytics.Forgotten{Visitor: "v-0123456789abcdef"},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, "events/"+p.EventName()+".json", string(b)+"\n")
	}
}

func TestABatchKeepsItsForm(t *testing.T) {
	t.Parallel()
	f := analytics.Fact{
		Event: told(1), Kind: analytics.KindSale, Subject: "or_1", Order: "or_1", Origin: "cart_1", At: noon(), Figures: analytics.Zero(eur()),
		Lines: []analytics.Line{{
			N: 1, SKU: "TEE-M", Quantity: 2, Gross: money.EUR(4000), Discount: money.EUR(400), Net: money.EUR(3025), Tax: money.EUR(575),
		}},
	}
	f.Gross, f.Discount, f.Net, f.Tax, f.Total = money.EUR(4000), money.EUR(400), money.EUR(3025), money.EUR(575), money.EUR(3600)
	b, err := json.MarshalIndent(analytics.Batch{Facts: []analytics.Fact{f}, Actions: []analytics.Action{
		{ID: analytics.ActionIDFrom(uuid.UUID{15: 2}), Step: analytics.Viewed, SKU: "TEE-M", At: noon()},
		{ID: analytics.ActionIDFrom(uuid.UUID{15: 3}), Step: analytics.Added, Visitor: "v-0123456789abcdef", Cart: "cart_1", SKU: "TEE-M", At: noon()},
	}}, "", "  ")
	require.NoError(t, err)
	golden(t, "batch.json", string(b)+"\n")
}

func TestAnActionIDIsReadBack(t *testing.T) {
	t.Parallel()
	want := analytics.ActionIDFrom(uuid.UUID{15: 2})
	got, err := analytics.ParseActionID(want.String())
	require.NoError(t, err)
	require.Equal(t, want, got)
	_, err = analytics.ParseActionID(told(2).String())
	require.ErrorIs(t, err, fault.Invalid)
}

// blind is a service without a store: whatever it refuses, it refuses before
// anything is read or written.
func blind() *analytics.Service {
	return analytics.NewService(analytics.Deps{Clock: clock.NewManual(noon()), NewID: func() uuid.UUID { return uuid.UUID{15: 1} }})
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

func sale() analytics.Sale {
	return analytics.Sale{
		Event: told(1), Order: "or_1", Origin: "cart_1", At: noon(), Currency: eur(),
		Lines: []analytics.Line{{N: 1, SKU: "TEE-M", Quantity: 2, Gross: money.EUR(4000), Net: money.EUR(4000), Tax: money.EUR(760)}},
		Tax:   money.EUR(760), Total: money.EUR(4760),
	}
}

func TestWrongSalesAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	for name, row := range map[string]struct {
		change func(x *analytics.Sale)
		field  string
	}{
		"no event":              {func(x *analytics.Sale) { x.Event = event.ID{} }, "event"},
		"no order":              {func(x *analytics.Sale) { x.Order = "" }, "order"},
		"NUL in the order":      {func(x *analytics.Sale) { x.Order = "a\x00" }, "order"},
		"long order":            {func(x *analytics.Sale) { x.Order = strings.Repeat("x", 201) }, "order"},
		"origin not UTF-8":      {func(x *analytics.Sale) { x.Origin = "\xff" }, "origin"},
		"no time":               {func(x *analytics.Sale) { x.At = time.Time{} }, "at"},
		"no currency":           {func(x *analytics.Sale) { x.Currency = money.Currency{} }, "currency"},
		"no lines":              {func(x *analytics.Sale) { x.Lines = nil }, "lines"},
		"too many lines":        {func(x *analytics.Sale) { x.Lines = slices.Repeat(x.Lines, 251) }, "lines"},
		"line 0":                {func(x *analytics.Sale) { x.Lines[0].N = 0 }, "lines[0].n"},
		"the same line twice":   {func(x *analytics.Sale) { x.Lines = slices.Repeat(x.Lines, 2) }, "lines[1].n"},
		"no SKU":                {func(x *analytics.Sale) { x.Lines[0].SKU = "" }, "lines[0].sku"},
		"no pieces":             {func(x *analytics.Sale) { x.Lines[0].Quantity = 0 }, "lines[0].quantity"},
		"negative pieces":       {func(x *analytics.Sale) { x.Lines[0].Quantity = -1 }, "lines[0].quantity"},
		"too many pieces":       {func(x *analytics.Sale) { x.Lines[0].Quantity = 1_000_000_001 }, "lines[0].quantity"},
		"negative price":        {func(x *analytics.Sale) { x.Lines[0].Gross = money.EUR(-1) }, "lines[0].gross"},
		"dollars in a line":     {func(x *analytics.Sale) { x.Lines[0].Net = money.USD(4000) }, "lines[0].net"},
		"dollars in tax":        {func(x *analytics.Sale) { x.Tax = money.USD(760) }, "tax"},
		"beyond the limit":      {func(x *analytics.Sale) { x.Fees = money.EUR(money.Limit + 1) }, "fees"},
		"lines sum beyond it":   {func(x *analytics.Sale) { x.Lines[0].Gross = money.EUR(money.Limit); add(x, money.Limit) }, "lines"},
		"negative carriage":     {func(x *analytics.Sale) { x.Shipping = money.EUR(-1) }, "shipping"},
		"a cent too much":       {func(x *analytics.Sale) { x.Total = money.EUR(4761) }, "total"},
		"a cent of rounding":    {func(x *analytics.Sale) { x.Rounding = money.EUR(-1) }, "total"},
		"a total that is left":  {func(x *analytics.Sale) { x.Total = money.Amount{} }, "total"},
		"a discount in dollars": {func(x *analytics.Sale) { x.Lines[0].Discount = money.USD(1) }, "lines[0].discount"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := sale()
			row.change(&x)
			refused(t, row.field, s.RecordSale(ctx, x), s.RecordSaleTx(ctx, nil, x))
			c := analytics.Cancellation{Event: x.Event, At: x.At, Sale: x}
			field := "sale." + row.field
			if row.field == "event" || row.field == "at" {
				field = row.field
			}
			refused(t, field, s.RecordCancellation(ctx, c), s.RecordCancellationTx(ctx, nil, c))
		})
	}
}

// add gives a sale one more line at this list price.
func add(x *analytics.Sale, gross int64) {
	x.Lines = append(x.Lines, analytics.Line{N: 2, SKU: "X", Quantity: 1, Gross: money.EUR(gross)})
}

func TestWrongReturnsPaymentsAndRefundsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	back := func(field string, change func(x *analytics.Return)) {
		x := analytics.Return{Event: told(1), Return: "rt_1", Order: "or_1", At: noon(), Currency: eur(), Lines: sale().Lines, Tax: money.EUR(760), Total: money.EUR(4760)}
		change(&x)
		refused(t, field, s.RecordReturn(ctx, x), s.RecordReturnTx(ctx, nil, x))
	}
	back("event", func(x *analytics.Return) { x.Event = event.ID{} })
	back("return", func(x *analytics.Return) { x.Return = "" })
	back("order", func(x *analytics.Return) { x.Order = "\x00" })
	back("at", func(x *analytics.Return) { x.At = time.Time{} })
	back("currency", func(x *analytics.Return) { x.Currency = money.Currency{} })
	back("lines", func(x *analytics.Return) { x.Lines = slices.Repeat(x.Lines, 251) })
	back("shipping", func(x *analytics.Return) { x.Shipping = money.USD(1) })
	back("total", func(x *analytics.Return) { x.Total = money.EUR(1) })
	cash := func(field string, change func(x *analytics.Payment)) {
		x := analytics.Payment{Event: told(1), Payment: "pm_1", Order: "or_1", At: noon(), Amount: money.EUR(1)}
		change(&x)
		y := analytics.Refund{Event: x.Event, Refund: x.Payment, Order: x.Order, At: x.At, Amount: x.Amount}
		refused(t, field, s.RecordPayment(ctx, x), s.RecordPaymentTx(ctx, nil, x))
		if field == "payment" {
			field = "refund"
		}
		refused(t, field, s.RecordRefund(ctx, y), s.RecordRefundTx(ctx, nil, y))
	}
	cash("event", func(x *analytics.Payment) { x.Event = event.ID{} })
	cash("payment", func(x *analytics.Payment) { x.Payment = "" })
	cash("order", func(x *analytics.Payment) { x.Order = "" })
	cash("at", func(x *analytics.Payment) { x.At = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) })
	cash("amount", func(x *analytics.Payment) { x.Amount = money.Amount{} })
	cash("amount", func(x *analytics.Payment) { x.Amount = money.EUR(-1) })
	cash("amount", func(x *analytics.Payment) { x.Amount = money.EUR(money.Limit + 1) })
}

func TestWrongActionsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	track := func(field string, as ...analytics.Action) {
		t.Helper()
		refused(t, field, s.Track(ctx, as), s.TrackTx(ctx, nil, as))
	}
	track("actions")
	track("actions", slices.Repeat([]analytics.Action{{Step: analytics.Viewed}}, analytics.MaxActions+1)...)
	track("actions[1].step", analytics.Action{Step: analytics.Viewed}, analytics.Action{Step: "placed"})
	for _, personal := range []string{
		"eva@example.org.example", "+49 170 1234567 89", "+491701234567890", "0170 12345678", "192.168.000.001.1", "2001:db8::1234:5678:9abc",
		"Eva Müller of Aachen", "eva", strings.Repeat("x", 65), "0123456789abcde\x00", "0123456789abcde\xff",
	} {
		track("actions[0].visitor", analytics.Action{Step: analytics.Viewed, Visitor: personal})
		refused(t, "visitor", s.Forget(ctx, analytics.Forget{Visitor: personal}), s.ForgetTx(ctx, nil, analytics.Forget{Visitor: personal}))
	}
	track("actions[0].cart", analytics.Action{Step: analytics.Added, Cart: "cart_1"})
	track("actions[0].cart", analytics.Action{Step: analytics.Added, Visitor: "v-0123456789abcdef", Cart: "a b"})
	track("actions[0].sku", analytics.Action{Step: analytics.Viewed, SKU: strings.Repeat("x", 65)})
	track("actions[0].sku", analytics.Action{Step: analytics.Viewed, SKU: "\x00"})
	track("actions[0].at", analytics.Action{Step: analytics.Viewed, At: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)})
	refused(t, "before", second(s.Prune(ctx, analytics.Prune{})))
	refused(t, "visitor", s.Forget(ctx, analytics.Forget{}))
}

func TestWrongQuestionsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	first := analytics.Date{Year: 2026, Month: 3, Day: 1}
	for field, p := range map[string]analytics.Period{
		"from": {To: first},
		"to":   {From: first},
	} {
		refused(t, field, second(s.Sales(ctx, p)), second(s.Funnel(ctx, p)), second(s.Products(ctx, analytics.ProductQuery{Period: p, Currency: eur()})))
	}
	for _, p := range []analytics.Period{
		{From: first, To: first.Add(-1)},
		{From: first, To: first.Add(analytics.MaxDays)},
		{From: first, To: analytics.Date{Year: 2026, Month: 2, Day: 29}},
		{From: first, To: analytics.Date{Year: 2026, Month: 13, Day: 1}},
		{From: first, To: analytics.Date{Year: 10_000, Month: 1, Day: 1}},
	} {
		refused(t, "to", second(s.Sales(ctx, p)), second(s.Funnel(ctx, p)), second(s.Products(ctx, analytics.ProductQuery{Period: p, Currency: eur()})))
	}
	day := analytics.Period{From: first, To: first}
	refused(t, "currency", second(s.Products(ctx, analytics.ProductQuery{Period: day})))
	refused(t, "by", second(s.Products(ctx, analytics.ProductQuery{Period: day, Currency: eur(), By: "colour"})))
	refused(t, "limit", second(s.Products(ctx, analytics.ProductQuery{Period: day, Currency: eur(), Limit: 501})),
		second(s.Products(ctx, analytics.ProductQuery{Period: day, Currency: eur(), Limit: -1})),
		second(s.Stock(ctx, analytics.StockQuery{Request: page.Request{Limit: 101}})))
	refused(t, "days", second(s.Stock(ctx, analytics.StockQuery{Days: -1})), second(s.Stock(ctx, analytics.StockQuery{Days: 367})))
}

func TestWrongCostsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	for field, req := range map[string]analytics.RecordCost{
		"sku":   {Price: money.Each(money.EUR(1))},
		"price": {SKU: "X", Price: money.Each(money.EUR(-1))},
		"since": {SKU: "X", Price: money.Each(money.EUR(1)), Since: noon().Add(time.Second)},
	} {
		refused(t, field, s.RecordCost(ctx, req), s.RecordCostTx(ctx, nil, req))
	}
	refused(t, "price", s.RecordCost(ctx, analytics.RecordCost{SKU: "X"}))
	refused(t, "price", s.RecordCost(ctx, analytics.RecordCost{SKU: "X", Price: money.Price{Amount: money.EUR(1), Per: money.MaxPer + 1}}))
}

func TestEveryVerbChecksWhoAsks(t *testing.T) {
	t.Parallel()
	s, ctx := blind(), t.Context()
	for field, m := range map[string]op.Meta{
		"if_version": {IfVersion: 1}, "key": {Key: "\n"}, "by.id": {By: op.Actor{ID: "\xff"}}, "by.kind": {By: op.Actor{Kind: "king"}},
	} {
		cost := analytics.RecordCost{Meta: m, SKU: "X", Price: money.Each(money.EUR(1))}
		forget := analytics.Forget{Meta: m, Visitor: "v-0123456789abcdef"}
		refused(t, field, s.RecordCost(ctx, cost), s.RecordCostTx(ctx, nil, cost), s.Forget(ctx, forget), s.ForgetTx(ctx, nil, forget),
			second(s.Prune(ctx, analytics.Prune{Meta: m, Before: noon()})))
	}
}

func TestWithoutASinkNothingIsDelivered(t *testing.T) {
	t.Parallel()
	_, err := blind().Deliver(t.Context())
	require.ErrorIs(t, err, analytics.ErrNoSink)
	require.ErrorIs(t, err, fault.Unsupported)
	var got analytics.Batch
	err = analytics.SinkFunc(func(_ context.Context, b analytics.Batch) error { got = b; return nil }).Send(t.Context(), analytics.Batch{Facts: []analytics.Fact{{}}})
	require.NoError(t, err)
	require.Len(t, got.Facts, 1)
}
