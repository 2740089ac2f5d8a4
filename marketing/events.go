package marketing

import "time"

// The facts of this room. Those about an address have Topic.Subject as subject,
// the others the text of the id that they name first.

// consentFact is what the three facts about a consent have in common.
type consentFact struct {
	Topic
	N int `json:"n"`
}

// ConsentAsked: a mail with the link of ConfirmToken should be sent. That mail
// is transactional: it was asked for.
type ConsentAsked struct {
	Topic
	// N is that of the Entry.
	N int `json:"n"`
}

// EventName returns "consent.asked".
func (ConsentAsked) EventName() string { return "consent.asked" }

// ConsentGiven: messages are wanted.
type ConsentGiven struct {
	Topic
	N int `json:"n"`
}

// EventName returns "consent.given".
func (ConsentGiven) EventName() string { return "consent.given" }

// ConsentWithdrawn: messages are not wanted any more.
type ConsentWithdrawn struct {
	Topic
	N int `json:"n"`
}

// EventName returns "consent.withdrawn".
func (ConsentWithdrawn) EventName() string { return "consent.withdrawn" }

// AddressSuppressed: nothing is sent to it any more.
type AddressSuppressed struct {
	Channel Channel `json:"channel"`
	Address string  `json:"address"`
	Reason  string  `json:"reason"`
}

// EventName returns "address.suppressed".
func (AddressSuppressed) EventName() string { return "address.suppressed" }

// SuppressionLifted: consent decides again.
type SuppressionLifted struct {
	Channel Channel `json:"channel"`
	Address string  `json:"address"`
	Reason  string  `json:"reason"`
}

// EventName returns "address.suppression_lifted".
func (SuppressionLifted) EventName() string { return "address.suppression_lifted" }

// ReminderDue is the timer at which Remind looks at a cart.
type ReminderDue struct {
	Cart string `json:"cart"`
	// At tells this timer from others of the cart; Remind wants it.
	At time.Time `json:"at"`
}

// EventName returns "cart_reminder.due".
func (ReminderDue) EventName() string { return "cart_reminder.due" }

// Reminded: the buyer of a cart was written to.
type Reminded struct {
	Cart    string `json:"cart"`
	Address string `json:"address"`
}

// EventName returns "cart_reminder.queued".
func (Reminded) EventName() string { return "cart_reminder.queued" }

// ReminderWithheld: the buyer of a cart was not written to.
type ReminderWithheld struct {
	Cart   string   `json:"cart"`
	Reason Withheld `json:"reason"`
}

// EventName returns "cart_reminder.withheld".
func (ReminderWithheld) EventName() string { return "cart_reminder.withheld" }

// Recovered: a cart became an order after its buyer was reminded.
type Recovered struct {
	Cart  string `json:"cart"`
	Order string `json:"order"`
}

// EventName returns "cart_reminder.recovered".
func (Recovered) EventName() string { return "cart_reminder.recovered" }

// SegmentDefined: there is a new segment.
type SegmentDefined struct {
	Segment SegmentID `json:"segment"`
	Name    string    `json:"name"`
}

// EventName returns "segment.defined".
func (SegmentDefined) EventName() string { return "segment.defined" }

// SegmentRedefined: its name or rule is another.
type SegmentRedefined struct {
	Segment SegmentID `json:"segment"`
	Name    string    `json:"name"`
}

// EventName returns "segment.redefined".
func (SegmentRedefined) EventName() string { return "segment.redefined" }

// CampaignDrafted: there is a new campaign.
type CampaignDrafted struct {
	Campaign CampaignID `json:"campaign"`
	Name     string     `json:"name"`
}

// EventName returns "campaign.drafted".
func (CampaignDrafted) EventName() string { return "campaign.drafted" }

// CampaignScheduled: it will be sent.
type CampaignScheduled struct {
	Campaign CampaignID `json:"campaign"`
	At       time.Time  `json:"at"`
}

// EventName returns "campaign.scheduled".
func (CampaignScheduled) EventName() string { return "campaign.scheduled" }

// CampaignStarted: it is being sent.
type CampaignStarted struct {
	Campaign CampaignID `json:"campaign"`
}

// EventName returns "campaign.started".
func (CampaignStarted) EventName() string { return "campaign.started" }

// CampaignSent: every recipient was dealt with.
type CampaignSent struct {
	Campaign CampaignID `json:"campaign"`
	// Queued is how many were written to and Withheld how many were not.
	Queued   int `json:"queued"`
	Withheld int `json:"withheld"`
}

// EventName returns "campaign.sent".
func (CampaignSent) EventName() string { return "campaign.sent" }

// CampaignCancelled: nobody else is written to.
type CampaignCancelled struct {
	Campaign CampaignID `json:"campaign"`
	Reason   string     `json:"reason"`
}

// EventName returns "campaign.cancelled".
func (CampaignCancelled) EventName() string { return "campaign.cancelled" }

// CampaignDue is the timer at which Proceed goes on with a campaign.
type CampaignDue struct {
	Campaign CampaignID `json:"campaign"`
	// Step tells this timer from others of the campaign; Proceed wants it.
	Step int `json:"step"`
}

// EventName returns "campaign.due".
func (CampaignDue) EventName() string { return "campaign.due" }
