package marketing

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

type campaignKind struct{}

func (campaignKind) Prefix() string { return "cg" }

// CampaignID is the id of a campaign.
type CampaignID = id.Of[campaignKind]

// CampaignIDFrom returns the CampaignID that holds u.
func CampaignIDFrom(u uuid.UUID) CampaignID { return id.From[campaignKind](u) }

// ParseCampaignID reads the text form of a CampaignID.
func ParseCampaignID(s string) (CampaignID, error) { return id.Parse[campaignKind](s) }

type recipientKind struct{}

func (recipientKind) Prefix() string { return "rc" }

// RecipientID is the id of a recipient.
type RecipientID = id.Of[recipientKind]

// RecipientIDFrom returns the RecipientID that holds u.
func RecipientIDFrom(u uuid.UUID) RecipientID { return id.From[recipientKind](u) }

// Content is what a campaign says.
type Content struct {
	// Name is for staff, 1 to 100 characters.
	Name string `json:"name"`
	// Segment is who gets it.
	Segment SegmentID `json:"segment"`
	// Purpose is for what recipients must have given consent. Defaults to
	// Newsletter.
	Purpose Purpose `json:"purpose"`
	// Template is what is filled in with Title and Text. Defaults to
	// LetterTemplate.
	Template string `json:"template"`
	// Title is the subject line, 1 to 200 characters, and Text the rest, 1 to
	// 20,000. Both are plain text.
	Title string `json:"title"`
	Text  string `json:"text"`
}

func (k Content) check(c *fault.Check) Content {
	k.Name = c.Required("name", k.Name, 100)
	c.That(!k.Segment.IsZero(), "segment", "required", "must not be empty")
	if k.Purpose == "" {
		k.Purpose = Newsletter
	}
	c.That(isPurpose(k.Purpose), "purpose", "bad_name", "must be 1 to 40 lower case letters, digits and dashes")
	if k.Template == "" {
		k.Template = LetterTemplate
	}
	c.That(isPurpose(Purpose(k.Template)), "template", "bad_name", "must be 1 to 40 lower case letters, digits and dashes")
	k.Title = c.Required("title", k.Title, 200)
	k.Text = c.Lines("text", k.Text, 20_000)
	c.That(k.Text != "", "text", "required", "must not be empty")
	return k
}

// Campaign is one email to everybody in a segment.
type Campaign struct {
	ID CampaignID `json:"id"`
	Content
	// At is when it is to be sent. Zero in a draft.
	At time.Time `json:"at,omitzero"`
	// Rule is that of the segment when the campaign was scheduled.
	Rule Rule `json:"rule"`
	// StartedAt and EndedAt are when sending began, and when it was sent or
	// cancelled.
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// Step counts the rounds of sending. Until Gathered, a round gathers
	// recipients behind the address Reached; then it writes to some.
	Step     int    `json:"step"`
	Reached  string `json:"reached,omitempty"`
	Gathered bool   `json:"gathered,omitempty"`
	// Reason is why it was cancelled.
	Reason    string    `json:"reason,omitempty"`
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status CampaignStatus
}

// Status returns where the campaign stands.
func (g Campaign) Status() CampaignStatus { return g.status }

// RecipientState says what became of a recipient.
type RecipientState string

// The states of a recipient. It moves once, away from planned.
const (
	RecipientPlanned  RecipientState = "planned"
	RecipientQueued   RecipientState = "queued"
	RecipientWithheld RecipientState = "withheld"
)

// Recipient is one contact of a campaign.
type Recipient struct {
	ID       RecipientID `json:"id"`
	Campaign CampaignID  `json:"campaign"`
	Address  string      `json:"address"`
	Name     string      `json:"name,omitempty"`
	Locale   string      `json:"locale,omitempty"`
	// State is what became of it, and Withheld why it was not written to.
	State    RecipientState `json:"state"`
	Withheld Withheld       `json:"withheld,omitempty"`
	// At is when that was decided.
	At time.Time `json:"at,omitzero"`
}

// Standing counts the recipients of a campaign.
type Standing struct {
	Planned int `json:"planned"`
	Queued  int `json:"queued"`
	// Withheld counts those that were not written to, by reason.
	Withheld map[Withheld]int `json:"withheld,omitempty"`
}

// Draft is the request for a new campaign.
type Draft struct {
	op.Meta
	Content Content
}

// Draft stores a new campaign. Errors by kind: Invalid; NotFound (ErrNoSegment).
func (s *Service) Draft(ctx context.Context, req Draft) (Campaign, error) {
	return alone(ctx, s, s.drafting(req))
}

