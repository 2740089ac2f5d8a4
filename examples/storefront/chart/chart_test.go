package chart_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/examples/storefront/chart"
)

func TestBarsAreToScale(t *testing.T) {
	t.Parallel()
	svg := chart.Columns([]chart.Bar{{Label: "Mon", Value: 50, Text: "50"}, {Label: "Tue", Value: 100, Text: "100"}, {Label: "Wed"}})
	require.Contains(t, svg, `height="136"`, "the highest has all the room")
	require.Contains(t, svg, `height="68"`, "half of it half the room")
	require.Contains(t, svg, `height="0"`)
	rows := chart.Rows([]chart.Bar{{Label: "viewed", Value: 400, Text: "400"}, {Label: "placed", Value: 1, Text: "1"}})
	require.Contains(t, rows, `width="200"`)
	require.Contains(t, rows, `width="1"`, "little is to be seen all the same")
}

func TestLabelsAreEscaped(t *testing.T) {
	t.Parallel()
	for _, svg := range []string{
		chart.Columns([]chart.Bar{{Label: `<script>`, Text: `"&`, Value: 1}}), chart.Rows([]chart.Bar{{Label: `<script>`, Text: `"&`, Value: 1}}),
	} {
		require.NotContains(t, svg, "<script>")
		require.Contains(t, svg, "&#34;&amp;")
	}
}

func TestNothingAndMuchCanBeDrawn(t *testing.T) {
	t.Parallel()
	require.True(t, strings.HasSuffix(chart.Columns(nil), "</svg>"))
	require.True(t, strings.HasSuffix(chart.Rows(nil), "</svg>"))
	require.Contains(t, chart.Columns([]chart.Bar{{Value: math.MaxInt64 / 1000}}), `height="136"`)
}

func ExampleRows() {
	fmt.Println(chart.Rows([]chart.Bar{{Label: "viewed", Value: 10, Text: "10"}}))
	// Output:
	// <svg viewBox="0 0 400 36" aria-hidden="true"><text class="" text-anchor="end" x="132" y="22">viewed</text><rect class="bar" rx="3" x="140" y="8" width="200" height="19"/><text class="value" text-anchor="start" x="346" y="22">10</text></svg>
}
