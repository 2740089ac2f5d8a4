package cartrows_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
)

const billion = 1_000_000_000

// refused are calls that must fail as Invalid, with the fields they must name.
func refused(s room, c cart.ID) map[string]func(ctx context.Context) error {
	long := strings.Repeat("x", 600)
	many := map[string]string{}
	for i := range 51 {
		many[strconv.Itoa(i)] = ""
	}
	none := here()
	none.Currency = (market.Context{}).Currency
	create := func(r cart.Create) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.Create(ctx, r); return err }
	}
	add := func(r cart.Add) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.Add(ctx, c, r); return err }
	}
	set := func(r cart.SetQuantity) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.SetQuantity(ctx, c, r); return err }
	}
	code := func(r string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := s.ApplyCode(ctx, c, cart.ApplyCode{Code: r})
			_, second := s.RemoveCode(ctx, c, cart.RemoveCode{Code: r})
			if fmt.Sprint(fault.FieldsOf(err)) != fmt.Sprint(fault.FieldsOf(second)) {
				return fmt.Errorf("apply: %w, remove: %w", err, second)
			}
			return err
		}
	}
	addresses := func(r cart.SetAddresses) func(context.Context) error {
		return func(ctx context.Context) error { _, err := s.SetAddresses(ctx, c, r); return err }
	}
	return map[string]func(context.Context) error{
		"market.currency required":       create(cart.Create{Market: none}),
		"market.country country_unknown": create(cart.Create{Market: market.Context{Currency: here().Currency, Country: "XX"}}),
		"market.channel bad_code":        create(cart.Create{Market: market.Context{Currency: here().Currency, Channel: "a b"}}),
		"buyer.id too_long":              create(cart.Create{Market: here(), Buyer: op.Actor{Kind: op.Buyer, ID: strings.Repeat("x", 129)}}),
		"buyer.kind unknown":             create(cart.Create{Market: here(), Buyer: op.Actor{Kind: "king", ID: "1"}}),
		"email bad_email":                create(cart.Create{Market: here(), Email: "ada"}),
		"email too_long":                 create(cart.Create{Market: here(), Email: long + "@example.com"}),
		"email control_character":        create(cart.Create{Market: here(), Email: "a\x00b@example.com"}),
		"metadata too_many":              create(cart.Create{Market: here(), Metadata: many}),
		"metadata.k too_long":            create(cart.Create{Market: here(), Metadata: map[string]string{"k": long}}),
		"metadata too_long":              create(cart.Create{Market: here(), Metadata: map[string]string{long[:41]: ""}}),
		"metadata.k not_utf8":            create(cart.Create{Market: here(), Metadata: map[string]string{"k": "\xff"}}),
		"metadata control_character":     create(cart.Create{Market: here(), Metadata: map[string]string{"a\x00": ""}}),
		"if_version not_allowed":         create(cart.Create{Meta: op.Meta{IfVersion: 1}, Market: here()}),
		"key too_long":                   create(cart.Create{Meta: op.Meta{Key: long}, Market: here()}),
		"key not_ascii":                  add(cart.Add{Meta: op.Meta{Key: "é"}, SKU: "A", Quantity: 1}),
		"if_version out_of_range":        add(cart.Add{Meta: op.Meta{IfVersion: -1}, SKU: "A", Quantity: 1}),
		"by.kind unknown":                add(cart.Add{Meta: op.Meta{By: op.Actor{Kind: "x"}}, SKU: "A", Quantity: 1}),
		"sku required":                   add(cart.Add{Quantity: 1}),
		"sku bad_sku":                    add(cart.Add{SKU: "A B", Quantity: 1}),
		"sku bad_sku ":                   add(cart.Add{SKU: "A\x00", Quantity: 1}),
		"sku bad_sku  ":                  add(cart.Add{SKU: "\xff", Quantity: 1}),
		"sku bad_sku   ":                 add(cart.Add{SKU: long[:65], Quantity: 1}),
		"quantity out_of_range":          add(cart.Add{SKU: "A"}),
		"quantity out_of_range ":         add(cart.Add{SKU: "A", Quantity: -1}),
		"quantity out_of_range  ":        add(cart.Add{SKU: "A", Quantity: billion}),
		"quantity out_of_range   ":       add(cart.Add{SKU: "A", Quantity: 99_999}), // there is one already
		"quantity out_of_range    ":      set(cart.SetQuantity{Line: 1}),
		"quantity out_of_range     ":     set(cart.SetQuantity{Line: 1, Quantity: -1}),
		"quantity out_of_range      ":    set(cart.SetQuantity{Line: 1, Quantity: billion}),
		"line out_of_range":              set(cart.SetQuantity{Quantity: 1}),
		"line out_of_range ":             func(ctx context.Context) error { _, err := s.Remove(ctx, c, cart.Remove{Line: -1}); return err },
		"code required":                  code("  "),
		"code too_long":                  code(long[:65]),
		"code too_long ":                 code(strings.Repeat("x", 1<<20)),
		"code not_utf8":                  code("\xff"),
		"code control_character":         code("A\x00B"),
		"code has_spaces":                code("A B"),
		"ship_to required":               addresses(cart.SetAddresses{}),
		"ship_to.name required":          addresses(cart.SetAddresses{ShipTo: &postal.Address{Lines: []string{"1"}, City: "Berlin", Postcode: "10115", Country: "DE"}}),
		"bill_to.postcode bad_postcode":  addresses(cart.SetAddresses{BillTo: &postal.Address{Name: "A", Lines: []string{"1"}, City: "B", Postcode: "1", Country: "DE"}}),
		"bill_to.city control_character": addresses(cart.SetAddresses{BillTo: &postal.Address{Name: "A", Lines: []string{"1"}, City: "B\x00", Postcode: "10115", Country: "DE"}}),
		"method too_long": func(ctx context.Context) error {
			_, err := s.SetShipping(ctx, c, cart.SetShipping{Method: long})
			return err
		},
		"method not_utf8": func(ctx context.Context) error {
			_, err := s.SetShipping(ctx, c, cart.SetShipping{Method: "\xff"})
			return err
		},
		"key not_ascii ": func(ctx context.Context) error {
			_, err := s.Abandon(ctx, c, cart.Abandon{Meta: op.Meta{Key: "\n"}})
			return err
		},
	}
}

