package reviews

import (
	"math/big"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
)

type kind struct{}

func (kind) Prefix() string { return "rv" }

// ID is the id of a review.
type ID = id.Of[kind]

// IDFrom returns the ID that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// ParseID reads the text form of an ID.
func ParseID(s string) (ID, error) { return id.Parse[kind](s) }

type entitlementKind struct{}

func (entitlementKind) Prefix() string { return "rw" }

// EntitlementID is the id of an entitlement.
type EntitlementID = id.Of[entitlementKind]

// EntitlementIDFrom returns the EntitlementID that holds u.
func EntitlementIDFrom(u uuid.UUID) EntitlementID { return id.From[entitlementKind](u) }

// ParseEntitlementID reads the text form of an EntitlementID.
func ParseEntitlementID(s string) (EntitlementID, error) { return id.Parse[entitlementKind](s) }

// Limits of this room.
const (
	// MaxLines is how many lines one Entitle may have.
	MaxLines = 250
	// MaxTitle and MaxText are the longest title and text in characters.
	MaxTitle = 120
	MaxText  = 5_000
	// MaxStars is the best rating; the worst is 1.
	MaxStars = 5
)

// Line is a line of an order of which something was delivered.
type Line struct {
	// Order is the text of the id of the order, and N the number of the line.
	Order string `json:"order"`
	N     int    `json:"n"`
	// Product and SKU are what it was.
	Product catalog.ID `json:"product"`
	SKU     string     `json:"sku"`
	// Buyer is who may review it. A guest has an id too, or none: then whoever
	// has the id of the entitlement may.
	Buyer op.Actor `json:"buyer,omitzero"`
	// DeliveredAt is when it arrived.
	DeliveredAt time.Time `json:"delivered_at"`
}

// Entitlement is the right to review what a line of an order has brought, once.
type Entitlement struct {
	ID EntitlementID `json:"id"`
	Line
	// Review is the review that it was used for; zero if it is still free.
	Review ID `json:"review,omitzero"`
	// InvitedAt is when its buyer was asked to use it; zero if never.
	InvitedAt time.Time `json:"invited_at,omitzero"`
	CreatedAt time.Time `json:"created_at"`
}

// Review is what a buyer says.
type Review struct {
	ID          ID            `json:"id"`
	Entitlement EntitlementID `json:"entitlement"`
	Product     catalog.ID    `json:"product"`
	SKU         string        `json:"sku"`
	Author      op.Actor      `json:"author,omitzero"`
	// Name is how the author is shown. May be empty.
	Name string `json:"name,omitempty"`
	// Rating is 1 to 5 stars.
	Rating int `json:"rating"`
	// Title and Text are plain text. They may be empty.
	Title string `json:"title,omitempty"`
	Text  string `json:"text,omitempty"`
	// Reason is why it was rejected or hidden, for staff and author.
	Reason string `json:"reason,omitempty"`

	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	status Status
}

// Status returns where the review stands.
func (r Review) Status() Status { return r.status }

// next returns r as it will be written at a time.
func (r Review) next(now time.Time) Review {
	r.Version++
	r.UpdatedAt = now
	return r
}

// Rating is what the published reviews of a product say together.
type Rating struct {
	Product catalog.ID `json:"product"`
	// Count is how many there are and Sum the sum of their stars.
	Count int64 `json:"count"`
	Sum   int64 `json:"sum"`
	// Stars counts those of 1, 2, 3, 4 and 5 stars.
	Stars [MaxStars]int64 `json:"stars"`
}

// Average returns the average rating with one decimal, half rounded up: "4.3".
// It is empty if there are no reviews.
func (r Rating) Average() string {
	if r.Count <= 0 {
		return ""
	}
	tenths := new(big.Int).Mul(big.NewInt(r.Sum), big.NewInt(20))
	tenths.Add(tenths, big.NewInt(r.Count))
	tenths.Quo(tenths, big.NewInt(2*r.Count))
	whole, tenth := new(big.Int).QuoRem(tenths, big.NewInt(10), new(big.Int))
	return whole.String() + "." + tenth.String()
}
