package main_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/clock"
)

func TestPagesForbidWhatTheyDoNotNeed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := b.visitor(t)
	for _, path := range []string{"/", "/cart", "/nowhere", "/staff/login", "/pictures/steam-iron/blue.svg"} {
		d := c.send(http.MethodGet, path, nil)
		policy := d.header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'", path)
		require.Contains(t, policy, "frame-ancestors 'none'", path)
		require.NotContains(t, policy, "unsafe", path)
		require.Equal(t, "nosniff", d.header.Get("X-Content-Type-Options"), path)
		require.NotContains(t, d.body, "style=", path)
		require.NotContains(t, d.body, "onclick", path)
		for _, s := range d.all("script") {
			require.True(t, strings.HasPrefix(attr(s, "src"), "/assets/"), "a script of another place, or inline")
		}
	}
	d := c.get(`/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E`)
	require.NotContains(t, d.body, "<script>alert")
	res := c.send(http.MethodGet, "/", nil)
	require.Equal(t, "no-store", res.header.Get("Cache-Control"))
	fresh := b.visitor(t).send(http.MethodGet, "/", nil).header.Get("Set-Cookie")
	require.Contains(t, fresh, "HttpOnly")
	require.Contains(t, fresh, "SameSite=Lax")
}

func TestFormsAreOfThisSiteAndThisVisitor(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	ada, eve := b.visitor(t), b.visitor(t)
	sku := one("sku", "STEAM-IRON-BLUE-AND-WHITE", "quantity", "1")
	token := tokenOf(ada.get("/p/steam-iron"))
	foreign := tokenOf(eve.get("/p/steam-iron"))
	for name, row := range map[string]struct {
		token  string
		header [2]string
		status int
	}{
		"own":            {token, [2]string{}, http.StatusOK},
		"none":           {"", [2]string{}, http.StatusForbidden},
		"another's":      {foreign, [2]string{}, http.StatusForbidden},
		"another site":   {token, [2]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"another origin": {token, [2]string{"Origin", "https://evil.example"}, http.StatusForbidden},
	} {
		c := *ada
		c.header = http.Header{}
		if row.header[0] != "" {
			c.header.Set(row.header[0], row.header[1])
		}
		form := url.Values{"token": {row.token}}
		maps.Copy(form, sku)
		require.Equal(t, row.status, c.send(http.MethodPost, "/cart/lines", form).status, name)
	}
	ada.get("/cart").says("Steam Iron")
	eve.get("/cart").says("There is nothing in it yet")
	require.Equal(t, http.StatusRequestEntityTooLarge, ada.send(http.MethodPost, "/cart/lines",
		one("token", token, "sku", strings.Repeat("x", 70_000))).status, "forms have a limit")
	require.Equal(t, http.StatusNotFound, ada.send(http.MethodGet, "/cart/lines", nil).status)
}

// A cookie that somebody has made up or changed opens nothing.
func TestForgedCookiesOpenNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	ada := b.visitor(t)
	ada.submit(ada.get("/p/steam-iron"), "/cart/lines", nil)
	u, err := url.Parse(b.url)
	require.NoError(t, err)
	for _, forged := range []string{"x", "x.y", ada.cookies()["cart"] + "x", ada.cookies()["visit"]} {
		eve := b.visitor(t)
		eve.http.Jar.SetCookies(u, []*http.Cookie{
			{Name: "cart", Value: forged}, {Name: "visit", Value: forged}, {Name: "paying", Value: forged}, {Name: "staff", Value: forged},
		})
		eve.get("/cart").says("There is nothing in it yet")
		require.Equal(t, "/staff/login", eve.get("/staff").url.Path)
		require.Equal(t, http.StatusNotFound, eve.send(http.MethodGet, "/checkout/bank", nil).status)
	}
}

func TestBackOfficeIsForStaff(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Now())
	b := setup(t, c)
	eve := b.visitor(t)
	for _, path := range []string{"", "/orders", "/pick", "/stock", "/returns", "/reviews", "/talks"} {
		require.Equal(t, "/staff/login", eve.get("/staff"+path).url.Path)
	}
	token := tokenOf(eve.get("/"))
	d := eve.send(http.MethodPost, "/staff/stock", one("token", token, "sku", "STEAM-IRON-BLUE-AND-WHITE", "quantity", "5"))
	require.Equal(t, "/staff/login", d.url.Path)

	mia := b.staff(t)
	d = mia.send(http.MethodPost, "/staff/stock", one("token", tokenOf(mia.get("/")), "sku", "STEAM-IRON-BLUE-AND-WHITE", "quantity", "5"))
	require.Equal(t, http.StatusForbidden, d.status, "the token of a customer is not that of staff")
	d = mia.submit(mia.get("/staff/stock"), "/staff/stock", one("quantity", "5"))
	d.says("The goods are on the shelf.")
	d = mia.submit(mia.get("/staff/stock"), "/staff/stock", one("quantity", "-5"))
	require.Equal(t, http.StatusBadRequest, d.status)
	d.says("That did not work")

	for range 5 {
		d = eve.submit(eve.get("/staff/login"), "/staff/login", one("password", "guess"))
		require.Equal(t, http.StatusUnauthorized, d.status)
	}
	d = eve.submit(eve.get("/staff/login"), "/staff/login", one("password", b.Password()))
	require.Equal(t, http.StatusTooManyRequests, d.status, "too many guesses keep even the right one out for a while")
	c.Advance(time.Minute)
	eve.submit(eve.get("/staff/login"), "/staff/login", one("password", b.Password())).says("Dashboard")

	c.Advance(12 * time.Hour)
	require.Equal(t, "/staff/login", mia.get("/staff").url.Path, "a shift ends")
	mia.submit(mia.get("/staff/login"), "/staff/login", one("password", b.Password()))
	mia.submit(mia.get("/staff"), "/staff/logout", nil)
	require.Equal(t, "/staff/login", mia.get("/staff").url.Path)
}
