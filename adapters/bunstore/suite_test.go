package bunstore_test

import (
	"testing"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/commerce/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	t.Run("sqlite-file", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) commerce.Store { t.Helper(); return unittest.File(t) })
	})
	t.Run("sqlite-memory", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) commerce.Store { t.Helper(); return unittest.Memory(t) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) commerce.Store { t.Helper(); return unittest.Postgres(t) })
	})
}
