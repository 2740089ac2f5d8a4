package floor

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ListOf asks for the first page of a list with the counts of three facets over
// all of it.
type ListOf struct {
	// Top is the slug of a category right below the one that holds everything.
	// Empty is everything.
	Top string
	// Colour, if set, is that of all products.
	Colour string
	// Words, if set, are those of all products, the best found first; of the
	// last the beginning is enough.
	Words []string
}

// Listed is the answer.
type Listed struct {
	Cards []Card
	// Facets count by "brand", "colour", "size" and value.
	Facets map[[2]string]int
	Count  int
	// Low and High are the lowest and the highest price.
	Low, High int64
}

// Card is a product in a list.
type Card struct {
	ID                         uuid.UUID
	Slug, Title                string
	Image                      Media
	Price, Highest, Minor, Per int64
}

// Media is a picture.
type Media struct {
	URL string `json:"url"`
	Alt string `json:"alt"`
	SKU string `json:"sku"`
}

// listSize is a page of 24, and one more that tells whether there is another.
const listSize = 25

// Flatten makes the flat table that lists are read from, one row a product, out
// of what the engine has stored, with the indexes that the lists need.
func (p *Postgres) Flatten(ctx context.Context) error {
	for _, text := range []string{
		"CREATE TABLE bench_flat AS " + flatColumns + ", c.words " + flatFrom,
		"CREATE UNIQUE INDEX ON bench_flat (product)",
		"CREATE INDEX ON bench_flat (top, position, product)",
		"CREATE INDEX ON bench_flat (position, product)",
		"CREATE INDEX ON bench_flat USING gin (words)",
		"VACUUM ANALYZE bench_flat",
	} {
		if _, err := p.pool.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// Flatten is that of SQLite. Its words are looked up in the index of the engine:
// a full text index is not built better by hand.
func (s *SQLite) Flatten(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range []string{
		"CREATE TABLE bench_flat AS " + flatColumns + ", t.n " + flatFrom,
		"CREATE UNIQUE INDEX bench_flat_product ON bench_flat (product)",
		"CREATE UNIQUE INDEX bench_flat_n ON bench_flat (n)",
		"CREATE INDEX bench_flat_top ON bench_flat (top, position, product)",
		"CREATE INDEX bench_flat_position ON bench_flat (position, product)",
		"ANALYZE",
	} {
		if _, err := s.pool.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

const (
	flatColumns = `SELECT c.product, c.slug, c.title, c.sort_title, c.image, c.price, c.highest, c.minor, c.per, c.position, c.begins, c.ends,
t.title AS words_of_title, kt.slug AS top,
(SELECT substr(v.token, 7) FROM kontor_product_value v WHERE v.tenant = '' AND v.product = c.product AND v.attribute = 'brand') AS brand,
(SELECT substr(v.token, 8) FROM kontor_product_value v WHERE v.tenant = '' AND v.product = c.product AND v.attribute = 'colour') AS colour,
(SELECT substr(v.token, 6) FROM kontor_product_value v WHERE v.tenant = '' AND v.product = c.product AND v.attribute = 'size') AS size`
	flatFrom = `FROM kontor_product_card c
JOIN kontor_product_text t ON t.tenant = '' AND t.product = c.product
JOIN kontor_product_category pc ON pc.tenant = '' AND pc.product = c.product
JOIN kontor_category kl ON kl.tenant = '' AND kl.id = pc.category
JOIN kontor_category km ON km.tenant = '' AND km.id = kl.parent
JOIN kontor_category kt ON kt.tenant = '' AND kt.id = km.parent
WHERE c.tenant = '' AND c.currency = 'EUR'`

	// The result once, of it a page and the counts.
	listHead = "WITH r AS MATERIALIZED (SELECT product, price, brand, colour, size, position, sort_title"
	listPage = "), page AS (SELECT product, row_number() OVER (ORDER BY %) AS n FROM r ORDER BY % LIMIT 25)" +
		" SELECT p.n, p.product, f.slug, f.title, f.image, f.price, f.highest, f.minor, f.per FROM page p JOIN bench_flat f ON f.product = p.product"
	postgresCounts = " UNION ALL SELECT CASE WHEN brand IS NOT NULL THEN -1 WHEN colour IS NOT NULL THEN -2 WHEN size IS NOT NULL THEN -3 ELSE 0 END," +
		" '00000000-0000-0000-0000-000000000000', coalesce(brand, colour, size, ''), '', '', count(*), coalesce(min(price), 0), coalesce(max(price), 0), 0" +
		" FROM r GROUP BY GROUPING SETS ((brand), (colour), (size), ())"
	liteCounts = " UNION ALL SELECT 0, x'', '', '', '', count(*), min(price), max(price), 0 FROM r HAVING count(*) > 0" +
		" UNION ALL SELECT -1, x'', brand, '', '', count(*), 0, 0, 0 FROM r GROUP BY brand" +
		" UNION ALL SELECT -2, x'', colour, '', '', count(*), 0, 0, 0 FROM r GROUP BY colour" +
		" UNION ALL SELECT -3, x'', size, '', '', count(*), 0, 0, 0 FROM r GROUP BY size"
)

// list writes the one statement of a list. words is the condition that a product
// has the words, rank the expression of how well it was found; both may use $2
// for the words and $3 for what a title may begin with.
func (l ListOf) list(words, rank, counts string) (string, []any) {
	text, order := strings.Builder{}, "position, product"
	args := []any{time.Now().UnixMicro()}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	text.WriteString(listHead)
	if len(l.Words) > 0 {
		args = append(args, strings.Join(l.Words, " AND ")+"*", strings.Join(l.Words, " "))
		text.WriteString(", " + rank + " AS rank")
		order = "rank, sort_title, product"
	}
	text.WriteString(" FROM bench_flat WHERE begins <= $1 AND ends > $1")
	if l.Top != "" {
		text.WriteString(" AND top = " + arg(l.Top))
	}
	if l.Colour != "" {
		text.WriteString(" AND colour = " + arg(l.Colour))
	}
	if len(l.Words) > 0 {
		text.WriteString(" AND " + words)
	}
	text.WriteString(strings.ReplaceAll(listPage, "%", order))
	text.WriteString(counts)
	return text.String(), args
}

const (
	postgresWords = "words @@ to_tsquery('simple', replace(replace($2::text, ' AND ', ' & '), '*', ':*'))"
	postgresRank  = "CASE WHEN starts_with(words_of_title, $3::text) THEN 0" +
		" WHEN words @@ to_tsquery('simple', replace(replace($2::text, ' AND ', ':A & '), '*', ':*A')) THEN 1 ELSE 2 END"
	liteWords = "n IN (SELECT rowid FROM kontor_product_words WHERE kontor_product_words MATCH $2)"
	liteRank  = "CASE WHEN substr(words_of_title, 1, length($3)) = $3 THEN 0" +
		" WHEN n IN (SELECT rowid FROM kontor_product_words WHERE kontor_product_words MATCH 'title : (' || $2 || ')') THEN 1 ELSE 2 END"
)

// List reads a list in one statement.
func (p *Postgres) List(ctx context.Context, l ListOf) (Listed, error) {
	text, args := l.list(postgresWords, postgresRank, postgresCounts)
	out := newListed()
	rows, err := p.pool.Query(ctx, text, args...)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Card
		if err := out.add(&c, rows.Scan, (*[16]byte)(&c.ID)); err != nil {
			return out, err
		}
	}
	return out, rows.Err()
}

// List is that of SQLite.
func (s *SQLite) List(ctx context.Context, l ListOf) (Listed, error) {
	text, args := l.list(liteWords, liteRank, liteCounts)
	out := newListed()
	err := s.each(ctx, text, args, func(rows *sql.Rows) error {
		var c Card
		var id sql.RawBytes
		return out.add(&c, func(dest ...any) error {
			err := rows.Scan(dest...)
			copy(c.ID[:], id)
			return err
		}, &id)
	})
	return out, err
}

func newListed() Listed {
	return Listed{Cards: make([]Card, 0, listSize), Facets: make(map[[2]string]int, 64)}
}

// add reads a row: a card, or a count.
func (l *Listed) add(c *Card, scan func(...any) error, id any) error {
	var n int64
	var image string
	if err := scan(&n, id, &c.Slug, &c.Title, &image, &c.Price, &c.Highest, &c.Minor, &c.Per); err != nil {
		return err
	}
	switch n {
	case 0:
		l.Count, l.Low, l.High = int(c.Price), c.Highest, c.Minor
	case -1, -2, -3:
		l.Facets[[2]string{[...]string{"brand", "colour", "size"}[-n-1], c.Slug}] = int(c.Price)
	default: // a union has no order
		for len(l.Cards) < int(n) {
			l.Cards = append(l.Cards, Card{})
		}
		l.Cards[n-1] = *c
		if image != "" {
			return json.Unmarshal([]byte(image), &l.Cards[n-1].Image)
		}
	}
	return nil
}
