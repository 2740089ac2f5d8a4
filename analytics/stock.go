package analytics

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

// Cost is what a SKU costs the shop.
type Cost struct {
	SKU string `json:"sku"`
	// Price is what pieces cost, without tax.
	Price money.Price `json:"price"`
	// Since is from when on it is known.
	Since time.Time `json:"since"`
}

// RecordCost is the request to say what a SKU costs.
type RecordCost struct {
	op.Meta
	SKU string
	// Price is what pieces cost, without tax; zero is a cost, negative is none.
	Price money.Price
	// Since is from when on it is known. Zero: now. It must not lie in the
	// future, and a cost that is older than the one stored changes nothing.
	Since time.Time
}

// RecordCost stores what a SKU costs, in the place of what was stored for it.
// Errors by kind: Invalid.
func (s *Service) RecordCost(ctx context.Context, req RecordCost) error {
	return s.costing(req).alone(ctx, s)
}

// RecordCostTx is RecordCost inside a unit.
func (s *Service) RecordCostTx(ctx context.Context, t Tx, req RecordCost) error {
	return s.costing(req).in(ctx, t)
}

func (s *Service) costing(req RecordCost) deed {
	now := clock.Cut(s.clock.Now())
	var c fault.Check
	checkNew(&c, req.Meta)
	x := Cost{SKU: c.Required("sku", req.SKU, maxSKU), Price: req.Price, Since: clock.Cut(req.Since)}
	c.Merge("price", x.Price.Check())
	c.That(!x.Price.Amount.IsNegative(), "price", "out_of_range", "must not be negative")
	call := op.Call{Meta: req.Meta, Operation: "analytics.record_cost", Parameters: x, Now: now}
	if req.Since.IsZero() {
		x.Since = now
	}
	c.That(inTime(x.Since) && !x.Since.After(now), "since", "out_of_range", "must be between the year 1971 and now")
	return keyed(call, func(ctx context.Context, t Tx) error {
		if err := t.PutAnalyticsCost(ctx, x); err != nil {
			return err
		}
		return s.announce(ctx, t, notice{subject: "sku:" + x.SKU, at: now, by: req.By, fact: CostRecorded(x)})
	}).unless(c.Err(call.Operation))
}

// Cover is how long goods last.
type Cover struct {
	// Known is false if nothing was sold: then nobody can tell how long they
	// last, and Days is 0 and means nothing.
	Known bool `json:"known"`
	// Days is how many whole days they last if as many are sold on each as were
	// on average.
	Days int64 `json:"days"`
}

// CoverOf returns how long pieces last of which sold were sold in a number of
// days.
func CoverOf(pieces, sold int64, days int) Cover {
	if sold <= 0 {
		return Cover{}
	}
	// Whole parts first, so that no number of pieces is too large.
	n := int64(days)
	return Cover{Known: true, Days: pieces/sold*n + pieces%sold*n/sold}
}

// Worth is what goods have cost.
type Worth struct {
	// Known is false if nobody has said what the SKU costs: then the others are
	// empty.
	Known bool         `json:"known"`
	Cost  money.Price  `json:"cost,omitzero"`
	Since time.Time    `json:"since,omitzero"`
	Value money.Amount `json:"value,omitzero"`
}

// worth values pieces at a cost, rounded half up for each SKU.
func worth(pieces int64, c Cost) (Worth, error) {
	if c.SKU == "" {
		return Worth{}, nil
	}
	v, err := c.Price.Times(pieces, money.HalfUp)
	return Worth{Known: true, Cost: c.Price, Since: c.Since, Value: v}, err
}

// StockQuery asks for a page of what lies in the shop, by SKU.
type StockQuery struct {
	page.Request
	// Days is how many days before today tell how fast goods are sold, 1 to
	// 366. Zero: 28, four whole weeks.
	Days int
}

const (
	coverDays    = 28
	maxCoverDays = 366
)

