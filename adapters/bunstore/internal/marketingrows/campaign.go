package marketingrows

import (
	"context"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/column"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/marketing"
)

const (
	selectSegments = "SELECT id, version, name, rule, created_at, updated_at FROM kontor_marketing_segment WHERE tenant = $1 AND "
	selectSegment  = selectSegments + "id = $2"
	segmentsAfter  = selectSegments + "id > $2 ORDER BY id LIMIT $3"
)

// Segment returns a segment.
func (r MarketingReader) Segment(ctx context.Context, segment marketing.SegmentID) (marketing.Segment, error) {
	out, err := r.segments(ctx, selectSegment, segment.UUID())
	if err == nil && len(out) == 0 {
		err = marketing.ErrNoSegment
	}
	if err != nil {
		return marketing.Segment{}, err
	}
	return out[0], nil
}

// SegmentsAfter returns segments by id.
func (r MarketingReader) SegmentsAfter(ctx context.Context, after marketing.SegmentID, limit int) ([]marketing.Segment, error) {
	return r.segments(ctx, segmentsAfter, after.UUID(), limit)
}

func (r MarketingReader) segments(ctx context.Context, text string, args ...any) ([]marketing.Segment, error) {
	out := []marketing.Segment{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: append([]any{r.Q.Tenant()}, args...), Row: func(row unit.Row) error {
		var s marketing.Segment
		var u uuid.UUID
		var rule string
		var created, updated int64
		err := row.Scan(&u, &s.Version, &s.Name, &rule, &created, &updated)
		if err != nil {
			return err
		}
		s.ID, s.CreatedAt, s.UpdatedAt = marketing.SegmentIDFrom(u), clock.FromMicros(created), clock.FromMicros(updated)
		s.Rule, err = column.To[marketing.Rule](rule)
		out = append(out, s)
		return err
	}})
	return out, err
}

const (
	insertSegment = `INSERT INTO kontor_marketing_segment (tenant, id, version, name, rule, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`
	updateSegment = `UPDATE kontor_marketing_segment SET version = version + 1, name = $4, rule = $5, updated_at = $6
WHERE tenant = $1 AND id = $2 AND version = $3`
)

// InsertSegment stores a new segment.
func (t MarketingTx) InsertSegment(ctx context.Context, s marketing.Segment) error {
	rule, err := column.Of(s.Rule)
	if err != nil {
		return err
	}
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keySegment + s.ID.String(), Text: insertSegment,
		Args: []any{t.U.Tenant(), s.ID.UUID(), s.Version, s.Name, rule, clock.Micros(s.CreatedAt), clock.Micros(s.UpdatedAt)},
	})
}

// UpdateSegment replaces the version before that of s.
func (t MarketingTx) UpdateSegment(ctx context.Context, s marketing.Segment) error {
	rule, err := column.Of(s.Rule)
	if err != nil {
		return err
	}
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keySegment + s.ID.String(), Text: updateSegment, Untouched: marketing.ErrRaced,
		Args: []any{t.U.Tenant(), s.ID.UUID(), s.Version - 1, s.Name, rule, clock.Micros(s.UpdatedAt)},
	})
}

const (
	selectCampaigns = `SELECT id, version, status, name, segment, purpose, template, title, body, rule, at, started_at, ended_at, step, reached,
gathered, reason, created_at, updated_at FROM kontor_marketing_campaign WHERE tenant = $1 AND `
	selectCampaign = selectCampaigns + "id = $2"
	campaignsAfter = selectCampaigns + "id > $2 ORDER BY id LIMIT $3"
)

// Campaign returns a campaign.
func (r MarketingReader) Campaign(ctx context.Context, campaign marketing.CampaignID) (marketing.Campaign, error) {
	out, err := r.campaigns(ctx, selectCampaign, campaign.UUID())
	if err == nil && len(out) == 0 {
		err = marketing.ErrNoCampaign
	}
	if err != nil {
		return marketing.Campaign{}, err
	}
	return out[0], nil
}

