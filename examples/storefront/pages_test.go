package main_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	main "github.com/kontor-go/kontor/examples/storefront"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/order"
)

// buys fills a cart and goes through the checkout by bank transfer, without any
// script. It returns the page of the order.
func (c *client) buys(email string) doc {
	c.t.Helper()
	c.submit(c.get("/p/steam-iron"), "/cart/lines", one("quantity", "2")).says("Your cart")
	d := c.get("/checkout")
	d = c.submit(d, "/checkout", one("email", email, "name", "Eva Beispiel", "lines", "Unter den Linden 1",
		"postcode", "10117", "city", "Berlin", "country", "DE"))
	d.says("Shipping and payment")
	d = c.submit(d, "/checkout/shipping", one("method", "express"))
	d.says("Express €12.90")
	return c.submit(d, "/checkout/place", one("pay", "transfer"))
}

func TestPurchaseWithoutScripts(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t)
	d := c.buys("eva@example.com")
	require.Equal(t, http.StatusOK, d.status)
	require.True(t, strings.HasPrefix(d.url.Path, "/o/"), d.url.Path)
	d.says("Your order is placed")
	d.says("DE02 1203 0000 0000 2020 51 and quote the order number. To pay: €122.88.")
	number := strings.TrimPrefix(words(d.all("h1")[0]), "Order ")
	c.get("/cart").says("There is nothing in it yet")

	s := b.staff(t)
	d = s.get("/staff/orders")
	d.says(number)
	path := attr(d.first(func(n *html.Node) bool { return words(n) == number && n.Data == "a" }), "href")
	d = s.get(path)
	d.says("It is sent when it is paid and confirmed.")
	d = s.submit(d, path+"/capture", one("reference", "line 4"))
	d.says("Plan what leaves")
	d = s.submit(d, path+"/plan", nil)
	d.says("planned")

	c = b.visitor(t)
	c.submit(c.get("/order"), "/order", one("number", number, "email", "other@example.com")).says("There is no order with this number and address.")
	c.submit(c.get("/order"), "/order", one("number", "NONE", "email", "eva@example.com")).says("There is no order with this number and address.")
	d = c.submit(c.get("/order"), "/order", one("number", strings.ToLower(number), "email", "EVA@example.com"))
	d.says("confirmed")
	d.says("In preparation")
	letters, err := filepath.Glob(filepath.Join(b.mail, "*.eml"))
	require.NoError(t, err)
	require.Len(t, letters, 1, "the confirmation")
	b.sound(t)
}

// The same order sent twice is one order.
func TestOrderIsPlacedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t)
	c.submit(c.get("/p/steam-iron"), "/cart/lines", nil)
	d := c.submit(c.get("/checkout"), "/checkout", one("email", "eva@example.com", "name", "Eva", "lines", "Weg 1",
		"postcode", "10117", "city", "Berlin", "country", "DE"))
	first := c.submit(d, "/checkout/place", one("pay", "transfer"))
	again := c.submit(d, "/checkout/place", one("pay", "transfer"))
	first.says("Your order is placed")
	again.says("There is nothing in it yet")
	placed, err := b.Shop().Orders.Orders(t.Context(), order.Query{})
	require.NoError(t, err)
	require.Len(t, placed.Items, 1)
	b.sound(t)
}

func TestNobodyOrdersMoreThanThereIs(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t)
	d := c.submit(c.get("/p/steam-iron"), "/cart/lines", one("quantity", "9000"))
	d.says("Not everything is there in this quantity.")
	require.Nil(t, d.first(func(n *html.Node) bool { return attr(n, "href") == "/checkout" }))
	require.Equal(t, "/cart", c.submitted("/checkout/payment"))
}

// submitted returns where a page that cannot be shown now leads.
func (c *client) submitted(path string) string {
	c.t.Helper()
	d := c.get(path)
	if d.url.Path == "/checkout" { // no address yet
		c.submit(d, "/checkout", one("email", "eva@example.com", "name", "Eva", "lines", "Weg 1",
			"postcode", "10117", "city", "Berlin", "country", "DE"))
		d = c.get(path)
	}
	return d.url.Path
}

