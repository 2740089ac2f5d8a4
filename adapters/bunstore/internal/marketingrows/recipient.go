package marketingrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/marketing"
)

const (
	selectRecipients = `SELECT id, campaign, address, name, locale, state, withheld, at FROM kontor_marketing_recipient
WHERE tenant = $1 AND campaign = $2 AND `
	recipientsAfter   = selectRecipients + "address > $3 ORDER BY address LIMIT $4"
	recipientsPlanned = selectRecipients + "state = 'planned' ORDER BY address LIMIT $3"
)

// RecipientsAfter returns recipients by address.
func (r MarketingReader) RecipientsAfter(
	ctx context.Context, campaign marketing.CampaignID, after string, limit int,
) ([]marketing.Recipient, error) {
	return r.recipients(ctx, recipientsAfter, campaign.UUID(), after, limit)
}

// RecipientsPlanned returns recipients that nothing was decided about.
func (r MarketingReader) RecipientsPlanned(ctx context.Context, campaign marketing.CampaignID, limit int) ([]marketing.Recipient, error) {
	return r.recipients(ctx, recipientsPlanned, campaign.UUID(), limit)
}

func (r MarketingReader) recipients(ctx context.Context, text string, args ...any) ([]marketing.Recipient, error) {
	out := []marketing.Recipient{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: append([]any{r.Q.Tenant()}, args...), Row: func(row unit.Row) error {
		var x marketing.Recipient
		var u, campaign uuid.UUID
		var state, withheld string
		var at int64
		err := row.Scan(&u, &campaign, &x.Address, &x.Name, &x.Locale, &state, &withheld, &at)
		x.ID, x.Campaign = marketing.RecipientIDFrom(u), marketing.CampaignIDFrom(campaign)
		x.State, x.Withheld, x.At = marketing.RecipientState(state), marketing.Withheld(withheld), clock.FromMicros(at)
		out = append(out, x)
		return err
	}})
	return out, err
}

const countRecipients = `SELECT state, withheld, CAST(count(*) AS bigint) FROM kontor_marketing_recipient
WHERE tenant = $1 AND campaign = $2 GROUP BY state, withheld`

// CampaignStanding counts the recipients of a campaign.
func (r MarketingReader) CampaignStanding(ctx context.Context, campaign marketing.CampaignID) (marketing.Standing, error) {
	out := marketing.Standing{Withheld: make(map[marketing.Withheld]int)}
	err := r.Q.Read(ctx, unit.Query{Text: countRecipients, Args: []any{r.Q.Tenant(), campaign.UUID()}, Row: func(row unit.Row) error {
		var state, withheld string
		var n int
		err := row.Scan(&state, &withheld, &n)
		switch marketing.RecipientState(state) {
		case marketing.RecipientPlanned:
			out.Planned += n
		case marketing.RecipientQueued:
			out.Queued += n
		case marketing.RecipientWithheld:
			out.Withheld[marketing.Withheld(withheld)] += n
		}
		return err
	}})
	return out, err
}

const (
	insertRecipient = `INSERT INTO kontor_marketing_recipient (tenant, campaign, address, id, name, locale, state, withheld, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, campaign, address) DO NOTHING`

	decideRecipient = `UPDATE kontor_marketing_recipient SET state = $4, withheld = $5, at = $6
WHERE tenant = $1 AND campaign = $2 AND address = $3 AND state = 'planned'
AND EXISTS (SELECT 1 FROM kontor_marketing_campaign WHERE tenant = $1 AND id = $2 AND status = 'sending')`
)

func recipientKey(r marketing.Recipient) string {
	return keyRecipient + r.Campaign.String() + r.Address
}

// InsertRecipients stores new recipients.
func (t MarketingTx) InsertRecipients(ctx context.Context, rs []marketing.Recipient) error {
	for _, r := range rs {
		err := t.U.Write(ctx, unit.Write{
			Rank: unit.RankOther, Key: recipientKey(r), Text: insertRecipient,
			Args: []any{
				t.U.Tenant(), r.Campaign.UUID(), r.Address, r.ID.UUID(), r.Name, r.Locale, string(r.State), string(r.Withheld), clock.Micros(r.At),
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// DecideRecipient stores what became of a recipient.
func (t MarketingTx) DecideRecipient(ctx context.Context, r marketing.Recipient, decided error) error {
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: recipientKey(r), Text: decideRecipient, Untouched: decided,
		Args: []any{t.U.Tenant(), r.Campaign.UUID(), r.Address, string(r.State), string(r.Withheld), clock.Micros(r.At)},
	})
}
