package order_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/ledger"
	"github.com/kontor-go/kontor/order"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC) }

func orderID() order.ID { return order.IDFrom(uuid.UUID{15: 1}) }

// counting returns ids that count up, so that goldens stay.
func counting() id.Source {
	var n byte
	return func() uuid.UUID {
		n++
		return uuid.UUID{14: 1, 15: n}
	}
}

func stamp() event.Stamp { return event.Stamp{NewID: counting(), At: noon(), Actor: "buyer:u-1"} }

// draft is a gross order of 3 x 19.99 with 10 % off, carriage 4.90 and 19 % tax.
func draft() order.Order {
	return order.Order{
		ID: orderID(), Number: "4T7QK-9ZD2M", Origin: "ca_1", Buyer: op.Actor{Kind: op.Buyer, ID: "u-1"}, Email: "ada@example.com",
		Market: market.Context{
			Channel: "web", Market: "dach", Currency: money.EUR(0).Currency(), Country: "DE", Locale: "de-DE", At: noon(),
		},
		Lines: []order.Line{{
			N: 1, SKU: "TEE-M", Title: "Tee, M", Quantity: 3, Unit: money.Each(money.EUR(1999)), Subtotal: money.EUR(5997),
			Discount: money.EUR(600), Net: money.EUR(4535), Tax: money.EUR(862), Gross: money.EUR(5397),
			Metadata: map[string]string{"gift": "yes"},
		}},
		Charges: []order.Charge{{
			Kind: order.ForShipping, Code: "standard", Title: "Standard", Amount: money.EUR(490),
			Net: money.EUR(412), Tax: money.EUR(78), Gross: money.EUR(490),
		}},
		TaxInclusive: true, Subtotal: money.EUR(5997), Shipping: money.EUR(490), Discount: money.EUR(600), Tax: money.EUR(940),
		Total: money.EUR(5887), ShipTo: &postal.Address{Name: "Ada", Country: "DE"}, ShippingMethod: "standard",
		Snapshot: json.RawMessage(`{"trace":[]}`), PaymentDue: noon().Add(48 * time.Hour), Metadata: map[string]string{"source": "ad"},
	}
}

func TestNewPlacesAnOrder(t *testing.T) {
	t.Parallel()
	p, err := order.New(draft(), stamp())
	require.NoError(t, err)
	o := p.Order
	require.Equal(t, order.StatusPlaced, o.Status())
	require.Equal(t, 1, o.Version)
	require.Equal(t, noon(), o.PlacedAt)
	require.Equal(t, noon(), o.UpdatedAt)
	require.Equal(t, money.EUR(0), o.Paid)
	require.Equal(t, money.EUR(0), o.Fees)
	require.Equal(t, money.EUR(5887), o.Owed())
	require.Equal(t, order.Unpaid, o.PaymentStanding())
	require.Equal(t, order.Unshipped, o.ShipmentStanding())
	require.NoError(t, o.CheckFigures())

	require.Len(t, p.Events, 2)
	require.Equal(t, "order.placed", p.Events[0].Name)
	require.Equal(t, "order.payment_due", p.Events[1].Name)
	require.Equal(t, noon().Add(48*time.Hour), p.Events[1].DeliverAt)
	require.Len(t, p.Entries, 1)
	require.Equal(t, o.ID.String(), p.Entries[0].Subject)
	require.Equal(t, []ledger.Posting{
		{Account: ledger.Receivable, Amount: money.EUR(5887)},
		{Account: ledger.Sales, Amount: money.EUR(-4535)},
		{Account: ledger.Shipping, Amount: money.EUR(-412)},
		{Account: ledger.Tax, Amount: money.EUR(-940)},
	}, p.Entries[0].Postings)
}

