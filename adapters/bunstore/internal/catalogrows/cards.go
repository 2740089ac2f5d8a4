package catalogrows

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
)

const (
	cardColumns = "SELECT c.product, c.slug, c.title, c.image, c.price, c.highest, c.minor, c.per"

	// A card is shown in its currency and within its window in time.
	cards     = " FROM kontor_product_card c"
	shown     = " WHERE c.tenant = $1 AND c.currency = $2 AND c.begins <= $3 AND c.ends > $3"
	cardShown = cards + shown

	selectFeaturedCategories = categoryColumns + " WHERE k.tenant = $1 AND k.featured ORDER BY k.position, k.slug LIMIT $2"
	selectFeaturedCards      = cardColumns + ", c.position, ''" + cardShown + " AND c.featured ORDER BY c.position, c.product LIMIT $4"

	// The categories under one, itself counted.
	under = "WITH RECURSIVE under (id) AS (SELECT k.id FROM kontor_category k WHERE k.tenant = $1 AND k.slug = %" +
		" UNION SELECT k.id FROM under u CROSS JOIN kontor_category k WHERE k.tenant = $1 AND k.parent = u.id)"
	inCategory = " AND c.product IN (" + under + " SELECT pc.product FROM under u CROSS JOIN kontor_product_category pc WHERE pc.tenant = $1 AND pc.category = u.id)"

	// The categories above one, itself counted.
	selectTrail = "WITH RECURSIVE above (id, parent) AS (SELECT k.id, k.parent FROM kontor_category k WHERE k.tenant = $1 AND k.slug = $2" +
		" UNION SELECT k.id, k.parent FROM above a CROSS JOIN kontor_category k WHERE k.tenant = $1 AND k.id = a.parent) " + ofAbove
	ofAbove = categoryFields + " FROM above a CROSS JOIN kontor_category k WHERE k.tenant = $1 AND k.id = a.id"

	// Of each attribute that is filtered by, one of the values. SQLite has to be
	// told where to look.
	postgresValues = " AND c.product IN (SELECT v.product FROM kontor_product_value v" + ofValues
	liteValues     = " AND c.product IN (SELECT v.product FROM kontor_product_value v INDEXED BY kontor_product_value_token" + ofValues
	ofValues       = " WHERE v.tenant = $1 AND v.token = ANY(%::text[]) GROUP BY v.product HAVING count(DISTINCT v.attribute) = %)"

	selectFilterable = selectAttributes + " AND filterable" + attributeOrder
)

// The words that are looked for are written as FTS5 has it: "red AND shirt*".
const (
	withText      = " JOIN kontor_product_text t ON t.tenant = c.tenant AND t.product = c.product"
	postgresWords = " AND t.words @@ to_tsquery('simple', replace(replace(%::text, ' AND ', ' & '), '*', ':*'))"
	liteWords     = " AND c.product IN (SELECT t.product FROM kontor_product_words w JOIN kontor_product_text t ON t.n = w.rowid" +
		" WHERE w.kontor_product_words MATCH %::text AND t.tenant = $1)"

	// How well a product was found: 0 if its title begins with the words, 1 if
	// it has them all, 2 for the others.
	postgresRank = "CASE WHEN substr(t.title, 1, length(%::text)) = %::text THEN 0" +
		" WHEN t.words @@ to_tsquery('simple', replace(replace(%::text, ' AND ', ':A & '), '*', ':*A')) THEN 1 ELSE 2 END::bigint"
	liteRank = "(SELECT CASE WHEN substr(t.title, 1, length(%::text)) = %::text THEN 0" +
		" WHEN t.n IN (SELECT w.rowid FROM kontor_product_words w WHERE w.kontor_product_words MATCH 'title : (' || %::text || ')') THEN 1 ELSE 2 END" +
		" FROM kontor_product_text t WHERE t.tenant = $1 AND t.product = c.product)"
)

// ShopWindow returns what is featured.
func (c CatalogReader) ShopWindow(ctx context.Context, q catalog.WindowQuery) (catalog.Window, error) {
	w := catalog.Window{Categories: []catalog.Category{}, Products: []catalog.Card{}}
	tenant := c.Q.Tenant()
	err := c.Q.Read(ctx,
		unit.Query{Text: selectFeaturedCategories, Args: []any{tenant, q.Limit}, Row: categoriesInto(&w.Categories)},
		unit.Query{
			Text: selectFeaturedCards, Args: []any{tenant, q.Currency.Code(), clock.Micros(q.At), q.Limit},
			Row: cardsInto(&w.Products, q.Currency),
		})
	return w, err
}

