package unittest

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Runner runs units of one tenant whose Tx is what wrap makes of a unit, as
// the store does for all rooms together.
func Runner[T any](s *unit.Shipper, tenant string, wrap func(*unit.Unit) T) tx.Runner[T] {
	return runner[T]{shipper: s, tenant: tenant, wrap: wrap}
}

type runner[T any] struct {
	shipper *unit.Shipper
	tenant  string
	wrap    func(*unit.Unit) T
}

// InTx runs a unit of work.
func (r runner[T]) InTx(ctx context.Context, fn func(ctx context.Context, t T) error) error {
	return r.shipper.Run(ctx, r.tenant, func(ctx context.Context, u *unit.Unit) error { return fn(ctx, r.wrap(u)) })
}
