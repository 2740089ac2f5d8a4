package event

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Queue is where events wait for delivery, those of all tenants. It is
// implemented by the store and used by relays and operators. It is safe for
// concurrent use, by several processes too.
//
// Subjects are spread over lanes. A relay claims lanes for a limited time, and
// the events of a lane are handed to its claimant only, so that the events of
// one subject never overtake each other. Errors are Unavailable if nothing is
// known to have happened; every method may be called again then.
type Queue interface {
	// Claim takes lanes that have due events and are free, or whose lease has
	// run out, and returns those events, per subject in their order. Claiming
	// again with the same token returns the same lanes; a token is of one
	// round and never used again after Settle.
	Claim(ctx context.Context, c Claim) (Batch, error)
	// Settle stores what came of a batch and frees its lanes. It returns how
	// many lanes the claim still had: what it had lost to another relay is left
	// to that one. Settling again changes nothing.
	Settle(ctx context.Context, s Settlement) (lanes int, err error)
	// Parked returns up to limit (1 to 1,000) events from the grave in the
	// order of their ids, beginning behind the id after.
	Parked(ctx context.Context, which Selection, after ID, limit int) ([]Letter, error)
	// Replay takes events from the grave back into delivery, at once and with
	// all their attempts, and returns how many. Subscriptions that have had
	// them are left out.
	Replay(ctx context.Context, which Selection) (int, error)
	// Discard deletes events from the grave that will never be delivered and
	// lets the events behind them pass. It returns how many. The selection must
	// name ids, else the error is Invalid.
	Discard(ctx context.Context, which Selection) (int, error)
	// Depth counts what waits.
	Depth(ctx context.Context) (Depth, error)
}

// Claim asks for due events.
type Claim struct {
	// Token is the name of the claim.
	Token uuid.UUID
	// Now decides what is due and which leases have run out. The lease is the
	// half-open interval from Now to Until.
	Now, Until time.Time
	// Limit is about how many events are wanted, 1 to 1,000.
	Limit int
}

// Batch is what a claim got.
type Batch struct {
	// Lanes is how many lanes were claimed; with none there are no letters.
	Lanes   int
	Letters []Letter
	// Next is when the next event falls due if none is due now, else zero; zero
	// too if there is none.
	Next time.Time
}

// Standing is where an event stands on its way.
type Standing int

// The standings. Delivered events are not kept.
const (
	// Fresh: to be delivered in its turn.
	Fresh Standing = iota
	// Waiting: to be delivered when due; a timer, or an event that has failed.
	Waiting
	// Behind: an earlier event of the subject is waiting or parked.
	Behind
	// Parked: in the grave until it is replayed or discarded.
	Parked
	// Delivered: every subscription has had it.
	Delivered
)

// Letter is an event in the queue.
type Letter struct {
	Event Event
	// Seq orders the letters of a queue; within a subject it is the order of
	// the commits.
	Seq int64
	// Standing is Behind for a letter that was Fresh or Waiting and turns out
	// to have an earlier one before it. Such a letter is not for delivery.
	Standing Standing
	// Attempts is how often it has failed since it was committed or replayed.
	Attempts int
	// Done names the subscriptions that have had it.
	Done []string
	// Failure is the text of the last failure, for operators.
	Failure string
}

// Outcome is what came of a letter.
type Outcome struct {
	Letter Letter
	// Standing is the new one. If it is Fresh or Waiting as before, only Done
	// is saved; the same goes for Behind, which is saved only if there still is
	// an earlier event that waits or is parked.
	Standing Standing
	Done     []string
	// Attempts, Failure and DueAt belong to an event that has failed: they are
	// saved with Parked, and with Waiting if Attempts is not that of the letter.
	Attempts int
	Failure  string
	DueAt    time.Time
}

// Settlement ends the round of a claim. Letters of the batch without an
// outcome stay as they were.
type Settlement struct {
	Token    uuid.UUID
	Now      time.Time
	Outcomes []Outcome
}

// Selection names events in the grave. What is left empty does not limit it,
// so the zero Selection is the whole grave.
type Selection struct {
	// Tenants are the tenants; the tenant of a shop that is alone is "".
	Tenants []string
	Subject string
	IDs     []ID
}

// Depth is how many events wait, over all tenants.
type Depth struct {
	Fresh   int
	Timers  int
	Waiting int // failed, to be offered again
	Behind  int
	Parked  int
	// Oldest is when the oldest event that is neither a timer nor parked
	// happened; zero if there is none.
	Oldest time.Time
}
