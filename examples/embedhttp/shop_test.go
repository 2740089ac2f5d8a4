package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/checkout"
	main "github.com/kontor-go/kontor/examples/embedhttp"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

func TestFromCartToOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		ada := b.user(t, "ada")
		id, total := ada.filled()
		var v view
		require.NoError(t, json.Unmarshal(ada.want(http.StatusOK, "POST", "/carts/"+id+"/codes", map[string]any{"code": "ten"}), &v))
		require.Equal(t, money.EUR(44_82), v.Quote.Total) // 44.30 - 4.43 + 4.95
		require.Contains(t, v.Why, "order: TEN takes 10 % of €44.30 = €4.43")
		require.NoError(t, json.Unmarshal(ada.want(http.StatusOK, "GET", "/carts/"+id, nil), &v))
		require.Len(t, v.Cart.Lines, 2)

		// The total that was seen before the coupon is not what is paid now.
		path, key := "/carts/"+id+"/order", header{"Idempotency-Key", "k"}
		stale := map[string]any{"method": "transfer", "total": total}
		require.Equal(t, "total_changed", ada.refused(http.StatusConflict, "POST", path, stale, key))
		now := map[string]any{"method": "transfer", "total": v.Quote.Total}
		require.Equal(t, "order.place", ada.refused(http.StatusBadRequest, "POST", path, now))
		var first, again checkout.Placed
		require.NoError(t, json.Unmarshal(ada.want(http.StatusCreated, "POST", path, now, key), &first))
		require.NoError(t, json.Unmarshal(ada.want(http.StatusCreated, "POST", path, now, key), &again))
		require.Equal(t, first.OrderID, again.OrderID)
		require.Equal(t, "key_mismatch", ada.refused(http.StatusConflict, "POST", path, stale, key))

		var o order.Order
		require.NoError(t, json.Unmarshal(ada.want(http.StatusOK, "GET", "/orders/"+first.OrderID.String(), nil), &o))
		require.Equal(t, money.EUR(44_82), o.Total)
		require.Equal(t, order.Unpaid, o.PaymentStanding())
		require.Nil(t, o.Snapshot)
		require.Equal(t, 2, b.reserved(t))
		b.sound(t)
	})
}

func TestWhatIsNotYoursDoesNotExist(t *testing.T) {
	t.Parallel()
	b := setup(t, filepath.Join(t.TempDir(), "shop.db"), "")
	ada, eve := b.user(t, "ada"), b.user(t, "eve")
	id, total := ada.filled()
	o := ada.ordered("1").ID.String()
	place := map[string]any{"method": "transfer", "total": total}
	line := map[string]any{"sku": "MUG", "quantity": 1}
	key := header{"Idempotency-Key", "1"}
	for _, cart := range []string{id, "ca_01m81rhvzwfq1bsk5pek89x1dh", "ca_1", "or_x"} {
		path := "/carts/" + cart
		want := `{"error":{"kind":"not_found","code":"cart_not_found","text":"There is no such cart."}}`
		for _, got := range [][]byte{
			eve.want(http.StatusNotFound, "GET", path, nil),
			eve.want(http.StatusNotFound, "POST", path+"/lines", line),
			eve.want(http.StatusNotFound, "POST", path+"/codes", map[string]any{"code": "TEN"}),
			eve.want(http.StatusNotFound, "POST", path+"/order", place, key),
		} {
			require.JSONEq(t, want, string(got), cart)
		}
	}
	for _, other := range []string{o, "or_01m81rhvzwfq1bsk5pek89x1dh", "or_1"} {
		got := eve.want(http.StatusNotFound, "GET", "/orders/"+other, nil)
		require.JSONEq(t, `{"error":{"kind":"not_found","code":"order_not_found","text":"There is no such order."}}`, string(got))
	}
	var v view
	require.NoError(t, json.Unmarshal(ada.want(http.StatusOK, "GET", "/carts/"+id, nil), &v))
	require.Len(t, v.Cart.Lines, 2, "nothing has changed")
}

