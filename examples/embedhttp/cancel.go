package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/order"
)

// maxCancelled is how many orders users may call off by themselves: a rule of
// the host, of which the engine knows nothing.
const maxCancelled = 3

var errCallUs = fault.New(fault.Denied, "call_us", "You have called off three orders. Please call us.")

// cancelOrder calls an order off and leaves a note for the staff: both happen,
// or neither. Either side may say no at any point: the engine, because goods
// have left; the host, because this user has done it too often.
func (h *host) cancelOrder(r *http.Request, u user) (reply, error) {
	in, err := read[struct {
		Reason string `json:"reason"`
	}](r)
	if err != nil {
		return reply{}, err
	}
	o, err := h.orderOf(r, u)
	if err != nil {
		return reply{}, err
	}
	err = h.both(r.Context(), func(ctx context.Context, tx bun.Tx, t commerce.Tx) error {
		n := note{
			ID: "no_" + strings.ToLower(rand.Text()), UserID: u.ID, Order: o.ID.String(), Text: in.Reason,
			At: h.clock.Now().UnixMicro(),
		}
		if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
			return err
		}
		if o, err = h.shop.Orders.CancelTx(ctx, t, o.ID, order.Cancel{Meta: u.meta(), Reason: in.Reason}); err != nil {
			return err
		}
		return countCancelled(ctx, tx, u.ID)
	})
	if err != nil {
		return reply{}, err
	}
	if h.joined {
		h.shop.Wake() // the commit was ours, so the engine did not see it
	}
	o.Snapshot = nil
	return reply{http.StatusOK, o}, nil
}

// countCancelled counts one more, in one statement, so that two requests at
// once cannot both be the third.
func countCancelled(ctx context.Context, tx bun.Tx, id string) error {
	res, err := tx.NewUpdate().Model((*user)(nil)).
		Set("cancelled = cancelled + 1").Where("id = ? AND cancelled < ?", id, maxCancelled).Exec(ctx)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = errCallUs
	}
	return err
}