func TestNewOfNetPricesFeesAndRounding(t *testing.T) {
	t.Parallel()
	d := draft()
	d.TaxInclusive = false
	d.PaymentDue = time.Time{}
	d.Lines = []order.Line{{
		N: 1, SKU: "NUT", Title: "Nut", Quantity: 250, Unit: money.Price{Amount: money.EUR(125), Per: 100}, Subtotal: money.EUR(313),
		Net: money.EUR(313), Tax: money.EUR(59), Gross: money.EUR(372),
	}}
	d.Charges = []order.Charge{{Kind: order.ForService, Code: "wrap", Amount: money.EUR(100), Discount: money.EUR(100)}}
	d.Subtotal, d.Shipping, d.Fees, d.Discount, d.Tax = money.EUR(313), money.EUR(0), money.EUR(100), money.EUR(100), money.EUR(59)
	d.Rounding, d.Total = money.EUR(-2), money.EUR(370)
	p, err := order.New(d, stamp())
	require.NoError(t, err)
	require.Len(t, p.Events, 1)
	require.Equal(t, money.EUR(2), p.Entries[0].Sum(ledger.Rounding, money.EUR(0).Currency()))
}

func TestAFreeOrderIsPaidAndConfirmedAtOnce(t *testing.T) {
	t.Parallel()
	d := draft()
	l := &d.Lines[0]
	l.Discount, l.Net, l.Tax, l.Gross = l.Subtotal, money.Amount{}, money.Amount{}, money.Amount{}
	d.Charges, d.Shipping = nil, money.Amount{}
	d.Discount, d.Tax, d.Total = l.Subtotal, money.Amount{}, money.Amount{}
	p, err := order.New(d, stamp())
	require.NoError(t, err)
	require.Equal(t, order.StatusConfirmed, p.Order.Status())
	require.Equal(t, order.Paid, p.Order.PaymentStanding())
	require.Empty(t, p.Entries)
	require.Len(t, p.Events, 2, "placed and confirmed, and no timer")
	require.Equal(t, "order.confirmed", p.Events[1].Name)
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	usd := money.USD(1)
	for name, change := range map[string]func(o *order.Order){
		"id required":                         func(o *order.Order) { o.ID = order.ID{} },
		"number bad_number":                   func(o *order.Order) { o.Number = "" },
		"number bad_number ":                  func(o *order.Order) { o.Number = strings.Repeat("1", 41) },
		"number bad_number  ":                 func(o *order.Order) { o.Number = "1 2" },
		"origin not_utf8":                     func(o *order.Order) { o.Origin = "\xff" },
		"origin too_long":                     func(o *order.Order) { o.Origin = strings.Repeat("1", 201) },
		"buyer.id too_long":                   func(o *order.Order) { o.Buyer.ID = strings.Repeat("1", 129) },
		"email control_character":             func(o *order.Order) { o.Email = "a\x00" },
		"shipping_method too_long":            func(o *order.Order) { o.ShippingMethod = strings.Repeat("1", 65) },
		"metadata.k too_long":                 func(o *order.Order) { o.Metadata = map[string]string{"k": strings.Repeat("1", 501)} },
		"snapshot not_json":                   func(o *order.Order) { o.Snapshot = json.RawMessage("{") },
		"snapshot too_long":                   func(o *order.Order) { o.Snapshot = json.RawMessage(`"` + strings.Repeat("1", order.MaxSnapshot) + `"`) },
		"reason not_allowed":                  func(o *order.Order) { o.Reason = "x" },
		"lines[0].n out_of_order":             func(o *order.Order) { o.Lines[0].N = 0 },
		"lines[0].sku bad_sku":                func(o *order.Order) { o.Lines[0].SKU = "" },
		"lines[0].title required":             func(o *order.Order) { o.Lines[0].Title = "" },
		"lines[0].metadata.k not_utf8":        func(o *order.Order) { o.Lines[0].Metadata = map[string]string{"k": "\xff"} },
		"lines[0].categories[0] bad_category": func(o *order.Order) { o.Lines[0].Categories = []string{"a b"} },
		"lines[0].categories too_many":        func(o *order.Order) { o.Lines[0].Categories = make([]string, order.MaxCategories+1) },
		"lines[0] not_allowed":                func(o *order.Order) { o.Lines[0].Shipped = 1 },
		"charges[0].kind unknown":             func(o *order.Order) { o.Charges[0].Kind = "gift"; o.Shipping = money.Amount{}; o.Fees = money.EUR(490) },
		"charges[0].title too_long":           func(o *order.Order) { o.Charges[0].Title = strings.Repeat("1", 201) },
		"paid not_allowed":                    func(o *order.Order) { o.Paid = money.EUR(1) },
		"refunded not_allowed":                func(o *order.Order) { o.Refunded = money.EUR(1) },
		"lines[0].subtotal currency_mismatch": func(o *order.Order) { o.Lines[0].Subtotal = usd },
		"lines[0].discount out_of_range":      func(o *order.Order) { o.Lines[0].Discount = money.EUR(-600) },
		"charges[0].net currency_mismatch":    func(o *order.Order) { o.Charges[0].Net = usd },
		"charges[0].amount amount_overflow":   func(o *order.Order) { o.Charges[0].Amount = money.EUR(money.Limit + 1) },
		"subtotal not_the_sum":                func(o *order.Order) { o.Subtotal = money.EUR(5998) },
		"shipping not_the_sum":                func(o *order.Order) { o.Shipping = money.EUR(491) },
		"fees not_the_sum":                    func(o *order.Order) { o.Fees = money.EUR(1) },
		"discount not_the_sum":                func(o *order.Order) { o.Discount = money.EUR(601) },
		"tax not_the_sum":                     func(o *order.Order) { o.Tax = money.EUR(941) },
		"total not_the_sum":                   func(o *order.Order) { o.Total = money.EUR(5888) },
		"total out_of_range":                  func(o *order.Order) { o.Total = money.EUR(-5887); o.Rounding = money.EUR(-2 * 5887) },
		"rounding currency_mismatch":          func(o *order.Order) { o.Rounding = usd },
		"total currency_mismatch":             func(o *order.Order) { o.Total = usd },
		"charges[0].gross not_the_sum":        func(o *order.Order) { o.Charges[0].Tax = money.EUR(79); o.Tax = money.EUR(941) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			change(&d)
			p, err := order.New(d, stamp())
			require.ErrorIs(t, err, fault.Invalid)
			require.Equal(t, "order.new", fault.CodeOf(err))
			require.Equal(t, order.Placing{}, p)
			var got []string
			for _, f := range fault.FieldsOf(err) {
				got = append(got, f.Path+" "+f.Code)
			}
			require.Equal(t, strings.TrimSpace(name), strings.Join(got, ", "))
		})
	}
}

