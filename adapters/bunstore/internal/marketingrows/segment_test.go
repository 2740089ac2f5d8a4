package marketingrows_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/marketing"
)

func rule(t require.TestingT, text string) marketing.Rule {
	x, err := marketing.ParseRule([]byte(text))
	require.NoError(t, err)
	return x
}

func (r room) defined(t require.TestingT, text string) marketing.Segment {
	g, err := r.Define(context.Background(), marketing.Define{Name: "Some", Rule: rule(t, text)})
	require.NoError(t, err)
	return g
}

// people tells of a few hundred contacts, more than one trip reads.
func (r room) people(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		p := purchase(fmt.Sprintf("or_%d", i), address(i), 1, "A")
		p.Total = money.EUR(int64(i) * 1_00)
		p.At = noon().AddDate(0, 0, -i)
		if i%3 == 0 {
			p.Lines[0].SKU = "B"
		}
		_, err := r.Record(t.Context(), marketing.Record{Purchase: p, Contact: marketing.Contact{Country: []string{"DE", "AT"}[i%2]}})
		require.NoError(t, err)
	}
}

func address(i int) string { return fmt.Sprintf("p%04d@shop.example", i) }

func TestMembersOfASegment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		const n = 330
		r.people(t, n)
		r.given(t, topic(address(7)))
		r.given(t, topic(address(8)))
		_, err := r.Suppress(ctx, marketing.Suppress{Channel: marketing.Email, Address: address(8), Reason: "bounced"})
		require.NoError(t, err)
		r.given(t, about("reader@shop.example", marketing.Newsletter))
		_, err = r.Record(ctx, marketing.Record{Purchase: purchase("or_5", address(5), 2)})
		require.NoError(t, err, "all came back")
		for text, want := range map[string]func(i int) bool{
			`{"orders":{"min":1}}`:                                   func(i int) bool { return i != 5 },
			`{"country":["AT"]}`:                                     func(i int) bool { return i%2 == 1 },
			`{"bought":{"sku":"B"}}`:                                 func(i int) bool { return i%3 == 0 },
			`{"bought":{"category":"k-A"}}`:                          func(i int) bool { return i != 5 },
			`{"spent":{"min":{"amount":"300.00","currency":"EUR"}}}`: func(i int) bool { return i >= 300 },
			`{"last_order":{"older_than_days":200}}`:                 func(i int) bool { return i > 200 },
			`{"all":[{"orders":{"min":1}},{"consent":{"channel":"email","purpose":"newsletter"}}]}`: func(i int) bool { return i == 7 },
		} {
			var expected []string
			for i := range n {
				if want(i) {
					expected = append(expected, address(i))
				}
			}
			count, err := r.Count(ctx, rule(t, text))
			require.NoError(t, err)
			require.Equal(t, len(expected), count, text)
			require.Equal(t, expected, r.members(t, rule(t, text)), text)
		}
		require.Equal(t, []string{address(7), "reader@shop.example"}, r.members(t, rule(t, `{"consent":{"channel":"email","purpose":"newsletter"}}`)))
	})
}

// members reads all pages.
func (r room) members(t *testing.T, x marketing.Rule) []string {
	t.Helper()
	var out []string
	q := page.Request{Limit: 37}
	for {
		p, err := r.Members(t.Context(), x, q)
		require.NoError(t, err)
		for _, m := range p.Items {
			out = append(out, m.Address)
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return out
		}
	}
}

func TestSegmentsAreDefinedAndListed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r room) {
		ctx := t.Context()
		var all []marketing.Segment
		for range 3 {
			all = append(all, r.defined(t, `{"all":[{"orders":{"min":2}},{"not":{"country":["DE"]}}]}`))
		}
		p, err := r.Segments(ctx, page.Request{Limit: 2})
		require.NoError(t, err)
		require.Equal(t, all[:2], p.Items)
		p, err = r.Segments(ctx, page.Request{Limit: 2, Cursor: p.Next})
		require.NoError(t, err)
		require.Equal(t, all[2:], p.Items)
		require.Empty(t, p.Next)

		r.clock.Advance(time.Hour)
		g, err := r.Redefine(ctx, all[0].ID, marketing.Redefine{Meta: op.Meta{IfVersion: 1}, Name: "All", Rule: marketing.Rule{Everyone: true}})
		require.NoError(t, err)
		stored, err := r.Segment(ctx, g.ID)
		require.NoError(t, err)
		require.Equal(t, g, stored)
		require.Equal(t, 2, g.Version)
		_, err = r.Redefine(ctx, g.ID, marketing.Redefine{Meta: op.Meta{IfVersion: 1}, Name: "x", Rule: g.Rule})
		require.Equal(t, fault.StaleVersion, fault.CodeOf(err))
		_, err = r.Redefine(ctx, marketing.SegmentID{}, marketing.Redefine{Name: "x", Rule: g.Rule})
		require.ErrorIs(t, err, marketing.ErrNoSegment)
	})
}
