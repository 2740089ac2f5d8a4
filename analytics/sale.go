package analytics

import (
	"strconv"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
)

// MaxLines is how many lines a fact may have.
const MaxLines = 250

const (
	maxRef      = 200
	maxSKU      = 64
	maxQuantity = 1_000_000_000
)

// Sale is what this room is told when an order was placed. An amount that is
// left out is nothing.
type Sale struct {
	// Event is the id of the event that tells of it.
	Event event.ID
	// Order is the text of the id of the order, and Origin of what became it.
	Order  string
	Origin string
	// At is when it was placed: the time of its entry in the books.
	At time.Time
	// Currency is that of all amounts.
	Currency money.Currency
	// Lines are the goods, 1 to MaxLines.
	Lines []Line
	// Shipping and Fees are without tax and after discounts; Tax is all tax,
	// that of the lines included.
	Shipping money.Amount
	Fees     money.Amount
	Tax      money.Amount
	Rounding money.Amount
	// Total is the sum of the net amounts of the lines and of these four.
	Total money.Amount
}

// Cancellation is what this room is told when an order was called off.
type Cancellation struct {
	Event event.ID
	// At is the time of its entry in the books.
	At time.Time
	// Sale is what is taken back: what was told when the order was placed. Its
	// own Event and At do not count.
	Sale Sale
}

// Return is what this room is told when the sale of goods that came back was
// taken back. An amount that is left out is nothing.
type Return struct {
	Event event.ID
	// Return and Order are the texts of their ids.
	Return string
	Order  string
	// At is the time of its entry in the books.
	At       time.Time
	Currency money.Currency
	// Lines are the pieces that came back, with what was agreed for them. Their
	// Gross and Discount may be left out. There may be none, if carriage alone
	// is given back.
	Lines []Line
	// Shipping is without tax; Tax is all tax, that of the lines included.
	Shipping money.Amount
	Tax      money.Amount
	// Total is the sum of the net amounts of the lines and of these two. It may
	// be more than the refund, if not all had been paid.
	Total money.Amount
}

// Payment is what this room is told when money has come.
type Payment struct {
	Event event.ID
	// Payment is the text of its id, and Order that of what it pays for.
	Payment string
	Order   string
	// At is the time of its entry in the books.
	At     time.Time
	Amount money.Amount
}

// Refund is what this room is told when money went back that had come for
// something.
type Refund struct {
	Event event.ID
	// Refund is the text of its id, and Order that of what had been paid for.
	Refund string
	Order  string
	// At is the time of its entry in the books.
	At     time.Time
	Amount money.Amount
}

// fact checks a sale.
func (x Sale) fact() (Fact, error) {
	var c fault.Check
	f := x.checked(&c)
	checkFact(&c, &f)
	return f, c.Err("analytics.record_sale")
}

func (x Sale) checked(c *fault.Check) Fact {
	f := Fact{Event: x.Event, Kind: KindSale, At: x.At, Origin: c.Text("origin", x.Origin, maxRef)}
	f.Order = c.Required("order", x.Order, maxRef)
	f.Subject = f.Order
	c.Range("lines", int64(len(x.Lines)), 1, MaxLines)
	f.fill(c, x)
	return f
}

// fact checks a cancellation, which is the sale with the other sign.
func (x Cancellation) fact() (Fact, error) {
	var in, c fault.Check
	f := x.Sale.checked(&in)
	f.Event, f.Kind, f.At = x.Event, KindCancellation, x.At
	c.Merge("sale", in.Err("sale"))
	checkFact(&c, &f)
	f.takeBack()
	return f, c.Err("analytics.record_cancellation")
}

// fact checks a return, whose figures are taken off.
func (x Return) fact() (Fact, error) {
	var c fault.Check
	f := Fact{Event: x.Event, Kind: KindReturn, At: x.At}
	f.Subject, f.Order = c.Required("return", x.Return, maxRef), c.Required("order", x.Order, maxRef)
	c.Range("lines", int64(len(x.Lines)), 0, MaxLines)
	f.fill(&c, Sale{Currency: x.Currency, Lines: x.Lines, Shipping: x.Shipping, Tax: x.Tax, Total: x.Total})
	checkFact(&c, &f)
	f.takeBack()
	return f, c.Err("analytics.record_return")
}

func (x Payment) fact() (Fact, error) {
	var c fault.Check
	f := Fact{Event: x.Event, Kind: KindPayment, At: x.At}
	f.Subject, f.Order = c.Required("payment", x.Payment, maxRef), c.Required("order", x.Order, maxRef)
	f.cash(&c, x.Amount)
	return f, c.Err("analytics.record_payment")
}

