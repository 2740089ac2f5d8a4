package ledger

import (
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/money"
)

type kind struct{}

func (kind) Prefix() string { return "le" }

// ID is the id of an entry.
type ID = id.Of[kind]

// NewID returns a fresh id.
func NewID(src id.Source) ID { return id.New[kind](src) }

// IDFrom returns the id that holds u.
func IDFrom(u uuid.UUID) ID { return id.From[kind](u) }

// Account is the name of an account: 1 to 64 lower case ASCII letters, digits
// and the bytes . _ : -.
type Account string

// The accounts that the engine posts to. A host may add its own.
const (
	// Receivable is what buyers owe the shop, and if negative what the shop
	// owes them.
	Receivable Account = "receivable"
	// Sales is the turnover in goods, without tax.
	Sales Account = "sales"
	// Shipping is the turnover in carriage, without tax.
	Shipping Account = "shipping"
	// Fees is the turnover in services such as gift wrap, without tax.
	Fees Account = "fees"
	// Tax is what is owed to the state.
	Tax Account = "tax"
	// Rounding is what totals gain and lose when they are rounded for cash.
	Rounding Account = "rounding"
)

// Cash returns the account of the money that came in by a payment method:
// Cash("card") is "cash:card".
func Cash(method string) Account { return "cash:" + Account(method) }

// maxAccount is the largest length of an account name in bytes.
const maxAccount = 64

func (a Account) ok() bool {
	for i := range len(a) {
		switch c := a[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '_', c == ':', c == '-':
		default:
			return false
		}
	}
	return a != "" && len(a) <= maxAccount
}

// Posting is one line of an entry. Postings compare with ==.
type Posting struct {
	Account Account `json:"account"`
	// Amount is positive for a debit and negative for a credit.
	Amount money.Amount `json:"amount"`
}

// MaxPostings is the largest number of postings of one entry.
const MaxPostings = 50

// maxText is the largest length of a subject and of a memo, in characters.
const maxText = 200

// Entry is what was booked at once. Its postings add up to nothing in every
// currency. Make it with NewEntry and do not change it afterwards.
type Entry struct {
	ID ID `json:"id"`
	// Subject is the text of the id of what the entry is about.
	Subject string `json:"subject"`
	// At is when the fact became true.
	At time.Time `json:"at"`
	// Memo says in a few words what happened: "order placed".
	Memo     string    `json:"memo,omitempty"`
	Postings []Posting `json:"postings"`
}

// NewEntry returns an entry of the given postings, leaving out those of
// nothing. It refuses fewer than two postings, more than MaxPostings, an
// account with a bad name, an amount that has no currency or is beyond
// money.Limit, a missing subject, and above all postings that do not add up to
// nothing in each currency: Invalid errors with the code "ledger.entry" that
// name the field.
func NewEntry(entry ID, subject string, at time.Time, memo string, postings ...Posting) (Entry, error) {
	var c fault.Check
	c.That(!entry.IsZero(), "id", "required", "must not be empty")
	e := Entry{
		ID: entry, Subject: c.Required("subject", subject, maxText), At: clock.Cut(at), Memo: c.Text("memo", memo, maxText),
		Postings: slices.DeleteFunc(slices.Clone(postings), func(p Posting) bool { return p.Amount.IsZero() }),
	}
	c.That(!at.IsZero(), "at", "required", "must not be empty")
	checkPostings(&c, e.Postings)
	if err := c.Err("ledger.entry"); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// Check returns the error that NewEntry would return for e. Stores call it
// before they write, so that no unbalanced entry enters the books.
func (e Entry) Check() error {
	_, err := NewEntry(e.ID, e.Subject, e.At, e.Memo, e.Postings...)
	return err
}

func checkPostings(c *fault.Check, ps []Posting) {
	c.Range("postings", int64(len(ps)), 2, MaxPostings)
	sound := true
	for i, p := range ps {
		path := "postings[" + strconv.Itoa(i) + "]"
		c.That(p.Account.ok(), path+".account", "bad_account", "must be 1 to 64 lower case letters, digits and ._:-")
		err := p.Amount.Check()
		c.Merge(path+".amount", err)
		sound = sound && err == nil
	}
	if !sound || len(ps) > MaxPostings {
		return
	}
	for _, s := range sums(ps) {
		c.That(s.minor == 0, "postings", "not_balanced", "must add up to nothing in "+s.cur.Code())
	}
}

type sum struct {
	cur   money.Currency
	minor int64
}

// sums adds up by currency, in the order of first appearance. Fifty amounts
// within money.Limit stay far within int64.
func sums(ps []Posting) []sum {
	var out []sum
	for _, p := range ps {
		i := slices.IndexFunc(out, func(s sum) bool { return s.cur == p.Amount.Currency() })
		if i < 0 {
			i = len(out)
			out = append(out, sum{cur: p.Amount.Currency()})
		}
		out[i].minor += p.Amount.Minor()
	}
	return out
}

// Reverse returns the entry that takes e back: the same postings with the
// other sign, under an id of its own.
func (e Entry) Reverse(entry ID, at time.Time, memo string) (Entry, error) {
	ps := make([]Posting, len(e.Postings))
	for i, p := range e.Postings {
		ps[i] = Posting{Account: p.Account, Amount: p.Amount.Neg()}
	}
	return NewEntry(entry, e.Subject, at, memo, ps...)
}

// Sum returns what e posts to an account in a currency.
func (e Entry) Sum(a Account, c money.Currency) money.Amount {
	var minor int64
	for _, p := range e.Postings {
		if p.Account == a && p.Amount.Currency() == c {
			minor += p.Amount.Minor()
		}
	}
	return money.New(minor, c)
}