func TestAddressIsCheckedByItsCountry(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t)
	c.submit(c.get("/p/steam-iron"), "/cart/lines", nil)
	d := c.submit(c.get("/checkout"), "/checkout", one("email", "no address", "name", "", "lines", "", "postcode", "1", "city", "", "country", "DE"))
	require.Equal(t, http.StatusUnprocessableEntity, d.status)
	for _, field := range []string{"email", "name", "lines", "postcode", "city"} {
		input := d.first(func(n *html.Node) bool { return attr(n, "id") == field })
		require.Equal(t, "true", attr(input, "aria-invalid"), field)
		require.NotNil(t, d.first(func(n *html.Node) bool { return attr(n, "id") == attr(input, "aria-describedby") }), field)
	}
	c.header.Set("HX-Trigger", "country")
	d = c.submit(c.get("/checkout"), "/checkout", one("country", "US", "name", "Ada"))
	c.header.Del("HX-Trigger")
	require.Equal(t, http.StatusOK, d.status)
	d.says("State or province Continue") // in the United States it is needed
	require.Equal(t, "Ada", attr(d.first(func(n *html.Node) bool { return attr(n, "id") == "name" }), "value"))
	d = c.submit(c.get("/checkout"), "/checkout", one("country", "AQ"))
	d.says("we do not ship there")
}

func TestFiltersAndPages(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t)
	c.get("/c/kitchen").says("13 products")
	c.get("/c/kitchen?f.colour=Mint&f.colour=Grey").says("2 products")
	c.get("/c/kitchen?low=50&high=100").says("3 products")
	c.get("/c/kitchen?low=100&high=50").says("3 products") // whichever way round
	c.get("/c/kitchen?low=1e5").says("A price is written like 49.90.")
	d := c.get("/c/kitchen?sort=price")
	next := d.first(func(n *html.Node) bool { return n.Data == "a" && words(n) == "Next page" })
	c.get(attr(next, "href")).says("Automatic Espresso Machine")
	require.Equal(t, "/c/kitchen", c.get("/c/kitchen?after=forged").url.Path)
	require.Empty(t, c.get("/c/kitchen?f.nothing=1").url.RawQuery, "a filter that there is not is left out")
	c.get("/search?q=").says("What are you looking for?")
	c.get("/search?q=" + strings.Repeat("x", 300)).says("This search cannot be read.")
	c.get("/search?q=kettle").says("2 products")
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t)
	for _, path := range []string{
		"/nowhere", "/p/car", "/c/cars", "/o/forged", "/o/forged/return", "/chat/forged.x", "/review/forged.x", "/checkout/bank", "/p/",
	} {
		d := c.send(http.MethodGet, path, nil)
		require.Equal(t, http.StatusNotFound, d.status, path)
		d.says("Nothing here")
	}
	for _, path := range []string{"/pictures/car/black.svg", "/pictures/steam-iron/plaid.svg", "/pictures/steam-iron/blue.png", "/assets/app.css"} {
		require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, path, nil).status, path)
	}
	require.Equal(t, "/cart", c.get("/checkout").url.Path, "without a cart there is nothing to pay")
	s := b.staff(t)
	for _, path := range []string{"/staff/orders/or_1", "/staff/talks/x", "/staff/sendings/x/slip", "/staff/labels/x"} {
		require.Equal(t, http.StatusNotFound, s.send(http.MethodGet, path, nil).status, path)
	}
	require.Empty(t, b.log.String())
}

// A second start on the same file finds everything as it was: links go on
// working, and nothing is delivered twice.
func TestSecondStart(t *testing.T) {
	t.Parallel()
	store := open(t, filepath.Join(t.TempDir(), "shop.db"))
	b := start(t, store, nil)
	page := b.visitor(t).buys("eva@example.com").url.Path
	chat := b.visitor(t)
	chat = chat.begins(t, "Is it loud?")
	again := start(t, store, clock.NewManual(time.Now().Add(time.Hour)))
	again.visitor(t).get(page).says("Steam Iron")
	again.visitor(t).get(chat.header.Get("X-Chat")).says("Is it loud?")
	levels, err := again.Shop().Inventory.Levels(t.Context(), "STEAM-IRON-BLUE-AND-WHITE")
	require.NoError(t, err)
	was, err := b.Shop().Inventory.Levels(t.Context(), "STEAM-IRON-BLUE-AND-WHITE")
	require.NoError(t, err)
	require.Equal(t, was, levels)
	require.NotEqual(t, b.Password(), again.Password(), "a password is of one run")
	again.sound(t)
}