// DraftTx is Draft inside a unit.
func (s *Service) DraftTx(ctx context.Context, t Tx, req Draft) (Campaign, error) {
	return within(ctx, t, s.drafting(req))
}

func (s *Service) drafting(req Draft) verb[Campaign] {
	var c fault.Check
	checkNew(&c, req.Meta)
	now := s.now()
	g := Campaign{
		ID: id.New[campaignKind](s.newID), Content: req.Content.check(&c), Rule: Rule{Everyone: true}, Version: 1, CreatedAt: now,
		UpdatedAt: now, status: campaignMoves.Initial,
	}
	call := op.Call{Meta: req.Meta, Operation: "marketing.draft", Parameters: g.Content, Now: now}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Campaign, error) {
		if _, err := t.Segment(ctx, g.Segment); err != nil {
			return Campaign{}, err
		}
		if err := t.InsertCampaign(ctx, g); err != nil {
			return Campaign{}, err
		}
		return g, s.announce(ctx, t, call, about(g, CampaignDrafted{Campaign: g.ID, Name: g.Name}))
	})
}

func about(g Campaign, fact interface{ EventName() string }) announcement {
	return announcement{subject: g.ID.String(), version: g.Version, fact: fact}
}

// Revise is the request to change a draft.
type Revise struct {
	op.Meta
	// Content replaces that of the campaign.
	Content Content
}

// ErrNotDraft: the campaign is scheduled already, or over.
var ErrNotDraft = fault.New(fault.Conflict, "not_a_draft", "Only a draft can be changed.")

// Revise changes what a draft says. Errors by kind: Invalid; NotFound; Conflict
// (ErrNotDraft), or for a stale version.
func (s *Service) Revise(ctx context.Context, campaign CampaignID, req Revise) (Campaign, error) {
	return alone(ctx, s, s.revising(campaign, req))
}

// ReviseTx is Revise inside a unit.
func (s *Service) ReviseTx(ctx context.Context, t Tx, campaign CampaignID, req Revise) (Campaign, error) {
	return within(ctx, t, s.revising(campaign, req))
}

func (s *Service) revising(campaign CampaignID, req Revise) verb[Campaign] {
	var c fault.Check
	content := req.Content.check(&c)
	call := op.Call{Meta: req.Meta, Operation: "marketing.revise", Parameters: struct {
		Campaign CampaignID
		Content  Content
	}{campaign, content}, Now: s.now()}
	return s.changing(&c, call, campaign, func(ctx context.Context, t Tx, g Campaign) (Campaign, []announcement, error) {
		if g.status != CampaignDraft {
			return g, nil, ErrNotDraft
		}
		if _, err := t.Segment(ctx, content.Segment); err != nil {
			return g, nil, err
		}
		g.Content = content
		return g, nil, nil
	})
}

// Schedule is the request to send a campaign.
type Schedule struct {
	op.Meta
	// At is when. A time in the past, or zero, means at once.
	At time.Time
}

// Schedule sets when a draft is sent, and fixes the rule of its segment as it is
// now. The timer CampaignDue then asks whoever listens to call Proceed. Errors
// by kind: Invalid; NotFound; Conflict if it is no draft or for a stale version.
func (s *Service) Schedule(ctx context.Context, campaign CampaignID, req Schedule) (Campaign, error) {
	return alone(ctx, s, s.scheduling(campaign, req))
}

// ScheduleTx is Schedule inside a unit.
func (s *Service) ScheduleTx(ctx context.Context, t Tx, campaign CampaignID, req Schedule) (Campaign, error) {
	return within(ctx, t, s.scheduling(campaign, req))
}

func (s *Service) scheduling(campaign CampaignID, req Schedule) verb[Campaign] {
	var c fault.Check
	if !req.At.IsZero() {
		checkTime(&c, "at", req.At)
	}
	call := op.Call{Meta: req.Meta, Operation: "marketing.schedule", Parameters: struct {
		Campaign CampaignID
		At       time.Time
	}{campaign, clock.Cut(req.At)}, Now: s.now()}
	return s.changing(&c, call, campaign, func(ctx context.Context, t Tx, g Campaign) (Campaign, []announcement, error) {
		g, err := g.move(TriggerSchedule)
		if err != nil {
			return g, nil, err
		}
		segment, err := t.Segment(ctx, g.Segment)
		if err != nil {
			return g, nil, err
		}
		g.Rule, g.At = segment.Rule, clock.Cut(req.At)
		if g.At.Before(call.Now) {
			g.At = call.Now
		}
		return g, []announcement{about(g, CampaignScheduled{Campaign: g.ID, At: g.At}), dueAt(g, g.At)}, nil
	})
}

