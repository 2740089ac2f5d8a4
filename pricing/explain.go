package pricing

import (
	"fmt"
	"strings"

	"github.com/kontor-go/kontor/kernel/money"
)

// Explain renders the trace for people, one sentence an entry: in German for
// the locales of German, in English for all others, with amounts as
// money.Format writes them there. Lines are called by their SKU, charges and
// what nobody has typed by their title, and taxes are told with their place.
func (q Quote) Explain(locale string) []string {
	x := explainer{q: &q, locale: locale, words: english(), rows: map[string]string{}, rules: map[string]string{}}
	if strings.HasPrefix(locale, "de") {
		x.words = german()
	}
	x.learn()
	out := make([]string, 0, q.Trace.Len())
	for e := range q.Trace.All() {
		out = append(out, x.sentence(e))
	}
	return out
}

type explainer struct {
	q      *Quote
	locale string
	words  words
	// rows and rules are what lines, charges and discounts are called, if that
	// is not their id or code.
	rows, rules map[string]string
}

// learn finds out what things are called.
func (x *explainer) learn() {
	name := func(names map[string]string, id, title string) {
		if title != "" {
			names[id] = title
		}
	}
	q := x.q
	for i := range q.Lines {
		name(x.rows, q.Lines[i].ID, q.Lines[i].SKU)
	}
	for i := range q.Shipping {
		name(x.rows, q.Shipping[i].ID, q.Shipping[i].Title)
	}
	for i := range q.Fees {
		name(x.rows, q.Fees[i].ID, q.Fees[i].Title)
	}
	for _, d := range q.Discounts {
		if d.Automatic {
			name(x.rules, d.Code, d.Title)
		}
	}
	for _, r := range q.Refused {
		if r.Automatic {
			name(x.rules, r.Code, r.Title)
		}
	}
}

// words are the sentences of one language. The arguments of all are the
// subject, the rule, and the figures in the order of the English text.
type words struct {
	whole, taxes                           string // subject and rule where an entry has none
	per                                    string
	priced, charged, percent, fixed        string
	shared, odd, added, contained, divided string
	summed, refused, totalled, total       string
	cashRounded                            string
	reasons                                [5]string
	point                                  string // decimal mark of percentages
}

func english() words {
	return words{
		whole: "order", taxes: "taxes", per: "%s per %d", point: ".",
		priced:  "%[1]s: %[4]d × %[3]s = %[5]s",
		charged: "%[1]s: %[5]s",
		percent: "%[1]s: %[2]s takes %[6]s %% of %[3]s = %[5]s",
		fixed:   "%[1]s: %[2]s takes %[5]s of %[3]s",
		shared:  "%[1]s: %[2]s, share of %[7]s for %[3]s = %[5]s", odd: "%s, of which odd units: %s",
		added:       "%[1]s: %[2]s %[6]s %% on %[3]s = %[5]s",
		contained:   "%[1]s: %[2]s %[6]s %% in %[3]s = %[5]s",
		divided:     "%[1]s: %[2]s %[6]s %%, share of %[7]s = %[5]s",
		summed:      "%[1]s: all taxes on %[3]s = %[5]s",
		refused:     "%[1]s: %[2]s does not apply",
		totalled:    "%[1]s: %[3]s with added taxes = %[5]s",
		total:       "%[1]s: total %[5]s",
		cashRounded: "%[1]s: %[3]s in cash = %[5]s",
		reasons:     [5]string{"nothing matches", "below its minimum", "nothing is left", "it takes nothing", "another one excludes it"},
	}
}

func german() words {
	return words{
		whole: "Bestellung", taxes: "Steuern", per: "%s je %d", point: ",",
		priced:  "%[1]s: %[4]d × %[3]s = %[5]s",
		charged: "%[1]s: %[5]s",
		percent: "%[1]s: %[2]s nimmt %[6]s %% von %[3]s = %[5]s",
		fixed:   "%[1]s: %[2]s nimmt %[5]s von %[3]s",
		shared:  "%[1]s: %[2]s, Anteil an %[7]s für %[3]s = %[5]s", odd: "%s, davon Restcent: %s",
		added:       "%[1]s: %[2]s %[6]s %% auf %[3]s = %[5]s",
		contained:   "%[1]s: %[2]s %[6]s %% in %[3]s = %[5]s",
		divided:     "%[1]s: %[2]s %[6]s %%, Anteil an %[7]s = %[5]s",
		summed:      "%[1]s: alle Steuern auf %[3]s = %[5]s",
		refused:     "%[1]s: %[2]s gilt nicht",
		totalled:    "%[1]s: %[3]s mit zusätzlichen Steuern = %[5]s",
		total:       "%[1]s: Summe %[5]s",
		cashRounded: "%[1]s: %[3]s in bar = %[5]s",
		reasons:     [5]string{"nichts passt", "unter dem Mindestwert", "nichts ist übrig", "es nimmt nichts", "ein anderer schließt ihn aus"},
	}
}

func (w *words) of(e Entry) string {
	switch e.What {
	case Priced:
		return w.priced
	case Charged:
		return w.charged
	case Percent:
		return w.percent
	case Fixed:
		return w.fixed
	case Shared:
		return w.shared
	case Added:
		return w.added
	case Contained:
		return w.contained
	case Divided:
		return w.divided
	case Summed:
		return w.summed
	case Refused:
		return w.refused
	case Totalled:
		if e.In == e.Out {
			return w.total
		}
		return w.totalled
	case CashRounded:
		return w.cashRounded
	}
	return ""
}

func (w *words) why(r Reason) string {
	switch r {
	case NoMatch:
		return w.reasons[0]
	case BelowMinimum:
		return w.reasons[1]
	case NothingLeft:
		return w.reasons[2]
	case NoEffect:
		return w.reasons[3]
	case Excluded:
		return w.reasons[4]
	}
	return string(r)
}

func (x *explainer) sentence(e Entry) string {
	in := x.money(e.In)
	if e.Per > 1 {
		in = fmt.Sprintf(x.words.per, in, e.Per)
	}
	percent := strings.Replace(e.Rate.Decimal().Shift(2).String(), ".", x.words.point, 1)
	subject, rule := x.names(e)
	// Every sentence picks what it needs by number.
	text := fmt.Sprintf(x.words.of(e), subject, rule, in, e.Count, x.money(e.Out), percent, x.money(e.Of))
	switch {
	case e.What == Refused:
		text += ": " + x.words.why(x.reason(e.Rule))
	case e.Odd != 0:
		text = fmt.Sprintf(x.words.odd, text, x.money(e.Odd))
	}
	return text
}

func (x *explainer) reason(code string) Reason {
	for _, r := range x.q.Refused {
		if r.Code == code {
			return r.Reason
		}
	}
	return ""
}

// names returns what the entry is about and the rule it follows.
func (x *explainer) names(e Entry) (subject, rule string) {
	subject, rule = x.words.whole, x.words.taxes
	if e.Row != "" {
		subject = e.Row
		if called, ok := x.rows[e.Row]; ok {
			subject = called
		}
	}
	if e.Rule != "" {
		rule = e.Rule
	}
	switch {
	case e.Step != StepTaxes:
		if called, ok := x.rules[e.Rule]; ok {
			rule = called
		}
	case x.q.Place != "":
		rule += " (" + x.q.Place + ")"
	}
	if e.Rule != "" && e.What == Priced { // the tax of a piece, times the pieces
		subject += ": " + rule
	}
	return subject, rule
}

func (x *explainer) money(minor int64) string {
	return money.Format(money.New(minor, x.q.Currency), x.locale)
}
