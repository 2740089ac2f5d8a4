package stockrows_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/fault"
)

// model is stock as plain Go: what lies where, and who holds what until when.
type model struct {
	onHand map[place]int
	held   map[string]map[place]promise
	gone   map[string]int // pieces an owner was given
	now    time.Time
}

type place struct{ sku, at string }

type promise struct {
	n     int
	until time.Time
}

func (m *model) free(p place) int {
	n := m.onHand[p]
	for _, ps := range m.held {
		n -= ps[p].n
	}
	return n
}

func (m *model) total(sku string) int {
	n := 0
	for p := range m.onHand {
		if p.sku == sku {
			n += m.free(p)
		}
	}
	return n
}

// history is one run of a model against the room.
type history struct {
	t  *rapid.T
	m  *model
	sh shop
}

func (h history) sku() string { return fmt.Sprintf("SKU-%d", rapid.IntRange(1, 3).Draw(h.t, "sku")) }

func (h history) place() string {
	return rapid.SampledFrom([]string{"east", "north"}).Draw(h.t, "place")
}

func (h history) owner() string { return fmt.Sprintf("or_%d", rapid.IntRange(1, 3).Draw(h.t, "owner")) }

func (h history) receive(t *rapid.T) {
	p := place{h.sku(), h.place()}
	n := rapid.IntRange(1, 6).Draw(t, "n")
	_, err := h.sh.Receive(t.Context(), inventory.Receive{SKU: p.sku, Location: p.at, Quantity: n})
	require.NoError(t, err)
	h.m.onHand[p] += n
}

func (h history) adjust(t *rapid.T) {
	p := place{h.sku(), h.place()}
	n := rapid.IntRange(-5, 3).Filter(func(n int) bool { return n != 0 }).Draw(t, "delta")
	_, err := h.sh.Adjust(t.Context(), inventory.Adjust{SKU: p.sku, Location: p.at, Delta: n})
	_, known := h.m.onHand[p]
	switch {
	case !known:
		require.ErrorIs(t, err, inventory.ErrNoLevel)
	case h.m.free(p)+n < 0:
		require.ErrorIs(t, err, fault.Conflict)
	default:
		require.NoError(t, err)
		h.m.onHand[p] += n
	}
}

func (h history) hold(t *rapid.T) {
	owner, want := h.owner(), map[string]int{}
	var ls []inventory.Line
	for range rapid.IntRange(1, 3).Draw(t, "lines") {
		l := inventory.Line{SKU: h.sku(), Quantity: rapid.IntRange(1, 4).Draw(t, "n")}
		ls = append(ls, l)
		want[l.SKU] += l.Quantity
	}
	var until time.Time
	if m := rapid.IntRange(0, 3).Draw(t, "minutes"); m > 0 {
		until = h.m.now.Add(time.Duration(m) * time.Minute)
	}
	rs, err := h.sh.Hold(t.Context(), owner, inventory.Hold{Lines: ls, Until: until})
	for sku, n := range want {
		if h.m.total(sku) < n {
			require.ErrorIs(t, err, fault.Conflict)
			return
		}
	}
	if errors.Is(err, inventory.ErrHeld) {
		require.NotEmpty(t, h.m.held[owner], "only who holds something can hold it twice")
		return
	}
	require.NoError(t, err)
	for _, r := range rs {
		p := place{r.SKU, r.Location}
		require.GreaterOrEqual(t, h.m.free(p), r.Quantity, "taken where it was")
		require.NotContains(t, h.m.held[owner], p)
		if h.m.held[owner] == nil {
			h.m.held[owner] = map[place]promise{}
		}
		h.m.held[owner][p] = promise{r.Quantity, until}
		want[r.SKU] -= r.Quantity
	}
	for sku, n := range want {
		require.Zero(t, n, "all of %s", sku)
	}
}

// end takes n pieces of a SKU out of what an owner holds, or all with a SKU of "".
func (h history) end(owner, sku string, n int) (map[place]int, bool) {
	out, all := map[place]int{}, 0
	for p, x := range h.m.held[owner] {
		if sku == "" {
			out[p] = x.n
		} else if p.sku == sku {
			all += x.n
		}
	}
	return out, sku == "" || all >= n
}

