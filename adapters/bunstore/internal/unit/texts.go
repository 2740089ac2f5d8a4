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
		return canonical
	}
	if v, ok := t.cache.Load(canonical); ok {
		return v.(string) //nolint:forcetypeassert // only strings are stored
	}
	s := liteText(canonical)
	t.cache.Store(canonical, s)
	return s
}

// liteText rewrites the few places where SQLite differs: numbered parameters,
// lists (a JSON array instead of an array), and row locks, which one writer
// does not need.
func liteText(s string) string {
	s = regexp.MustCompile(`= ANY\(\$(\d+)::uuid\[\]\)`).ReplaceAllString(s, "IN (SELECT unhex(value) FROM json_each(?$1))")
	s = regexp.MustCompile(`= ANY\(\$(\d+)(?:::[a-z]+\[\])?\)`).ReplaceAllString(s, "IN (SELECT value FROM json_each(?$1))")
	s = regexp.MustCompile(` FOR (UPDATE|SHARE)( OF [a-z]+)?( SKIP LOCKED)?`).ReplaceAllString(s, "")
	s = regexp.MustCompile(`\$(\d+)(?:::[a-z]+)?`).ReplaceAllString(s, "?$1")
	return strings.ReplaceAll(s, "GREATEST(", "max(")
}
