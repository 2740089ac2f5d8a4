package main_test

import (
	"math"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// Every page that can be reached by links is there, and can be used by those who
// do not see it.
func TestEveryLinkLeadsToAPageForEverybody(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	page := b.visitor(t).buys("eva@example.com").url.Path
	for name, c := range map[string]*client{"customer": b.visitor(t), "staff": b.staff(t)} {
		c.submit(c.get("/p/steam-iron"), "/cart/lines", nil)
		seen, todo := map[string]bool{}, []string{"/", page, "/checkout"}
		if name == "staff" {
			todo = []string{"/staff"}
		}
		for len(todo) > 0 {
			path := todo[0]
			todo = todo[1:]
			if seen[path] || len(seen) > 250 {
				continue
			}
			seen[path] = true
			d := c.send(http.MethodGet, path, nil)
			require.Equal(t, http.StatusOK, d.status, path)
			if !strings.HasPrefix(d.header.Get("Content-Type"), "text/html") {
				continue
			}
			usable(t, d, path)
			for _, a := range d.all("a") {
				to, err := url.Parse(attr(a, "href"))
				require.NoError(t, err)
				if to.Host == "" && to.Path != "" && (name == "staff") == strings.HasPrefix(to.Path, "/staff") {
					todo = append(todo, to.Path+"?"+to.RawQuery)
				}
			}
		}
		require.Greater(t, len(seen), 12, name)
	}
	require.Empty(t, b.log.String())
}

// usable requires what people need who use a keyboard or a screen reader.
func usable(t *testing.T, d doc, path string) {
	t.Helper()
	assert.NotEmpty(t, words(d.all("title")[0]), path)
	assert.NotEmpty(t, attr(d.all("html")[0], "lang"), path)
	assert.Len(t, d.all("h1"), 1, path)
	ids := map[string]bool{}
	each(d.root, func(n *html.Node) {
		if v, ok := lookup(n, "id"); ok {
			assert.False(t, ids[v] && n.Data != "clippath", "%s: %s is there twice", path, v)
			ids[v] = true
		}
	})
	for _, img := range d.all("img") {
		_, ok := lookup(img, "alt")
		assert.True(t, ok, "%s: a picture without words", path)
	}
	for _, kind := range []string{"input", "select", "textarea"} {
		for _, n := range d.all(kind) {
			assert.True(t, attr(n, "type") == "hidden" || labelled(d, n), "%s: nobody says what %s is", path, attr(n, "name"))
		}
	}
	for _, kind := range []string{"a", "button"} {
		for _, n := range d.all(kind) {
			assert.True(t, words(n) != "" || attr(n, "aria-hidden") == "true", "%s: a %s without words", path, kind)
		}
	}
	if d.first(func(n *html.Node) bool { return attr(n, "class") == "skip" }) == nil {
		assert.Contains(t, path, "/slip", "nobody can skip to the content")
	}
}

func labelled(d doc, n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "label" {
			return true
		}
	}
	if attr(n, "aria-label") != "" {
		return true
	}
	id := attr(n, "id")
	return id != "" && d.first(func(l *html.Node) bool { return l.Data == "label" && attr(l, "for") == id }) != nil
}

// The colours of text stand out from what is behind them, by day and by night
// (WCAG 2.2, 1.4.3: 4.5 to 1), and those of the focus as well (1.4.11: 3 to 1).
func TestContrast(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("assets/app.css")
	require.NoError(t, err)
	themes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(css), 2)
	require.Len(t, themes, 2)
	for i, theme := range themes {
		colour := map[string]string{}
		for _, m := range regexp.MustCompile(`--([\w-]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(theme[1], -1) {
			colour[m[1]] = m[2]
		}
		for _, behind := range []string{"paper", "card", "wash"} {
			for _, text := range []string{"ink", "soft", "link", "good", "warn", "bad"} {
				require.GreaterOrEqual(t, contrast(t, colour[text], colour[behind]), 4.5, "%s on %s, theme %d", text, behind, i)
			}
			require.GreaterOrEqual(t, contrast(t, colour["star"], colour[behind]), 3.0, "star on %s, theme %d", behind, i)
		}
		for _, pair := range [][2]string{{"on-brand", "brand"}, {"paper", "ink"}, {"bad", "bad-wash"}, {"card", "bad"}} {
			require.GreaterOrEqual(t, contrast(t, colour[pair[0]], colour[pair[1]]), 4.5, "%v, theme %d", pair, i)
		}
		require.GreaterOrEqual(t, contrast(t, colour["bar"], colour["card"]), 3.0)
	}
}

// contrast is that of two colours, as WCAG works it out.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light := func(hex string) float64 {
		require.Len(t, hex, 7)
		var l float64
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			require.NoError(t, err)
			v := float64(n) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			l += weight * v
		}
		return l
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
