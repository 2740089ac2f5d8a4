package floor

import (
	"context"
	"encoding/base32"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// slot is what takes the place of a value of the mould.
type slot int

const (
	constant slot = iota
	now
	due
	cartID
	cartText
	orderID
	orderText
	paymentID
	paymentText
	entry
	key
	number
	fresh // another id each time
	lane
	firstSKU
)

// form is an INSERT of one row.
type form struct {
	table string
	text  string
	row   []any
	slots []slot
}

// Mould is the rows of one order.
type Mould struct {
	forms []form
	ids   *base32.Encoding
	lines int
	total int // of columns
}

// Rows reads rows of a table; columns of the database's own making are left out.
type Rows func(ctx context.Context, table, where string, args ...any) (columns []string, rows [][]any, err error)

// Cast names an order that the engine has placed.
type Cast struct {
	Cart, Order, Payment             uuid.UUID
	CartText, OrderText, PaymentText string
	Key, Number                      string
	PlacedAt, PaymentDue             time.Time
	SKUs                             []string
}

// part is where the rows of an order are. Parents come first, and events before
// reservations, as in every unit of the engine.
type part struct {
	table, where string
	args         []any
}

func (c Cast) parts() []part {
	return []part{
		{"kontor_operation", "key = $1", []any{c.Key}},
		{"kontor_order", "id = $1", []any{c.Order}},
		{"kontor_order_line", "order_id = $1 ORDER BY n", []any{c.Order}},
		{"kontor_payment", "subject = $1", []any{c.OrderText}},
		{"kontor_payment_log", "payment = $1", []any{c.Payment}},
		{"kontor_posting", "subject = $1 ORDER BY n", []any{c.OrderText}},
		{"kontor_event", "subject IN ($1, $2) ORDER BY seq", []any{c.OrderText, c.PaymentText}},
		{"kontor_reservation", "owner = $1 ORDER BY sku", []any{c.OrderText}},
	}
}

// NewMould reads the rows of an order.
func NewMould(ctx context.Context, rows Rows, c Cast) (Mould, error) {
	m := Mould{lines: len(c.SKUs), ids: crockford()}
	known := c.known()
	for _, p := range c.parts() {
		columns, found, err := rows(ctx, p.table, p.where, p.args...)
		if err != nil {
			return m, fmt.Errorf("floor: mould of %s: %w", p.table, err)
		}
		if len(found) == 0 {
			return m, fmt.Errorf("floor: the order has no row in %s", p.table)
		}
		for _, row := range found {
			f := newForm(p.table, columns, row, known)
			m.total += len(row)
			m.forms = append(m.forms, f)
		}
	}
	return m, nil
}

func (c Cast) known() map[any]slot {
	k := map[any]slot{
		c.PlacedAt.UnixMicro(): now, c.PaymentDue.UnixMicro(): due, c.Key: key, c.Number: number,
		string(c.Cart[:]): cartID, c.CartText: cartText, string(c.Order[:]): orderID, c.OrderText: orderText,
		string(c.Payment[:]): paymentID, c.PaymentText: paymentText,
	}
	for i, sku := range c.SKUs {
		k[sku] = firstSKU + slot(i)
	}
	return k
}

func newForm(table string, columns []string, row []any, known map[any]slot) form {
	f := form{table: table, row: row, slots: make([]slot, len(row)), text: insertText(table, columns)}
	for i, v := range row {
		at := v
		switch b := v.(type) {
		case [16]byte:
			at = string(b[:])
		case []byte:
			at = string(b)
		}
		s, ok := known[at]
		switch {
		case ok:
			f.slots[i] = s
		case columns[i] == "lane":
			f.slots[i] = lane
		case columns[i] == "entry":
			f.slots[i] = entry
		case columns[i] == "id":
			f.slots[i] = fresh
		}
	}
	return f
}

func insertText(table string, columns []string) string {
	marks := make([]string, len(columns))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
}

// Order is one order to be placed.
type Order struct {
	Cart     uuid.UUID
	CartText string
	Key      string
	// SKUs of the lines, sorted.
	SKUs []string
}

// write is one statement.
type write struct {
	text string
	args []any
}

const lanes = 64

// crockford is how the engine writes ids.
func crockford() *base32.Encoding {
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
}

// anew makes the value of a slot that is another one in each row.
func (s slot) anew(as func(uuid.UUID) any) (any, bool) {
	if s == fresh {
		return as(uuid.Must(uuid.NewV7())), true
	}
	if s == lane {
		return int64(rand.IntN(lanes)), true //nolint:gosec // spreads rows
	}
	return nil, false
}

// fill makes the inserts of an order, and what its updates need.
func (m *Mould) fill(o Order, as func(uuid.UUID) any) ([]write, string) {
	at := time.Now()
	order, payment := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	var values [firstSKU + 250]any
	values[now], values[due] = at.UnixMicro(), at.Add(14*24*time.Hour).UnixMicro()
	values[cartID], values[cartText] = as(o.Cart), o.CartText
	values[orderID], values[paymentID], values[entry] = as(order), as(payment), as(uuid.Must(uuid.NewV7()))
	owner := "or_" + m.ids.EncodeToString(order[:])
	values[orderText], values[paymentText] = owner, "py_"+m.ids.EncodeToString(payment[:])
	values[key], values[number] = o.Key, owner[len(owner)-11:]
	for i, sku := range o.SKUs {
		values[firstSKU+slot(i)] = sku
	}
	all := make([]any, 0, m.total)
	out := make([]write, 0, len(m.forms)+m.lines+2)
	for _, f := range m.forms {
		from := len(all)
		all = append(all, f.row...)
		args := all[from:len(all):len(all)]
		for i, s := range f.slots {
			if s == constant {
				continue
			}
			v, ok := s.anew(as)
			if !ok {
				v = values[s]
			}
			args[i] = v
		}
		out = append(out, write{f.text, args})
	}
	return out, owner
}

// The updates of an order. What makes them safe without another look: nothing
// becomes two orders (a unique index over the origin of orders), and no level
// promises more than there is (a CHECK).
const (
	freezeText = "UPDATE kontor_cart SET version = version + 1, status = 'placed', order_id = $3 WHERE tenant = $1 AND id = $2"
	holdText   = "UPDATE kontor_level SET reserved = reserved + 1 WHERE tenant = $1 AND sku = $2 AND location = 'main'"
	anchorText = "INSERT INTO kontor_unit (id, at) VALUES ($1, $2)"
)

// Shape is a way to write an order.
type Shape struct {
	// Anchored writes the row by which a unit is recognised, too.
	Anchored bool
	// Guarded makes updates fail in the database if they touch no row.
	Guarded bool
	// TwoTrips sends the commit apart from the statements.
	TwoTrips bool
	// Gate is how many orders of one SKU are written at once; 0 is any number.
	Gate int
}

// writes are all statements of an order.
func (m *Mould) writes(o Order, s Shape, as func(uuid.UUID) any) []write {
	out, owner := m.fill(o, as)
	freeze := write{s.guard(freezeText), []any{"", as(o.Cart), owner}}
	out = slices.Insert(out, 1, freeze)
	if s.Anchored {
		out = slices.Insert(out, 0, write{anchorText, []any{as(uuid.Must(uuid.NewV7())), time.Now().UnixMicro()}})
	}
	for _, sku := range o.SKUs {
		out = append(out, write{s.guard(holdText), []any{"", sku}})
	}
	return out
}

// guard is the form in which an UPDATE that touches no row ends the unit.
func (s Shape) guard(text string) string {
	if !s.Guarded {
		return text
	}
	return "WITH u AS (" + text + " RETURNING 1) SELECT 1/count(*) FROM u"
}
