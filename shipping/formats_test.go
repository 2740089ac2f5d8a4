package shipping_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/shipping"
)

func TestNumbersOfCarriers(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/tracking-numbers.csv")
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // it is only read
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 161)
	for _, row := range rows[1:] {
		carrier, format, kind, number := row[0], row[2], row[3], row[4]
		if kind == "valid" {
			require.True(t, shipping.Fits(carrier, number), "%s %q", format, number)
			require.Contains(t, shipping.Carriers(strings.ToLower(number)), carrier)
			continue
		}
		require.False(t, shipping.Fits(carrier, number), "%s %q", format, number)
	}
}