func (x Refund) fact() (Fact, error) {
	var c fault.Check
	f := Fact{Event: x.Event, Kind: KindRefund, At: x.At}
	f.Subject, f.Order = c.Required("refund", x.Refund, maxRef), c.Required("order", x.Order, maxRef)
	f.cash(&c, x.Amount)
	f.takeBack()
	return f, c.Err("analytics.record_refund")
}

// checkFact checks what all facts have.
func checkFact(c *fault.Check, f *Fact) {
	c.That(!f.Event.IsZero(), "event", "required", "must not be empty")
	c.That(inTime(f.At), "at", "out_of_range", "must be between the years 1971 and 9999")
	f.At = clock.Cut(f.At)
}

func inTime(t time.Time) bool { return t.Year() >= 1971 && t.Year() <= 9999 }

// cash makes the figures of a payment.
func (f *Fact) cash(c *fault.Check, a money.Amount) {
	checkFact(c, f)
	c.Merge("amount", a.Check())
	c.That(!a.IsNegative(), "amount", "out_of_range", "must not be negative")
	f.Figures = Zero(a.Currency())
	f.Total = a
}

// takeBack gives f the other sign.
func (f *Fact) takeBack() {
	f.Figures = f.neg()
	for i := range f.Lines {
		l := &f.Lines[i]
		l.Quantity = -l.Quantity
		l.Gross, l.Discount, l.Net, l.Tax = l.Gross.Neg(), l.Discount.Neg(), l.Net.Neg(), l.Tax.Neg()
	}
}

// fill checks amounts and adds them up.
func (f *Fact) fill(c *fault.Check, x Sale) {
	cur := x.Currency
	if c.Merge("currency", money.Zero(cur).Check()); money.Zero(cur).Check() != nil {
		return
	}
	k := tally{c: c, zero: money.Zero(cur), sound: true}
	f.Figures = Zero(cur)
	var gross, discount, net int64
	seen := map[int]bool{}
	for i, l := range x.Lines[:min(len(x.Lines), MaxLines)] {
		path := "lines[" + strconv.Itoa(i) + "]"
		c.Range(path+".n", int64(l.N), 1, 1_000_000)
		c.That(!seen[l.N], path+".n", "repeated", "must not be repeated")
		seen[l.N] = true
		l.SKU = c.Required(path+".sku", l.SKU, maxSKU)
		c.Range(path+".quantity", int64(l.Quantity), 1, maxQuantity)
		l.Gross, l.Discount = k.positive(path+".gross", l.Gross), k.positive(path+".discount", l.Discount)
		l.Net, l.Tax = k.positive(path+".net", l.Net), k.positive(path+".tax", l.Tax)
		gross, discount, net = gross+l.Gross.Minor(), discount+l.Discount.Minor(), net+l.Net.Minor()
		f.Lines = append(f.Lines, l)
	}
	f.Gross, f.Discount, f.Net = money.New(gross, cur), money.New(discount, cur), money.New(net, cur)
	f.Shipping, f.Fees = k.positive("shipping", x.Shipping), k.positive("fees", x.Fees)
	f.Tax, f.Rounding, f.Total = k.positive("tax", x.Tax), k.amount("rounding", x.Rounding), k.positive("total", x.Total)
	for _, a := range []money.Amount{f.Gross, f.Discount, f.Net} {
		k.amount("lines", a)
	}
	if k.sound {
		sum := net + f.Shipping.Minor() + f.Fees.Minor() + f.Tax.Minor() + f.Rounding.Minor()
		c.That(sum == f.Total.Minor(), "total", "not_the_sum", "must be the sum of its parts")
	}
}

// tally checks amounts of one currency.
type tally struct {
	c     *fault.Check
	zero  money.Amount
	sound bool
}

// amount returns a, or nothing of the currency if it was left out.
func (k *tally) amount(path string, a money.Amount) money.Amount {
	if a == (money.Amount{}) {
		return k.zero
	}
	_, err := a.Cmp(k.zero)
	k.c.Merge(path, err)
	k.sound = k.sound && err == nil
	return a
}

func (k *tally) positive(path string, a money.Amount) money.Amount {
	k.sound = k.c.That(!a.IsNegative(), path, "out_of_range", "must not be negative") && k.sound
	return k.amount(path, a)
}
