package unit

import (
	"regexp"
	"strings"
	"sync"
)

// Dialect is the SQL that a database speaks.
type Dialect int

// Dialects.
const (
	Postgres Dialect = iota
	SQLite
)

// texts turns the canonical texts of this package, which are written in the
// subset that PostgreSQL reads, into those of another dialect, once each.
type texts struct {
	dialect Dialect
	cache   sync.Map // string -> string
}

func (t *texts) of(canonical string) string {
	if t.dialect == Postgres {
		text, _, _ := strings.Cut(canonical, between)
		return text
	}
	if v, ok := t.cache.Load(canonical); ok {
		return v.(string) //nolint:forcetypeassert // only strings are stored
	}
	s := canonical
	if _, lite, apart := strings.Cut(canonical, between); apart {
		s = lite
	}
	s = liteText(s)
	t.cache.Store(canonical, s)
	return s
}

// between stands between the two forms of a text that Either has made.
const between = "\x00"

// Either is the text of a statement whose forms in the two dialects have little
// in common, such as a search for words. Both take the same arguments.
func Either(postgres, lite string) string { return postgres + between + lite }

// liteText rewrites the few places where SQLite differs: numbered parameters,
// lists (a JSON array instead of an array), the names of some functions, and row
// locks, which one writer does not need. string_agg is new in SQLite 3.44.
func liteText(s string) string {
	s = regexp.MustCompile(`= ANY\(\$(\d+)::uuid\[\]\)`).ReplaceAllString(s, "IN (SELECT unhex(value) FROM json_each(?$1))")
	s = regexp.MustCompile(`= ANY\(\$(\d+)(?:::[a-z]+\[\])?\)`).ReplaceAllString(s, "IN (SELECT value FROM json_each(?$1))")
	s = regexp.MustCompile(` FOR (UPDATE|SHARE)( OF [a-z]+)?( SKIP LOCKED)?`).ReplaceAllString(s, "")
	s = regexp.MustCompile(`\$(\d+)(?:::[a-z]+)?`).ReplaceAllString(s, "?$1")
	return strings.NewReplacer("GREATEST(", "max(", "string_agg(", "group_concat(").Replace(s)
}