func TestRefusedInputNamesTheFieldAndChangesNothing(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		shop := open(s, "shop", anything())
		c, err := shop.Create(t.Context(), cart.Create{Market: here()})
		require.NoError(t, err)
		c, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "A", Quantity: 1})
		require.NoError(t, err)
		for name, call := range refused(shop, c.ID) {
			err := call(t.Context())
			require.ErrorIs(t, err, fault.Invalid, name)
			require.Len(t, fault.FieldsOf(err), 1, name)
			f := fault.FieldsOf(err)[0]
			require.Equal(t, strings.TrimSpace(name), f.Path+" "+f.Code)
		}
		for _, err := range []error{
			second(shop.SetQuantity(t.Context(), c.ID, cart.SetQuantity{Line: billion, Quantity: 1})),
			second(shop.Remove(t.Context(), c.ID, cart.Remove{Line: 2})),
		} {
			require.ErrorIs(t, err, fault.NotFound)
			require.Equal(t, "cart_line_not_found", fault.CodeOf(err))
			require.Equal(t, "line", fault.FieldsOf(err)[0].Path)
		}
		got, err := shop.Cart(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c, got)
		require.Len(t, shop.events(t, c.ID), 2)
		var carts int
		_, err = unit.One(t.Context(), s.View("shop"), "SELECT count(*) FROM kontor_cart WHERE tenant = $1", []any{"shop"}, &carts)
		require.NoError(t, err)
		require.Equal(t, 1, carts)
	})
}

func second(_ cart.Cart, err error) error { return err }

func TestACartHasLimits(t *testing.T) {
	t.Parallel()
	s := unittest.Memory(t).Shipper()
	shop := open(s, "shop", anything())
	c, err := shop.Create(t.Context(), cart.Create{Market: here()})
	require.NoError(t, err)
	for i := range cart.MaxLines {
		c, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: fmt.Sprint("S-", i), Quantity: 1})
		require.NoError(t, err)
	}
	_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "ONE-MORE", Quantity: 1})
	require.ErrorIs(t, err, cart.ErrFull)
	_, err = shop.Add(t.Context(), c.ID, cart.Add{SKU: "S-0", Quantity: 1})
	require.NoError(t, err, "a line that is there may grow")
	for i := range cart.MaxCodes {
		_, err = shop.ApplyCode(t.Context(), c.ID, cart.ApplyCode{Code: fmt.Sprint("c", i)})
		require.NoError(t, err)
	}
	_, err = shop.ApplyCode(t.Context(), c.ID, cart.ApplyCode{Code: "one-more"})
	require.ErrorIs(t, err, cart.ErrCodesFull)
	got, err := shop.Cart(t.Context(), c.ID)
	require.NoError(t, err)
	require.Len(t, got.Lines, cart.MaxLines)
	require.Len(t, got.Codes, cart.MaxCodes)
}
