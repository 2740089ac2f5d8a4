package pricing

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// Sheet is the work in progress of one calculation, for the steps of a
// pipeline. It lives as long as the calculation and is not safe for concurrent
// use. Its methods keep what a quote promises: nothing goes below zero and
// nothing is lost on the way.
type Sheet struct {
	in *Input
	// rows are the lines in the order of their IDs, then shipping, then fees.
	// The order of IDs is what makes the result independent of the order of
	// the input.
	rows    []row
	lines   int // how many of rows are lines
	levies  int // how many taxes are on all rows together
	fees    []Fee
	chains  []chain
	taxed   bool // the taxes are computed: prices are final
	off     []DiscountTotal
	refused []Refusal
	// deducted is what each discount of off did to each row, as it happened.
	deducted []portion
	levied   []TaxPortion // of all rows, each at row.levies
	cash     int64        // what cash rounding adds
	trace    Trace        // its rows are those above, by number
	chosen   []int        // scratch of the discounts and tax groups
	claims   []int64
}

// row is one line, shipping charge or fee. Amounts are minor units. It holds
// no text: its ID stands in the trace under the same number.
type row struct {
	start    int64 // before discounts
	left     int64 // after them
	tax      int64
	quantity int64
	place    int32 // in its list of the input
	chain    int32 // its taxes, or none
	levies   int32 // where its taxes stand in Sheet.levied
	kind     rowKind
}

type rowKind uint8

const (
	lineRow rowKind = iota
	shippingRow
	feeRow
)

type portion struct {
	amount    int64
	row, rule int32
}

// newSheet checks in and lays it out.
func newSheet(in *Input) (*Sheet, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	s := &Sheet{in: in, lines: len(in.Lines), fees: in.Fees}
	if err := s.link(); err != nil {
		return nil, err
	}
	s.layRows()
	if err := s.unique(); err != nil {
		return nil, err
	}
	s.nameRules()
	const enough = 4096 // a larger trace grows as it is written
	n := len(s.rows)
	s.trace.moves = make([]move, 0, min(enough, n*(1+len(in.Discounts)+s.taxMoves())+len(in.Discounts)+4))
	s.off = make([]DiscountTotal, 0, len(in.Discounts))
	s.deducted = make([]portion, 0, min(enough, n*len(in.Discounts)))
	s.levied = make([]TaxPortion, s.levies)
	s.chosen = make([]int, 0, n)
	s.claims = make([]int64, 0, n)
	return s, nil
}

// layRows puts the rows and their IDs in order.
func (s *Sheet) layRows() {
	in := s.in
	n := len(in.Lines) + len(in.Shipping) + len(in.Fees)
	s.rows, s.trace.rows = make([]row, 0, n), make([]string, 0, n)
	for i := range in.Lines {
		l := &in.Lines[i]
		s.addRow(row{kind: lineRow, place: int32(i), quantity: int64(l.Quantity), chain: s.chainOf(l.TaxCategory)})
	}
	byID := func(a, b row) int { return strings.Compare(in.Lines[a.place].ID, in.Lines[b.place].ID) }
	if !slices.IsSortedFunc(s.rows, byID) {
		slices.SortFunc(s.rows, byID)
	}
	for i := range s.rows {
		s.trace.rows = append(s.trace.rows, in.Lines[s.rows[i].place].ID)
	}
	for i := range in.Shipping {
		s.addCharge(shippingRow, i, &in.Shipping[i])
	}
	for i := range in.Fees {
		s.addCharge(feeRow, i, (*Shipping)(&in.Fees[i]))
	}
}

func (s *Sheet) addCharge(kind rowKind, place int, c *Shipping) {
	s.addRow(row{kind: kind, place: int32(place), quantity: 1, chain: s.chainOf(c.TaxCategory)})
	s.trace.rows = append(s.trace.rows, c.ID)
}

