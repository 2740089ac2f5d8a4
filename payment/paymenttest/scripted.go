package paymenttest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/payment"
)

// Reply is what comes back over the line, whatever happened at the provider.
type Reply string

// The replies.
const (
	// OK: the true answer.
	OK Reply = "ok"
	// Timeout: no answer.
	Timeout Reply = "timeout"
	// Reset: the line broke after the request was sent.
	Reset Reply = "reset"
	// ServerError: a 500, which is also what the same key gets from then on.
	ServerError Reply = "500"
	// Refused: the connection was refused; certainly nothing happened.
	Refused Reply = "refused"
	// Panic: the adapter breaks down after the request was sent.
	Panic Reply = "panic"
)

// Verdict is what the provider decides.
type Verdict string

// The verdicts.
const (
	// Approve: it happens.
	Approve Verdict = ""
	// Decline: it does not happen.
	Decline Verdict = "decline"
	// Act: the buyer must act first; for authorizations.
	Act Verdict = "act"
	// Defer: it is decided later; see Scripted.Decide.
	Defer Verdict = "defer"
)

// Plan is what happens in one call that moves money. The zero value is a call
// that works.
type Plan struct {
	// NoEffect says that the request is lost on its way: the provider decides
	// nothing. It goes with a Reply that is not OK.
	NoEffect bool
	Verdict  Verdict
	Reply    Reply
	// Other, if it has a currency, is promised or moved instead of what was
	// asked for.
	Other money.Amount
	// Wait, if set, is called while the provider works, with no lock held.
	Wait func()
	// Early, if set, gets the notice before the reply is sent.
	Early func(payment.Notice)
	// Copies is how many more notices about it are sent; Drop sends none.
	Copies int
	Drop   bool
}

// Scripted is a provider in memory that keeps books and does what its script
// says: whether something happens and what is answered are chosen apart. It
// has all powers, and treats keys as good providers do: a repeat is answered
// with what became of the first call, other parameters under a used key are
// refused, and so is a repeat while the first call is still being worked on.
// It is safe for concurrent use.
type Scripted struct {
	// Script says what happens in call n, counted from 0, of those that move
	// money. Nil: everything works.
	Script func(n int, o payment.Operation) Plan
	// Tokens say what happens with an authorization that brings a token and no
	// reference, whatever the script says. May be nil.
	Tokens map[string]Plan
	// Window is how long keys are remembered. Zero: 24 hours.
	Window time.Duration
	// Once makes it capture each promise only once.
	Once bool
	// Lost makes lookups fail while it returns true. May be nil.
	Lost func() bool

	mu       sync.Mutex
	calls    int
	events   int
	accounts []*account
	keys     map[string]*keyed
	notices  []payment.Notice
	wrongs   []string
}

var (
	_ payment.Provider      = (*Scripted)(nil)
	_ payment.Capturer      = (*Scripted)(nil)
	_ payment.Voider        = (*Scripted)(nil)
	_ payment.Refunder      = (*Scripted)(nil)
	_ payment.KeyKeeper     = (*Scripted)(nil)
	_ payment.NoticeDecoder = (*Scripted)(nil)
)

// account is what the provider knows about one payment.
type account struct {
	payment, subject, reference string
	asked                       money.Amount
	state                       payment.State
	authorized                  int64
	captured, refunded          int64
	captures                    int
	atOnce                      bool
}

// keyed is one call that the provider remembers.
type keyed struct {
	print   string
	op      payment.Operation
	account *account
	amount  money.Amount
	refund  string
	state   payment.State
	ref     string
	running bool
	broken  bool // every repeat gets a 500
	refused error
	final   bool
}

// Authorize promises, or takes, money.
func (s *Scripted) Authorize(ctx context.Context, r payment.AuthorizeRequest) (payment.Outcome, error) {
	token := r.Details.Token
	if r.Reference != "" {
		token = ""
	}
	return s.do(ctx, call{op: payment.OpAuthorize, token: token, key: r.Key, request: r, effect: func(k *keyed, p Plan) error {
		a := s.find(r.Reference, "")
		if a == nil {
			if r.Reference != "" {
				return failure(payment.ClassNotFound, payment.OpAuthorize)
			}
			if s.find("", r.Payment) != nil {
				s.wrongs = append(s.wrongs, "a second authorization for "+r.Payment)
			}
			a = &account{payment: r.Payment, subject: r.Subject, asked: r.Amount, reference: fmt.Sprintf("auth_%d", len(s.accounts)+1), atOnce: r.Capture}
			s.accounts = append(s.accounts, a)
		}
		k.account, k.amount = a, r.Amount
		if a.state == payment.StateUnknown || a.state == payment.StateActionRequired && p.Verdict == Decline {
			a.decide(p)
		}
		return nil
	}})
}