func TestNewRefusesQuantitiesAndLineCounts(t *testing.T) {
	t.Parallel()
	for _, quantity := range []int{0, -1, 100_000, 1_000_000_000} {
		d := draft()
		d.Lines[0].Quantity = quantity
		_, err := order.New(d, stamp())
		require.ErrorIs(t, err, fault.Invalid)
		require.Equal(t, "lines[0].quantity", fault.FieldsOf(err)[0].Path)
	}
	d := draft()
	d.Lines = nil
	_, err := order.New(d, stamp())
	require.Equal(t, "lines", fault.FieldsOf(err)[0].Path)
	d = draft()
	for len(d.Lines) <= order.MaxLines {
		d.Lines = append(d.Lines, d.Lines[0])
	}
	_, err = order.New(d, stamp())
	require.Equal(t, "lines", fault.FieldsOf(err)[0].Path)
}

// Whatever figures are drawn: if they are made to add up New accepts them and
// the entry in the books has the total on receivable; if any one is then moved
// by a cent, New refuses.
func TestFiguresAddUpToTheCent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawn(t)
		p, err := order.New(d, stamp())
		require.NoError(t, err)
		if len(p.Entries) > 0 {
			require.Equal(t, d.Total, p.Entries[0].Sum(ledger.Receivable, d.Currency()))
		}
		amounts := []*money.Amount{&d.Subtotal, &d.Shipping, &d.Fees, &d.Discount, &d.Tax, &d.Total, &d.Rounding}
		for i := range d.Lines {
			l := &d.Lines[i]
			amounts = append(amounts, &l.Subtotal, &l.Discount, &l.Net, &l.Tax, &l.Gross)
		}
		a := rapid.SampledFrom(amounts).Draw(t, "amount")
		*a = money.EUR(a.Minor() + 1)
		_, err = order.New(d, stamp())
		require.ErrorIs(t, err, fault.Invalid)
	})
}