// addRow appends a row and gives it room for its taxes.
func (s *Sheet) addRow(r row) {
	r.levies = int32(s.levies)
	if r.chain != none {
		s.levies += len(s.chains[r.chain].taxes)
	}
	s.rows = append(s.rows, r)
}

// nameRules tells the trace the discounts, then the taxes, then the chains.
func (s *Sheet) nameRules() {
	in := s.in
	s.trace.rules = make([]rule, 0, len(in.Discounts)+len(in.Taxes)+len(s.chains))
	for i := range in.Discounts {
		s.trace.rules = append(s.trace.rules, rule{in.Discounts[i].Code, in.Discounts[i].Rate})
	}
	for i := range in.Taxes {
		s.trace.rules = append(s.trace.rules, rule{in.Taxes[i].Name, in.Taxes[i].Rate})
	}
	for i := range s.chains {
		s.trace.rules = append(s.trace.rules, rule{"", s.chains[i].combined})
	}
}

// taxRule and chainRule are the numbers of a tax and of a chain in the trace;
// that of a discount is its own.
func (s *Sheet) taxRule(tax int) int16 {
	return int16(len(s.in.Discounts) + tax)
}

func (s *Sheet) chainRule(chain int) int16 { return s.taxRule(len(s.in.Taxes) + chain) }

// unique refuses IDs and codes that stand for two things.
func (s *Sheet) unique() error {
	var c fault.Check
	for i := range s.rows {
		r := &s.rows[i]
		if i < s.lines && i > 0 && s.id(i) == s.id(i-1) || i >= s.lines && s.find(s.id(i)) != i {
			c.Add(at(r.kind.list(), int(r.place), "id"), "duplicate", "must be unique")
		}
	}
	for i := range s.in.Discounts {
		for j := range i {
			if s.in.Discounts[i].Code == s.in.Discounts[j].Code {
				c.Add(at("discounts", i, "code"), "duplicate", "must be unique")
			}
		}
	}
	for i := range s.in.Taxes {
		for j := range i {
			if s.in.Taxes[i].Name == s.in.Taxes[j].Name && s.in.Taxes[i].Category == s.in.Taxes[j].Category {
				c.Add(at("taxes", i, "name"), "duplicate", "must be unique in its category")
			}
		}
	}
	return c.Err(InputInvalid)
}

func (k rowKind) list() string {
	switch k {
	case lineRow:
		return "lines"
	case shippingRow:
		return "shipping"
	case feeRow:
		return "fees"
	}
	return "rows"
}

// find returns the first row with the given ID, or -1.
func (s *Sheet) find(id string) int {
	if i, ok := slices.BinarySearch(s.trace.rows[:s.lines], id); ok {
		return i
	}
	if i := slices.Index(s.trace.rows[s.lines:], id); i >= 0 {
		return s.lines + i
	}
	return -1
}

func (s *Sheet) id(i int) string { return s.trace.rows[i] }

// Input returns what is being priced. It must not be changed.
func (s *Sheet) Input() Input { return *s.in }

// Lines yields the lines in the order of their IDs, each with what is left of
// its price after the discounts so far.
func (s *Sheet) Lines() iter.Seq2[Line, money.Amount] {
	return func(yield func(Line, money.Amount) bool) {
		for i := range s.lines {
			r := &s.rows[i]
			if !yield(s.in.Lines[r.place], s.amount(r.left)) {
				return
			}
		}
	}
}

// Left returns what is left of the price of a line, charge or fee, and false
// if there is none with this ID.
func (s *Sheet) Left(id string) (money.Amount, bool) {
	i := s.find(id)
	if i < 0 {
		return money.Amount{}, false
	}
	return s.amount(s.rows[i].left), true
}

// ErrOrder is returned to a step that would change a price after the taxes.
var ErrOrder = fault.New(fault.Internal, "pricing_step_order", "Prices cannot change after taxes are computed.")

