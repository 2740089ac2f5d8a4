package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/order"
)

// memory is what the story has to know when it is started again: how far it has
// come, and what it was about. It is a row of the host in the database of the
// shop, so that both live and die together.
//
// A chapter that was broken off is told again from its beginning. That is
// harmless, because each of its writes has a key: the engine does it once and
// gives the first result to every repeat.
type memory struct {
	// Run counts the customers, and Told the chapters that were told of this
	// one to the end.
	Run  int `json:"run"`
	Told int `json:"told"`
	// Over says that the story of this customer is finished.
	Over bool `json:"over"`
	// Clock is the time in the shop.
	Clock time.Time `json:"clock"`
	// Pay is the key of the way to pay, and Folder where the files are.
	Pay    string `json:"pay"`
	Folder string `json:"folder"`

	Cart  cart.ID      `json:"cart,omitzero"`
	Total money.Amount `json:"total,omitzero"` // to which the customer has agreed
	Order order.ID     `json:"order,omitzero"`
}

const memories = `CREATE TABLE IF NOT EXISTS quickstart_memory (tenant TEXT PRIMARY KEY, memory TEXT NOT NULL)`

// recall reads the memory; there is none in a new database.
func recall(ctx context.Context, d database) (memory, error) {
	var m memory
	if _, err := d.store.DB().NewRaw(memories).Exec(ctx); err != nil {
		return m, err
	}
	var text string
	err := d.store.DB().NewRaw("SELECT memory FROM quickstart_memory WHERE tenant = ?", tenant).Scan(ctx, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	err = json.Unmarshal([]byte(text), &m)
	return m, err
}

// keep writes the memory.
func (m memory) keep(ctx context.Context, d database) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return d.store.HostTx(ctx, func(ctx context.Context, tx bun.Tx, _ commerce.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO quickstart_memory (tenant, memory) VALUES (?, ?)
ON CONFLICT (tenant) DO UPDATE SET memory = excluded.memory`, tenant, string(text)).Exec(ctx)
		return err
	})
}

// opening is when the first customer comes.
func opening() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }

// dead is how long nobody touches what a killed process had in its hands.
const dead = time.Hour

// next is the memory with which a run begins, and whether it goes on with a
// customer. A story that was broken off goes on later, when whatever the dead
// process had claimed is free again. One that was paid by card does not: the
// simulator of the bank has lived in the process and has forgotten everything.
func (m memory) next(o options) (memory, bool) {
	if m.Run > 0 && !m.Over && m.Pay == transfer && o.pay == transfer {
		m.Clock = m.Clock.Add(dead)
		if o.out != "" {
			m.Folder = o.out
		}
		return m, true
	}
	n := memory{Run: m.Run + 1, Clock: opening(), Pay: o.pay, Folder: o.out}
	if m.Run > 0 {
		n.Clock = m.Clock.Add(24 * time.Hour)
	}
	return n, false
}
