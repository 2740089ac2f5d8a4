package notification

import "github.com/kontor-go/kontor/kernel/fault"

// Errors of this room. Test for them with errors.Is.
var (
	// ErrNoNotifier: the shop sends nothing over this channel.
	ErrNoNotifier = fault.New(fault.Unsupported, "channel_missing", "This shop sends no messages over this channel.")
	// ErrQueued: another unit has queued the same message at the same time.
	ErrQueued = &fault.Error{
		Kind: fault.Conflict, Code: "message_queued", Retry: true,
		Text: "This message was queued by another request at the same time.",
	}
	// ErrMissing: there is no such message.
	ErrMissing = fault.Missing("message")
	// ErrBadPass: the token of a link is not one of this shop, or has ended.
	ErrBadPass = fault.New(fault.Denied, "pass_invalid", "This link is not valid any more.")
)
