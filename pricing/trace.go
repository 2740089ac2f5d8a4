package pricing

import (
	"encoding/json"
	"iter"
	"slices"

	"github.com/kontor-go/kontor/kernel/money"
)

// Entry is one move of money in a trace. Amounts are minor units of the
// quote's currency. Which fields are set depends on What; the others are zero.
type Entry struct {
	// Step is the name of the step.
	Step string `json:"step"`
	// Row is the ID of the line, charge or fee, and empty for the whole.
	Row string `json:"row,omitempty"`
	// Rule is the code of the discount or the name of the tax.
	Rule string `json:"rule,omitempty"`
	// What says how Out came from the rest.
	What What `json:"what"`
	// Mode is how Out was rounded.
	Mode money.Rounding `json:"mode"`
	// In is what the rule was applied to.
	In int64 `json:"in"`
	// Of is the amount that is shared (Shared), or that the rule could take at
	// most (Fixed).
	Of int64 `json:"of,omitzero"`
	// Count is the number of pieces, and Per the number that a price is for.
	Count int64 `json:"count,omitzero"`
	Per   int64 `json:"per,omitzero"`
	// Rate is the rate of the discount or tax (Percent, Added, Contained,
	// Divided).
	Rate money.Rate `json:"rate,omitzero"`
	// Odd are the odd units in Out (Shared, Divided): what it is above its exact share,
	// cut to units, or below it.
	Odd int64 `json:"odd,omitzero"`
	// Out is the result.
	Out int64 `json:"out"`
}

// What is the kind of an entry.
type What uint8

// The kinds of entries.
const (
	// Priced: Out is Count times In, the price of Per pieces.
	Priced What = iota
	// Charged: Out is In, as given.
	Charged
	// Percent: Out is Rate times In.
	Percent
	// Fixed: Out is Of, but at most In.
	Fixed
	// Shared: Out is the share that In gives a claim to, out of Of.
	Shared
	// Added: Out is the tax of Rate on In.
	Added
	// Contained: Out is the tax of Rate in In.
	Contained
	// Divided: Out is the part of the tax of Rate in Of, the taxes of several
	// rates together.
	Divided
	// Summed: Out is the exact tax on everything, added up and rounded once.
	Summed
	// Refused: the discount Rule takes nothing; Quote.Refused says why.
	Refused
	// Totalled: Out is In and the taxes that are added to it.
	Totalled
	// CashRounded: Out is In rounded to what can be paid in cash.
	CashRounded
)

func (What) names() []string {
	return []string{
		"priced", "charged", "percent", "fixed", "shared", "added", "contained", "divided", "summed", "refused", "totalled", "cash_rounded",
	}
}

// String returns the text form, such as "shared".
func (w What) String() string {
	if names := w.names(); int(w) < len(names) {
		return names[w]
	}
	return "unknown"
}

// MarshalText writes the text form.
func (w What) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the text form; anything else is money.ErrPolicy.
func (w *What) UnmarshalText(b []byte) error {
	i := slices.Index(w.names(), string(b))
	if i < 0 {
		return money.ErrPolicy
	}
	*w = What(i)
	return nil
}

// Trace is the way from list prices to the total, in the order in which it
// was gone. In JSON it is the array of its entries. The zero value is empty.
//
// It is written for every quote and read for few. So it holds figures and
// numbers of names, and spells an entry out when it is asked for.
type Trace struct {
	steps []string
	rows  []string
	rules []rule
	moves []move
}

// rule is a discount or tax as traces name it.
type rule struct {
	name string
	rate money.Rate
}

// move is an Entry without texts. It holds no pointer, so the memory of a
// trace costs the garbage collector nothing.
type move struct {
	in, of, out int64 // of is the number of pieces if the move is Priced
	odd, count  int32
	row         int32 // or none
	rule, step  int16 // rule: or none
	what        What
	mode        money.Rounding
}

const none = -1

// Len returns the number of entries.
func (t Trace) Len() int { return len(t.moves) }

// All yields the entries.
func (t Trace) All() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range t.moves {
			if !yield(t.entry(&t.moves[i])) {
				return
			}
		}
	}
}

// Of yields the entries of one line, charge or fee.
func (t Trace) Of(id string) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for e := range t.All() {
			if e.Row == id && !yield(e) {
				return
			}
		}
	}
}

func (t Trace) entry(m *move) Entry {
	e := Entry{
		Step: t.steps[m.step], What: m.what, Mode: m.mode,
		In: m.in, Of: m.of, Count: int64(m.count), Odd: int64(m.odd), Out: m.out,
	}
	if m.what == Priced {
		e.Of, e.Per = 0, m.of
	}
	if m.row != none {
		e.Row = t.rows[m.row]
	}
	if m.rule != none {
		e.Rule = t.rules[m.rule].name
		switch m.what {
		case Percent, Added, Contained, Divided:
			e.Rate = t.rules[m.rule].rate
		case Priced, Charged, Fixed, Shared, Summed, Refused, Totalled, CashRounded:
		}
	}
	return e
}

// MarshalJSON writes the entries as an array.
func (t Trace) MarshalJSON() ([]byte, error) {
	return json.Marshal(slices.AppendSeq(make([]Entry, 0, t.Len()), t.All()))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Trace) UnmarshalJSON(b []byte) error {
	var entries []Entry
	if err := json.Unmarshal(b, &entries); err != nil {
		return err
	}
	out := Trace{moves: make([]move, 0, len(entries))}
	steps, rows, rules := map[string]int{}, map[string]int{}, map[rule]int{}
	for i := range entries {
		e := &entries[i]
		m := move{
			in: e.In, of: e.Of + e.Per, out: e.Out, odd: int32(e.Odd), count: int32(e.Count),
			row: none, rule: none, step: int16(number(steps, &out.steps, e.Step)), what: e.What, mode: e.Mode,
		}
		if e.Row != "" {
			m.row = int32(number(rows, &out.rows, e.Row))
		}
		if r := (rule{e.Rule, e.Rate}); r != (rule{}) {
			m.rule = int16(number(rules, &out.rules, r))
		}
		out.moves = append(out.moves, m)
	}
	*t = out
	return nil
}

// number returns the place of v in list, at its end if it is new.
func number[T comparable](seen map[T]int, list *[]T, v T) int {
	i, ok := seen[v]
	if !ok {
		i = len(*list)
		seen[v] = i
		*list = append(*list, v)
	}
	return i
}
