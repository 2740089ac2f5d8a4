package support

import (
	"context"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// Assign is the request to give a conversation to somebody.
type Assign struct {
	op.Meta
	// To looks after it from now on; the zero Actor is nobody.
	To op.Actor
}

// Assign gives a conversation to somebody. Errors by kind: Invalid, NotFound,
// Conflict for a stale version.
func (s *Service) Assign(ctx context.Context, conversation ID, req Assign) (Turn, error) {
	return s.assigning(conversation, req).run(ctx)
}

// AssignTx is Assign inside a unit.
func (s *Service) AssignTx(ctx context.Context, t Tx, conversation ID, req Assign) (Turn, error) {
	return s.assigning(conversation, req).runTx(ctx, t)
}

func (s *Service) assigning(conversation ID, req Assign) change {
	var c fault.Check
	checkActor(&c, "to", req.To)
	ch := s.change(&c, op.Call{Meta: req.Meta, Operation: "support.assign", Parameters: [2]string{conversation.String(), req.To.String()}})
	ch.conversation = conversation
	ch.decide = func(c Conversation) (Conversation, error) {
		c.Assignee = req.To
		return c, nil
	}
	return ch
}

// Solve is the request to say that nothing is left to say.
type Solve struct {
	op.Meta
}

// Solve says that nothing is left to say, until somebody says something. Errors
// by kind: Invalid, NotFound, Conflict if it is solved or closed, or for a stale
// version.
func (s *Service) Solve(ctx context.Context, conversation ID, req Solve) (Turn, error) {
	return s.moving(conversation, TriggerSolve, req.Meta).run(ctx)
}

// SolveTx is Solve inside a unit.
func (s *Service) SolveTx(ctx context.Context, t Tx, conversation ID, req Solve) (Turn, error) {
	return s.moving(conversation, TriggerSolve, req.Meta).runTx(ctx, t)
}

// Reopen is the request to take a conversation up again.
type Reopen struct {
	op.Meta
}

// Reopen takes a conversation up again that is pending or solved. Errors: see
// Solve.
func (s *Service) Reopen(ctx context.Context, conversation ID, req Reopen) (Turn, error) {
	return s.moving(conversation, TriggerReopen, req.Meta).run(ctx)
}

// ReopenTx is Reopen inside a unit.
func (s *Service) ReopenTx(ctx context.Context, t Tx, conversation ID, req Reopen) (Turn, error) {
	return s.moving(conversation, TriggerReopen, req.Meta).runTx(ctx, t)
}

// Close is the request to end a conversation.
type Close struct {
	op.Meta
}

// Close ends a conversation for good. Errors: see Solve.
func (s *Service) Close(ctx context.Context, conversation ID, req Close) (Turn, error) {
	return s.moving(conversation, TriggerClose, req.Meta).run(ctx)
}

// CloseTx is Close inside a unit.
func (s *Service) CloseTx(ctx context.Context, t Tx, conversation ID, req Close) (Turn, error) {
	return s.moving(conversation, TriggerClose, req.Meta).runTx(ctx, t)
}

func (s *Service) moving(conversation ID, trigger Trigger, meta op.Meta) change {
	ch := s.change(new(fault.Check), op.Call{Meta: meta, Operation: "support." + string(trigger), Parameters: conversation})
	ch.conversation = conversation
	ch.decide = func(c Conversation) (Conversation, error) { return c.move(trigger) }
	return ch
}
