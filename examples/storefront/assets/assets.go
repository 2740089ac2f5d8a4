// Package assets holds what browsers fetch beside pages: the style sheet, the
// script of htmx (see NOTICE) and the icon, all inside the program.
package assets

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
)

//go:embed app.css htmx.min.js icon.svg
var files embed.FS

// Set is the assets under names that change with their content, so that
// browsers may keep them for ever.
type Set struct {
	// Style, Script and Icon are addresses: "/assets/app.1f4a3d5e.css".
	Style, Script, Icon string

	served map[string]served
}

type served struct {
	kind string
	body []byte
}

// Load returns the set.
func Load() (*Set, error) {
	s := &Set{served: map[string]served{}}
	for _, row := range []struct {
		name, kind string
		address    *string
	}{
		{"app.css", "text/css; charset=utf-8", &s.Style},
		{"htmx.min.js", "text/javascript; charset=utf-8", &s.Script},
		{"icon.svg", "image/svg+xml", &s.Icon},
	} {
		body, err := files.ReadFile(row.name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		end := path.Ext(row.name)
		name := strings.TrimSuffix(row.name, end) + "." + hex.EncodeToString(sum[:4]) + end
		s.served[name] = served{kind: row.kind, body: body}
		*row.address = "/assets/" + name
	}
	return s, nil
}

// ServeHTTP serves the asset whose name is the last part of the path.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := s.served[path.Base(r.URL.Path)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.body)
}
