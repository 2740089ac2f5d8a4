package catalogrows

import (
	"context"
	"math/bits"
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
	cardShown = " FROM kontor_product_card c WHERE c.tenant = $1 AND c.currency = $2 AND c.begins <= $3 AND c.ends > $3"

	selectFeaturedCategories = categoryColumns + " WHERE k.tenant = $1 AND k.featured ORDER BY k.position, k.slug LIMIT $2"
	selectFeaturedCards      = cardColumns + ", c.position, ''" + cardShown + " AND c.featured ORDER BY c.position, c.product LIMIT $4"

	// The categories under one, itself counted. PostgreSQL looks them up in the
	// cards, SQLite in a table of its own.
	under    = "WITH RECURSIVE " + underCTE
	underCTE = "under (id) AS (SELECT k.id FROM kontor_category k WHERE k.tenant = $1 AND k.slug = %" +
		" UNION SELECT k.id FROM under u CROSS JOIN kontor_category k WHERE k.tenant = $1 AND k.parent = u.id)"
	postgresCategory = " AND c.places && ARRAY(" + under + " SELECT u.id FROM under u)"
	liteCategory     = " AND c.product IN (" + under +
		" SELECT pc.product FROM under u CROSS JOIN kontor_product_category pc WHERE pc.tenant = $1 AND pc.category = u.id)"

	// The time that PostgreSQL takes to find many products by many keys grows with
	// both: a quarter of the keys at a time takes a quarter of it.
	postgresQuarters = " AND (" + quarter + "0) OR " + quarter + "1) OR " + quarter + "2) OR " + quarter + "3))"
	quarter          = "c.places && ARRAY(SELECT u.id FROM under u WHERE get_byte(uuid_send(u.id), 15) % 4 = "

	// The categories above one, itself counted.
	selectTrail = "WITH RECURSIVE above (id, parent) AS (SELECT k.id, k.parent FROM kontor_category k WHERE k.tenant = $1 AND k.slug = $2" +
		" UNION SELECT k.id, k.parent FROM above a CROSS JOIN kontor_category k WHERE k.tenant = $1 AND k.id = a.parent) " + ofAbove
	ofAbove = categoryFields + " FROM above a CROSS JOIN kontor_category k WHERE k.tenant = $1 AND k.id = a.id"

	// Of each attribute that is filtered by, one of the values. SQLite has to be
	// told where to look.
	postgresValues = " AND c.product IN (SELECT v.product FROM kontor_product_value v" + ofValues
	liteValues     = " AND c.product IN (SELECT v.product FROM kontor_product_value v INDEXED BY kontor_product_value_token" + ofValues
	ofValues       = " WHERE v.tenant = $1 AND v.token = ANY(%::text[]) GROUP BY v.product HAVING count(DISTINCT v.attribute) = %)"

	// The arguments of SQLite, which PostgreSQL wants to see used: there are at
	// least as many values as filters.
	postgresSome = " AND cardinality(%::text[]) >= %::bigint"

	// The values of one filter, looked for in what products that are at hand say:
	// that takes neither a sort nor another plan for each set of values.
	postgresSays = " AND chr(30) || c.attributes || chr(30) LIKE ANY(%::text[])"

	selectFilterable = selectAttributes + " AND filterable" + attributeOrder

	// All products of a list as a tally reads them, in the columns of a card.
	postgresProducts = "SELECT '00000000-0000-0000-0000-000000000000'::uuid, '', COALESCE(string_agg(r.attributes || chr(29) || r.price, chr(28)), '')" + noCard
	liteProducts     = "SELECT x'00000000000000000000000000000000', '', COALESCE(group_concat(r.attributes || char(29) || r.price, char(28)), '')" + noCard
	noCard           = ", '', 0, 0, 0, 0, 0, '' FROM r"
)