// dueAt is the timer of the next round of g.
func dueAt(g Campaign, at time.Time) announcement {
	return announcement{subject: g.ID.String(), fact: CampaignDue{Campaign: g.ID, Step: g.Step}, at: at}
}

// Stop is the request to cancel a campaign.
type Stop struct {
	op.Meta
	// Reason is why, 1 to 500 characters.
	Reason string
}

// Cancel ends a campaign before it was sent. Who was not written to yet never
// will be. Errors by kind: Invalid; NotFound; Conflict if it is over, or for a
// stale version.
func (s *Service) Cancel(ctx context.Context, campaign CampaignID, req Stop) (Campaign, error) {
	return alone(ctx, s, s.cancelling(campaign, req))
}

// CancelTx is Cancel inside a unit.
func (s *Service) CancelTx(ctx context.Context, t Tx, campaign CampaignID, req Stop) (Campaign, error) {
	return within(ctx, t, s.cancelling(campaign, req))
}

func (s *Service) cancelling(campaign CampaignID, req Stop) verb[Campaign] {
	var c fault.Check
	reason := c.Required("reason", req.Reason, 500)
	call := op.Call{Meta: req.Meta, Operation: "marketing.cancel", Parameters: [2]string{campaign.String(), reason}, Now: s.now()}
	return s.changing(&c, call, campaign, func(_ context.Context, _ Tx, g Campaign) (Campaign, []announcement, error) {
		g, err := g.move(TriggerCancel)
		g.Reason, g.EndedAt = reason, call.Now
		return g, []announcement{about(g, CampaignCancelled{Campaign: g.ID, Reason: reason})}, err
	})
}

// changing is a change of a campaign that is stored. decide gets it in its next
// version.
func (s *Service) changing(
	c *fault.Check, call op.Call, campaign CampaignID,
	decide func(ctx context.Context, t Tx, g Campaign) (Campaign, []announcement, error),
) verb[Campaign] {
	return keyed(c, call, func(ctx context.Context, t Tx) (Campaign, error) {
		g, err := t.Campaign(ctx, campaign)
		if err != nil {
			return Campaign{}, err
		}
		if err := call.Meta.Expect("campaign", g.Version); err != nil {
			return Campaign{}, err
		}
		g.Version++
		g.UpdatedAt = call.Now
		g, facts, err := decide(ctx, t, g)
		if err != nil {
			return Campaign{}, err
		}
		if err := t.UpdateCampaign(ctx, g); err != nil || len(facts) == 0 {
			return g, err
		}
		return g, s.announce(ctx, t, call, facts...)
	})
}

// Campaign returns a campaign, or ErrNoCampaign.
func (s *Service) Campaign(ctx context.Context, campaign CampaignID) (Campaign, error) {
	return s.reader.Campaign(ctx, campaign)
}

// Campaigns returns a page of the campaigns, oldest first. Errors: Invalid for a
// bad limit or cursor.
func (s *Service) Campaigns(ctx context.Context, q page.Request) (page.Page[Campaign], error) {
	list := page.List{Name: "campaigns", Tenant: s.tenant, Sort: "id"}
	after, err := s.readCursor(list, q)
	if err != nil {
		return page.Page[Campaign]{}, err
	}
	var last CampaignID
	if after != "" {
		if last, err = ParseCampaignID(after); err != nil {
			return page.Page[Campaign]{}, err
		}
	}
	read, err := s.reader.CampaignsAfter(ctx, last, q.Size()+1)
	if err != nil {
		return page.Page[Campaign]{}, err
	}
	return page.Of(read, q, func(last Campaign) (string, error) { return s.cursors.Encode(list, last.ID.String()) })
}

// Recipients returns a page of the recipients of a campaign, by address: who
// was written to, who was not and why. Errors: Invalid for a bad limit or cursor.
func (s *Service) Recipients(ctx context.Context, campaign CampaignID, q page.Request) (page.Page[Recipient], error) {
	list := page.List{Name: "recipients of " + campaign.String(), Tenant: s.tenant, Sort: "address"}
	after, err := s.readCursor(list, q)
	if err != nil {
		return page.Page[Recipient]{}, err
	}
	read, err := s.reader.RecipientsAfter(ctx, campaign, after, q.Size()+1)
	if err != nil {
		return page.Page[Recipient]{}, err
	}
	return page.Of(read, q, func(last Recipient) (string, error) { return s.cursors.Encode(list, last.Address) })
}

// Standing counts the recipients of a campaign by what became of them.
func (s *Service) Standing(ctx context.Context, campaign CampaignID) (Standing, error) {
	return s.reader.CampaignStanding(ctx, campaign)
}
