package returns

import (
	"context"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/order"
)

const (
	maxNote     = 500
	maxReason   = 500
	maxCode     = 40
	maxSource   = 200
	maxLocation = 40
)

// MaxPage is the largest number of returns that are read at once.
const MaxPage = 200

func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// Request is what a buyer asks for. IfVersion is the version of the order.
type Request struct {
	op.Meta
	// Lines are what shall come back, each line at most once.
	Lines []Wanted
	// Note is what the buyer wants to say, at most 500 characters.
	Note string
	// Metadata belongs to the host.
	Metadata map[string]string
}

// Request asks to give goods back. Of a line no more can be asked for than has
// left, has not come back and is in no other return, however many ask at once.
// What the policy said is kept with the return.
//
// Errors by kind: NotFound for an unknown order or line (ErrNoLine); Conflict
// for too many pieces (*Exceeded) and for what the policy does not allow
// (*NotAllowed, which says why).
func (s *Service) Request(ctx context.Context, of order.ID, req Request) (Return, error) {
	a, err := s.asking(of, req)
	if err != nil {
		return Return{}, err
	}
	return tx.Do(a.do).Insist(ctx, s.units, attempts, overtaking(req.Meta))
}

// RequestTx is Request inside a unit of work.
func (s *Service) RequestTx(ctx context.Context, t Tx, of order.ID, req Request) (Return, error) {
	a, err := s.asking(of, req)
	if err != nil {
		return Return{}, err
	}
	return tx.Do(a.do).In(ctx, t)
}

// Eligibility says whether lines of an order could come back now, and why or
// why not, and changes nothing. It fails as Request does, but for *NotAllowed.
func (s *Service) Eligibility(ctx context.Context, of order.ID, by op.Actor, lines []Wanted) (Decision, error) {
	a, err := s.asking(of, Request{Meta: op.Meta{By: by}, Lines: lines})
	if err != nil {
		return Decision{}, err
	}
	history, err := s.reader.OrderReturns(ctx, of)
	if err != nil {
		return Decision{}, err
	}
	o, err := s.orders.Order(ctx, of)
	if err != nil {
		return Decision{}, err
	}
	return a.judge(o, history)
}

// asking is a checked Request.
type asking struct {
	s    *Service
	of   order.ID
	req  Request
	call op.Call
	ids  *reel
}

func (s *Service) asking(of order.ID, req Request) (asking, error) {
	var c fault.Check
	req.Meta.Check(&c)
	req.Lines = checkWanted(&c, req.Lines)
	req.Note = c.Lines("note", req.Note, maxNote)
	req.Metadata = c.Metadata("metadata", req.Metadata)
	a := asking{s: s, of: of, req: req, ids: &reel{newID: s.newID}}
	plain := req
	plain.Meta = op.Meta{}
	a.call = op.Call{Meta: req.Meta, Operation: "returns.request", Parameters: asked[Request]{of.String(), plain}, Now: s.clock.Now()}
	return a, c.Err("returns.request")
}

func checkWanted(c *fault.Check, lines []Wanted) []Wanted {
	if !c.Range("lines", int64(len(lines)), 1, order.MaxLines) {
		return nil
	}
	out := slices.Clone(lines)
	for i := range out {
		w, path := &out[i], at("lines", i)
		c.That(w.Line >= 1, path+".line", "out_of_range", "must be the number of a line")
		c.That(!slices.ContainsFunc(out[:i], func(x Wanted) bool { return x.Line == w.Line }), path+".line", "twice", "must not be named twice")
		c.Range(path+".quantity", int64(w.Quantity), 1, order.MaxQuantity)
		c.That(w.Reason.valid(), path+".reason", "bad_code", "must be of 1 to 40 lower case letters, digits and underscores")
		w.Note = c.Lines(path+".note", w.Note, maxNote)
	}
	return out
}

func (r Reason) valid() bool {
	for i := range len(r) {
		if x := r[i]; (x < 'a' || x > 'z') && (x < '0' || x > '9') && x != '_' {
			return false
		}
	}
	return r != "" && len(r) <= maxCode
}

func (a asking) do(ctx context.Context, t Tx) (Return, error) {
	a.ids.rewind()
	return op.Run(ctx, t, a.call, func() (Return, error) { return a.once(ctx, t) })
}

func (a asking) once(ctx context.Context, t Tx) (Return, error) {
	history, err := t.OrderReturns(ctx, a.of)
	if err != nil {
		return Return{}, err
	}
	o, err := t.Order(ctx, a.of)
	if err != nil {
		return Return{}, err
	}
	if err := a.req.Expect("order", o.Version); err != nil {
		return Return{}, err
	}
	decision, err := a.judge(o, history)
	if err != nil {
		return Return{}, err
	}
	if !decision.Allowed {
		return Return{}, &NotAllowed{Decision: decision}
	}
	if err := t.Expect(ctx, tx.Ref{Table: "order", ID: o.ID.String()}, o.Version); err != nil {
		return Return{}, err
	}
	if err := t.RaiseReturnHistory(ctx, o.ID, history.Version); err != nil {
		return Return{}, err
	}
	r := a.made(o, decision)
	if err := t.InsertReturn(ctx, r); err != nil {
		return Return{}, err
	}
	ch := change{call: a.call, ids: a.ids}
	return r, ch.announce(ctx, t, r, []event.Payload{Requested{Fact: r.fact(), Lines: a.req.Lines, Decision: decision}})
}

// judge checks the quantities and asks the policy.
func (a asking) judge(o order.Order, h History) (Decision, error) {
	for _, w := range a.req.Lines {
		l, ok := o.Line(w.Line)
		if !ok {
			return Decision{}, ErrNoLine
		}
		if have := l.Shipped - l.Returned - h.expected(w.Line); w.Quantity > have {
			return Decision{}, &Exceeded{Line: w.Line, Want: w.Quantity, Have: max(have, 0)}
		}
	}
	return a.s.policy.Decide(Case{Order: o, Lines: a.req.Lines, Deliveries: h.Deliveries, By: a.req.By, At: a.call.Now}), nil
}

// expected returns how many pieces of a line are in returns and have not come
// yet; of those that have come the order knows.
func (h History) expected(line int) int {
	n := 0
	for _, r := range h.Returns {
		if i := r.index(line); i >= 0 && (r.status == StatusRequested || r.status == StatusApproved) {
			n += r.Lines[i].Quantity
		}
	}
	return n
}

func (a asking) made(o order.Order, d Decision) Return {
	now := clock.Cut(a.call.Now)
	r := Return{
		ID: NewID(a.ids.next), Order: o.ID, Number: o.Number, Buyer: o.Buyer, Decision: d, Note: a.req.Note, Metadata: a.req.Metadata,
		Version: 1, CreatedAt: now, UpdatedAt: now, status: moves.Initial,
	}
	for _, w := range a.req.Lines {
		l, _ := o.Line(w.Line)
		r.Lines = append(r.Lines, Line{N: l.N, SKU: l.SKU, Title: l.Title, Quantity: w.Quantity, Reason: w.Reason, Note: w.Note})
	}
	slices.SortFunc(r.Lines, func(x, y Line) int { return x.N - y.N })
	return r
}
