package lifecycle

import (
	"fmt"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// CodeForbidden is the code of the Conflict error for a move that the table
// does not hold.
const CodeForbidden = "move_forbidden"

// Forbidden says that a thing may not make a move. It is a Conflict: the input
// is fine, but not in this state.
type Forbidden struct {
	// Machine is the thing that should have moved: "order".
	Machine string
	// State is the state it is in.
	State string
	// Trigger is what was asked of it.
	Trigger string
	// Allowed are the triggers that the state accepts, sorted by name; none if
	// the state is final or unknown.
	Allowed []string
}

var _ fault.Carrier = (*Forbidden)(nil)

func (m Table[S, T]) forbidden(s S, t T) *Forbidden {
	f := &Forbidden{Machine: m.Machine, State: string(s), Trigger: string(t)}
	for _, a := range m.Allowed(s) {
		f.Allowed = append(f.Allowed, string(a))
	}
	return f
}

// Fault returns a Conflict with code "move_forbidden" and a text that may be
// shown to anyone.
func (f *Forbidden) Fault() *fault.Error {
	return fault.Newf(fault.Conflict, CodeForbidden, "The %s is %s, which does not allow %s.",
		f.Machine, words(f.State), words(f.Trigger))
}

// Error names the machine, the state, the trigger and what is allowed instead.
func (f *Forbidden) Error() string {
	allowed := "nothing"
	if len(f.Allowed) > 0 {
		allowed = strings.Join(f.Allowed, ", ")
	}
	return fmt.Sprintf("%s: %s forbids %s: allowed is %s", f.Machine, f.State, f.Trigger, allowed)
}

// Unwrap lets errors.Is find the kind.
func (f *Forbidden) Unwrap() error { return f.Fault() }

func words(name string) string { return strings.ReplaceAll(name, "_", " ") }
