package ledgerrows_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/ledgerrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/ledger"
)

type books struct {
	units  tx.Runner[ledger.Tx]
	reader ledgerrows.LedgerReader
}

func open(s *unit.Shipper, tenant string) books {
	return books{
		units: unittest.Runner(s, tenant, func(u *unit.Unit) ledger.Tx {
			return ledgerrows.LedgerTx{LedgerReader: ledgerrows.LedgerReader{Q: u}, U: u}
		}),
		reader: ledgerrows.LedgerReader{Q: s.View(tenant)},
	}
}

func (b books) insert(ctx context.Context, entries ...ledger.Entry) error {
	return b.units.InTx(ctx, func(ctx context.Context, t ledger.Tx) error { return t.InsertEntries(ctx, entries...) })
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC) }

func entry(t require.TestingT, subject string, postings ...ledger.Posting) ledger.Entry {
	e, err := ledger.NewEntry(ledger.NewID(id.V7), subject, noon(), "größer <als>", postings...)
	require.NoError(t, err)
	return e
}

func post(a ledger.Account, m money.Amount) ledger.Posting {
	return ledger.Posting{Account: a, Amount: m}
}

func TestEntriesReadBackEqual(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		b, other := open(s, "shop"), open(s, "other")
		first := entry(t, "or_1", post(ledger.Receivable, money.EUR(11_900)), post(ledger.Sales, money.EUR(-10_000)), post(ledger.Tax, money.EUR(-1_900)))
		second := entry(t, "or_1", post(ledger.Cash("card"), money.EUR(11_900)), post(ledger.Receivable, money.EUR(-11_900)),
			post(ledger.Cash("cod"), money.New(money.Limit, money.JPY(0).Currency())), post(ledger.Receivable, money.New(-money.Limit, money.JPY(0).Currency())))
		third := entry(t, "or_2", post(ledger.Receivable, money.EUR(1)), post(ledger.Sales, money.EUR(-1)))
		require.NoError(t, b.insert(t.Context(), first, second, third))

		got, err := b.reader.EntriesOf(t.Context(), "or_1")
		require.NoError(t, err)
		require.Equal(t, []ledger.Entry{first, second}, got)

		got, err = other.reader.EntriesOf(t.Context(), "or_1")
		require.NoError(t, err)
		require.Empty(t, got)

		balances, err := b.reader.AccountBalances(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, []ledger.Balance{
			{Account: "cash:card", Amount: money.EUR(11_900)},
			{Account: "cash:cod", Amount: money.JPY(money.Limit)},
			{Account: "receivable", Amount: money.EUR(1)},
			{Account: "receivable", Amount: money.JPY(-money.Limit)},
			{Account: "sales", Amount: money.EUR(-10_001)},
			{Account: "tax", Amount: money.EUR(-1_900)},
		}, balances)
		balances, err = b.reader.AccountBalances(t.Context(), "cash:")
		require.NoError(t, err)
		require.Len(t, balances, 2)
		balances, err = other.reader.AccountBalances(t.Context(), "")
		require.NoError(t, err)
		require.Empty(t, balances)
		found, err := b.reader.LedgerDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

func TestAnEntryIsBookedOnceAndAFailedUnitBooksNothing(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		b := open(s, "shop")
		e := entry(t, "or_1", post(ledger.Receivable, money.EUR(5)), post(ledger.Sales, money.EUR(-5)))
		f := entry(t, "or_1", post(ledger.Receivable, money.EUR(7)), post(ledger.Sales, money.EUR(-7)))
		require.NoError(t, b.insert(t.Context(), e))
		err := b.insert(t.Context(), f, e)
		require.ErrorIs(t, err, ledger.ErrPosted)
		require.ErrorIs(t, err, fault.Conflict)
		require.NoError(t, open(s, "other").insert(t.Context(), e), "another tenant has books of its own")

		bad := f
		bad.Postings = f.Postings[:1]
		require.ErrorIs(t, b.insert(t.Context(), bad), fault.Invalid)

		got, err := b.reader.EntriesOf(t.Context(), "or_1")
		require.NoError(t, err)
		require.Equal(t, []ledger.Entry{e}, got)
	})
}

func TestTheBooksAreAppendOnly(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		b := open(s, "shop")
		e := entry(t, "or_1", post(ledger.Receivable, money.EUR(5)), post(ledger.Sales, money.EUR(-5)))
		require.NoError(t, b.insert(t.Context(), e))
		for _, text := range []string{"UPDATE kontor_posting SET minor = 1", "DELETE FROM kontor_posting"} {
			_, err := s.DB.ExecContext(t.Context(), text)
			require.ErrorContains(t, err, "kontor_posting is append-only")
		}
		got, err := b.reader.EntriesOf(t.Context(), "or_1")
		require.NoError(t, err)
		require.Equal(t, []ledger.Entry{e}, got)
	})
}

