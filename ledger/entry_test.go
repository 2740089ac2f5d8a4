package ledger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/ledger"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func entryID() ledger.ID { return ledger.IDFrom(uuid.UUID{15: 1}) }

func post(a ledger.Account, m money.Amount) ledger.Posting {
	return ledger.Posting{Account: a, Amount: m}
}

func TestNewEntryKeepsBalancedPostingsAndLeavesOutNothing(t *testing.T) {
	t.Parallel()
	at := noon().Add(1999 * time.Nanosecond)
	e, err := ledger.NewEntry(entryID(), "or_1", at, "order placed",
		post(ledger.Receivable, money.EUR(11_900)), post(ledger.Shipping, money.EUR(0)),
		post(ledger.Sales, money.EUR(-10_000)), post(ledger.Tax, money.EUR(-1_900)))
	require.NoError(t, err)
	require.Equal(t, ledger.Entry{
		ID: entryID(), Subject: "or_1", At: noon().Add(time.Microsecond), Memo: "order placed",
		Postings: []ledger.Posting{
			post(ledger.Receivable, money.EUR(11_900)), post(ledger.Sales, money.EUR(-10_000)), post(ledger.Tax, money.EUR(-1_900)),
		},
	}, e)
	require.NoError(t, e.Check())
	require.Equal(t, money.EUR(-10_000), e.Sum(ledger.Sales, money.EUR(0).Currency()))
	require.Equal(t, money.EUR(0), e.Sum(ledger.Cash("card"), money.EUR(0).Currency()))
}

func TestNewEntryBalancesEachCurrency(t *testing.T) {
	t.Parallel()
	_, err := ledger.NewEntry(entryID(), "or_1", noon(), "",
		post("a", money.EUR(5)), post("b", money.EUR(-5)), post("a", money.JPY(7)), post("b", money.JPY(-7)))
	require.NoError(t, err)
}

func TestNewEntryRefuses(t *testing.T) {
	t.Parallel()
	pair := []ledger.Posting{post("a", money.EUR(5)), post("b", money.EUR(-5))}
	many := func(n int) []ledger.Posting {
		var ps []ledger.Posting
		for range n {
			ps = append(ps, pair...)
		}
		return ps
	}
	for name, row := range map[string]struct {
		id       ledger.ID
		subject  string
		at       time.Time
		memo     string
		postings []ledger.Posting
		want     string
	}{
		"no id":             {subject: "s", at: noon(), postings: pair, want: "id required"},
		"no subject":        {id: entryID(), at: noon(), postings: pair, want: "subject required"},
		"NUL in subject":    {id: entryID(), subject: "a\x00", at: noon(), postings: pair, want: "subject control_character"},
		"no time":           {id: entryID(), subject: "s", postings: pair, want: "at required"},
		"memo not UTF-8":    {id: entryID(), subject: "s", at: noon(), memo: "\xff", postings: pair, want: "memo not_utf8"},
		"memo too long":     {id: entryID(), subject: "s", at: noon(), memo: strings.Repeat("x", 201), postings: pair, want: "memo too_long"},
		"no postings":       {id: entryID(), subject: "s", at: noon(), want: "postings out_of_range"},
		"nothing":           {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post("a", money.EUR(0)), post("b", money.EUR(0))}, want: "postings out_of_range"},
		"one posting":       {id: entryID(), subject: "s", at: noon(), postings: pair[:1], want: "postings out_of_range, postings not_balanced"},
		"51 postings":       {id: entryID(), subject: "s", at: noon(), postings: append(many(25), post("a", money.EUR(1))), want: "postings out_of_range"},
		"not balanced":      {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post("a", money.EUR(5)), post("b", money.EUR(-4))}, want: "postings not_balanced"},
		"two currencies":    {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post("a", money.EUR(5)), post("b", money.USD(-5))}, want: "postings not_balanced, postings not_balanced"},
		"no account":        {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post("", money.EUR(5)), post("b", money.EUR(-5))}, want: "postings[0].account bad_account"},
		"account with caps": {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post("Cash", money.EUR(5)), post("b", money.EUR(-5))}, want: "postings[0].account bad_account"},
		"account too long":  {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post(ledger.Cash(strings.Repeat("x", 60)), money.EUR(5)), post("b", money.EUR(-5))}, want: "postings[0].account bad_account"},
		"no currency":       {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post("a", money.New(5, money.Currency{})), post("b", money.EUR(-5))}, want: "postings[0].amount currency_mismatch"},
		"beyond the limit":  {id: entryID(), subject: "s", at: noon(), postings: []ledger.Posting{post("a", money.EUR(money.Limit+1)), post("b", money.EUR(-money.Limit-1))}, want: "postings[0].amount amount_overflow, postings[1].amount amount_overflow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := ledger.NewEntry(row.id, row.subject, row.at, row.memo, row.postings...)
			require.ErrorIs(t, err, fault.Invalid)
			require.Equal(t, "ledger.entry", fault.CodeOf(err))
			require.Equal(t, ledger.Entry{}, e)
			var got []string
			for _, f := range fault.FieldsOf(err) {
				got = append(got, f.Path+" "+f.Code)
			}
			require.Equal(t, row.want, strings.Join(got, ", "))
		})
	}
}

func TestReverseTakesBackExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := randomEntry(t, ledger.NewID(id.V7))
		r, err := e.Reverse(ledger.NewID(id.V7), noon(), "taken back")
		require.NoError(t, err)
		require.Equal(t, e.Subject, r.Subject)
		require.NotEqual(t, e.ID, r.ID)
		for i, p := range e.Postings {
			require.Equal(t, p.Account, r.Postings[i].Account)
			require.Equal(t, -p.Amount.Minor(), r.Postings[i].Amount.Minor())
		}
		back, err := r.Reverse(e.ID, e.At, e.Memo)
		require.NoError(t, err)
		require.Equal(t, e, back)
	})
}

// randomEntry draws an entry in one or two currencies.
func randomEntry(t *rapid.T, entry ledger.ID) ledger.Entry {
	accounts := rapid.SampledFrom([]ledger.Account{ledger.Receivable, ledger.Sales, ledger.Tax, ledger.Cash("card")})
	var ps []ledger.Posting
	for _, c := range []money.Currency{money.EUR(0).Currency(), money.JPY(0).Currency()}[:rapid.IntRange(1, 2).Draw(t, "currencies")] {
		var rest int64
		for range rapid.IntRange(1, 5).Draw(t, "postings") {
			m := rapid.Int64Range(1, 1_000_000).Draw(t, "minor")
			rest += m
			ps = append(ps, post(accounts.Draw(t, "account"), money.New(m, c)))
		}
		ps = append(ps, post(accounts.Draw(t, "account"), money.New(-rest, c)))
	}
	e, err := ledger.NewEntry(entry, "or_1", noon(), "drawn", ps...)
	require.NoError(t, err)
	return e
}