// drawn is an order whose figures add up.
func drawn(t *rapid.T) order.Order {
	d := draft()
	d.TaxInclusive = rapid.Bool().Draw(t, "inclusive")
	var subtotal, discount, tax, shipping, fees, gross int64
	parts := func(list int64) (off, net, vat, all int64) {
		off = rapid.Int64Range(0, list).Draw(t, "discount")
		vat = rapid.Int64Range(0, list-off).Draw(t, "tax")
		net, all = list-off, list-off+vat
		if d.TaxInclusive {
			net, all = list-off-vat, list-off
		}
		discount, tax, gross = discount+off, tax+vat, gross+all
		return off, net, vat, all
	}
	d.Lines, d.Charges = nil, nil
	for n := range rapid.IntRange(1, 4).Draw(t, "lines") {
		unit, quantity := rapid.Int64Range(0, 10_000).Draw(t, "unit"), rapid.IntRange(1, 99).Draw(t, "quantity")
		list := unit * int64(quantity)
		off, net, vat, all := parts(list)
		subtotal += list
		d.Lines = append(d.Lines, order.Line{
			N: n + 1, SKU: "S", Title: "T", Quantity: quantity, Unit: money.Each(money.EUR(unit)), Subtotal: money.EUR(list),
			Discount: money.EUR(off), Net: money.EUR(net), Tax: money.EUR(vat), Gross: money.EUR(all),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "charges") {
		kind := rapid.SampledFrom([]order.ChargeKind{order.ForShipping, order.ForService}).Draw(t, "kind")
		list := rapid.Int64Range(0, 10_000).Draw(t, "charge")
		off, net, vat, all := parts(list)
		if kind == order.ForShipping {
			shipping += list
		} else {
			fees += list
		}
		d.Charges = append(d.Charges, order.Charge{
			Kind: kind, Code: "c", Amount: money.EUR(list), Discount: money.EUR(off), Net: money.EUR(net), Tax: money.EUR(vat), Gross: money.EUR(all),
		})
	}
	rounding := -gross % 5
	d.Subtotal, d.Shipping, d.Fees, d.Discount, d.Tax = money.EUR(subtotal), money.EUR(shipping), money.EUR(fees), money.EUR(discount), money.EUR(tax)
	d.Rounding, d.Total = money.EUR(rounding), money.EUR(gross+rounding)
	return d
}

func TestCancellingBooksTheReverseOfTheSale(t *testing.T) {
	t.Parallel()
	p, err := order.New(draft(), stamp())
	require.NoError(t, err)
	back, some, err := p.Order.Unsale(ledger.IDFrom(uuid.UUID{15: 9}))
	require.NoError(t, err)
	require.True(t, some)
	for i, x := range p.Entries[0].Postings {
		require.Equal(t, ledger.Posting{Account: x.Account, Amount: x.Amount.Neg()}, back.Postings[i])
	}
}

func TestStandings(t *testing.T) {
	t.Parallel()
	p, err := order.New(draft(), stamp())
	require.NoError(t, err)
	for _, row := range []struct {
		paid, refunded int64
		want           order.PaymentStanding
	}{
		{0, 0, order.Unpaid},
		{5886, 0, order.PartlyPaid},
		{5887, 0, order.Paid},
		{5888, 0, order.Overpaid},
		{5887, 1, order.PartlyRefunded},
		{5888, 1, order.PartlyRefunded},
		{5887, 5887, order.Refunded},
	} {
		o := p.Order
		o.Paid, o.Refunded = money.EUR(row.paid), money.EUR(row.refunded)
		require.Equal(t, row.want, o.PaymentStanding(), row)
		s := order.Summary{Total: o.Total, Paid: o.Paid, Refunded: o.Refunded}
		require.Equal(t, row.want, s.PaymentStanding())
		require.Equal(t, money.EUR(5887-row.paid+row.refunded), o.Owed())
	}
	for _, row := range []struct {
		cancelled, shipped int
		want               order.ShipmentStanding
	}{
		{0, 0, order.Unshipped},
		{3, 0, order.Unshipped},
		{0, 2, order.PartlyShipped},
		{1, 2, order.Shipped},
		{0, 3, order.Shipped},
	} {
		o := p.Order
		o.Lines[0].Cancelled, o.Lines[0].Shipped = row.cancelled, row.shipped
		require.Equal(t, row.want, o.ShipmentStanding(), row)
	}
}

func TestLifecycleIsSoundAndDrawnInTheDocumentation(t *testing.T) {
	t.Parallel()
	require.NoError(t, order.Lifecycle().Check())
	golden, err := os.ReadFile("testdata/lifecycle.mmd")
	require.NoError(t, err)
	require.Equal(t, string(golden), order.Lifecycle().Mermaid())
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for line := range strings.Lines(string(golden)) {
		require.Contains(t, string(doc), "//\t"+line)
	}
}

func TestEveryStateAndTrigger(t *testing.T) {
	t.Parallel()
	to := map[string]order.Status{
		"placed confirm": order.StatusConfirmed, "placed hold": order.StatusOnHold, "placed cancel": order.StatusCancelled,
		"on_hold resume": order.StatusPlaced, "on_hold cancel": order.StatusCancelled,
		"confirmed complete": order.StatusCompleted, "confirmed cancel": order.StatusCancelled,
	}
	table := order.Lifecycle()
	require.Len(t, table.States(), 5)
	moves := 0
	for _, s := range table.States() {
		for _, trigger := range []order.Trigger{
			order.TriggerConfirm, order.TriggerHold, order.TriggerResume, order.TriggerCancel, order.TriggerComplete,
		} {
			got, err := table.Next(s, trigger)
			if want, ok := to[string(s)+" "+string(trigger)]; ok {
				moves++
				require.NoError(t, err)
				require.Equal(t, want, got)
				continue
			}
			var f *lifecycle.Forbidden
			require.ErrorAs(t, err, &f)
			require.Equal(t, s, got)
		}
	}
	require.Equal(t, len(to), moves)
}

func TestJSONKeepsEverything(t *testing.T) {
	t.Parallel()
	p, err := order.New(draft(), stamp())
	require.NoError(t, err)
	for _, s := range order.Lifecycle().States() {
		o, err := order.Restore(p.Order, s)
		require.NoError(t, err)
		b, err := json.Marshal(o)
		require.NoError(t, err)
		var back order.Order
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, o, back)
	}
	b, err := json.Marshal(draft())
	require.NoError(t, err)
	var back order.Order
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, draft(), back, "one that was not placed yet")
	require.ErrorIs(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back), fault.Internal)
}

