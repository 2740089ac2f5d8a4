package floor

import "github.com/google/uuid"

// read is one query. columns has a letter for each: t text, i number, u id, b bytes.
type read struct {
	text    string
	args    []any
	columns string
}

const (
	cartRow = `SELECT id, version, status, channel, market, currency, country, locale, buyer_groups, buyer_kind, buyer_id, email,
codes, ship_to, bill_to, shipping_method, order_id, last_line, metadata, created_at, updated_at FROM kontor_cart WHERE tenant = $1 AND id = $2`
	linesText  = "SELECT n, sku, quantity, metadata FROM kontor_cart_line WHERE tenant = $1 AND cart = $2 ORDER BY n"
	offersText = `SELECT v.product, v.id, v.sku, v.title, v.options, v.weight, p.title, p.status, p.tax_category, p.version, r.currency,
r.buyers, r.min_quantity, r.minor, r.per FROM kontor_cart_line l JOIN kontor_variant v ON v.tenant = l.tenant AND v.sku = l.sku
JOIN kontor_product p ON p.tenant = v.tenant AND p.id = v.product
JOIN kontor_price r ON r.tenant = v.tenant AND r.sku = v.sku AND r.currency = 'EUR' WHERE l.tenant = $1 AND l.cart = $2`
	levelsText = `SELECT l.sku, l.location, l.on_hand, l.reserved, l.low, p.priority FROM kontor_cart_line c
JOIN kontor_level l ON l.tenant = c.tenant AND l.sku = c.sku JOIN kontor_location p ON p.tenant = l.tenant AND p.code = l.location
WHERE c.tenant = $1 AND c.cart = $2`
	keyText  = "SELECT actor, operation, key, print, result, at FROM kontor_operation WHERE tenant = $1 AND actor = $2 AND operation = $3 AND key = $4"
	soldText = "SELECT 1 FROM kontor_variant WHERE tenant = $1 AND sku = $2"
)

func basketReads(cart any) []read {
	args := []any{"", cart}
	return []read{
		{cartRow, args, "uitttttttttttttttitii"},
		{linesText, args, "itit"},
		{offersText, args, "uutttitttittiii"},
		{levelsText, args, "ttiiii"},
	}
}

func placeReads(o Order, as func(uuid.UUID) any) []read {
	return append(basketReads(as(o.Cart)), read{keyText, []any{"", "buyer:bench", "checkout.place", o.Key}, "tttbti"})
}

func cartReads(cart any, sku string) []read {
	args := []any{"", cart}
	return []read{{cartRow, args, "uitttttttttttttttitii"}, {linesText, args, "itit"}, {soldText, []any{"", sku}, "i"}}
}

// targets are what a row of these columns is scanned into.
func targets(columns string) []any {
	var texts [24]string
	var numbers [24]int64
	out := make([]any, len(columns))
	for i, c := range columns {
		switch c {
		case 't':
			out[i] = &texts[i]
		case 'i':
			out[i] = &numbers[i]
		case 'u':
			out[i] = new([16]byte)
		default:
			out[i] = new([]byte)
		}
	}
	return out
}
