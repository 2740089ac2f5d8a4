// Package marketingrows keeps who may be written to, who there is, what was
// bought, and what was sent.
package marketingrows

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/marketing"
)

// MarketingReader reads what the room knows.
type MarketingReader struct{ Q unit.Querier }

// MarketingTx writes it in a unit.
type MarketingTx struct {
	MarketingReader
	U *unit.Unit
}

var (
	_ marketing.Reader         = MarketingReader{}
	_ marketing.Auditor        = MarketingReader{}
	_ marketing.ConsentWriter  = MarketingTx{}
	_ marketing.ContactWriter  = MarketingTx{}
	_ marketing.CampaignWriter = MarketingTx{}
)

// The writes of a unit leave in the order of these keys: parents before their
// children, and before a touch what says more plainly that it was too late.
const (
	keySegment     = "m0"
	keyCampaign    = "m1"
	keyRecipient   = "m2"
	keyBasket      = "m3"
	keyContact     = "m4"
	keyPurchase    = "m5"
	keyAddress     = "m6"
	keyConsent     = "m7"
	keySuppression = "m8"
	keyTouch       = "m9"
)

const (
	entryColumns = "channel, address, purpose, n, state, method, wording, source, actor_kind, actor_id, at"

	selectEntries     = "SELECT " + entryColumns + " FROM kontor_marketing_consent WHERE tenant = $1 AND channel = $2 AND address = $3"
	selectEntry       = selectEntries + " AND purpose = $4 ORDER BY n DESC LIMIT 1"
	selectHistory     = selectEntries + " ORDER BY purpose, n"
	selectSuppression = `SELECT channel, address, reason, actor_kind, actor_id, at FROM kontor_marketing_suppression
WHERE tenant = $1 AND channel = $2 AND address = $3`
	selectAddress = "SELECT version FROM kontor_marketing_address WHERE tenant = $1 AND channel = $2 AND address = $3"
	selectTouches = `SELECT channel, address, n, purpose, subject, at FROM kontor_marketing_touch
WHERE tenant = $1 AND channel = $2 AND address = $3 ORDER BY n DESC LIMIT $4`
)

// MarketingPermit returns what holds for a topic.
func (r MarketingReader) MarketingPermit(ctx context.Context, topic marketing.Topic, touches int) (marketing.Permit, error) {
	p := marketing.Permit{Entry: marketing.Entry{Topic: topic}}
	tenant, ch := r.Q.Tenant(), string(topic.Channel)
	queries := []unit.Query{
		{Text: selectAddress, Args: []any{tenant, ch, topic.Address}, Row: func(row unit.Row) error { return row.Scan(&p.Version) }},
		{Text: selectEntry, Args: []any{tenant, ch, topic.Address, string(topic.Purpose)}, Row: func(row unit.Row) error {
			var err error
			p.Entry, err = scanEntry(row)
			return err
		}},
		{Text: selectSuppression, Args: []any{tenant, ch, topic.Address}, Row: func(row unit.Row) error {
			var err error
			p.Suppression, err = scanSuppression(row)
			return err
		}},
	}
	if touches > 0 {
		queries = append(queries, unit.Query{Text: selectTouches, Args: []any{tenant, ch, topic.Address, touches}, Row: func(row unit.Row) error {
			x, err := scanTouch(row)
			p.Touches = append(p.Touches, x)
			return err
		}})
	}
	err := r.Q.Read(ctx, queries...)
	return p, err
}

// ConsentEntries returns the history of an address.
func (r MarketingReader) ConsentEntries(ctx context.Context, ch marketing.Channel, address string) ([]marketing.Entry, error) {
	out := []marketing.Entry{}
	err := r.Q.Read(ctx, unit.Query{Text: selectHistory, Args: []any{r.Q.Tenant(), string(ch), address}, Row: func(row unit.Row) error {
		e, err := scanEntry(row)
		out = append(out, e)
		return err
	}})
	return out, err
}

func scanEntry(row unit.Row) (marketing.Entry, error) {
	var e marketing.Entry
	var ch, purpose, state, kind string
	var at int64
	err := row.Scan(&ch, &e.Address, &purpose, &e.N, &state, &e.Proof.Method, &e.Proof.Wording, &e.Proof.Source, &kind, &e.By.ID, &at)
	e.Channel, e.Purpose, e.State = marketing.Channel(ch), marketing.Purpose(purpose), marketing.ConsentState(state)
	e.By.Kind, e.At = op.ActorKind(kind), clock.FromMicros(at)
	return e, err
}