func TestSessions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		nobody := b.visitor(t)
		require.Equal(t, "signed_out", nobody.refused(http.StatusUnauthorized, "POST", "/carts", nil))
		require.Equal(t, "signed_out", nobody.refused(http.StatusUnauthorized, "GET", "/orders/x", nil, header{"Cookie", "session=guess"}))

		ada := b.user(t, "ada")
		id, _ := ada.filled()
		require.Equal(t, "email_taken", nobody.refused(http.StatusConflict, "POST", "/users", credentials("ada")))
		ada.want(http.StatusNoContent, "DELETE", "/sessions", nil)
		require.Equal(t, "signed_out", ada.refused(http.StatusUnauthorized, "GET", "/carts/"+id, nil))

		wrong := credentials("ada")
		wrong["password"] = "incorrect horse"
		require.Equal(t, "wrong_password", ada.refused(http.StatusUnauthorized, "POST", "/sessions", wrong))
		require.Equal(t, "wrong_password", ada.refused(http.StatusUnauthorized, "POST", "/sessions", credentials("bob")))
		ada.want(http.StatusCreated, "POST", "/sessions", credentials("ada"))
		ada.want(http.StatusOK, "GET", "/carts/"+id, nil)

		b.clock.Advance(30*24*time.Hour - time.Second)
		ada.want(http.StatusOK, "GET", "/carts/"+id, nil)
		b.clock.Advance(time.Second)
		require.Equal(t, "signed_out", ada.refused(http.StatusUnauthorized, "GET", "/carts/"+id, nil))
	})
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, filepath.Join(t.TempDir(), "shop.db"), "")
	ada := b.user(t, "ada")
	id, _ := ada.filled()
	lines := "/carts/" + id + "/lines"
	for name, row := range map[string]struct {
		path   string
		body   string
		header header
		status int
		code   string
	}{
		"no JSON":         {lines, "mug", header{}, 400, "not_json"},
		"half a document": {lines, `{"sku":"MUG"`, header{}, 400, "not_json"},
		"two documents":   {lines, `{"sku":"MUG","quantity":1}{}`, header{}, 400, "not_json"},
		"unknown field":   {lines, `{"sku":"MUG","quantity":1,"price":1}`, header{}, 400, "not_json"},
		"a form":          {lines, `sku=MUG`, header{"Content-Type", "application/x-www-form-urlencoded"}, 400, "not_json"},
		"too large":       {lines, `{"sku":"` + strings.Repeat("M", 1<<20) + `"}`, header{}, 413, "not_json"},
		"no quantity":     {lines, `{"sku":"MUG"}`, header{}, 400, "cart.add"},
		"too many":        {lines, `{"sku":"MUG","quantity":1000000000}`, header{}, 400, "cart.add"},
		"not sold":        {lines, `{"sku":"CAR","quantity":1}`, header{}, 404, "cart_sku_not_found"},
		"a bad amount": {
			"/carts/" + id + "/order", `{"method":"transfer","total":{"amount":"1e5","currency":"EUR"}}`,
			header{"Idempotency-Key", "1"},
			400, "amount_invalid",
		},
		"another way to pay": {
			"/carts/" + id + "/order", `{"method":"barter","total":{"amount":"49.25","currency":"EUR"}}`,
			header{"Idempotency-Key", "1"},
			400, "checkout.place",
		},
		"another site":   {lines, `{"sku":"MUG","quantity":1}`, header{"Sec-Fetch-Site", "cross-site"}, 403, "cross_origin"},
		"another origin": {lines, `{"sku":"MUG","quantity":1}`, header{"Origin", "https://evil.example"}, 403, "cross_origin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *ada
			c.t = t
			require.Equal(t, row.code, c.refused(row.status, "POST", row.path, row.body, row.header))
		})
	}
	weak := map[string]any{"email": "x", "password": "short"}
	require.Equal(t, "credentials", b.visitor(t).refused(400, "POST", "/users", weak))
}

func TestStatusOfEveryKind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fault.Kind]int{
		fault.Invalid: 400, fault.Denied: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Declined: 402,
		fault.Unavailable: 503, fault.Unknown: 202, fault.Unsupported: 501, fault.Internal: 500,
	} {
		require.Equal(t, want, main.StatusOf(fmt.Errorf("wrapped: %w", fault.New(kind, "c", "t"))), kind)
	}
	require.Equal(t, 500, main.StatusOf(errors.New("anything")))
	require.Equal(t, 503, main.StatusOf(context.DeadlineExceeded))
}

// A second start finds the shelves as they are.
func TestShelvesAreFilledOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, filepath.Join(t.TempDir(), "shop.db"), "")
	require.NoError(t, b.Restock(t.Context()))
	levels, err := b.Shop().Inventory.Levels(t.Context(), "MUG")
	require.NoError(t, err)
	require.Equal(t, 100, levels[0].OnHand)
}

// The program serves until it is told to stop, and then ends in order.
func TestServerStopsWhenAsked(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	urls, ended := make(chan string, 1), make(chan error, 1)
	path := filepath.Join(t.TempDir(), "shop.db")
	go func() { ended <- main.Run(ctx, path, func(url string) { urls <- url }) }()
	c := (&bench{url: within(t, urls)}).user(t, "ada")
	c.ordered("1")
	stop()
	require.NoError(t, within(t, ended))
}
