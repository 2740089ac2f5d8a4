// Package op says who asks, with which key, expecting which version.
//
// Every request of a write embeds Meta. A key makes the write idempotent: the
// same actor repeating the same operation with the same key and parameters
// gets the first result again, and nothing happens twice.
package op

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
)

// ActorKind says in which role somebody acts.
type ActorKind string

// The roles.
const (
	Guest  ActorKind = "guest"
	Buyer  ActorKind = "buyer"
	Staff  ActorKind = "staff"
	System ActorKind = "system"
)

// Actor is the person or system on whose behalf a write happens. The host
// knows who that is; the engine keeps the two texts and compares them bytewise.
type Actor struct {
	Kind ActorKind `json:"kind,omitempty"`
	// ID is the host's own id of the person, at most 128 bytes.
	ID string `json:"id,omitempty"`
}

// String returns "kind:id", or "anyone" for the zero Actor.
func (a Actor) String() string {
	if a.Kind == "" && a.ID == "" {
		return "anyone"
	}
	return string(a.Kind) + ":" + a.ID
}

// Check records what is wrong with a under path.
func (a Actor) Check(c *fault.Check, path string) {
	if c.That(len(a.ID) <= 128, path+".id", "too_long", "must have at most 128 bytes") {
		c.Text(path+".id", a.ID, 128)
	}
	switch a.Kind {
	case "", Guest, Buyer, Staff, System:
	default:
		c.Add(path+".kind", "unknown", "must be guest, buyer, staff or system")
	}
}

// Meta is embedded in every request of a write.
type Meta struct {
	// By is the actor. The zero value is allowed and means "anyone".
	By Actor
	// Key makes the write idempotent. 1 to 255 bytes of printable ASCII,
	// compared bytewise; empty means that a repeat is a new write.
	Key string
	// IfVersion is the version of the aggregate that the caller has seen. The
	// write fails with a Conflict (code "stale_version") if it is no longer
	// current. Zero means any version.
	IfVersion int
}

// Check records what is wrong with m.
func (m Meta) Check(c *fault.Check) {
	c.That(len(m.Key) <= 255, "key", "too_long", "must have at most 255 bytes")
	for i := range len(m.Key) {
		if m.Key[i] < 0x20 || m.Key[i] > 0x7e {
			c.Add("key", "not_ascii", "must be printable ASCII")
			break
		}
	}
	c.That(m.IfVersion >= 0, "if_version", "out_of_range", "must not be negative")
	m.By.Check(c, "by")
}

// Expect returns a stale-version Conflict unless m accepts the version have.
func (m Meta) Expect(what string, have int) error {
	if m.IfVersion != 0 && m.IfVersion != have {
		return fault.Stale(what, m.IfVersion, have)
	}
	return nil
}

// Record is the memory of one keyed write. Records are scoped by tenant (which
// the store adds), actor and operation, and never leave that scope.
type Record struct {
	Actor     string // Actor.String()
	Operation string // "checkout.place"
	Key       string
	// Print is the fingerprint of the parameters.
	Print [sha256.Size]byte
	// Result is what the write returned, as JSON.
	Result []byte
	At     time.Time
}

// Reader finds records.
type Reader interface {
	// Operation returns the record, or a NotFound error.
	Operation(ctx context.Context, actor, operation, key string) (Record, error)
}

// Tx writes records inside a unit of work.
type Tx interface {
	Reader
	// InsertOperation stores r. If the scope already holds the key the unit
	// fails with ErrRepeated and nothing of it happens.
	InsertOperation(ctx context.Context, r Record) error
}

// ErrRepeated says that another run with the same key got there first.
var ErrRepeated = fault.New(fault.Conflict, "key_in_use", "Another request with this key was executed at the same time.")

// ErrMismatch says that the key was used before with other parameters.
var ErrMismatch = fault.New(fault.Conflict, "key_mismatch", "This key was used before with other parameters.")

// Print returns the fingerprint of the parameters of a write: the SHA-256 of
// their JSON. Times must be cut to microseconds by the caller.
func Print(parameters any) ([sha256.Size]byte, error) {
	b, err := json.Marshal(parameters)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("op: fingerprint %T: %w", parameters, err)
	}
	return sha256.Sum256(b), nil
}

// Call names one keyed write.
type Call struct {
	Meta      Meta
	Operation string
	// Parameters is everything but Meta that makes the request what it is.
	Parameters any
	// Now is the time of the record.
	Now time.Time
}

// Run executes do inside a unit of work at most once for each key. Without a
// key it just executes do. With one it returns the result of the first run, or
// ErrMismatch if that run had other parameters. R must survive JSON.
//
// Two runs at once: one wins, the other's unit fails with ErrRepeated when it
// is shipped; Retry turns that into the winner's result.
func Run[R any](ctx context.Context, t Tx, c Call, do func() (R, error)) (R, error) {
	var zero R
	if c.Meta.Key == "" {
		return do()
	}
	sum, err := Print(c.Parameters)
	if err != nil {
		return zero, err
	}
	first, err := t.Operation(ctx, c.Meta.By.String(), c.Operation, c.Meta.Key)
	if err == nil {
		return Replay[R](first, sum)
	}
	if !errors.Is(err, fault.NotFound) {
		return zero, err
	}
	r, err := do()
	if err != nil {
		return zero, err
	}
	rec, err := c.record(sum, r)
	if err != nil {
		return zero, err
	}
	return r, t.InsertOperation(ctx, rec)
}

func (c Call) record(sum [sha256.Size]byte, result any) (Record, error) {
	b, err := json.Marshal(result)
	if err != nil {
		return Record{}, fmt.Errorf("op: result of %s: %w", c.Operation, err)
	}
	return Record{
		Actor: c.Meta.By.String(), Operation: c.Operation, Key: c.Meta.Key,
		Print: sum, Result: b, At: c.Now,
	}, nil
}

// Record returns the record of a write whose result is known.
func (c Call) Record(result any) (Record, error) {
	sum, err := Print(c.Parameters)
	if err != nil {
		return Record{}, err
	}
	return c.record(sum, result)
}

// Replay returns the stored result, or ErrMismatch if sum differs.
func Replay[R any](first Record, sum [sha256.Size]byte) (R, error) {
	var r R
	if first.Print != sum {
		return r, ErrMismatch
	}
	if err := json.Unmarshal(first.Result, &r); err != nil {
		return r, fmt.Errorf("op: stored result of %s: %w", first.Operation, err)
	}
	return r, nil
}

// Retry runs unit, and once more if it lost against another run with the same
// key, so that the loser reads the winner's result.
func Retry(unit func() error) error {
	err := unit()
	if errors.Is(err, ErrRepeated) {
		err = unit()
	}
	return err
}