func scanSuppression(row unit.Row) (marketing.Suppression, error) {
	var s marketing.Suppression
	var ch, kind string
	var at int64
	err := row.Scan(&ch, &s.Address, &s.Reason, &kind, &s.By.ID, &at)
	s.Channel, s.By.Kind, s.At = marketing.Channel(ch), op.ActorKind(kind), clock.FromMicros(at)
	return s, err
}

func scanTouch(row unit.Row) (marketing.Touch, error) {
	var x marketing.Touch
	var ch, purpose string
	var at int64
	err := row.Scan(&ch, &x.Address, &x.N, &purpose, &x.Subject, &at)
	x.Channel, x.Purpose, x.At = marketing.Channel(ch), marketing.Purpose(purpose), clock.FromMicros(at)
	return x, err
}

const (
	insertAddress = "INSERT INTO kontor_marketing_address (tenant, channel, address, version) VALUES ($1, $2, $3, 1)"
	updateAddress = `UPDATE kontor_marketing_address SET version = version + 1
WHERE tenant = $1 AND channel = $2 AND address = $3 AND version = $4`
)

// AdvanceAddress counts one more change of what holds for an address.
func (t MarketingTx) AdvanceAddress(ctx context.Context, topic marketing.Topic, was int) error {
	w := unit.Write{
		Rank: unit.RankOther, Key: keyAddress + topic.Subject(), Text: insertAddress, Broken: marketing.ErrRaced,
		Args: []any{t.U.Tenant(), string(topic.Channel), topic.Address},
	}
	if was > 0 {
		w.Text, w.Untouched = updateAddress, marketing.ErrRaced
		w.Args = append(w.Args, was)
	}
	return t.U.Write(ctx, w)
}

const insertEntry = "INSERT INTO kontor_marketing_consent (tenant, " + entryColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// InsertConsentEntry adds an entry to a history.
func (t MarketingTx) InsertConsentEntry(ctx context.Context, e marketing.Entry) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keyConsent + e.Subject() + string(e.Purpose), Text: insertEntry, Broken: marketing.ErrRaced,
		Args: []any{
			t.U.Tenant(), string(e.Channel), e.Address, string(e.Purpose), e.N, string(e.State), e.Proof.Method, e.Proof.Wording,
			e.Proof.Source, string(e.By.Kind), e.By.ID, clock.Micros(e.At),
		},
	})
}

const (
	insertSuppression = `INSERT INTO kontor_marketing_suppression (tenant, channel, address, reason, actor_kind, actor_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`
	deleteSuppression = "DELETE FROM kontor_marketing_suppression WHERE tenant = $1 AND channel = $2 AND address = $3"
)

// InsertSuppression puts an address on the list.
func (t MarketingTx) InsertSuppression(ctx context.Context, s marketing.Suppression) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keySuppression + string(s.Channel) + s.Address, Text: insertSuppression, Broken: marketing.ErrRaced,
		Args: []any{t.U.Tenant(), string(s.Channel), s.Address, s.Reason, string(s.By.Kind), s.By.ID, clock.Micros(s.At)},
	})
}

// DeleteSuppression takes an address off the list.
func (t MarketingTx) DeleteSuppression(ctx context.Context, s marketing.Suppression) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keySuppression + string(s.Channel) + s.Address, Text: deleteSuppression, Untouched: marketing.ErrRaced,
		Args: []any{t.U.Tenant(), string(s.Channel), s.Address},
	})
}

const insertTouch = `INSERT INTO kontor_marketing_touch (tenant, channel, address, n, purpose, subject, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertTouch notes a message.
func (t MarketingTx) InsertTouch(ctx context.Context, x marketing.Touch) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keyTouch + string(x.Channel) + x.Address, Text: insertTouch, Broken: marketing.ErrRaced,
		Args: []any{t.U.Tenant(), string(x.Channel), x.Address, x.N, string(x.Purpose), x.Subject, clock.Micros(x.At)},
	})
}