// CampaignsAfter returns campaigns by id.
func (r MarketingReader) CampaignsAfter(ctx context.Context, after marketing.CampaignID, limit int) ([]marketing.Campaign, error) {
	return r.campaigns(ctx, campaignsAfter, after.UUID(), limit)
}

func (r MarketingReader) campaigns(ctx context.Context, text string, args ...any) ([]marketing.Campaign, error) {
	out := []marketing.Campaign{}
	err := r.Q.Read(ctx, unit.Query{Text: text, Args: append([]any{r.Q.Tenant()}, args...), Row: func(row unit.Row) error {
		g, err := scanCampaign(row)
		out = append(out, g)
		return err
	}})
	return out, err
}

func scanCampaign(row unit.Row) (marketing.Campaign, error) {
	var g marketing.Campaign
	var u, segment uuid.UUID
	var status, purpose, rule string
	var at, started, ended, created, updated int64
	err := row.Scan(&u, &g.Version, &status, &g.Name, &segment, &purpose, &g.Template, &g.Title, &g.Text, &rule, &at, &started, &ended,
		&g.Step, &g.Reached, &g.Gathered, &g.Reason, &created, &updated)
	if err != nil {
		return g, err
	}
	g.ID, g.Segment, g.Purpose = marketing.CampaignIDFrom(u), marketing.SegmentIDFrom(segment), marketing.Purpose(purpose)
	g.At, g.StartedAt, g.EndedAt = clock.FromMicros(at), clock.FromMicros(started), clock.FromMicros(ended)
	g.CreatedAt, g.UpdatedAt = clock.FromMicros(created), clock.FromMicros(updated)
	if g.Rule, err = column.To[marketing.Rule](rule); err != nil {
		return g, err
	}
	return marketing.RestoreCampaign(g, marketing.CampaignStatus(status))
}

const (
	insertCampaign = `INSERT INTO kontor_marketing_campaign (tenant, id, version, status, name, segment, purpose, template, title, body, rule,
at, started_at, ended_at, step, reached, gathered, reason, updated_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`

	updateCampaign = `UPDATE kontor_marketing_campaign SET version = version + 1, status = $4, name = $5, segment = $6, purpose = $7,
template = $8, title = $9, body = $10, rule = $11, at = $12, started_at = $13, ended_at = $14, step = $15, reached = $16, gathered = $17,
reason = $18, updated_at = $19 WHERE tenant = $1 AND id = $2 AND version = $3`
)

// InsertCampaign stores a new campaign.
func (t MarketingTx) InsertCampaign(ctx context.Context, g marketing.Campaign) error {
	args, err := t.campaignArgs(g, g.Version)
	if err != nil {
		return err
	}
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keyCampaign + g.ID.String(), Text: insertCampaign, Args: append(args, clock.Micros(g.CreatedAt)),
	})
}

// UpdateCampaign replaces the version before that of g.
func (t MarketingTx) UpdateCampaign(ctx context.Context, g marketing.Campaign) error {
	args, err := t.campaignArgs(g, g.Version-1)
	if err != nil {
		return err
	}
	return t.U.Write(ctx, unit.Write{
		Rank: unit.RankOther, Key: keyCampaign + g.ID.String(), Text: updateCampaign, Args: args, Untouched: marketing.ErrRaced,
	})
}

func (t MarketingTx) campaignArgs(g marketing.Campaign, version int) ([]any, error) {
	rule, err := column.Of(g.Rule)
	return []any{
		t.U.Tenant(), g.ID.UUID(), version, string(g.Status()), g.Name, g.Segment.UUID(), string(g.Purpose), g.Template, g.Title, g.Text,
		rule, clock.Micros(g.At), clock.Micros(g.StartedAt), clock.Micros(g.EndedAt), g.Step, g.Reached, g.Gathered, g.Reason,
		clock.Micros(g.UpdatedAt),
	}, err
}
