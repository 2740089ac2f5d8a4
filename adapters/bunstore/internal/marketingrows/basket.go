package marketingrows

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/marketing"
)

const (
	basketColumns = `cart, version, status, address, name, locale, lines, currency, total, changed_at, due_at, timer_at, reminded_at,
withheld, order_id`

	selectBasket = "SELECT " + basketColumns + " FROM kontor_marketing_basket WHERE tenant = $1 AND cart = $2"
	insertBasket = "INSERT INTO kontor_marketing_basket (tenant, " + basketColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
	updateBasket = `UPDATE kontor_marketing_basket SET version = $3, status = $4, address = $5, name = $6, locale = $7, lines = $8,
currency = $9, total = $10, changed_at = $11, due_at = $12, timer_at = $13, reminded_at = $14, withheld = $15, order_id = $16
WHERE tenant = $1 AND cart = $2 AND version = $17`
)

// MarketingBasket returns what is known of a cart.
func (r MarketingReader) MarketingBasket(ctx context.Context, cart string) (marketing.Basket, error) {
	var b marketing.Basket
	found := false
	err := r.Q.Read(ctx, unit.Query{Text: selectBasket, Args: []any{r.Q.Tenant(), cart}, Row: func(row unit.Row) error {
		var err error
		found = true
		b, err = scanBasket(row)
		return err
	}})
	if err == nil && !found {
		err = marketing.ErrNoBasket
	}
	return b, err
}

func scanBasket(row unit.Row) (marketing.Basket, error) {
	var b marketing.Basket
	var status, lines, currency, withheld string
	var total, changed, due, timer, reminded int64
	err := row.Scan(&b.Cart, &b.Version, &status, &b.Address, &b.Name, &b.Locale, &lines, &currency, &total, &changed, &due, &timer,
		&reminded, &withheld, &b.Order)
	if err != nil {
		return b, err
	}
	b.ChangedAt, b.DueAt = clock.FromMicros(changed), clock.FromMicros(due)
	b.TimerAt, b.RemindedAt = clock.FromMicros(timer), clock.FromMicros(reminded)
	b.Withheld = marketing.Withheld(withheld)
	if b.Total, err = amount(total, currency); err != nil {
		return b, err
	}
	if b.Lines, err = column.To[[]marketing.BasketLine](lines); err != nil {
		return b, err
	}
	return marketing.RestoreBasket(b, marketing.BasketStatus(status))
}

// SaveMarketingBasket stores what is known of a cart.
func (t MarketingTx) SaveMarketingBasket(ctx context.Context, b marketing.Basket, was int) error {
	lines, err := list(b.Lines)
	if err != nil {
		return err
	}
	w := unit.Write{
		Rank: unit.RankOther, Key: keyBasket + b.Cart, Text: insertBasket, Broken: marketing.ErrRaced,
		Args: []any{
			t.U.Tenant(), b.Cart, b.Version, string(b.Status()), b.Address, b.Name, b.Locale, lines, b.Total.Currency().Code(),
			b.Total.Minor(), clock.Micros(b.ChangedAt), clock.Micros(b.DueAt), clock.Micros(b.TimerAt), clock.Micros(b.RemindedAt),
			string(b.Withheld), b.Order,
		},
	}
	if was > 0 {
		w.Text, w.Untouched = updateBasket, marketing.ErrRaced
		w.Args = append(w.Args, was)
	}
	return t.U.Write(ctx, w)
}
