package catalogrows_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/catalogrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/catalog"
)

// Reads on the way to an order must not grow with the catalogue.
func TestHotReadsLookUpAndNeverScan(t *testing.T) {
	t.Parallel()
	view := unittest.Memory(t).Shipper().View("shop")
	for name, q := range map[string]unit.Query{
		"offers":           catalogrows.SelectOffers("shop", "EUR", []string{"A", "B"}, catalog.Offers{}),
		"offers of a cart": catalogrows.SelectOffersOfCart("shop", uuid.UUID{}, catalog.Offers{}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var steps []string
			err := view.Read(t.Context(), unit.Query{Text: "EXPLAIN QUERY PLAN " + q.Text, Args: q.Args, Row: func(r unit.Row) error {
				var id, parent, unused int
				var step string
				err := r.Scan(&id, &parent, &unused, &step)
				steps = append(steps, step)
				return err
			}})
			require.NoError(t, err)
			require.NotEmpty(t, steps)
			for _, step := range steps {
				if strings.HasPrefix(step, "SCAN") { // what was asked for, and the few categories of one product
					require.Contains(t, []string{"SCAN json_each VIRTUAL TABLE INDEX 1:", "SCAN above"}, step, "all steps: %v", steps)
				}
			}
		})
	}
}
