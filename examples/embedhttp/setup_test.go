package main_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/checkout"
	main "github.com/kontor-go/kontor/examples/embedhttp"
	"github.com/kontor-go/kontor/internal/pgtest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

// onBoth runs a test on a SQLite file and on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, setup(t, filepath.Join(t.TempDir(), "shop.db"), ""))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, setup(t, "", pgtest.Database(t)))
	})
}

// bench is a host that serves, and its clock.
type bench struct {
	main.Host
	clock *clock.Manual
	url   string
}

func setup(t *testing.T, path, dsn string) *bench {
	t.Helper()
	clk := clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	h, err := main.Open(t.Context(), path, dsn, clk)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	server := httptest.NewServer(h.Handler())
	t.Cleanup(server.Close)
	return &bench{Host: h, clock: clk, url: server.URL}
}

// sound demands that the shop finds nothing wrong with itself.
func (b *bench) sound(t *testing.T) {
	t.Helper()
	_, err := b.Shop().Drain(t.Context())
	require.NoError(t, err)
	violations, err := b.Shop().Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, violations)
}

// reserved returns how many mugs are promised.
func (b *bench) reserved(t *testing.T) int {
	t.Helper()
	_, err := b.Shop().Drain(t.Context())
	require.NoError(t, err)
	levels, err := b.Shop().Inventory.Levels(t.Context(), "MUG")
	require.NoError(t, err)
	require.Len(t, levels, 1)
	return levels[0].Reserved
}

// client is a browser.
type client struct {
	t    *testing.T
	url  string
	http *http.Client
}

// visitor opens a browser.
func (b *bench) visitor(t *testing.T) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &client{t: t, url: b.url, http: &http.Client{Jar: jar}}
}

// user opens a browser and signs up.
func (b *bench) user(t *testing.T, name string) *client {
	t.Helper()
	c := b.visitor(t)
	c.want(http.StatusCreated, "POST", "/users", credentials(name))
	return c
}

func credentials(name string) map[string]any {
	return map[string]any{"email": name + "@example.com", "password": "correct horse " + name}
}

// header is one header of a request.
type header struct{ name, value string }

// do sends a request with a JSON body, or with none, and returns the status and
// the body of the answer.
func (c *client) do(method, path string, body any, headers ...header) (int, []byte) {
	c.t.Helper()
	var in io.Reader = http.NoBody
	if body != nil {
		text, ok := body.(string)
		if !ok {
			b, err := json.Marshal(body)
			require.NoError(c.t, err)
			text = string(b)
		}
		in = bytes.NewReader([]byte(text))
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, in)
	require.NoError(c.t, err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		if h.name != "" {
			req.Header.Set(h.name, h.value)
		}
	}
	res, err := c.http.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close() //nolint:errcheck // read to its end
	out, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	return res.StatusCode, out
}

// want sends a request and demands the status of the answer.
func (c *client) want(status int, method, path string, body any, headers ...header) []byte {
	c.t.Helper()
	got, out := c.do(method, path, body, headers...)
	require.Equal(c.t, status, got, "%s %s: %s", method, path, out)
	return out
}

// refused is want for an error; it returns its code.
func (c *client) refused(status int, method, path string, body any, headers ...header) string {
	c.t.Helper()
	var p struct {
		Error struct{ Code, Text string } `json:"error"`
	}
	require.NoError(c.t, json.Unmarshal(c.want(status, method, path, body, headers...), &p))
	require.NotEmpty(c.t, p.Error.Text)
	return p.Error.Code
}

// view is a cart as the host shows it.
type view struct {
	Cart struct {
		ID    string
		Lines []struct {
			SKU      string
			Quantity int
		}
		Version int
	}
	Quote *checkout.Quote
	Why   []string
}

// filled makes a cart with two mugs and a book: 44.30, and 4.95 for the parcel.
func (c *client) filled() (id string, total money.Amount) {
	c.t.Helper()
	var v view
	require.NoError(c.t, json.Unmarshal(c.want(http.StatusCreated, "POST", "/carts", nil), &v))
	id = v.Cart.ID
	c.want(http.StatusOK, "POST", "/carts/"+id+"/lines", map[string]any{"sku": "MUG", "quantity": 2})
	require.NoError(c.t, json.Unmarshal(
		c.want(http.StatusOK, "POST", "/carts/"+id+"/lines", map[string]any{"sku": "BOOK", "quantity": 1}), &v))
	require.Equal(c.t, money.EUR(49_25), v.Quote.Total)
	return id, v.Quote.Total
}

// ordered makes an order of a filled cart.
func (c *client) ordered(key string) order.Order {
	c.t.Helper()
	id, total := c.filled()
	var p checkout.Placed
	body := map[string]any{"method": "transfer", "total": total}
	require.NoError(c.t, json.Unmarshal(
		c.want(http.StatusCreated, "POST", "/carts/"+id+"/order", body, header{"Idempotency-Key", key}), &p))
	require.Equal(c.t, total, p.Order.Total)
	return p.Order
}