// Deduct takes a discount off a line or charge, but never more than is left of
// it, and returns what it took. Deductions with the same code add up to one
// discount of the quote. Errors: ErrOrder after the taxes; NotFound for an
// unknown ID; Invalid for an amount that is negative or in another currency.
func (s *Sheet) Deduct(id string, d DiscountTotal) (money.Amount, error) {
	if s.taxed {
		return money.Amount{}, ErrOrder
	}
	i := s.find(id)
	if i < 0 {
		return money.Amount{}, fault.Missing("line")
	}
	if err := s.fits("discount", d.Amount); err != nil {
		return money.Amount{}, err
	}
	taken := min(d.Amount.Minor(), s.rows[i].left)
	if taken > 0 {
		s.note(move{row: int32(i), rule: s.ruleOf(d.Code), what: Fixed, in: s.rows[i].left, of: d.Amount.Minor(), out: taken})
		s.deduct(i, s.discountOf(d), taken)
	}
	return s.amount(taken), nil
}

// AddFee adds a charge that the input does not have. Errors: ErrOrder after
// the taxes; Invalid for an ID that is taken or empty, and for an amount that
// is negative or in another currency.
func (s *Sheet) AddFee(f Fee) error {
	if s.taxed {
		return ErrOrder
	}
	if err := s.fits("fee", f.Amount); err != nil {
		return err
	}
	if f.ID == "" || s.find(f.ID) >= 0 {
		return fault.Newf(fault.Invalid, InputInvalid, "The fee needs an id of its own, not %q.", f.ID)
	}
	s.fees = append(slices.Clip(s.fees), f)
	s.addCharge(feeRow, len(s.fees)-1, (*Shipping)(&f))
	s.charge(len(s.rows)-1, f.Amount)
	return nil
}

// fits refuses an amount that is of another currency or negative.
func (s *Sheet) fits(what string, a money.Amount) error {
	if a.Currency() != s.in.Currency {
		return fmt.Errorf("pricing: %s: %w", what, money.ErrCurrency)
	}
	if a.IsNegative() {
		return fault.Newf(fault.Invalid, InputInvalid, "The %s must not be negative.", what)
	}
	return a.Check()
}

func (s *Sheet) amount(minor int64) money.Amount { return money.New(minor, s.in.Currency) }

// begin starts a step.
func (s *Sheet) begin(step string) { s.trace.steps = append(s.trace.steps, step) }

// note appends to the trace.
func (s *Sheet) note(m move) {
	m.step = int16(len(s.trace.steps) - 1)
	s.trace.moves = append(s.trace.moves, m)
}

// ruleOf returns the number of a discount's code in the trace, a new one for a
// code that the input does not have.
func (s *Sheet) ruleOf(code string) int16 {
	i := slices.IndexFunc(s.trace.rules, func(r rule) bool { return r.name == code })
	if i < 0 {
		i = len(s.trace.rules)
		s.trace.rules = append(s.trace.rules, rule{name: code})
	}
	return int16(i)
}

// discountOf returns the index of a discount of the quote, a new one if need be.
func (s *Sheet) discountOf(d DiscountTotal) int {
	for i := range s.off {
		if s.off[i].Code == d.Code {
			return i
		}
	}
	d.Amount = s.amount(0)
	s.off = append(s.off, d)
	return len(s.off) - 1
}

// deduct books taken, which is not more than is left of the row.
func (s *Sheet) deduct(i, rule int, taken int64) {
	s.rows[i].left -= taken
	s.off[rule].Amount = s.amount(s.off[rule].Amount.Minor() + taken)
	s.deducted = append(s.deducted, portion{row: int32(i), rule: int32(rule), amount: taken})
}

// grow adds v, zero or more, to a sum. Neither passes money.Limit, so it
// cannot wrap.
func grow(sum *int64, v int64) error {
	*sum += v
	if *sum > money.Limit {
		return money.ErrOverflow
	}
	return nil
}
