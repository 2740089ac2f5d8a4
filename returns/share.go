package returns

import (
	"math/bits"

	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

// Share is what was paid for some pieces of a line.
type Share struct {
	// N is the number of the line.
	N int `json:"n"`
	// From is how many pieces of the line were refunded before, Quantity how
	// many these are.
	From     int `json:"from"`
	Quantity int `json:"quantity"`
	// Amount is what was paid for them with taxes, Tax the taxes in it.
	Amount money.Amount `json:"amount"`
	Tax    money.Amount `json:"tax"`
}

// ShareOf returns what was paid for quantity pieces of a line of which from
// pieces were refunded before. Whatever the order in which pieces come back, one
// by one or together, the shares of all add up to the Gross and the Tax of the
// line. A cent that cannot be divided goes back with the first pieces: of 290.00
// for three, 96.67, 96.67 and 96.66. from and quantity must not be negative; of
// pieces that the line does not have nothing was paid.
func ShareOf(l order.Line, from, quantity int) Share {
	from = min(max(from, 0), l.Quantity)
	quantity = min(max(quantity, 0), l.Quantity-from)
	part := func(a money.Amount) money.Amount {
		return money.New(upTo(a.Minor(), from+quantity, l.Quantity)-upTo(a.Minor(), from, l.Quantity), a.Currency())
	}
	return Share{N: l.N, From: from, Quantity: quantity, Amount: part(l.Gross), Tax: part(l.Tax)}
}

// upTo returns what of a whole falls on the first n of all pieces, rounded up:
// whole * n / all. It is taken apart so that nothing overflows.
func upTo(whole int64, n, all int) int64 {
	if all == 0 {
		return 0
	}
	k, of := int64(n), int64(all)
	return whole/of*k + (whole%of*k+of-1)/of
}

// carriage returns what was paid for shipping, and the tax in it.
func carriage(o order.Order) (gross, tax int64) {
	for _, c := range o.Charges {
		if c.Kind == order.ForShipping {
			gross += c.Gross.Minor()
			tax += c.Tax.Minor()
		}
	}
	return gross, tax
}

// portion returns part/whole of a tax, rounded to the nearest cent. All are
// within money.Limit, so it is worked out in 128 bits.
func portion(tax, part, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(tax), uint64(part)) //nolint:gosec // amounts paid are not negative
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0) //nolint:gosec // likewise
	q, _ := bits.Div64(hi+carry, lo, uint64(whole)) //nolint:gosec // part is at most whole, so it fits
	return int64(q)                                 //nolint:gosec // at most tax
}