// decide is the verdict about a promise.
func (a *account) decide(p Plan) {
	switch p.Verdict {
	case Decline:
		a.state = payment.StateDeclined
	case Act:
		a.state = payment.StateActionRequired
	case Defer:
		a.state = payment.StatePending
	case Approve:
		a.approve(p.Other)
	}
}

func (a *account) approve(other money.Amount) {
	if other.Check() == nil {
		a.asked = other
	}
	a.state, a.authorized = payment.StateAuthorized, a.asked.Minor()
	if a.atOnce {
		a.state, a.captured, a.captures = payment.StateCaptured, a.authorized, 1
	}
}

// Capture takes promised money.
func (s *Scripted) Capture(ctx context.Context, r payment.CaptureRequest) (payment.Outcome, error) {
	return s.do(ctx, call{op: payment.OpCapture, key: r.Key, request: r, effect: func(k *keyed, p Plan) error {
		a := s.find(r.Reference, r.Payment)
		switch {
		case a == nil:
			return failure(payment.ClassNotFound, payment.OpCapture)
		case a.state == payment.StateExpired || a.state == payment.StateVoided || a.state == payment.StateCaptured:
			return failure(payment.ClassConflict, payment.OpCapture)
		case a.state != payment.StateAuthorized:
			return failure(payment.ClassConflict, payment.OpCapture)
		case r.Amount.Currency() != a.asked.Currency() || r.Amount.Minor() <= 0 || r.Amount.Minor() > a.authorized-a.captured:
			return failure(payment.ClassInvalid, payment.OpCapture)
		case s.Once && !r.Final:
			return failure(payment.ClassUnsupported, payment.OpCapture)
		}
		k.account, k.amount, k.final = a, r.Amount, r.Final
		k.verdict(p, payment.StateCaptured)
		return nil
	}})
}

// Void gives a promise back.
func (s *Scripted) Void(ctx context.Context, r payment.VoidRequest) (payment.Outcome, error) {
	return s.do(ctx, call{op: payment.OpVoid, key: r.Key, request: r, effect: func(k *keyed, p Plan) error {
		a := s.find(r.Reference, r.Payment)
		if a == nil {
			return failure(payment.ClassNotFound, payment.OpVoid)
		}
		k.account = a
		if a.state == payment.StateCaptured || a.state == payment.StateVoided {
			k.state = a.state
			return nil
		}
		k.verdict(p, payment.StateVoided)
		return nil
	}})
}

// Refund sends money back.
func (s *Scripted) Refund(ctx context.Context, r payment.RefundRequest) (payment.Outcome, error) {
	return s.do(ctx, call{op: payment.OpRefund, key: r.Key, request: r, effect: func(k *keyed, p Plan) error {
		a := s.find(r.Reference, r.Payment)
		if a == nil {
			return failure(payment.ClassNotFound, payment.OpRefund)
		}
		if r.Amount.Currency() != a.asked.Currency() || r.Amount.Minor() <= 0 || r.Amount.Minor() > a.captured-a.refunded {
			return failure(payment.ClassInvalid, payment.OpRefund)
		}
		k.account, k.amount, k.refund = a, r.Amount, r.Refund
		k.verdict(p, payment.StateRefunded)
		return nil
	}})
}

// verdict decides about an operation on a promise.
func (k *keyed) verdict(p Plan, done payment.State) {
	switch p.Verdict {
	case Decline:
		k.state = payment.StateDeclined
	case Defer, Act:
		k.state = payment.StatePending
	case Approve:
		k.happen(done)
	}
}

