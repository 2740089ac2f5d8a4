package promotion_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/promotion"
)

// shut refuses all units: wrong input must not get that far.
type shut struct{}

func (shut) InTx(context.Context, func(context.Context, promotion.Tx) error) error {
	return errors.New("a unit was opened")
}

func closed() *promotion.Service {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return promotion.NewService(promotion.Deps{Units: shut{}, Clock: clock.NewManual(noon), NewID: id.V7, Random: rand.Reader})
}

func tenPercent() promotion.Terms {
	return promotion.Terms{Title: "Spring", Kind: promotion.Percentage, Scope: promotion.OnOrder, Rate: money.MustPercent("10")}
}

// wrong returns the paths that an Invalid error names.
func wrong(t *testing.T, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, fault.Invalid)
	var out []string
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Path)
	}
	return out
}

func TestTermsThatAreRefused(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		spoil func(x *promotion.Terms)
		path  string
	}{
		"no title":             {func(x *promotion.Terms) { x.Title = "" }, "title"},
		"control character":    {func(x *promotion.Terms) { x.Title = "a\x00b" }, "title"},
		"no kind":              {func(x *promotion.Terms) { x.Kind = "" }, "kind"},
		"no scope":             {func(x *promotion.Terms) { x.Scope = "all" }, "scope"},
		"no rate":              {func(x *promotion.Terms) { x.Rate = money.Rate{} }, "rate"},
		"negative rate":        {func(x *promotion.Terms) { x.Rate = money.MustRate("-0.1") }, "rate"},
		"more than everything": {func(x *promotion.Terms) { x.Rate = money.MustRate("1.01") }, "rate"},
		"amount and rate":      {func(x *promotion.Terms) { x.Amount = money.EUR(1) }, "amount"},
		"no amount":            {func(x *promotion.Terms) { x.Kind, x.Rate = promotion.Amount, money.Rate{} }, "amount"},
		"rate and amount":      {func(x *promotion.Terms) { x.Kind, x.Amount = promotion.Amount, money.EUR(1) }, "rate"},
		"other currency": {func(x *promotion.Terms) {
			x.Kind, x.Rate, x.Amount, x.Minimum = promotion.Amount, money.Rate{}, money.EUR(1), money.USD(1)
		}, "minimum"},
		"negative minimum":   {func(x *promotion.Terms) { x.Minimum = money.EUR(-1) }, "minimum"},
		"SKUs on order":      {func(x *promotion.Terms) { x.SKUs = []string{"TEE"} }, "scope"},
		"SKU with space":     {func(x *promotion.Terms) { x.Scope, x.SKUs = promotion.OnItems, []string{"T E"} }, "skus[0]"},
		"too many SKUs":      {func(x *promotion.Terms) { x.Scope, x.SKUs = promotion.OnItems, make([]string, 501) }, "skus"},
		"empty category":     {func(x *promotion.Terms) { x.Scope, x.Categories = promotion.OnEach, []string{""} }, "categories[0]"},
		"group not ASCII":    {func(x *promotion.Terms) { x.Groups = []string{"Freunde für immer"} }, "groups[0]"},
		"window of nothing":  {func(x *promotion.Terms) { x.From, x.Until = day, day }, "until"},
		"year beyond":        {func(x *promotion.Terms) { x.Until = day.AddDate(9000, 0, 0) }, "until"},
		"negative limit":     {func(x *promotion.Terms) { x.Limits.Total = -1 }, "limits.total"},
		"limit beyond":       {func(x *promotion.Terms) { x.Limits.PerBuyer = promotion.MaxUses + 1 }, "limits.per_buyer"},
		"codes of automatic": {func(x *promotion.Terms) { x.Automatic, x.Limits.PerCode = true, 1 }, "limits.per_code"},
		"priority beyond":    {func(x *promotion.Terms) { x.Priority = 1 << 30 }, "priority"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms := tenPercent()
			row.spoil(&terms)
			_, err := closed().Create(t.Context(), promotion.Create{Terms: terms})
			require.Equal(t, []string{row.path}, wrong(t, err))
			_, err = closed().Update(t.Context(), promotion.ID{}, promotion.Update{Terms: terms})
			require.Equal(t, []string{row.path}, wrong(t, err))
		})
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := closed(), t.Context()
	bad := op.Meta{Key: "ü"}
	_, err := s.Create(ctx, promotion.Create{Meta: bad, Terms: tenPercent()})
	require.Contains(t, wrong(t, err), "key")
	for _, move := range []func(context.Context, promotion.ID, promotion.Move) (promotion.Promotion, error){s.Activate, s.Deactivate, s.End} {
		_, err = move(ctx, promotion.ID{}, promotion.Move{Meta: bad})
		require.Contains(t, wrong(t, err), "key")
	}
	for path, req := range map[string]promotion.AddCodes{
		"codes":    {},
		"codes[0]": {Codes: []string{"two words"}},
		"codes[1]": {Codes: []string{"a", "A"}},
		"generate": {Generate: promotion.MaxNewCodes + 1},
		"prefix":   {Generate: 1, Prefix: strings.Repeat("A", 33)},
	} {
		_, err = s.AddCodes(ctx, promotion.ID{}, req)
		require.Equal(t, []string{path}, wrong(t, err), path)
	}
	_, err = s.AddCodes(ctx, promotion.ID{}, promotion.AddCodes{Codes: []string{string([]byte{0xff})}})
	require.Equal(t, []string{"codes[0]"}, wrong(t, err))
	for path, ask := range map[string]promotion.Ask{
		"buyer":    {Buyer: "eva\x00"},
		"groups":   {Groups: make([]string, 33)},
		"codes":    {Codes: strings.Split(strings.Repeat("A,", promotion.MaxCodes)+"A", ",")},
		"codes[0]": {Codes: []string{" "}},
	} {
		_, err = s.Offers(ctx, ask)
		require.Equal(t, []string{path}, wrong(t, err), path)
	}
	_, err = s.Promotions(ctx, promotion.ID{}, 0)
	require.Equal(t, []string{"limit"}, wrong(t, err))
	_, err = s.Redemptions(ctx, "")
	require.Equal(t, []string{"order"}, wrong(t, err))
	_, err = s.GiveBack(ctx, "or 1", promotion.GiveBack{})
	require.Equal(t, []string{"order"}, wrong(t, err))
	err = s.RedeemTx(ctx, nil, promotion.Redeem{Meta: op.Meta{Key: "k"}, Grants: []promotion.Grant{{}}})
	require.Equal(t, []string{"key", "order", "grants[0]", "grants[0].code"}, wrong(t, err))
}

func TestCodesNeedRandomness(t *testing.T) {
	t.Parallel()
	s := promotion.NewService(promotion.Deps{
		Units: shut{}, Clock: clock.NewManual(time.Unix(0, 0)), NewID: id.V7, Random: strings.NewReader("short"),
	})
	_, err := s.AddCodes(t.Context(), promotion.ID{}, promotion.AddCodes{Generate: 1})
	require.ErrorContains(t, err, "make up a code")
}
