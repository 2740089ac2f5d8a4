package reviews

import "github.com/kontor-go/kontor/catalog"

// The facts of this room. Those about a review have its id as subject, and
// those about entitlements that of the order.

// Written: a buyer has written a review, and staff may look at it.
type Written struct {
	Review  ID         `json:"review"`
	Product catalog.ID `json:"product"`
	Order   string     `json:"order"`
	N       int        `json:"n"`
	Rating  int        `json:"rating"`
}

// EventName returns "review.written".
func (Written) EventName() string { return "review.written" }

// Published: it is shown now.
type Published struct {
	Review  ID         `json:"review"`
	Product catalog.ID `json:"product"`
	Rating  int        `json:"rating"`
}

// EventName returns "review.published".
func (Published) EventName() string { return "review.published" }

// Rejected: it will not be shown.
type Rejected struct {
	Review  ID         `json:"review"`
	Product catalog.ID `json:"product"`
	Reason  string     `json:"reason"`
}

// EventName returns "review.rejected".
func (Rejected) EventName() string { return "review.rejected" }

// Hidden: it is not shown any more.
type Hidden struct {
	Review  ID         `json:"review"`
	Product catalog.ID `json:"product"`
	Rating  int        `json:"rating"`
	Reason  string     `json:"reason"`
}

// EventName returns "review.hidden".
func (Hidden) EventName() string { return "review.hidden" }

// Invited: the buyer of an order should be asked about these lines.
type Invited struct {
	Order string        `json:"order"`
	Lines []InvitedLine `json:"lines"`
}

// InvitedLine is one line to be asked about, and what to answer with.
type InvitedLine struct {
	Entitlement EntitlementID `json:"entitlement"`
	N           int           `json:"n"`
	Product     catalog.ID    `json:"product"`
	SKU         string        `json:"sku"`
}

// EventName returns "review.invited".
func (Invited) EventName() string { return "review.invited" }

// InvitationDue is the timer at which Invite looks at an order.
type InvitationDue struct {
	Order string `json:"order"`
}

// EventName returns "review.invitation_due".
func (InvitationDue) EventName() string { return "review.invitation_due" }
