package analytics_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"testing"
	"time"
	_ "time/tzdata" // the same places on every machine

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/kernel/fault"
)

func place(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func date(t testing.TB, s string) analytics.Date {
	t.Helper()
	d, err := analytics.ParseDate(s)
	require.NoError(t, err)
	return d
}

// The clocks are put forward and back at different hours in different places:
// at two in the morning, over midnight, and by a whole day.
func TestADayBeginsWhenItsClocksSayAndEndsWhenTheNextBegins(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		zone, day, start string
		hours            float64
	}{
		{"UTC", "2026-03-29", "2026-03-29T00:00:00Z", 24},
		{"Europe/Berlin", "2026-03-28", "2026-03-27T23:00:00Z", 24},
		{"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23},
		{"Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z", 24},
		{"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25},
		{"America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23},
		{"America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25},
		{"Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5}, // by half an hour
		{"Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23},          // there is no midnight: it begins at one
		{"Africa/Cairo", "2026-10-29", "2026-10-28T21:00:00Z", 25},          // 23 o'clock comes twice
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25},        // midnight comes twice
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23},     // there is no midnight
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", 24},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0}, // left out
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24},
		{"Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z", 24},
	} {
		zone, d := place(t, row.zone), date(t, row.day)
		start := d.Start(zone)
		require.Equal(t, row.start, start.Format(time.RFC3339), "%s in %s", row.day, row.zone)
		require.InDelta(t, row.hours, d.Add(1).Start(zone).Sub(start).Hours(), 0, "%s in %s", row.day, row.zone)
	}
}

func TestEveryMomentIsOfOneDay(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{
		time.UTC, place(t, "Europe/Berlin"), place(t, "Africa/Cairo"), place(t, "America/Havana"), place(t, "Pacific/Kiritimati"),
		place(t, "Pacific/Pago_Pago"), place(t, "America/Sao_Paulo"), place(t, "Australia/Lord_Howe"), place(t, "Asia/Tehran"),
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0)
		d := analytics.DateOf(at, zone)
		require.False(t, at.Before(d.Start(zone)), "%s in %s at %s", d, zone, at.UTC())
		require.True(t, at.Before(d.Add(1).Start(zone)), "%s in %s at %s", d, zone, at.UTC())
		n := rapid.IntRange(-800, 800).Draw(t, "days")
		require.Equal(t, n, d.Until(d.Add(n)))
		require.Equal(t, d, d.Add(n).Add(-n))
	})
}

func TestDatesAreReadAndWritten(t *testing.T) {
	t.Parallel()
	d := date(t, "2024-02-29")
	require.Equal(t, analytics.Date{Year: 2024, Month: time.February, Day: 29}, d)
	require.Equal(t, "2024-03-01", d.Add(1).String())
	b, err := json.Marshal(analytics.Period{From: d})
	require.NoError(t, err)
	require.JSONEq(t, `{"from":"2024-02-29","to":""}`, string(b))
	var back analytics.Period
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, analytics.Period{From: d}, back)
	require.True(t, back.To.IsZero())
	for _, s := range []string{"", "2026-2-29", "2026-02-29", "2026-02-30", "0000-01-01", "29.02.2024", "2024-02-29T00:00:00Z", "٢٠٢٤-٠٢-٢٩"} {
		_, err := analytics.ParseDate(s)
		require.ErrorIs(t, err, fault.Invalid, s)
	}
	require.Error(t, json.Unmarshal([]byte(`{"from":"2026-02-30"}`), &back))
}

func TestCoverIsHowLongGoodsLast(t *testing.T) {
	t.Parallel()
	require.Equal(t, analytics.Cover{}, analytics.CoverOf(100, 0, 28), "nobody can tell")
	require.Equal(t, analytics.Cover{}, analytics.CoverOf(100, -3, 28), "more was cancelled than sold")
	require.Equal(t, analytics.Cover{Known: true}, analytics.CoverOf(0, 5, 28), "nothing is left: that is known")
	require.Equal(t, analytics.Cover{Known: true, Days: 20}, analytics.CoverOf(10, 14, 28))
	require.Equal(t, analytics.Cover{Known: true, Days: 9}, analytics.CoverOf(10, 30, 28), "9.33 days")
	rapid.Check(t, func(t *rapid.T) {
		pieces, sold := rapid.Int64Range(0, 1<<40).Draw(t, "pieces"), rapid.Int64Range(1, 1<<40).Draw(t, "sold")
		days := rapid.IntRange(1, 366).Draw(t, "days")
		want := new(big.Int).Mul(big.NewInt(pieces), big.NewInt(int64(days)))
		want.Quo(want, big.NewInt(sold))
		require.Equal(t, want.Int64(), analytics.CoverOf(pieces, sold, days).Days)
	})
}

func ExampleCoverOf() {
	fmt.Println(analytics.CoverOf(10, 14, 28))
	fmt.Println(analytics.CoverOf(10, 0, 28))
	// Output:
	// {true 20}
	// {false 0}
}

func ExampleDate_Start() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	spring := analytics.Date{Year: 2026, Month: time.March, Day: 29}
	fmt.Println(spring.Start(berlin), spring.Add(1).Start(berlin).Sub(spring.Start(berlin)))
	// Output: 2026-03-28 23:00:00 +0000 UTC 23h0m0s
}
