package marketingrows

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/marketing"
)

const (
	pageOfAddresses = "SELECT address FROM kontor_marketing_contact WHERE tenant = $1 AND address > $2 ORDER BY address LIMIT $3"

	selectContacts = `SELECT address, name, locale, country, told_at FROM kontor_marketing_contact
WHERE tenant = $1 AND address > $2 ORDER BY address LIMIT $3`

	purchaseColumns = "order_id, version, address, at, currency, total, lines"

	selectPurchase  = "SELECT " + purchaseColumns + " FROM kontor_marketing_purchase WHERE tenant = $1 AND order_id = $2"
	selectPurchases = "SELECT " + purchaseColumns + ` FROM kontor_marketing_purchase
WHERE tenant = $1 AND lines <> '' AND address IN (` + pageOfAddresses + ") ORDER BY address, order_id"

	selectConsents = "SELECT " + entryColumns + ` FROM kontor_marketing_consent c
WHERE tenant = $1 AND channel = 'email' AND address IN (` + pageOfAddresses + `)
AND NOT EXISTS (SELECT 1 FROM kontor_marketing_consent d WHERE d.tenant = c.tenant AND d.channel = c.channel
  AND d.address = c.address AND d.purpose = c.purpose AND d.n > c.n) ORDER BY address, purpose`

	selectSuppressed = `SELECT address FROM kontor_marketing_suppression
WHERE tenant = $1 AND channel = 'email' AND address IN (` + pageOfAddresses + ")"
)

// MarketingProfiles returns a page of contacts with what is known of them.
func (r MarketingReader) MarketingProfiles(ctx context.Context, after string, limit int) ([]marketing.Profile, error) {
	out := []marketing.Profile{}
	at := map[string]int{}
	args := []any{r.Q.Tenant(), after, limit}
	// add changes the profile of an address. One that is not on the page came
	// between the queries, and belongs to a later page.
	add := func(address string, change func(p *marketing.Profile)) {
		if i, ok := at[address]; ok {
			change(&out[i])
		}
	}
	err := r.Q.Read(ctx,
		unit.Query{Text: selectContacts, Args: args, Row: func(row unit.Row) error {
			var p marketing.Profile
			var told int64
			err := row.Scan(&p.Contact.Address, &p.Contact.Name, &p.Contact.Locale, &p.Contact.Country, &told)
			p.Contact.ToldAt = clock.FromMicros(told)
			at[p.Contact.Address] = len(out)
			out = append(out, p)
			return err
		}},
		unit.Query{Text: selectPurchases, Args: args, Row: func(row unit.Row) error {
			x, err := scanPurchase(row)
			add(x.Address, func(p *marketing.Profile) { p.Purchases = append(p.Purchases, x) })
			return err
		}},
		unit.Query{Text: selectConsents, Args: args, Row: func(row unit.Row) error {
			e, err := scanEntry(row)
			add(e.Address, func(p *marketing.Profile) { p.Consents = append(p.Consents, e) })
			return err
		}},
		unit.Query{Text: selectSuppressed, Args: args, Row: func(row unit.Row) error {
			var address string
			err := row.Scan(&address)
			add(address, func(p *marketing.Profile) { p.Suppressed = true })
			return err
		}},
	)
	return out, err
}

// MarketingPurchase returns what was told of an order.
func (r MarketingReader) MarketingPurchase(ctx context.Context, order string) (marketing.Purchase, error) {
	var p marketing.Purchase
	found := false
	err := r.Q.Read(ctx, unit.Query{Text: selectPurchase, Args: []any{r.Q.Tenant(), order}, Row: func(row unit.Row) error {
		var err error
		found = true
		p, err = scanPurchase(row)
		return err
	}})
	if err == nil && !found {
		err = marketing.ErrNoPurchase
	}
	return p, err
}

func scanPurchase(row unit.Row) (marketing.Purchase, error) {
	var p marketing.Purchase
	var currency, lines string
	var at, total int64
	if err := row.Scan(&p.Order, &p.Version, &p.Address, &at, &currency, &total, &lines); err != nil {
		return p, err
	}
	p.At = clock.FromMicros(at)
	var err error
	if p.Total, err = amount(total, currency); err != nil {
		return p, err
	}
	p.Lines, err = column.To[[]marketing.PurchaseLine](lines)
	return p, err
}

func amount(minor int64, currency string) (money.Amount, error) {
	if currency == "" {
		return money.Amount{}, nil
	}
	c, err := money.ParseCurrency(currency)
	return money.New(minor, c), err
}

// list is column.Of with empty text for an empty list.
func list[T any](xs []T) (string, error) {
	if len(xs) == 0 {
		return "", nil
	}
	return column.Of(xs)
}

const saveContact = `INSERT INTO kontor_marketing_contact (tenant, address, name, locale, country, told_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, address) DO UPDATE SET
name = CASE WHEN excluded.name = '' THEN kontor_marketing_contact.name ELSE excluded.name END,
locale = CASE WHEN excluded.locale = '' THEN kontor_marketing_contact.locale ELSE excluded.locale END,
country = CASE WHEN excluded.country = '' THEN kontor_marketing_contact.country ELSE excluded.country END,
told_at = excluded.told_at WHERE kontor_marketing_contact.told_at <= excluded.told_at`

// SaveMarketingContact adds a contact, or what is new of one.
func (t MarketingTx) SaveMarketingContact(ctx context.Context, c marketing.Contact) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keyContact + c.Address, Text: saveContact,
		Args: []any{t.U.Tenant(), c.Address, c.Name, c.Locale, c.Country, clock.Micros(c.ToldAt)},
	})
}

const (
	insertPurchase = "INSERT INTO kontor_marketing_purchase (tenant, " + purchaseColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	updatePurchase = `UPDATE kontor_marketing_purchase SET version = $3, address = $4, at = $5, currency = $6, total = $7, lines = $8
WHERE tenant = $1 AND order_id = $2 AND version = $9`
)

// SaveMarketingPurchase stores what was told of an order.
func (t MarketingTx) SaveMarketingPurchase(ctx context.Context, p marketing.Purchase, was int) error {
	lines, err := list(p.Lines)
	if err != nil {
		return err
	}
	w := unit.Write{
		Rank: unit.RankOther, Key: keyPurchase + p.Order, Text: insertPurchase, Broken: marketing.ErrRaced,
		Args: []any{t.U.Tenant(), p.Order, p.Version, p.Address, clock.Micros(p.At), p.Total.Currency().Code(), p.Total.Minor(), lines},
	}
	if was > 0 {
		w.Text, w.Untouched = updatePurchase, marketing.ErrRaced
		w.Args = append(w.Args, was)
	}
	return t.U.Write(ctx, w)
}