// A shop may open with a past: it is made by the engine, so its books are sound,
// and it is the same each time.
func TestTradeOfTheFortnightBefore(t *testing.T) {
	t.Parallel()
	var first string
	for range 2 {
		store := open(t, filepath.Join(t.TempDir(), "shop.db"))
		b := &bench{log: &diary{}}
		var err error
		b.Site, err = main.NewSite(t.Context(), store, main.Config{
			Mail: t.TempDir(), Trade: true, Clock: clock.NewManual(time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)),
		})
		require.NoError(t, err)
		b.sound(t)
		server := httptest.NewServer(b.Handler())
		t.Cleanup(server.Close)
		b.url = server.URL
		d := b.staff(t).get("/staff")
		require.Regexp(t, `[12]\d orders, €[\d,.]+ without tax`, words(d.root))
		figures := words(d.all("figure")[0]) + words(d.all("figure")[1])
		if first == "" {
			first = figures
		}
		require.Equal(t, first, figures)
		d = b.visitor(t).get("/p/2-slice-toaster?sku=2-SLICE-TOASTER-STAINLESS-STEEL")
		require.Contains(t, d.body, "of 5 stars")
		d.says("Often bought together")
	}
}

// begins asks a question, and keeps the address of the conversation.
func (c *client) begins(t *testing.T, question string) *client {
	t.Helper()
	d := c.submit(c.get("/help"), "/help", one("name", "Eva", "text", question))
	d.says(question)
	c.header.Set("X-Chat", d.url.Path)
	return c
}

func TestChatIsEscapedAndNeedsItsAddress(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t).begins(t, `<script>alert("x")</script>`)
	d := c.get(c.header.Get("X-Chat"))
	require.NotContains(t, d.body, "<script>alert")
	d = c.submit(c.get("/help"), "/help", one("text", ""))
	require.Equal(t, http.StatusUnprocessableEntity, d.status)
	d.says("Your question:")
	require.Equal(t, http.StatusOK, c.polls(c.get(c.header.Get("X-Chat"))).status)
	c.header.Set("HX-Request", "true")
	require.Equal(t, http.StatusNoContent, c.polls(c.get(c.header.Get("X-Chat"))).status, "there is nothing new")
	c.header.Del("HX-Request")
	s := b.staff(t)
	list := s.get("/staff/talks")
	list.says("A question")
	talk := attr(list.first(func(n *html.Node) bool { return strings.HasPrefix(attr(n, "href"), "/staff/talks/") }), "href")
	d = s.submit(s.get(talk), talk, one("do", "close"))
	d.says("closed")
	require.Nil(t, c.get(c.header.Get("X-Chat")).first(func(n *html.Node) bool { return attr(n, "id") == "text" }))
	d = c.send(http.MethodPost, c.header.Get("X-Chat"), url.Values{"token": {tokenOf(c.get("/help"))}, "text": {"more"}})
	require.Equal(t, http.StatusUnprocessableEntity, d.status)
	b.sound(t)
}

// polls asks for news as htmx does.
func (c *client) polls(d doc) doc {
	c.t.Helper()
	chat := d.first(func(n *html.Node) bool { return attr(n, "id") == "chat" })
	require.NotEmpty(c.t, attr(chat, "hx-get"))
	return c.send(http.MethodGet, attr(chat, "hx-get"), nil)
}

// tokenOf is what a form of a page proves itself with.
func tokenOf(d doc) string {
	return attr(d.first(func(n *html.Node) bool { return attr(n, "name") == "token" }), "value")
}