// happen writes the books.
func (k *keyed) happen(done payment.State) {
	a := k.account
	k.state = done
	switch done { //nolint:exhaustive // nothing else happens
	case payment.StateCaptured:
		a.captured += k.amount.Minor()
		a.captures++
		k.ref = fmt.Sprintf("%s_c%d", a.reference, a.captures)
		if k.final || a.captured == a.authorized {
			a.state = payment.StateCaptured
		}
	case payment.StateVoided:
		if a.state == payment.StateCaptured {
			k.state = payment.StateCaptured // the buyer was faster than the decision
			return
		}
		a.state = payment.StateVoided
		if a.captured > 0 {
			a.state = payment.StateCaptured
		}
	case payment.StateRefunded:
		a.refunded += k.amount.Minor()
		k.ref = a.reference + "_r_" + k.refund
	}
}

// call is one request that moves money.
type call struct {
	op      payment.Operation
	token   string
	key     string
	request any
	effect  func(k *keyed, p Plan) error
}

// do makes one call as the script says.
func (s *Scripted) do(ctx context.Context, c call) (payment.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return payment.Outcome{}, err
	}
	sum, err := op.Print(c.request)
	if err != nil {
		return payment.Outcome{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	plan := Plan{}
	if s.Script != nil {
		plan = s.Script(s.calls, c.op)
	}
	if by, ok := s.Tokens[c.token]; ok && c.token != "" {
		plan = by
	}
	s.calls++
	if plan.NoEffect {
		return payment.Outcome{}, s.lost(c, plan)
	}
	k, known := s.keys[c.key]
	if known {
		if err := k.again(hex.EncodeToString(sum[:]), c.op); err != nil {
			if payment.ClassOf(err) == payment.ClassInvalid {
				s.wrongs = append(s.wrongs, "key "+c.key+" used with other parameters")
			}
			return payment.Outcome{}, err
		}
	} else {
		k = &keyed{print: hex.EncodeToString(sum[:]), op: c.op, running: true}
		s.remember(c.key, k)
		if plan.Wait != nil {
			s.mu.Unlock()
			plan.Wait()
			s.mu.Lock()
		}
		k.refused = c.effect(k, plan)
		k.running = false
	}
	if k.refused == nil {
		s.announce(k, plan)
	}
	return s.reply(k, plan)
}

func (s *Scripted) remember(key string, k *keyed) {
	if s.keys == nil {
		s.keys = map[string]*keyed{}
	}
	s.keys[key] = k
}

// again is what a repeat of a key is refused with.
func (k *keyed) again(sum string, o payment.Operation) error {
	switch {
	case k.print != sum:
		return failure(payment.ClassInvalid, o)
	case k.running:
		return failure(payment.ClassConflict, o)
	case k.broken:
		return failure(payment.ClassUnknown, o)
	default:
		return nil
	}
}

// lost is what the caller sees of a request that never arrived. A 500 without
// an effect is remembered like any other answer.
func (s *Scripted) lost(c call, p Plan) error {
	switch p.Reply {
	case Panic:
		panic("scripted: broken adapter") //nolint:forbidigo // the script says so
	case Refused:
		return failure(payment.ClassTransient, c.op)
	case ServerError:
		if s.keys[c.key] == nil {
			sum, _ := op.Print(c.request) // worked a moment ago
			s.remember(c.key, &keyed{print: hex.EncodeToString(sum[:]), op: c.op, broken: true, refused: failure(payment.ClassUnknown, c.op)})
		}
	case OK, Timeout, Reset:
	}
	return failure(payment.ClassUnknown, c.op)
}

// reply is what the caller sees.
func (s *Scripted) reply(k *keyed, p Plan) (payment.Outcome, error) {
	switch p.Reply {
	case Timeout, Reset, Refused:
		return payment.Outcome{}, failure(payment.ClassUnknown, k.op)
	case ServerError:
		k.broken = true
		return payment.Outcome{}, failure(payment.ClassUnknown, k.op)
	case Panic:
		panic("scripted: broken adapter") //nolint:forbidigo // the script says so
	case OK:
	}
	if k.refused != nil {
		return payment.Outcome{}, k.refused
	}
	return s.outcome(k), nil
}

// outcome is how an operation stands.
func (s *Scripted) outcome(k *keyed) payment.Outcome {
	a := k.account
	if k.op == payment.OpAuthorize {
		return a.outcome()
	}
	o := payment.Outcome{State: k.state, Reference: k.ref, Amount: k.amount}
	switch k.state { //nolint:exhaustive // the others say nothing more
	case payment.StateDeclined:
		o.Decline = payment.Decline{Code: "scripted", Reason: payment.ReasonGeneric}
	case payment.StateCaptured:
		if k.op == payment.OpVoid {
			o.Amount = money.New(a.captured, a.asked.Currency())
			o.Captured = o.Amount
		}
	}
	return o
}

// outcome is how a promise stands.
func (a *account) outcome() payment.Outcome {
	cur := a.asked.Currency()
	o := payment.Outcome{State: a.state, Reference: a.reference}
	switch a.state { //nolint:exhaustive // the others say nothing more
	case payment.StateAuthorized, payment.StateCaptured:
		o.Amount, o.Captured = money.New(a.authorized, cur), money.New(a.captured, cur)
	case payment.StateDeclined:
		o.Decline = payment.Decline{Code: "scripted", Reason: payment.ReasonInsufficientFunds}
	case payment.StateActionRequired:
		o.Action = payment.Action{Kind: payment.ActionRedirect, URL: "https://pay.example/" + a.reference}
	}
	return o
}

// Lookup tells how an operation stands.
func (s *Scripted) Lookup(ctx context.Context, r payment.LookupRequest) (payment.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return payment.Outcome{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Lost != nil && s.Lost() {
		return payment.Outcome{}, failure(payment.ClassTransient, r.Operation)
	}
	a := s.find(r.Reference, r.Payment)
	if a == nil {
		return payment.Outcome{State: payment.StateAbsent}, nil
	}
	if r.Operation == payment.OpAuthorize {
		return a.outcome(), nil
	}
	k := s.keys[r.Key]
	switch {
	case k != nil && k.refused == nil && !k.running:
		return s.outcome(k), nil
	case r.Operation == payment.OpVoid && a.state == payment.StateCaptured:
		return s.outcome(&keyed{op: r.Operation, account: a, state: a.state}), nil
	case r.Operation == payment.OpVoid && a.state == payment.StateVoided:
		return payment.Outcome{State: payment.StateVoided}, nil
	case r.Operation == payment.OpCapture && (a.state == payment.StateExpired || a.state == payment.StateVoided):
		return payment.Outcome{State: payment.StateExpired}, nil
	default:
		return payment.Outcome{State: payment.StateAbsent}, nil
	}
}

// KeyWindow says how long keys are remembered.
func (s *Scripted) KeyWindow(payment.Operation) time.Duration {
	if s.Window == 0 {
		return 24 * time.Hour
	}
	return s.Window
}

func (s *Scripted) find(reference, owner string) *account {
	for _, a := range s.accounts {
		if reference != "" && a.reference == reference || reference == "" && owner != "" && a.payment == owner {
			return a
		}
	}
	return nil
}

func failure(c payment.Class, o payment.Operation) error {
	return &payment.Failure{Class: c, Operation: o, Code: "scripted"}
}

// secret signs notices.
const secret = "scripted"

// hint is the body of a notice.
type hint struct {
	Event     string `json:"event"`
	Payment   string `json:"payment"`
	Reference string `json:"reference"`
}

// announce sends the notices about an operation.
func (s *Scripted) announce(k *keyed, p Plan) {
	n := s.notice(k.account)
	if p.Early != nil {
		s.mu.Unlock()
		p.Early(n)
		s.mu.Lock()
	}
	if p.Drop {
		return
	}
	for range p.Copies + 1 {
		s.notices = append(s.notices, n)
	}
}

func (s *Scripted) notice(a *account) payment.Notice {
	s.events++
	body, _ := json.Marshal(hint{Event: fmt.Sprintf("evt_%d", s.events), Payment: a.payment, Reference: a.reference}) //nolint:errchkjson // texts only
	return payment.Notice{Header: map[string][]string{"Signature": {sign(body)}}, Body: body}
}

func sign(body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// DecodeNotice checks the signature and reads the notice.
func (s *Scripted) DecodeNotice(n payment.Notice) ([]payment.Hint, error) {
	got := ""
	if v := n.Header["Signature"]; len(v) > 0 {
		got = v[0]
	}
	if !hmac.Equal([]byte(got), []byte(sign(n.Body))) {
		return nil, failure(payment.ClassAuth, "notice")
	}
	var h hint
	if err := json.Unmarshal(n.Body, &h); err != nil {
		return nil, failure(payment.ClassInvalid, "notice")
	}
	return []payment.Hint{{Event: h.Event, Payment: h.Payment, Reference: h.Reference}}, nil
}
