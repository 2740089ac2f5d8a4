package op_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// memory is a Tx that keeps records in a map.
type memory struct {
	records map[[3]string]op.Record
	// broken, if set, is what reading answers.
	broken error
}

func newMemory() *memory { return &memory{records: map[[3]string]op.Record{}} }

func (m *memory) Operation(_ context.Context, actor, operation, key string) (op.Record, error) {
	if m.broken != nil {
		return op.Record{}, m.broken
	}
	r, ok := m.records[[3]string{actor, operation, key}]
	if !ok {
		return op.Record{}, fault.Missing("operation")
	}
	return r, nil
}

func (m *memory) InsertOperation(_ context.Context, r op.Record) error {
	scope := [3]string{r.Actor, r.Operation, r.Key}
	if _, ok := m.records[scope]; ok {
		return op.ErrRepeated
	}
	m.records[scope] = r
	return nil
}

type placed struct {
	Number string
	Total  int
}

func call(actor, key string, parameters any) op.Call {
	return op.Call{
		Meta:      op.Meta{By: op.Actor{Kind: op.Buyer, ID: actor}, Key: key},
		Operation: "checkout.place", Parameters: parameters, Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

// counted returns a write that counts how often it happened.
func counted(n *int) func() (placed, error) {
	return func() (placed, error) {
		*n++
		return placed{Number: fmt.Sprint("R-", *n), Total: 1999}, nil
	}
}

func TestARepeatGetsTheFirstResultAndNothingHappensTwice(t *testing.T) {
	t.Parallel()
	m, n := newMemory(), 0
	for range 3 {
		got, err := op.Run(t.Context(), m, call("b1", "k1", "cart-7"), counted(&n))
		require.NoError(t, err)
		require.Equal(t, placed{Number: "R-1", Total: 1999}, got)
	}
	require.Equal(t, 1, n)
	r, err := m.Operation(t.Context(), "buyer:b1", "checkout.place", "k1")
	require.NoError(t, err)
	require.JSONEq(t, `{"Number":"R-1","Total":1999}`, string(r.Result))
	require.Equal(t, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), r.At)
}

func TestOtherParametersUnderTheSameKeyAreRefused(t *testing.T) {
	t.Parallel()
	m, n := newMemory(), 0
	_, err := op.Run(t.Context(), m, call("b1", "k1", "cart-7"), counted(&n))
	require.NoError(t, err)
	_, err = op.Run(t.Context(), m, call("b1", "k1", "cart-8"), counted(&n))
	require.ErrorIs(t, err, op.ErrMismatch)
	require.ErrorIs(t, err, fault.Conflict)
	require.Equal(t, 1, n)
}

func TestAKeyStaysWithinItsScope(t *testing.T) {
	t.Parallel()
	m, n := newMemory(), 0
	other := call("b1", "k1", "cart-7")
	other.Operation = "order.cancel"
	for _, c := range []op.Call{call("b1", "k1", "cart-7"), call("b2", "k1", "cart-7"), call("b1", "k2", "cart-7"), other} {
		_, err := op.Run(t.Context(), m, c, counted(&n))
		require.NoError(t, err)
	}
	require.Equal(t, 4, n)
}

func TestWithoutAKeyEveryCallIsNew(t *testing.T) {
	t.Parallel()
	m, n := newMemory(), 0
	for range 3 {
		_, err := op.Run(t.Context(), m, call("b1", "", "cart-7"), counted(&n))
		require.NoError(t, err)
	}
	require.Equal(t, 3, n)
	require.Empty(t, m.records)
}

func TestAFailureIsNotRemembered(t *testing.T) {
	t.Parallel()
	m, n := newMemory(), 0
	declined := fault.New(fault.Declined, "payment.declined", "No.")
	_, err := op.Run(t.Context(), m, call("b1", "k1", "x"), func() (placed, error) { return placed{}, declined })
	require.ErrorIs(t, err, declined)
	require.Empty(t, m.records)
	_, err = op.Run(t.Context(), m, call("b1", "k1", "x"), counted(&n))
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func TestRunPassesErrorsOfTheStoreOn(t *testing.T) {
	t.Parallel()
	m, n := newMemory(), 0
	m.broken = fault.New(fault.Unavailable, "store.busy", "Busy.")
	_, err := op.Run(t.Context(), m, call("b1", "k1", "x"), counted(&n))
	require.ErrorIs(t, err, fault.Unavailable)
	require.Zero(t, n, "nothing happens while it is not known whether it happened before")

	_, err = op.Run(t.Context(), newMemory(), call("b1", "k1", make(chan int)), counted(&n))
	require.ErrorContains(t, err, "op: fingerprint chan int")
	_, err = op.Run(t.Context(), newMemory(), call("b1", "k1", "x"), func() (chan int, error) { return make(chan int), nil })
	require.ErrorContains(t, err, "op: result of checkout.place")
	require.Zero(t, n)
}

func TestRetryLetsTheLoserReadTheWinnersResult(t *testing.T) {
	t.Parallel()
	m, n := newMemory(), 0
	runs := 0
	var got placed
	err := op.Retry(func() error {
		runs++
		c := call("b1", "k1", "cart-7")
		var err error
		got, err = op.Run(t.Context(), m, c, func() (placed, error) {
			// The winner commits while we are at work.
			won, err := c.Record(placed{Number: "R-9"})
			if err != nil {
				return placed{}, err
			}
			return placed{Number: "lost"}, m.InsertOperation(t.Context(), won)
		})
		return err
	})
	require.NoError(t, err)
	require.Equal(t, placed{Number: "R-9"}, got)
	require.Equal(t, 2, runs)
	require.Zero(t, n)

	runs = 0
	require.ErrorIs(t, op.Retry(func() error { runs++; return op.ErrRepeated }), op.ErrRepeated)
	require.Equal(t, 2, runs, "once more, not for ever")
	runs = 0
	require.ErrorIs(t, op.Retry(func() error { runs++; return op.ErrMismatch }), op.ErrMismatch)
	require.Equal(t, 1, runs)
}

func TestReplayOfABrokenRecord(t *testing.T) {
	t.Parallel()
	_, err := op.Replay[placed](op.Record{Operation: "checkout.place", Result: []byte("{")}, [32]byte{})
	require.ErrorContains(t, err, "op: stored result of checkout.place")
	require.Equal(t, fault.Internal, fault.KindOf(err))
}

func TestPrintDependsOnTheParametersAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z]{0,3}`)
		a := map[string]string{"x": text.Draw(t, "ax"), "y": text.Draw(t, "ay")}
		b := map[string]string{"y": text.Draw(t, "by"), "x": text.Draw(t, "bx")}
		pa, err := op.Print(a)
		require.NoError(t, err)
		pb, err := op.Print(b)
		require.NoError(t, err)
		require.Equal(t, a["x"] == b["x"] && a["y"] == b["y"], pa == pb)
	})
}

func TestMetaCheck(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		meta op.Meta
		want []string
	}{
		"zero":            {op.Meta{}, nil},
		"full":            {op.Meta{By: op.Actor{Kind: op.Staff, ID: strings.Repeat("x", 128)}, Key: strings.Repeat("~", 255), IfVersion: 9}, nil},
		"long key":        {op.Meta{Key: strings.Repeat("x", 256)}, []string{"key too_long"}},
		"key with ü":      {op.Meta{Key: "ü"}, []string{"key not_ascii"}},
		"key with break":  {op.Meta{Key: "a\nb"}, []string{"key not_ascii"}},
		"key with DEL":    {op.Meta{Key: "a\x7f"}, []string{"key not_ascii"}},
		"old version":     {op.Meta{IfVersion: -1}, []string{"if_version out_of_range"}},
		"long actor":      {op.Meta{By: op.Actor{ID: strings.Repeat("x", 129)}}, []string{"by.id too_long"}},
		"actor with NUL":  {op.Meta{By: op.Actor{ID: "a\x00"}}, []string{"by.id control_character"}},
		"actor not UTF-8": {op.Meta{By: op.Actor{ID: "\xff"}}, []string{"by.id not_utf8"}},
		"unknown role":    {op.Meta{By: op.Actor{Kind: "root"}}, []string{"by.kind unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c fault.Check
			row.meta.Check(&c)
			seen := map[string]bool{}
			var got []string
			for _, f := range fault.FieldsOf(c.Err("x")) {
				if s := f.Path + " " + f.Code; !seen[s] {
					seen[s] = true
					got = append(got, s)
				}
			}
			require.Equal(t, row.want, got)
		})
	}
}

func TestExpect(t *testing.T) {
	t.Parallel()
	require.NoError(t, op.Meta{}.Expect("cart", 7))
	require.NoError(t, op.Meta{IfVersion: 7}.Expect("cart", 7))
	err := op.Meta{IfVersion: 6}.Expect("cart", 7)
	require.ErrorIs(t, err, fault.Conflict)
	require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
}

func TestActorString(t *testing.T) {
	t.Parallel()
	require.Equal(t, "anyone", op.Actor{}.String())
	require.Equal(t, "staff:7", op.Actor{Kind: op.Staff, ID: "7"}.String())
	require.Equal(t, "guest:", op.Actor{Kind: op.Guest}.String())
	require.Equal(t, ":7", op.Actor{ID: "7"}.String())
}

func ExampleRun() {
	m := newMemory()
	place := op.Call{
		Meta:      op.Meta{By: op.Actor{Kind: op.Buyer, ID: "7"}, Key: "click-1"},
		Operation: "checkout.place",
	}
	charges := 0
	for range 2 {
		number, err := op.Run(context.Background(), m, place, func() (string, error) {
			charges++
			return "R-1001", nil
		})
		fmt.Println(number, err)
	}
	fmt.Println("charged", charges, "time")

	place.Parameters = "another cart"
	_, err := op.Run(context.Background(), m, place, func() (string, error) { return "", nil })
	fmt.Println(errors.Is(err, op.ErrMismatch))
	// Output:
	// R-1001 <nil>
	// R-1001 <nil>
	// charged 1 time
	// true
}