// The words that are looked for are written as FTS5 has it: "red AND shirt*".
const (
	postgresWords = " AND c.words @@ to_tsquery('simple', replace(replace(%::text, ' AND ', ' & '), '*', ':*'))"
	liteWords     = " AND c.product IN (SELECT t.product FROM kontor_product_words w JOIN kontor_product_text t ON t.n = w.rowid" +
		" WHERE w.kontor_product_words MATCH %::text AND t.tenant = $1)"

	// How well a product was found: 0 if its title begins with the words, 1 if
	// it has them all, 2 for the others.
	postgresRank = "CASE WHEN substr(c.heading, 1, length(%::text)) = %::text THEN 0" +
		" WHEN c.words @@ to_tsquery('simple', replace(replace(%::text, ' AND ', ':A & '), '*', ':*A')) THEN 1 ELSE 2 END::bigint"
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
			Row: cardsInto(&w.Products, q.Currency, nil),
		})
	return w, err
}

// cardsInto reads cards, and for a tally the row that is none: its title is all
// products of the list.
func cardsInto(into *[]catalog.Card, currency money.Currency, tally *catalog.Tally) func(unit.Row) error {
	return func(r unit.Row) error {
		var k catalog.Card
		var u uuid.UUID
		var image string
		var price, highest, minor int64
		err := r.Scan(&u, &k.Slug, &k.Title, &image, &price, &highest, &minor, &k.Price.Per, &k.Place.Number, &k.Place.Text)
		if err != nil {
			return err
		}
		if k.Slug == "" && tally != nil {
			return tally.Read(k.Title)
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
	tally := catalog.NewTally(q.Filters, q.Low, q.High)
	tenant := c.Q.Tenant()
	queries := []unit.Query{
		{Text: selectFilterable, Args: []any{tenant}, Row: attributesInto(&found.Attributes)},
		SelectCards(tenant, q, &found.Cards, tally),
	}
	if q.Category != "" {
		queries = append(queries, unit.Query{Text: selectTrail, Args: []any{tenant, q.Category}, Row: categoriesInto(&found.Trail)})
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

// SelectCards is the query of a page of cards, which it adds to into. If it is
// not for the page only, all that is in the list is added to tally.
func SelectCards(tenant string, q catalog.CardQuery, into *[]catalog.Card, tally *catalog.Tally) unit.Query {
	var t listText
	t.begin(tenant, q)
	if q.PageOnly {
		t.pageOnly(q)
	} else {
		t.counted(q)
	}
	return unit.Query{Text: t.either(), Args: t.args, Row: cardsInto(into, q.Currency, tally)}
}

// pageOnly reads a page along the index of its order.
func (t *listText) pageOnly(q catalog.CardQuery) {
	o := t.order(q)
	t.append(form{cardColumns, cardColumns})
	t.append(o.columns("", ""))
	t.add(cardShown)
	t.restrict(q)
	t.filter(q.Filters)
	t.bound(q)
	t.page(q, o)
}

// counted makes the whole list once, and of it the page and the counts: one text
// with all products, because handing out a row for each takes longer than
// finding them.
func (t *listText) counted(q catalog.CardQuery) {
	o := t.order(q)
	t.add("WITH ")
	if q.Category != "" {
		t.append(form{"RECURSIVE " + t.fill(form{underCTE, ""}, q.Category).postgres + ", ", ""})
	}
	t.add("r AS MATERIALIZED (SELECT c.product, c.price, c.attributes")
	t.append(o.columns(" AS number", " AS word"))
	t.add(cardShown)
	if q.Category != "" {
		t.append(form{postgresQuarters, strings.ReplaceAll(liteCategory, "%", "$"+strconv.Itoa(len(t.args)))})
	}
	t.worded(q)
	t.add("), p AS (SELECT c.product, c.number, c.word FROM r c WHERE true")
	t.keep(q.Filters)
	t.bound(q)
	o.number, o.word = form{"c.number", "c.number"}, "c.word"
	t.page(q, o)
	t.add(") " + cardColumns + ", p.number, p.word FROM p JOIN kontor_product_card c ON c.tenant = $1 AND c.currency = $2 AND c.product = p.product UNION ALL ")
	t.append(form{postgresProducts, liteProducts})
	t.add(" ORDER BY 9" + o.direction + ", 10" + o.direction + ", 1" + o.direction)
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
	t.args = []any{tenant, q.Currency.Code(), clock.Micros(q.At)}
}

// restrict keeps the products of the category, and of them those with the words.
func (t *listText) restrict(q catalog.CardQuery) {
	if q.Category != "" {
		t.append(t.fill(form{postgresCategory, liteCategory}, q.Category))
	}
	t.worded(q)
}

// worded keeps the products with the words.
func (t *listText) worded(q catalog.CardQuery) {
	if len(q.Words) > 0 {
		t.append(t.fill(form{postgresWords, liteWords}, wanted(q.Words)))
	}
}

// filter keeps the products that have one of the values of each filter.
func (t *listText) filter(fs []catalog.Filter) {
	if len(fs) == 0 {
		return
	}
	t.append(t.fill(form{postgresValues, liteValues}, tokensOf(fs), len(fs)))
}

// tokensOf are all values of filters.
func tokensOf(fs []catalog.Filter) []string {
	tokens := []string{}
	for _, f := range fs {
		for _, v := range f.Values {
			tokens = append(tokens, catalog.Value{Attribute: f.Attribute, Value: v}.Token())
		}
	}
	return tokens
}

// keep is filter for products that were found with all they say. It has a place
// for one filter, for two, four, and so on, so that there are few texts; what is
// left over keeps everything.
func (t *listText) keep(fs []catalog.Filter) {
	if len(fs) == 0 {
		return
	}
	t.append(t.fill(form{postgresSome, liteValues}, tokensOf(fs), len(fs)))
	for places, i := 1<<bits.Len(uint(len(fs)-1)), 0; i < places; i++ {
		says := []string{"%"}
		if i < len(fs) {
			says = saying(fs[i])
		}
		t.append(form{t.fill(form{postgresSays, ""}, says).postgres, ""})
	}
}

// saying are the patterns of all that a product says, one for each value.
func saying(f catalog.Filter) []string {
	const between = "\x1e" // as catalog.JoinValues has it, and postgresSays
	plain := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)
	says := make([]string, len(f.Values))
	for i, v := range f.Values {
		says[i] = "%" + between + plain.Replace(catalog.Value{Attribute: f.Attribute, Value: v}.Token()) + between + "%"
	}
	return says
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

// sorting is what a list is sorted by: a number, a word, and the id. A number or
// a word that is the same for all has no kind.
type sorting struct {
	number    form
	word      string
	direction string
	numbered  bool
	worded    bool
}

// columns are the number and the word, each with a tail.
func (o sorting) columns(number, word string) form {
	tail := number + ", " + o.word + word
	return form{", " + o.number.postgres + tail, ", " + o.number.lite + tail}
}

// keys are what sorts, and where the page before has ended.
func (o sorting) keys(after catalog.Place) ([]form, []any) {
	var keys []form
	var ends []any
	if o.numbered {
		keys, ends = append(keys, o.number), append(ends, after.Number)
	}
	if o.worded {
		keys, ends = append(keys, form{o.word, o.word}), append(ends, after.Text)
	}
	return append(keys, form{"c.product", "c.product"}), append(ends, after.ID.UUID())
}

// order returns what a list is sorted by.
func (t *listText) order(q catalog.CardQuery) sorting {
	by := func(s string) sorting { return sorting{number: form{s, s}, word: "''", numbered: true} }
	o := by("c.position")
	switch q.Sort {
	case catalog.ByPosition:
	case catalog.Newest:
		o = by("c.created_at")
		o.direction = " DESC"
	case catalog.PriceUp:
		o = by("c.price")
	case catalog.PriceDown:
		o = by("c.price")
		o.direction = " DESC"
	case catalog.ByTitle:
		o = by("0")
		o.numbered, o.word, o.worded = false, "c.sort_title", true
	case catalog.ByRelevance:
		begin := strings.Join(q.Words, " ")
		o.number = t.fill(form{postgresRank, liteRank}, begin, begin, wanted(q.Words))
		o.word, o.worded = "c.sort_title", true
	}
	return o
}

// page leaves out what stands up to q.After, sorts, and cuts.
func (t *listText) page(q catalog.CardQuery, o sorting) {
	keys, after := o.keys(q.After)
	if !q.After.ID.IsZero() {
		row, than := listed(keys, ""), " > ("
		if o.direction != "" {
			than = " < ("
		}
		tail := ")" + than + strings.TrimSuffix(strings.Repeat("%, ", len(after)), ", ") + ")"
		t.append(t.fill(form{" AND (" + row.postgres + tail, " AND (" + row.lite + tail}, after...))
	}
	order := listed(keys, o.direction)
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
