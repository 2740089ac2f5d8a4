package main_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// client is a browser without scripts.
type client struct {
	t    *testing.T
	b    *bench
	http *http.Client
	// header is sent with every request.
	header http.Header
}

// visitor is somebody new.
func (b *bench) visitor(t *testing.T) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &client{t: t, b: b, http: &http.Client{Jar: jar}, header: http.Header{}}
}

// doc is a page as it came.
type doc struct {
	t      *testing.T
	status int
	header http.Header
	url    *url.URL
	body   string
	root   *html.Node
}

func (c *client) send(method, path string, form url.Values) doc {
	c.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	if !strings.HasPrefix(path, "http") {
		path = c.b.url + path
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, path, body)
	require.NoError(c.t, err)
	r.Header = c.header.Clone()
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.http.Do(r)
	require.NoError(c.t, err)
	defer res.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	d := doc{t: c.t, status: res.StatusCode, header: res.Header, url: res.Request.URL, body: string(text)}
	d.root, err = html.Parse(strings.NewReader(d.body))
	require.NoError(c.t, err)
	return d
}

// get returns a page that must be there.
func (c *client) get(path string) doc {
	c.t.Helper()
	d := c.send(http.MethodGet, path, nil)
	require.Equal(c.t, http.StatusOK, d.status, path)
	return d
}

// submit fills in and sends the form of a page that goes to an address, as a
// browser does, and returns the page that comes of it.
func (c *client) submit(d doc, action string, values url.Values) doc {
	c.t.Helper()
	form := d.first(func(n *html.Node) bool { return n.Data == "form" && attr(n, "action") == action })
	require.NotNil(c.t, form, "no form goes to %s on %s", action, d.url)
	require.Equal(c.t, "post", attr(form, "method"))
	all := url.Values{}
	each(form, func(n *html.Node) {
		if n.Data == "input" && attr(n, "type") != "radio" && attr(n, "type") != "checkbox" && attr(n, "name") != "" {
			all.Set(attr(n, "name"), attr(n, "value"))
		}
	})
	maps.Copy(all, values)
	return c.send(http.MethodPost, action, all)
}

// first returns the first element that is so, or nil.
func (d doc) first(is func(n *html.Node) bool) *html.Node {
	var found *html.Node
	each(d.root, func(n *html.Node) {
		if found == nil && is(n) {
			found = n
		}
	})
	return found
}

// all returns all elements of a kind.
func (d doc) all(kind string) []*html.Node {
	var found []*html.Node
	each(d.root, func(n *html.Node) {
		if n.Data == kind {
			found = append(found, n)
		}
	})
	return found
}

func each(n *html.Node, visit func(n *html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, visit)
	}
}

func attr(n *html.Node, name string) string {
	v, _ := lookup(n, name)
	return v
}

func lookup(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// words is the text of an element.
func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(words(c) + " ")
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (d doc) says(text string) {
	d.t.Helper()
	require.Contains(d.t, words(d.root), text)
}

// cookies are those of the visitor, by name.
func (c *client) cookies() map[string]string {
	u, err := url.Parse(c.b.url)
	require.NoError(c.t, err)
	out := map[string]string{}
	for _, k := range c.http.Jar.Cookies(u) {
		out[k.Name] = k.Value
	}
	return out
}

func one(name, value string, more ...string) url.Values {
	v := url.Values{name: {value}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// staff is somebody who has signed in.
func (b *bench) staff(t *testing.T) *client {
	t.Helper()
	c := b.visitor(t)
	c.submit(c.get("/staff/login"), "/staff/login", one("password", b.Password())).says("Dashboard")
	return c
}
