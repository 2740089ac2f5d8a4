// Package ledgerrows keeps the books: one row for each posting.
package ledgerrows

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/ledger"
)

// LedgerReader reads the books.
type LedgerReader struct{ Q unit.Querier }

// LedgerTx writes to the books.
type LedgerTx struct {
	LedgerReader
	U *unit.Unit
}

var (
	_ ledger.Tx      = LedgerTx{}
	_ ledger.Auditor = LedgerReader{}
)

const insertPosting = `INSERT INTO kontor_posting (tenant, entry, n, subject, account, minor, currency, at, memo)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// InsertEntries stores entries.
func (l LedgerTx) InsertEntries(ctx context.Context, entries ...ledger.Entry) error {
	for _, e := range entries {
		if err := e.Check(); err != nil {
			return err
		}
		u := e.ID.UUID()
		for i, p := range e.Postings {
			err := l.U.Write(ctx, unit.Write{
				Rank: unit.RankLedger, Key: string(binary.BigEndian.AppendUint16(u[:], uint16(i))), //nolint:gosec // at most 50
				Text: insertPosting, Broken: ledger.ErrPosted,
				Args: []any{
					l.U.Tenant(), u, i + 1, e.Subject, string(p.Account), p.Amount.Minor(), p.Amount.Currency().Code(),
					clock.Micros(e.At), e.Memo,
				},
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

const selectEntries = `SELECT entry, subject, account, minor, currency, at, memo FROM kontor_posting
WHERE tenant = $1 AND subject = $2 ORDER BY entry, n`

// EntriesOf returns the entries about a subject.
func (l LedgerReader) EntriesOf(ctx context.Context, subject string) ([]ledger.Entry, error) {
	var out []ledger.Entry
	err := l.Q.Read(ctx, unit.Query{Text: selectEntries, Args: []any{l.Q.Tenant(), subject}, Row: func(r unit.Row) error {
		var e ledger.Entry
		var u uuid.UUID
		var account, code string
		var minor, at int64
		if err := r.Scan(&u, &e.Subject, &account, &minor, &code, &at, &e.Memo); err != nil {
			return err
		}
		cur, err := money.ParseCurrency(code)
		if err != nil {
			return fmt.Errorf("ledgerrows: entry %s: %w", u, err)
		}
		if len(out) == 0 || out[len(out)-1].ID.UUID() != u {
			e.ID, e.At = ledger.IDFrom(u), clock.FromMicros(at)
			out = append(out, e)
		}
		last := &out[len(out)-1]
		last.Postings = append(last.Postings, ledger.Posting{Account: ledger.Account(account), Amount: money.New(minor, cur)})
		return nil
	}})
	return out, err
}

const selectBalances = `SELECT account, currency, CAST(SUM(minor) AS bigint) FROM kontor_posting
WHERE tenant = $1 AND substr(account, 1, length($2::text)) = $2 GROUP BY account, currency ORDER BY account, currency`

// AccountBalances returns the sums of accounts.
func (l LedgerReader) AccountBalances(ctx context.Context, prefix string) ([]ledger.Balance, error) {
	var out []ledger.Balance
	err := l.Q.Read(ctx, unit.Query{Text: selectBalances, Args: []any{l.Q.Tenant(), prefix}, Row: func(r unit.Row) error {
		var account, code string
		var minor int64
		if err := r.Scan(&account, &code, &minor); err != nil {
			return err
		}
		cur, err := money.ParseCurrency(code)
		if err != nil {
			return fmt.Errorf("ledgerrows: balance of %s: %w", account, err)
		}
		out = append(out, ledger.Balance{Account: ledger.Account(account), Amount: money.New(minor, cur)})
		return nil
	}})
	return out, err
}

const selectUnbalanced = `SELECT entry, min(subject), currency, CAST(SUM(minor) AS bigint) FROM kontor_posting
WHERE tenant = $1 GROUP BY entry, currency HAVING SUM(minor) <> 0 ORDER BY entry, currency`

const selectTorn = `SELECT entry, min(subject), count(*), max(n) FROM kontor_posting
WHERE tenant = $1 GROUP BY entry HAVING count(*) < 2 OR count(*) <> max(n) ORDER BY entry`

// LedgerDiscrepancies returns what does not add up.
func (l LedgerReader) LedgerDiscrepancies(ctx context.Context) ([]ledger.Discrepancy, error) {
	var out []ledger.Discrepancy
	found := func(subject, format string, args ...any) {
		out = append(out, ledger.Discrepancy{Invariant: "M8", Subject: subject, Text: fmt.Sprintf(format, args...)})
	}
	args := []any{l.Q.Tenant()}
	err := l.Q.Read(ctx, unit.Query{Text: selectUnbalanced, Args: args, Row: func(r unit.Row) error {
		var u uuid.UUID
		var subject, code string
		var minor int64
		if err := r.Scan(&u, &subject, &code, &minor); err != nil {
			return err
		}
		found(subject, "entry %s adds up to %d minor units of %s instead of nothing", ledger.IDFrom(u), minor, code)
		return nil
	}}, unit.Query{Text: selectTorn, Args: args, Row: func(r unit.Row) error {
		var u uuid.UUID
		var subject string
		var have, last int64
		if err := r.Scan(&u, &subject, &have, &last); err != nil {
			return err
		}
		found(subject, "entry %s has %d postings, the last numbered %d", ledger.IDFrom(u), have, last)
		return nil
	}})
	return out, err
}