func (h history) take(t *rapid.T, owner string, rs []inventory.Reservation) int {
	n := 0
	for _, r := range rs {
		p := place{r.SKU, r.Location}
		x := h.m.held[owner][p]
		require.GreaterOrEqual(t, x.n, r.Quantity)
		if x.n -= r.Quantity; x.n == 0 {
			delete(h.m.held[owner], p)
		} else {
			h.m.held[owner][p] = x
		}
		n += r.Quantity
	}
	return n
}

func (h history) release(t *rapid.T) {
	owner := h.owner()
	want, _ := h.end(owner, "", 0)
	rs, err := h.sh.Release(t.Context(), owner, inventory.Release{})
	require.NoError(t, err)
	got := map[place]int{}
	for _, r := range rs {
		got[place{r.SKU, r.Location}] += r.Quantity
	}
	require.Equal(t, want, got)
	h.take(t, owner, rs)
}

func (h history) commitPart(t *rapid.T) {
	owner, sku, n := h.owner(), h.sku(), rapid.IntRange(1, 3).Draw(t, "n")
	rs, err := h.sh.Commit(t.Context(), owner, inventory.Commit{Lines: lines(sku, n)})
	if _, ok := h.end(owner, sku, n); !ok {
		require.ErrorIs(t, err, inventory.ErrNoReservation)
		return
	}
	require.NoError(t, err)
	for _, r := range rs {
		h.m.onHand[place{r.SKU, r.Location}] -= r.Quantity
	}
	require.Equal(t, n, h.take(t, owner, rs))
	h.m.gone[owner] += n
}

func (h history) keep(t *rapid.T) {
	owner := h.owner()
	_, err := h.sh.Keep(t.Context(), owner, inventory.Keep{})
	if len(h.m.held[owner]) == 0 {
		require.ErrorIs(t, err, inventory.ErrNoReservation)
		return
	}
	require.NoError(t, err)
	for p, x := range h.m.held[owner] {
		h.m.held[owner][p] = promise{n: x.n}
	}
}

func (h history) expire(t *rapid.T) {
	h.m.now = h.sh.clock.Advance(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
	owner := h.owner()
	rs, err := h.sh.Expire(t.Context(), owner, inventory.Expire{})
	require.NoError(t, err)
	want := map[place]int{}
	for p, x := range h.m.held[owner] {
		if !x.until.IsZero() && !h.m.now.Before(x.until) {
			want[p] = x.n
		}
	}
	got := map[place]int{}
	for _, r := range rs {
		got[place{r.SKU, r.Location}] = r.Quantity
	}
	require.Equal(t, want, got)
	h.take(t, owner, rs)
}

// same requires that the room says what the model says.
func (h history) same(t *rapid.T) {
	levels, err := h.sh.Levels(t.Context(), "SKU-1", "SKU-2", "SKU-3")
	require.NoError(t, err)
	got := map[place]int{}
	for _, l := range levels {
		p := place{l.SKU, l.Location}
		got[p] = l.OnHand
		require.Equal(t, h.m.free(p), l.Available(), "available at %v", p)
	}
	require.Equal(t, maps.Clone(h.m.onHand), got)
	found, err := h.sh.read.StockDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

// Every history of verbs leaves the room as it leaves a model in plain Go.
func TestStockAgainstAPlainModel(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "b", "c"} { // rapid runs a hundred histories each
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			againstModel(t)
		})
	}
}

func againstModel(t *testing.T) {
	t.Helper()
	store := unittest.Memory(t)
	tenant := 0
	rapid.Check(t, func(rt *rapid.T) {
		tenant++ // an empty shop for each history
		sh := open(store.Shipper(), fmt.Sprintf("shop-%d", tenant), nil)
		for _, code := range []string{"east", "north"} {
			_, err := sh.SaveLocation(rt.Context(), inventory.SaveLocation{Location: inventory.Location{Code: code}})
			require.NoError(rt, err)
		}
		h := history{t: rt, sh: sh, m: &model{
			onHand: map[place]int{}, held: map[string]map[place]promise{}, gone: map[string]int{}, now: sh.clock.Now(),
		}}
		rt.Repeat(map[string]func(*rapid.T){
			"receive": h.receive, "adjust": h.adjust, "hold": h.hold, "release": h.release,
			"commit": h.commitPart, "keep": h.keep, "expire": h.expire, "": h.same,
		})
	})
}