func cardsInto(into *[]catalog.Card, currency money.Currency) func(unit.Row) error {
	return func(r unit.Row) error {
		var k catalog.Card
		var u uuid.UUID
		var image string
		var price, highest, minor int64
		err := r.Scan(&u, &k.Slug, &k.Title, &image, &price, &highest, &minor, &k.Price.Per, &k.Place.Number, &k.Place.Text)
		if err != nil {
			return err
		}
		k.ProductID = catalog.IDFrom(u)
		k.Place.ID = k.ProductID
		k.Price.Amount, k.Varies = money.New(minor, currency), highest > price
		k.Image, err = column.To[catalog.Media](image)
		*into = append(*into, k)
		return err
	}
}

// ProductCards returns a page of cards and the counts of its list.
func (c CatalogReader) ProductCards(ctx context.Context, q catalog.CardQuery) (catalog.Found, error) {
	var found catalog.Found
	tally := catalog.NewTally(q.Filters)
	tenant := c.Q.Tenant()
	queries := []unit.Query{
		{Text: selectFilterable, Args: []any{tenant}, Row: attributesInto(&found.Attributes)},
		SelectCards(tenant, q, &found.Cards),
	}
	if q.Category != "" {
		queries = append(queries, unit.Query{Text: selectTrail, Args: []any{tenant, q.Category}, Row: categoriesInto(&found.Trail)})
	}
	if !q.PageOnly {
		queries = append(queries, SelectGroups(tenant, q, tally))
	}
	if err := c.Q.Read(ctx, queries...); err != nil {
		return catalog.Found{}, err
	}
	if q.Category != "" && len(found.Trail) == 0 {
		return catalog.Found{}, catalog.ErrNoCategory
	}
	found.Trail = trail(found.Trail, q.Category)
	if !q.PageOnly {
		found.Counts = tally.Counts(found.Attributes)
	}
	return found, nil
}

// trail puts a category and those above it into their order.
func trail(ks []catalog.Category, slug string) []catalog.Category {
	for _, k := range ks {
		if k.Slug == slug {
			return catalog.Tree{Categories: ks}.Trail(k.ID)
		}
	}
	return nil
}

// SelectCards is the query of a page of cards. It adds them to into.
func SelectCards(tenant string, q catalog.CardQuery, into *[]catalog.Card) unit.Query {
	var t listText
	t.begin(tenant, q)
	number, word, direction := t.order(q)
	t.lite = cardColumns + ", " + number.lite + ", " + word + t.lite
	t.postgres = cardColumns + ", " + number.postgres + ", " + word + t.postgres
	t.restrict(q)
	t.filter(q.Filters)
	t.bound(q)
	t.page(q, number, word, direction)
	return unit.Query{Text: t.either(), Args: t.args, Row: cardsInto(into, q.Currency)}
}

// SelectGroups is the query of what there is in a list, as groups of products
// that say the same. It adds them to tally.
func SelectGroups(tenant string, q catalog.CardQuery, tally *catalog.Tally) unit.Query {
	var t listText
	t.begin(tenant, q)
	head := "SELECT c.attributes, c.price BETWEEN $4 AND $5, count(*), min(c.price), max(c.price)"
	t.args = append(t.args, q.Low, q.High)
	t.postgres, t.lite = head+t.postgres, head+t.lite
	t.restrict(q)
	t.add(" GROUP BY 1, 2")
	return unit.Query{Text: t.either(), Args: t.args, Row: func(r unit.Row) error {
		var g catalog.Group
		err := r.Scan(&g.Values, &g.Within, &g.Count, &g.Low, &g.High)
		tally.Add(g)
		return err
	}}
}

// listText builds a text in both dialects with its arguments. There is one for each
// order and each set of restrictions, whatever their values are.
type listText struct {
	postgres, lite string
	args           []any
}

// form is a part of a text in both dialects.
type form struct{ postgres, lite string }

// add appends a part that is the same in both dialects, whose % stand for args.
func (t *listText) add(s string, args ...any) {
	t.append(t.fill(form{s, s}, args...))
}

