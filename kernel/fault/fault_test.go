package fault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
)

func kinds() []fault.Kind {
	return []fault.Kind{
		fault.Invalid, fault.NotFound, fault.Conflict, fault.Denied, fault.Declined,
		fault.Unavailable, fault.Unknown, fault.Unsupported, fault.Internal,
	}
}

// shortage is a typed error as the rooms define them.
type shortage struct{ want, have int }

func (s *shortage) Fault() *fault.Error {
	return fault.Newf(fault.Conflict, "inventory.shortage", "Only %d are left.", s.have)
}

func (s *shortage) Error() string { return fmt.Sprintf("inventory: want %d, have %d", s.want, s.have) }
func (s *shortage) Unwrap() error { return s.Fault() }

func TestEveryErrorHasExactlyOneKind(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		err := fmt.Errorf("outer: %w", fault.New(kind, "a.b", "Text."))
		for _, other := range kinds() {
			require.Equal(t, kind == other, errors.Is(err, other), "%s is %s", kind, other)
		}
		require.Equal(t, kind, fault.KindOf(err))
		require.Equal(t, string(kind), kind.Error())
	}
}

func TestTypedErrorsTellTheirKind(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("order: place: %w", &shortage{want: 3, have: 2})
	require.ErrorIs(t, err, fault.Conflict)
	require.NotErrorIs(t, err, fault.Invalid)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.Equal(t, "inventory.shortage", fault.CodeOf(err))
	require.Equal(t, "Only 2 are left.", fault.Public(err))
	var s *shortage
	require.ErrorAs(t, err, &s)
	require.Equal(t, 3, s.want)
}

func TestErrorsOfOneCodeAreTheSame(t *testing.T) {
	t.Parallel()
	sentinel := fault.New(fault.Conflict, "key_in_use", "In use.")
	require.ErrorIs(t, fmt.Errorf("x: %w", sentinel.Because(errors.New("row"))), sentinel)
	require.NotErrorIs(t, fault.New(fault.Conflict, "other", "In use."), sentinel)
	require.NotErrorIs(t, fault.New(fault.Invalid, "key_in_use", "In use."), sentinel)
}

func TestTheCauseStaysForOperatorsOnly(t *testing.T) {
	t.Parallel()
	cause := fmt.Errorf("select secret: %w", sql.ErrNoRows)
	missing := fault.Missing("cart")
	err := missing.Because(cause)
	require.ErrorIs(t, err, sql.ErrNoRows)
	require.ErrorIs(t, err, fault.NotFound)
	require.EqualError(t, err, "cart_not_found: There is no such cart.: select secret: sql: no rows in result set")
	require.Equal(t, "There is no such cart.", fault.Public(err))
	require.NoError(t, missing.Err, "Because leaves the original alone")
	require.Same(t, err, err.Fault())
}

func TestForeignErrors(t *testing.T) {
	t.Parallel()
	foreign := errors.New("password is hunter2")
	require.Equal(t, fault.Internal, fault.KindOf(foreign))
	require.Equal(t, "internal", fault.CodeOf(foreign))
	require.Equal(t, "Something went wrong on our side.", fault.Public(foreign))
	require.False(t, fault.Retryable(foreign))
	require.ErrorIs(t, fault.Of(foreign), foreign)

	for _, ended := range []error{context.Canceled, fmt.Errorf("x: %w", context.DeadlineExceeded)} {
		require.Equal(t, fault.Unavailable, fault.KindOf(ended))
		require.Equal(t, "context_ended", fault.CodeOf(ended))
		require.True(t, fault.Retryable(ended))
	}
	require.Equal(t, fault.Internal, fault.KindOf(fmt.Errorf("id: scan: %w", fault.Internal)), "a bare kind")
}

func TestNil(t *testing.T) {
	t.Parallel()
	require.Nil(t, fault.Of(nil))
	require.Empty(t, fault.KindOf(nil))
	require.Empty(t, fault.CodeOf(nil))
	require.Empty(t, fault.Public(nil))
	require.Nil(t, fault.FieldsOf(nil))
	require.False(t, fault.Retryable(nil))
}

func TestRetryable(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		plain := fault.New(kind, "a.b", "Text.")
		require.Equal(t, kind == fault.Unavailable, fault.Retryable(plain), kind)
		plain.Retry = true
		require.True(t, fault.Retryable(fmt.Errorf("x: %w", plain)), kind)
	}
}

func TestStale(t *testing.T) {
	t.Parallel()
	err := fault.Stale("cart", 3, 5)
	require.ErrorIs(t, err, fault.Conflict)
	require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
	require.Equal(t, "The cart was changed meanwhile: expected version 3, found 5.", fault.Public(err))
}

// However deep an error is wrapped, what it says about itself stays.
func TestWrappingChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds()).Draw(t, "kind")
		inner := fault.New(kind, rapid.StringMatching(`[a-z]+\.[a-z_]+`).Draw(t, "code"), "Text.")
		var err error = inner
		for range rapid.IntRange(0, 5).Draw(t, "depth") {
			if rapid.Bool().Draw(t, "join") {
				err = errors.Join(err, errors.New("other"))
			} else {
				err = fmt.Errorf("wrap: %w", err)
			}
		}
		require.Same(t, inner, fault.Of(err))
		require.ErrorIs(t, err, kind)
	})
}

func ExampleKind() {
	err := fmt.Errorf("cart: load: %w", fault.Missing("cart").Because(sql.ErrNoRows))
	fmt.Println(errors.Is(err, fault.NotFound))
	fmt.Println(errors.Is(err, sql.ErrNoRows))
	fmt.Println(fault.CodeOf(err))
	fmt.Println(fault.Public(err))
	// Output:
	// true
	// true
	// cart_not_found
	// There is no such cart.
}
