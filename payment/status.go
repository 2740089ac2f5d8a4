package payment

import "github.com/kontor-go/kontor/kernel/lifecycle"

// Status says where a payment stands. The states that end in -ing are saved
// before the provider is called: a payment in one of them is in flight, and
// what became of the call is found out, never guessed.
type Status string

// The states of a payment.
const (
	// StatusCreated: begun and not yet saved.
	StatusCreated Status = "created"
	// StatusAuthorizing: the provider is being asked, or is still thinking.
	StatusAuthorizing Status = "authorizing"
	// StatusActionRequired: the buyer must do something; see Payment.Action.
	StatusActionRequired Status = "action_required"
	// StatusAuthorized: the money is promised. Part of it may be captured.
	StatusAuthorized Status = "authorized"
	// StatusCapturing: the provider is being asked for promised money.
	StatusCapturing Status = "capturing"
	// StatusCaptured: all the money that will come has come.
	StatusCaptured Status = "captured"
	// StatusVoiding: the provider is being told to let go of the promise.
	StatusVoiding Status = "voiding"
	// StatusVoided: the promise was given back.
	StatusVoided Status = "voided"
	// StatusDeclined: the provider said no.
	StatusDeclined Status = "declined"
	// StatusExpired: nothing came of it in time.
	StatusExpired Status = "expired"
)

// Trigger is what moves a payment or a refund from one state to another.
type Trigger string

// The triggers of a payment.
const (
	begin     Trigger = "begin"      // the provider is about to be asked
	approve   Trigger = "approve"    // the money is promised
	collect   Trigger = "collect"    // all the money has come
	ask       Trigger = "ask"        // the buyer must act
	resume    Trigger = "resume"     // the buyer has acted
	decline   Trigger = "decline"    // the provider said no
	lapse     Trigger = "lapse"      // time has passed, or the provider let go
	doubt     Trigger = "doubt"      // the provider promised something else than was asked
	capture   Trigger = "capture"    // the money is about to be taken
	part      Trigger = "part"       // part of the money has come
	fail      Trigger = "fail"       // the operation did not happen
	void      Trigger = "void"       // the promise is about to be given back
	release   Trigger = "release"    // the promise was given back
	finish    Trigger = "finish"     // the rest was given back after part had come
	lateHold  Trigger = "late_hold"  // a promise surfaced after the end
	lateMoney Trigger = "late_money" // money surfaced after the end
)

var moves = lifecycle.Table[Status, Trigger]{
	Machine: "payment",
	Initial: StatusCreated,
	Moves: map[Status]map[Trigger]Status{
		StatusCreated:        {begin: StatusAuthorizing, approve: StatusAuthorized, collect: StatusCaptured},
		StatusAuthorizing:    {approve: StatusAuthorized, collect: StatusCaptured, ask: StatusActionRequired, decline: StatusDeclined, lapse: StatusExpired, doubt: StatusVoiding},
		StatusActionRequired: {approve: StatusAuthorized, collect: StatusCaptured, resume: StatusAuthorizing, decline: StatusDeclined, lapse: StatusExpired, doubt: StatusVoiding, void: StatusVoiding},
		StatusAuthorized:     {capture: StatusCapturing, collect: StatusCaptured, part: StatusAuthorized, void: StatusVoiding, lapse: StatusExpired, finish: StatusCaptured},
		StatusCapturing:      {collect: StatusCaptured, part: StatusAuthorized, fail: StatusAuthorized, lapse: StatusExpired, finish: StatusCaptured},
		StatusVoiding:        {release: StatusVoided, fail: StatusAuthorized, ask: StatusActionRequired, collect: StatusCaptured, finish: StatusCaptured},
		StatusVoided:         {lateHold: StatusVoiding, lateMoney: StatusCaptured},
		StatusDeclined:       {lateHold: StatusVoiding, lateMoney: StatusCaptured},
		StatusExpired:        {lateHold: StatusVoiding, lateMoney: StatusCaptured},
		StatusCaptured:       {},
	},
}

// Machine returns the moves a payment may make. A payment that is over (voided,
// declined, expired) leaves that state only if the provider turns out to hold
// money of it after all, which is then given back.
func Machine() lifecycle.Table[Status, Trigger] { return moves }

// RefundStatus says where a refund stands.
type RefundStatus string

// The states of a refund.
const (
	// RefundStatusRequested: wanted, and its money set aside.
	RefundStatusRequested RefundStatus = "requested"
	// RefundStatusProcessing: the provider is being asked, or is still thinking.
	RefundStatusProcessing RefundStatus = "processing"
	// RefundStatusSucceeded: the money went back.
	RefundStatusSucceeded RefundStatus = "succeeded"
	// RefundStatusFailed: the money stayed. It may be tried again.
	RefundStatusFailed RefundStatus = "failed"
)

// The triggers of a refund.
const (
	process Trigger = "process"
	succeed Trigger = "succeed"
	retry   Trigger = "retry"
)

var refundMoves = lifecycle.Table[RefundStatus, Trigger]{
	Machine: "refund",
	Initial: RefundStatusRequested,
	Moves: map[RefundStatus]map[Trigger]RefundStatus{
		RefundStatusRequested:  {process: RefundStatusProcessing},
		RefundStatusProcessing: {succeed: RefundStatusSucceeded, fail: RefundStatusFailed},
		RefundStatusFailed:     {retry: RefundStatusRequested},
		RefundStatusSucceeded:  {},
	},
}

// RefundMachine returns the moves a refund may make.
func RefundMachine() lifecycle.Table[RefundStatus, Trigger] { return refundMoves }
