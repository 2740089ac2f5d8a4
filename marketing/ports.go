package marketing

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Reader reads what this room knows. Implementations are safe for concurrent
// use, except inside a unit of work.
type Reader interface {
	ConsentReader
	ContactReader
	CampaignReader
}

// ConsentReader reads who may be written to.
type ConsentReader interface {
	// MarketingPermit returns, in one trip, the last entry of a topic (with the
	// topic and N 0 if there is none), the version and suppression of its
	// address, and at most touches of the last messages to it, newest first. The
	// version is read first, so that whatever is newer is noticed.
	MarketingPermit(ctx context.Context, topic Topic, touches int) (Permit, error)
	// ConsentEntries returns all entries about an address, by purpose and N.
	ConsentEntries(ctx context.Context, ch Channel, address string) ([]Entry, error)
}

// ContactReader reads who there is and what was bought.
type ContactReader interface {
	// MarketingProfiles returns, in one trip, at most limit contacts whose
	// addresses are greater than after, in the order of their bytes, with their
	// purchases (those with lines) and the last entries of their email topics.
	MarketingProfiles(ctx context.Context, after string, limit int) ([]Profile, error)
	// MarketingPurchase returns what was told of an order, or ErrNoPurchase.
	MarketingPurchase(ctx context.Context, order string) (Purchase, error)
	// BoughtTogether answers q, whose zero fields were filled in, in one trip.
	BoughtTogether(ctx context.Context, q Alongside) ([]Together, error)
	// MarketingBasket returns what is known of a cart, or ErrNoBasket.
	MarketingBasket(ctx context.Context, cart string) (Basket, error)
}

// CampaignReader reads segments and campaigns.
type CampaignReader interface {
	// Segment returns a segment, or ErrNoSegment.
	Segment(ctx context.Context, id SegmentID) (Segment, error)
	// SegmentsAfter returns at most limit segments with greater ids, by id.
	SegmentsAfter(ctx context.Context, after SegmentID, limit int) ([]Segment, error)
	// Campaign returns a campaign, or ErrNoCampaign.
	Campaign(ctx context.Context, id CampaignID) (Campaign, error)
	// CampaignsAfter returns at most limit campaigns with greater ids, by id.
	CampaignsAfter(ctx context.Context, after CampaignID, limit int) ([]Campaign, error)
	// RecipientsAfter returns at most limit recipients of a campaign whose
	// addresses are greater, by address.
	RecipientsAfter(ctx context.Context, campaign CampaignID, after string, limit int) ([]Recipient, error)
	// RecipientsPlanned returns at most limit recipients that are planned, by
	// address.
	RecipientsPlanned(ctx context.Context, campaign CampaignID, limit int) ([]Recipient, error)
	// CampaignStanding counts the recipients of a campaign.
	CampaignStanding(ctx context.Context, campaign CampaignID) (Standing, error)
}

// Tx changes what this room knows inside a unit of work.
type Tx interface {
	Reader
	ConsentWriter
	ContactWriter
	CampaignWriter
	event.Appender
	op.Tx
	tx.Scoper
}

// ConsentWriter is what only this room writes about addresses.
type ConsentWriter interface {
	// AdvanceAddress makes the Version of an address, that of the topic, one
	// more than was. If was is not the stored one the unit fails with ErrRaced.
	AdvanceAddress(ctx context.Context, topic Topic, was int) error
	// InsertConsentEntry adds an entry. If there is one with its N the unit
	// fails with ErrRaced.
	InsertConsentEntry(ctx context.Context, e Entry) error
	// InsertSuppression adds an address to the list. If it is there the unit
	// fails with ErrRaced.
	InsertSuppression(ctx context.Context, s Suppression) error
	// DeleteSuppression takes it off the list. If it is not there the unit
	// fails with ErrRaced.
	DeleteSuppression(ctx context.Context, s Suppression) error
	// InsertTouch adds a message to those of the address. If there is one with
	// its N or Subject the unit fails with ErrRaced.
	InsertTouch(ctx context.Context, x Touch) error
}

// ContactWriter is what only this room writes about contacts.
type ContactWriter interface {
	// SaveMarketingContact adds a contact, or replaces those of its details that are
	// not empty unless what is stored was told later.
	SaveMarketingContact(ctx context.Context, c Contact) error
	// SaveMarketingPurchase adds a purchase if was is 0, and else replaces the
	// version was. If that is not the stored one the unit fails with ErrRaced.
	SaveMarketingPurchase(ctx context.Context, p Purchase, was int) error
	// CountTogether changes the counts of purchases. None may become negative.
	CountTogether(ctx context.Context, by Tally) error
	// SaveMarketingBasket adds a basket if was is 0, and else replaces the version was.
	// If that is not the stored one the unit fails with ErrRaced.
	SaveMarketingBasket(ctx context.Context, b Basket, was int) error
}

// CampaignWriter is what only this room writes about segments and campaigns.
type CampaignWriter interface {
	// InsertSegment stores a new segment.
	InsertSegment(ctx context.Context, s Segment) error
	// UpdateSegment replaces the version before that of s. If the stored one is
	// another the unit fails with ErrRaced.
	UpdateSegment(ctx context.Context, s Segment) error
	// InsertCampaign stores a new campaign.
	InsertCampaign(ctx context.Context, g Campaign) error
	// UpdateCampaign replaces the version before that of g. If the stored one
	// is another the unit fails with ErrRaced.
	UpdateCampaign(ctx context.Context, g Campaign) error
	// InsertRecipients stores recipients of one campaign. A contact that is one
	// already stays as it is.
	InsertRecipients(ctx context.Context, rs []Recipient) error
	// DecideRecipient stores the State, Withheld and At of a recipient. If it is
	// not planned any more, or its campaign is not being sent, the unit fails
	// with decided.
	DecideRecipient(ctx context.Context, r Recipient, decided error) error
}

// Auditor looks for what must never be the case. It reads everything and is
// meant for operators and tests.
type Auditor interface {
	// MarketingDiscrepancies returns every violation of K1 (the counts of what
	// is bought together equal a recount of the purchases), K2 (the history of
	// a consent has no gap) and K3 (each recipient that is queued, and each cart
	// whose buyer was reminded, has exactly one touch, and no other has any).
	// None is an empty list.
	MarketingDiscrepancies(ctx context.Context) ([]Discrepancy, error)
}

// Discrepancy is one violation.
type Discrepancy struct {
	// Invariant is "K1", "K2" or "K3".
	Invariant string `json:"invariant"`
	// Subject is the SKU, address, recipient or cart.
	Subject string `json:"subject"`
	// Text tells the figures.
	Text string `json:"text"`
}