// fill numbers the % of a part, which are as many as args.
func (t *listText) fill(f form, args ...any) form {
	for _, a := range args {
		t.args = append(t.args, a)
		n := "$" + strconv.Itoa(len(t.args))
		f.postgres, f.lite = strings.Replace(f.postgres, "%", n, 1), strings.Replace(f.lite, "%", n, 1)
	}
	return f
}

// either is the text, which is one where the dialects agree.
func (t *listText) either() string {
	if t.postgres == t.lite {
		return t.postgres
	}
	return unit.Either(t.postgres, t.lite)
}

func (t *listText) begin(tenant string, q catalog.CardQuery) {
	t.postgres, t.lite = cardShown, cardShown
	if len(q.Words) > 0 {
		t.postgres = cards + withText + shown
	}
	t.args = []any{tenant, q.Currency.Code(), clock.Micros(q.At)}
}

// restrict keeps the products of the category and those with the words.
func (t *listText) restrict(q catalog.CardQuery) {
	if q.Category != "" {
		t.add(inCategory, q.Category)
	}
	if len(q.Words) > 0 {
		t.append(t.fill(form{postgresWords, liteWords}, wanted(q.Words)))
	}
}

// filter keeps the products that have one of the values of each filter.
func (t *listText) filter(fs []catalog.Filter) {
	if len(fs) == 0 {
		return
	}
	tokens := []string{}
	for _, f := range fs {
		for _, v := range f.Values {
			tokens = append(tokens, catalog.Value{Attribute: f.Attribute, Value: v}.Token())
		}
	}
	t.append(t.fill(form{postgresValues, liteValues}, tokens, len(fs)))
}

func (t *listText) append(f form) { t.postgres, t.lite = t.postgres+f.postgres, t.lite+f.lite }

// bound keeps the products whose price is within the bounds, if there are any.
// The plus keeps a database from walking along the prices in any other order.
func (t *listText) bound(q catalog.CardQuery) {
	price := "+c.price"
	if q.Sort == catalog.PriceUp || q.Sort == catalog.PriceDown {
		price = "c.price"
	}
	if q.Low > 0 || q.High < money.Limit {
		t.add(" AND "+price+" BETWEEN % AND %", q.Low, q.High)
	}
}

// wanted writes words, which are of letters and digits alone, as a query.
func wanted(words []string) string { return strings.Join(words, " AND ") + "*" }

// order returns what is sorted by, and whether downwards: a number, a word.
func (t *listText) order(q catalog.CardQuery) (number form, word, direction string) {
	same := func(s string) form { return form{s, s} }
	switch q.Sort {
	case catalog.Newest:
		return same("c.created_at"), "''", " DESC"
	case catalog.PriceUp:
		return same("c.price"), "''", ""
	case catalog.PriceDown:
		return same("c.price"), "''", " DESC"
	case catalog.ByTitle:
		return same("0"), "c.sort_title", ""
	case catalog.ByRelevance:
		begin := strings.Join(q.Words, " ")
		return t.fill(form{postgresRank, liteRank}, begin, begin, wanted(q.Words)), "c.sort_title", ""
	case catalog.ByPosition:
	}
	return same("c.position"), "''", ""
}

// page leaves out what stands up to q.After, sorts, and cuts.
func (t *listText) page(q catalog.CardQuery, number form, word, direction string) {
	keys, after := []form{}, []any{}
	if number.postgres != "0" {
		keys, after = append(keys, number), append(after, q.After.Number)
	}
	if word != "''" {
		keys, after = append(keys, form{word, word}), append(after, q.After.Text)
	}
	keys, after = append(keys, form{"c.product", "c.product"}), append(after, q.After.ID.UUID())
	if !q.After.ID.IsZero() {
		row, than := listed(keys, ""), " > ("
		if direction != "" {
			than = " < ("
		}
		tail := ")" + than + strings.TrimSuffix(strings.Repeat("%, ", len(after)), ", ") + ")"
		t.append(t.fill(form{" AND (" + row.postgres + tail, " AND (" + row.lite + tail}, after...))
	}
	order := listed(keys, direction)
	t.append(form{" ORDER BY " + order.postgres, " ORDER BY " + order.lite})
	t.add(" LIMIT %", q.Limit)
}

// listed writes keys with commas between them, each with a tail.
func listed(keys []form, tail string) form {
	var out form
	for i, k := range keys {
		if i > 0 {
			out.postgres, out.lite = out.postgres+", ", out.lite+", "
		}
		out.postgres, out.lite = out.postgres+k.postgres+tail, out.lite+k.lite+tail
	}
	return out
}