func TestRandomNumbersAreReadable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		n, err := order.RandomNumbers{}.Number(t.Context())
		require.NoError(t, err)
		require.Regexp(t, `^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$`, n)
		require.False(t, seen[n])
		seen[n] = true
	}
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	p, err := order.New(draft(), stamp())
	require.NoError(t, err)
	var b strings.Builder
	for _, e := range p.Events {
		data, err := json.Marshal(e)
		require.NoError(t, err)
		b.Write(data)
		b.WriteByte('\n')
	}
	o, n := orderID(), "4T7QK-9ZD2M"
	for _, x := range []event.Payload{
		order.Confirmed{Order: o, Number: n},
		order.OnHold{Order: o, Number: n, Reason: "address?"},
		order.Resumed{Order: o, Number: n},
		order.Cancelled{Order: o, Number: n, Origin: "ca_1", Reason: "customer asked", Refundable: money.EUR(100)},
		order.Completed{Order: o, Number: n},
		order.PaymentRecorded{Order: o, Number: n, Payment: "py_1", Ref: "ch_1", Amount: money.EUR(100), Paid: money.EUR(100), Total: money.EUR(5887), Standing: order.PartlyPaid},
		order.RefundRecorded{Order: o, Number: n, Payment: "py_1", Ref: "re_1", Amount: money.EUR(100), Refunded: money.EUR(100), Standing: order.Refunded},
		order.ShipmentRecorded{Order: o, Number: n, Shipment: "fu_1", Items: []order.Item{{Line: 1, Quantity: 2}}, Standing: order.PartlyShipped},
		order.ReturnRecorded{Order: o, Number: n, Return: "rt_1", Items: []order.Item{{Line: 1, Quantity: 1}}},
	} {
		data, err := json.Marshal(x)
		require.NoError(t, err)
		b.WriteString(x.EventName() + " " + string(data) + "\n")
	}
	golden, err := os.ReadFile("testdata/events.txt")
	require.NoError(t, err)
	require.Equal(t, string(golden), b.String())
}