func TestDiscrepanciesAreFound(t *testing.T) {
	t.Parallel()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		b := open(s, "shop")
		require.NoError(t, b.insert(t.Context(), entry(t, "or_1", post(ledger.Receivable, money.EUR(5)), post(ledger.Sales, money.EUR(-5)))))
		plant := func(u uuid.UUID, n int, minor int64) {
			require.NoError(t, s.Run(t.Context(), "shop", func(ctx context.Context, x *unit.Unit) error {
				return x.Write(ctx, unit.Write{
					Text: `INSERT INTO kontor_posting (tenant, entry, n, subject, account, minor, currency, at, memo)
VALUES ($1, $2, $3, 'or_9', 'sales', $4, 'EUR', $5, '')`,
					Args: []any{"shop", u, n, minor, clock.Micros(noon())},
				})
			}))
		}
		unbalanced, torn := uuid.UUID{15: 1}, uuid.UUID{15: 2}
		plant(unbalanced, 1, 100)
		plant(unbalanced, 2, -99)
		plant(torn, 1, 100)
		plant(torn, 3, -100)
		found, err := b.reader.LedgerDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Equal(t, []ledger.Discrepancy{
			{Invariant: "M8", Subject: "or_9", Text: "entry le_00000000000000000000000001 adds up to 1 minor units of EUR instead of nothing"},
			{Invariant: "M8", Subject: "or_9", Text: "entry le_00000000000000000000000002 has 2 postings, the last numbered 3"},
		}, found)
		found, err = open(s, "other").reader.LedgerDiscrepancies(t.Context())
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

// The books against a plain model: a map of sums. Entries are booked, booked
// twice, reversed and given up half-way; the balances always agree, and all
// accounts together are nothing.
func TestBooksAgreeWithAModel(t *testing.T) {
	t.Parallel()
	s := unittest.Memory(t).Shipper()
	history := 0
	rapid.Check(t, func(r *rapid.T) {
		history++
		b := open(s, fmt.Sprintf("shop-%d", history))
		model := map[ledger.Balance]int64{} // by account and currency
		var booked []ledger.Entry
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"book", "again", "reverse", "give up"}).Draw(r, "step") {
			case "book":
				e := draw(r)
				require.NoError(r, b.insert(t.Context(), e))
				booked = append(booked, e)
			case "again":
				if len(booked) > 0 {
					require.ErrorIs(r, b.insert(t.Context(), draw(r), booked[0]), ledger.ErrPosted)
				}
				continue
			case "reverse":
				if len(booked) == 0 {
					continue
				}
				e, err := rapid.SampledFrom(booked).Draw(r, "entry").Reverse(ledger.NewID(id.V7), noon(), "")
				require.NoError(r, err)
				require.NoError(r, b.insert(t.Context(), e))
				booked = append(booked, e)
			case "give up":
				err := b.units.InTx(t.Context(), func(ctx context.Context, t ledger.Tx) error {
					if err := t.InsertEntries(ctx, draw(r)); err != nil {
						return err
					}
					return fault.New(fault.Denied, "given_up", "")
				})
				require.ErrorIs(r, err, fault.Denied)
				continue
			}
			for _, p := range booked[len(booked)-1].Postings {
				model[ledger.Balance{Account: p.Account, Amount: money.Zero(p.Amount.Currency())}] += p.Amount.Minor()
			}
		}
		agree(r, b, model)
	})
}

func agree(t *rapid.T, b books, model map[ledger.Balance]int64) {
	var want []ledger.Balance
	for k, minor := range model {
		want = append(want, ledger.Balance{Account: k.Account, Amount: money.New(minor, k.Amount.Currency())})
	}
	slices.SortFunc(want, func(a, b ledger.Balance) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Amount.Currency().Code(), b.Amount.Currency().Code()))
	})
	got, err := b.reader.AccountBalances(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, want, got)
	var all int64
	for _, x := range got {
		all += x.Amount.Minor()
	}
	require.Zero(t, all)
	found, err := b.reader.LedgerDiscrepancies(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

func draw(t *rapid.T) ledger.Entry {
	accounts := rapid.SampledFrom([]ledger.Account{ledger.Receivable, ledger.Sales, ledger.Tax, ledger.Cash("card")})
	c := rapid.SampledFrom([]money.Currency{money.EUR(0).Currency(), money.JPY(0).Currency()}).Draw(t, "currency")
	var ps []ledger.Posting
	var rest int64
	for range rapid.IntRange(1, 4).Draw(t, "postings") {
		m := rapid.Int64Range(1, 1_000_000).Draw(t, "minor")
		rest += m
		ps = append(ps, post(accounts.Draw(t, "account"), money.New(m, c)))
	}
	return entry(t, "or_1", append(ps, post(accounts.Draw(t, "account"), money.New(-rest, c)))...)
}
