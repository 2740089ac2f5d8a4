package floor

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
)

// Cart is a line of a cart of which one more piece is wanted.
type Cart struct {
	ID   uuid.UUID
	Text string
	SKU  string
	Line int
}

// CartMould is what a change of a line announces.
type CartMould struct{ event form }

// NewCartMould reads the event of a cart that the engine has changed.
func NewCartMould(ctx context.Context, rows Rows, cart string) (CartMould, error) {
	columns, found, err := rows(ctx, "kontor_event", "subject = $1 AND name = 'cart.line_added' ORDER BY seq", cart)
	if err != nil {
		return CartMould{}, err
	}
	if len(found) == 0 {
		return CartMould{}, errors.New("floor: the cart has no event")
	}
	return CartMould{event: newForm("kontor_event", columns, found[0], map[any]slot{cart: cartText})}, nil
}

const (
	bumpText = "UPDATE kontor_cart SET version = version + 1, updated_at = $3 WHERE tenant = $1 AND id = $2"
	moreText = "UPDATE kontor_cart_line SET quantity = quantity + 1 WHERE tenant = $1 AND cart = $2 AND n = $3"
)

func (m *CartMould) writes(c Cart, as func(uuid.UUID) any) []write {
	args := make([]any, len(m.event.row))
	for i, s := range m.event.slots {
		args[i] = m.event.row[i]
		if s == cartText {
			args[i] = c.Text
		} else if v, ok := s.anew(as); ok {
			args[i] = v
		}
	}
	return []write{
		{bumpText, []any{"", as(c.ID), time.Now().UnixMicro()}},
		{moreText, []any{"", as(c.ID), int64(c.Line)}},
		{m.event.text, args},
	}
}
