package catalog

import "github.com/kontor-go/kontor/kernel/lifecycle"

// Status is whether a product is sold.
type Status string

// The statuses.
const (
	// Draft: in the making, not sold.
	Draft Status = "draft"
	// Active: sold.
	Active Status = "active"
	// Archived: not sold any more, kept for what was sold before.
	Archived Status = "archived"
)

// Trigger is what moves a product from one status to another.
type Trigger string

// The triggers.
const (
	DoPublish  Trigger = "publish"
	DoWithdraw Trigger = "withdraw"
	DoArchive  Trigger = "archive"
)

// Moves is the machine of a product.
func Moves() lifecycle.Table[Status, Trigger] {
	return lifecycle.Table[Status, Trigger]{
		Machine: "product",
		Initial: Draft,
		Moves: map[Status]map[Trigger]Status{
			Draft:    {DoPublish: Active, DoArchive: Archived},
			Active:   {DoWithdraw: Draft, DoArchive: Archived},
			Archived: {},
		},
	}
}
