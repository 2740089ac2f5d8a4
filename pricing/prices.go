package pricing

import "github.com/kontor-go/kontor/kernel/money"

// prices is the step that multiplies list prices by quantities.
func prices(s *Sheet) error {
	var sum int64
	mode := s.in.Policy.Mode
	for i := range s.lines {
		r := &s.rows[i]
		unit := s.in.Lines[r.place].Unit
		a, err := unit.Times(r.quantity, mode)
		if err != nil {
			return err
		}
		r.start, r.left = a.Minor(), a.Minor()
		if err := grow(&sum, r.start); err != nil {
			return err
		}
		s.note(move{
			row: int32(i), rule: none, what: Priced, mode: mode,
			in: unit.Amount.Minor(), of: unit.Pieces(), count: int32(r.quantity), out: r.start,
		})
	}
	return nil
}

// charges is the step that takes shipping and fees over as they are.
func charges(s *Sheet) error {
	var sum int64
	for i := s.lines; i < len(s.rows); i++ {
		r := &s.rows[i]
		if r.kind == shippingRow {
			s.charge(i, s.in.Shipping[r.place].Amount)
		} else {
			s.charge(i, s.fees[r.place].Amount)
		}
		if err := grow(&sum, r.start); err != nil {
			return err
		}
	}
	return nil
}

// charge sets the price of a charge.
func (s *Sheet) charge(i int, a money.Amount) {
	m := a.Minor()
	s.rows[i].start, s.rows[i].left = m, m
	s.note(move{row: int32(i), rule: none, what: Charged, in: m, out: m})
}