// Stock is what lies in the shop of one SKU, all places together.
type Stock struct {
	SKU string `json:"sku"`
	// OnHand is how many pieces there are, and Reserved how many of them are
	// promised.
	OnHand   int64 `json:"on_hand"`
	Reserved int64 `json:"reserved"`
	// Sold is how many pieces were sold in the days asked for, less those of
	// them and of earlier sales that were cancelled in these days. Returns do
	// not count: what came back had been wanted.
	Sold  int64 `json:"sold"`
	Cover Cover `json:"cover"`
	Worth Worth `json:"worth"`
}

// StockRead is a StockQuery for a Reader: the sales are of Span, and After is
// the last SKU of the page before.
type StockRead struct {
	Span  Span
	After string
	Limit int
}

// Holding is what lies in the shop of one SKU, and its cost, which has no SKU
// if it is not known.
type Holding struct {
	SKU      string
	OnHand   int64
	Reserved int64
	Sold     int64
	Cost     Cost
}

// Stock returns a page of what lies in the shop by SKU, with how long it lasts
// and what it is worth. Today does not tell how fast goods are sold, for it is
// not over; a day on which nothing was sold does. Errors by kind: Invalid.
func (s *Service) Stock(ctx context.Context, q StockQuery) (page.Page[Stock], error) {
	none := page.Page[Stock]{}
	var c fault.Check
	q.Check(&c)
	c.Range("days", int64(q.Days), 0, maxCoverDays)
	if err := c.Err("analytics.stock"); err != nil {
		return none, err
	}
	list := page.List{Name: "analytics stock", Tenant: s.tenant, Sort: "sku"}
	r := StockRead{Limit: q.Size() + 1}
	if q.Cursor != "" {
		if err := s.cursors.Decode(list, q.Cursor, &r.After); err != nil {
			return none, err
		}
	}
	days, today := cmp.Or(q.Days, coverDays), s.Today()
	r.Span = Span{From: today.Add(-days).Start(s.zone), To: today.Start(s.zone)}
	held, err := s.reader.AnalyticsStock(ctx, r)
	if err != nil {
		return none, err
	}
	out := make([]Stock, len(held))
	for i, h := range held {
		w, err := worth(h.OnHand, h.Cost)
		if err != nil {
			return none, err
		}
		out[i] = Stock{SKU: h.SKU, OnHand: h.OnHand, Reserved: h.Reserved, Sold: h.Sold, Cover: CoverOf(h.OnHand, h.Sold, days), Worth: w}
	}
	return page.Of(out, q.Request, func(last Stock) (string, error) { return s.cursors.Encode(list, last.SKU) })
}

// Valuation is what all goods of the shop have cost.
type Valuation struct {
	// Values are the sums of what is known, one for each currency.
	Values []money.Amount `json:"values"`
	// SKUs and Pieces are how many were valued.
	SKUs   int64 `json:"skus"`
	Pieces int64 `json:"pieces"`
	// UnknownSKUs and UnknownPieces are how many lie there without a known
	// cost. They are in no value.
	UnknownSKUs   int64 `json:"unknown_skus"`
	UnknownPieces int64 `json:"unknown_pieces"`
}

// Value adds up what all goods on hand have cost. It reads every SKU and is a
// report. Errors by kind: Invalid if a sum is beyond money.Limit.
func (s *Service) Value(ctx context.Context) (Valuation, error) {
	held, err := s.reader.AnalyticsHoldings(ctx)
	if err != nil {
		return Valuation{}, err
	}
	out := Valuation{Values: []money.Amount{}}
	sums := map[string]money.Amount{}
	for _, h := range held {
		w, err := worth(h.OnHand, h.Cost)
		if err != nil {
			return Valuation{}, err
		}
		if !w.Known {
			out.UnknownSKUs, out.UnknownPieces = out.UnknownSKUs+1, out.UnknownPieces+h.OnHand
			continue
		}
		out.SKUs, out.Pieces = out.SKUs+1, out.Pieces+h.OnHand
		code := w.Value.Currency().Code()
		sum, ok := sums[code]
		if !ok {
			sum = money.Zero(w.Value.Currency())
		}
		if sums[code], err = sum.Add(w.Value); err != nil {
			return Valuation{}, err
		}
	}
	for _, code := range slices.Sorted(maps.Keys(sums)) {
		out.Values = append(out.Values, sums[code])
	}
	return out, nil
}
