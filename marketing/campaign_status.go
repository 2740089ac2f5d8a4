package marketing

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
)

// CampaignStatus says where a campaign stands.
type CampaignStatus string

// The states of a campaign.
const (
	// CampaignDraft: it can be changed.
	CampaignDraft CampaignStatus = "draft"
	// CampaignWaiting: it will be sent at its time.
	CampaignWaiting CampaignStatus = "scheduled"
	// CampaignSending: its recipients are being gathered or written to.
	CampaignSending CampaignStatus = "sending"
	// CampaignDone: every recipient was dealt with.
	CampaignDone CampaignStatus = "sent"
	// CampaignGone: it was cancelled, and nobody else is written to.
	CampaignGone CampaignStatus = "cancelled"
)

// CampaignTrigger is what moves a campaign from one state to another.
type CampaignTrigger string

// The triggers of campaigns.
const (
	TriggerSchedule CampaignTrigger = "schedule"
	TriggerStart    CampaignTrigger = "start"
	TriggerFinish   CampaignTrigger = "finish"
	TriggerCancel   CampaignTrigger = "cancel"
)

var campaignMoves = lifecycle.Table[CampaignStatus, CampaignTrigger]{
	Machine: "campaign",
	Initial: CampaignDraft,
	Moves: map[CampaignStatus]map[CampaignTrigger]CampaignStatus{
		CampaignDraft:   {TriggerSchedule: CampaignWaiting, TriggerCancel: CampaignGone},
		CampaignWaiting: {TriggerStart: CampaignSending, TriggerCancel: CampaignGone},
		CampaignSending: {TriggerFinish: CampaignDone, TriggerCancel: CampaignGone},
		CampaignDone:    {},
		CampaignGone:    {},
	},
}

// CampaignLifecycle returns which moves a campaign may make.
func CampaignLifecycle() lifecycle.Table[CampaignStatus, CampaignTrigger] { return campaignMoves }

func (g Campaign) move(t CampaignTrigger) (Campaign, error) {
	s, err := campaignMoves.Next(g.status, t)
	if err != nil {
		return g, err
	}
	g.status = s
	return g, nil
}

// RestoreCampaign returns g in the state s, for stores that read it back. A
// state that no campaign was ever in is an Internal error.
func RestoreCampaign(g Campaign, s CampaignStatus) (Campaign, error) {
	if !campaignMoves.Has(s) {
		return Campaign{}, fmt.Errorf("marketing: %s has the unknown status %q: %w", g.ID, s, fault.Internal)
	}
	g.status = s
	return g, nil
}

// plainCampaign is a Campaign without methods; campaignDocument is its JSON form.
type (
	plainCampaign    Campaign
	campaignDocument struct {
		plainCampaign
		Status CampaignStatus `json:"status"`
	}
)

// MarshalJSON writes all fields and the status.
func (g Campaign) MarshalJSON() ([]byte, error) {
	return json.Marshal(campaignDocument{plainCampaign(g), g.status})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (g *Campaign) UnmarshalJSON(text []byte) error {
	var d campaignDocument
	if err := json.Unmarshal(text, &d); err != nil {
		return fmt.Errorf("marketing: decode a campaign: %w", err)
	}
	v, err := RestoreCampaign(Campaign(d.plainCampaign), d.Status)
	if err != nil {
		return err
	}
	*g = v
	return nil
}
