package marketing

import "github.com/kontor-go/kontor/kernel/fault"

// Errors of this room. Test for them with errors.Is.
var (
	// ErrNoSegment: there is no such segment.
	ErrNoSegment = fault.Missing("segment")
	// ErrNoCampaign: there is no such campaign.
	ErrNoCampaign = fault.Missing("campaign")
	// ErrNoBasket: the room was never told of this cart.
	ErrNoBasket = fault.Missing("basket")
	// ErrNoPurchase: the room was never told of this order.
	ErrNoPurchase = fault.Missing("purchase")
	// ErrBadToken: a link that this shop did not hand out, or one that is over.
	ErrBadToken = fault.New(fault.Denied, "bad_token", "This link is not valid any more.")
	// ErrNoOutbox: the shop has nothing to send messages with.
	ErrNoOutbox = fault.New(fault.Unsupported, "no_outbox", "This shop sends no messages.")
	// ErrRaced: another unit wrote about the same thing at the same time, and
	// nothing of this one happened: run it again.
	ErrRaced = &fault.Error{
		Kind: fault.Conflict, Code: "marketing_raced", Retry: true,
		Text: "This was changed at the same time. Please try again.",
	}
)
