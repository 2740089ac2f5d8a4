package unittest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/op"
)

func operations(u *unit.Unit) oprows.OperationTx {
	return oprows.OperationTx{OperationReader: oprows.OperationReader{Q: u}, U: u}
}

func TestEachDatabaseIsMigratedAndFresh(t *testing.T) {
	t.Parallel()
	for range 2 {
		unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
			rec := op.Record{Actor: "a", Operation: "o", Key: "k", Result: []byte("{}"), At: clock.FromMicros(1)}
			units := unittest.Runner(s, "shop", operations)
			err := units.InTx(t.Context(), func(ctx context.Context, t oprows.OperationTx) error { return t.InsertOperation(ctx, rec) })
			require.NoError(t, err)
			got, err := oprows.OperationReader{Q: s.View("shop")}.Operation(t.Context(), "a", "o", "k")
			require.NoError(t, err)
			require.Equal(t, rec, got)
			_, err = oprows.OperationReader{Q: s.View("other")}.Operation(t.Context(), "a", "o", "k")
			require.Error(t, err)
		})
	}
}
