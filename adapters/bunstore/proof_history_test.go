package bunstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/commerce/storetest"
)

// TestHistories plays a thousand random histories against a plain model, and a
// tenth of that under the race detector.
func TestHistories(t *testing.T) {
	t.Parallel()
	batches := 10
	switch {
	case long():
		batches = 100
	case raced:
		batches = 1
	}
	storetest.Histories(t, func() (commerce.Store, func()) {
		s, err := sqlite.Open(sqlite.Memory, nil)
		require.NoError(t, err)
		require.NoError(t, s.Migrate(t.Context()))
		return s, func() { require.NoError(t, s.Close()) }
	}, batches)
}
